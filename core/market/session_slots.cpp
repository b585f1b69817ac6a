#include "core/market/session_calendar.hpp"

#include <algorithm>
#include <chrono>

namespace tradesh {
namespace {

using std::chrono::days;
using std::chrono::year_month_day;

/// The date that opens the day, week or month of a date.
TradingDate period_of(Timeframe timeframe, TradingDate date) {
    switch (timeframe) {
    case Timeframe::w1: return date - (std::chrono::weekday(date) - std::chrono::Monday);
    case Timeframe::mo1: {
        const year_month_day civil(date);
        return civil.year() / civil.month() / 1;
    }
    default: return date;
    }
}

/// The first such date at or after a moment.
TradingDate period_from(Timeframe timeframe, Instant instant) {
    TradingDate date = std::chrono::ceil<days>(instant);
    while (period_of(timeframe, date) != date) {
        date += days(1);
    }
    return date;
}

/// The slots of one session whose open lies in [from, to).
void cut(const Session& session, Duration length, Instant from, Instant to, std::vector<Slot>& slots) {
    const Duration late = std::max(from - session.open, Duration(0));
    const auto skipped = (late + length - Duration(1)) / length;
    for (Instant open = session.open + skipped * length; open < std::min(session.close, to); open += length) {
        slots.push_back(Slot{.open_time = open, .begin = open, .end = std::min(open + length, session.close)});
    }
}

std::vector<Slot> cut(const std::vector<Session>& sessions, Duration length, Instant from, Instant to) {
    std::size_t most = 0;
    for (const Session& session : sessions) {
        most += static_cast<std::size_t>((session.close - session.open) / length + 1);
    }
    std::vector<Slot> slots;
    slots.reserve(most); // millions, of years of minutes
    for (const Session& session : sessions) {
        cut(session, length, from, to, slots);
    }
    return slots;
}

} // namespace

std::vector<Session> SessionCalendar::sessions_between(Instant from, Instant to, Hours hours) const {
    std::vector<Session> sessions;
    // A session closes at the latest on the UTC day after its date; it may open days before.
    TradingDate date = std::max(std::chrono::floor<days>(from) - days(1), first_date());
    while (date <= last_date() && (sessions.empty() || sessions.back().open < to)) {
        append_sessions(date, hours, sessions);
        date += days(1);
    }
    std::erase_if(sessions, [&](const Session& session) { return session.close <= from || session.open >= to; });
    return sessions;
}

Result<std::vector<Slot>> SessionCalendar::slots_of_days(Timeframe timeframe, Instant from, Instant to,
                                                         Hours hours) const {
    const TradingDate begin = period_from(timeframe, from);
    const TradingDate end = period_from(timeframe, to);
    if (begin < end && end > last_date() + days(1)) {
        return fail(out_of_range());
    }
    std::vector<Slot> slots;
    std::vector<Session> sessions;
    for (TradingDate date = begin; date < end; date += days(1)) {
        sessions.clear();
        append_sessions(date, hours, sessions);
        if (sessions.empty()) {
            continue;
        }
        const Instant period = period_of(timeframe, date);
        if (slots.empty() || slots.back().open_time != period) {
            slots.push_back(Slot{.open_time = period, .begin = sessions.front().open, .end = sessions.back().close});
        }
        slots.back().end = sessions.back().close;
    }
    return slots;
}

Result<std::vector<Slot>> SessionCalendar::slots(Timeframe timeframe, Instant from, Instant to, Hours hours) const {
    if (!knows(from, to)) {
        return fail(out_of_range());
    }
    if (from >= to) {
        return std::vector<Slot>{};
    }
    if (is_daily_or_longer(timeframe)) {
        return slots_of_days(timeframe, from, to, hours);
    }
    return cut(sessions_between(from, to, hours), nominal_length(timeframe), from, to);
}

} // namespace tradesh
