#include "core/market/session_calendar.hpp"

#include "core/market/trading_day.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <variant>

namespace tradesh {
namespace {

constexpr std::array<std::string_view, 4> session_kind_names{"night", "pre", "regular", "post"};
constexpr std::array<std::string_view, 3> hours_names{"regular", "extended", "all"};
constexpr std::chrono::days one_day{1};

std::unexpected<Error> unknown(std::string message) {
    return fail(Error(ErrorKind::not_found, "calendar.unknown", std::move(message))
                    .advise("say where it trades: --exchange NYSE (known are " + exchanges_with_days() + ")"));
}

} // namespace

std::string_view name_of(SessionKind kind) { return session_kind_names[static_cast<std::size_t>(kind)]; }
std::string_view name_of(Hours hours) { return hours_names[static_cast<std::size_t>(hours)]; }

Result<Hours> parse_hours(std::string_view text) {
    const auto* const found = std::ranges::find(hours_names, text);
    if (found == hours_names.end()) {
        return fail(Error(ErrorKind::usage, "hours.unknown", "'" + std::string(text) + "' is no kind of trading hours")
                        .advise("use regular, extended or all"));
    }
    return static_cast<Hours>(found - hours_names.begin());
}

Result<SessionCalendar> SessionCalendar::find(std::string_view exchange) {
    const ExchangeDays* const days = find_exchange_days(exchange);
    const Exchange* const known = find_exchange(exchange);
    if (days == nullptr || known == nullptr) {
        return unknown("the trading hours of '" + std::string(exchange) + "' are not known");
    }
    Result<Zone> zone = Zone::find(known->zone);
    if (!zone) {
        return fail(std::move(zone.error()));
    }
    return SessionCalendar(*days, *zone);
}

Result<SessionCalendar> SessionCalendar::of(const Instrument& instrument) {
    const bool stated = !instrument.exchange.empty() && !instrument.assumed.exchange;
    if (stated && find_exchange_days(instrument.exchange) != nullptr) {
        return find(instrument.exchange);
    }
    if (std::holds_alternative<Forex>(instrument.kind)) {
        return find("FOREX");
    }
    if (std::holds_alternative<Crypto>(instrument.kind)) {
        return find("CRYPTO");
    }
    Result<SessionCalendar> none = stated ? find(instrument.exchange) : unknown("nobody said where it trades");
    if (!none) {
        return fail(std::move(none.error()).on(instrument.symbol));
    }
    return none;
}

std::string_view SessionCalendar::name() const { return days_->exchange; }
const Zone& SessionCalendar::zone() const { return zone_; }
TradingDate SessionCalendar::first_date() const { return days_->first; }
TradingDate SessionCalendar::last_date() const { return days_->last; }

Error SessionCalendar::out_of_range() const {
    const std::string first = to_date_text(first_date());
    const std::string last = to_date_text(last_date());
    return Error(ErrorKind::not_found, "calendar.out_of_range",
                 "the sessions of " + std::string(name()) + " are known from " + first + " through " + last + " only")
        .advise("ask for a range within these dates");
}

bool SessionCalendar::knows(Instant from, Instant to) const {
    return from >= first_date() && from <= last_date() + one_day && to >= first_date() && to <= last_date() + one_day;
}

void SessionCalendar::append_sessions(TradingDate date, Hours hours, std::vector<Session>& sessions) const {
    const LocalTime midnight(date.time_since_epoch());
    for (const DaySession& session : days_->day(date)) {
        if (includes(hours, session.kind)) {
            // No session opens or closes while clocks change, so the earlier moment is the only one.
            sessions.push_back(Session{.date = date,
                                       .kind = session.kind,
                                       .open = zone_.to_utc(midnight + session.open).earlier,
                                       .close = zone_.to_utc(midnight + session.close).earlier});
        }
    }
}

Result<std::vector<Session>> SessionCalendar::sessions(TradingDate from, TradingDate to, Hours hours) const {
    const TradingDate end = last_date() + one_day;
    if (from < first_date() || from > end || to < first_date() || to > end) {
        return fail(out_of_range());
    }
    std::vector<Session> sessions;
    for (TradingDate date = from; date < to; date += one_day) {
        append_sessions(date, hours, sessions);
    }
    return sessions;
}

Result<TradingDate> SessionCalendar::trading_date(Instant instant) const {
    if (!knows(instant, instant)) {
        return fail(out_of_range());
    }
    std::vector<Session> sessions;
    // A session closes at the latest on the UTC day after its date.
    const TradingDate from = std::max(std::chrono::floor<std::chrono::days>(instant) - one_day, first_date());
    for (TradingDate date = from; date <= last_date(); date += one_day) {
        sessions.clear();
        append_sessions(date, Hours::all, sessions);
        if (!sessions.empty() && instant < sessions.back().close) {
            return date;
        }
    }
    return fail(out_of_range());
}

} // namespace tradesh
