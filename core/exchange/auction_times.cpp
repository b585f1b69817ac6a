#include "core/exchange/auction_times.hpp"

#include <algorithm>

namespace tradesh::exchange {
namespace {

constexpr std::chrono::days closed_for_max{14}; ///< longer than any exchange's holidays

Result<std::vector<Session>> sessions_around(const SessionCalendar& calendar, Instant now) {
    const TradingDate today = std::chrono::floor<std::chrono::days>(now);
    const TradingDate from = std::max(today - std::chrono::days(1), calendar.first_date());
    const TradingDate to = std::min(today + closed_for_max, calendar.last_date() + std::chrono::days(1));
    return calendar.sessions(from, to, Hours::regular);
}

Result<Instant> none_known(const SessionCalendar& calendar) {
    return fail(ErrorKind::not_found, "exchange.no_session",
                "no session of " + std::string(calendar.name()) + " is known within the next two weeks");
}

} // namespace

Result<Instant> next_opening(const SessionCalendar& calendar, Instant now) {
    const Result<std::vector<Session>> sessions = sessions_around(calendar, now);
    if (!sessions) {
        return fail(sessions.error());
    }
    for (auto session = sessions->begin(); session != sessions->end(); ++session) {
        const bool first_of_day = session == sessions->begin() || std::prev(session)->date != session->date;
        if (first_of_day && session->open > now) {
            return session->open;
        }
    }
    return none_known(calendar);
}

Result<Instant> next_close(const SessionCalendar& calendar, Instant now) {
    const Result<std::vector<Session>> sessions = sessions_around(calendar, now);
    if (!sessions) {
        return fail(sessions.error());
    }
    for (auto session = sessions->begin(); session != sessions->end(); ++session) {
        const bool last_of_day = std::next(session) == sessions->end() || std::next(session)->date != session->date;
        if (last_of_day && session->close > now) {
            return session->close;
        }
    }
    return none_known(calendar);
}

} // namespace tradesh::exchange
