#include "core/market/moment_word.hpp"

#include "core/base/overloaded.hpp"
#include "core/market/session_calendar.hpp"
#include "core/market/zone.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace tradesh {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view moment_forms =
    "write 15:55, NYSE:close-5m, open+1m or 2026-11-20T20:55:00Z (with Z or an offset such as -05:00)";

std::unexpected<Error> no_moment(std::string_view text, std::string why) {
    return fail(Error(ErrorKind::usage, "time.moment", "'" + std::string(text) + "' is no moment" + std::move(why))
                    .advise(moment_forms));
}

std::optional<int> two_digits(std::string_view text) {
    const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    if (text.size() != 2 || !digit(text[0]) || !digit(text[1])) {
        return std::nullopt;
    }
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/// "15:55" or "15:55:30", then perhaps a zone behind a space.
std::optional<TimeOfDay> time_of_day(std::string_view text) {
    const std::size_t space = text.find(' ');
    const std::string_view clock = text.substr(0, space);
    if ((clock.size() != 5 && clock.size() != 8) || clock[2] != ':' || (clock.size() == 8 && clock[5] != ':')) {
        return std::nullopt;
    }
    const std::optional<int> hour = two_digits(clock.substr(0, 2));
    const std::optional<int> minute = two_digits(clock.substr(3, 2));
    const std::optional<int> second = clock.size() == 8 ? two_digits(clock.substr(6, 2)) : std::optional(0);
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) {
        return std::nullopt;
    }
    return TimeOfDay{.since_midnight = hours(*hour) + minutes(*minute) + seconds(*second),
                     .zone = space == std::string_view::npos ? "" : std::string(text.substr(space + 1))};
}

Result<MomentWord> session_edge(std::string_view text, std::string exchange, std::string_view edge) {
    const bool is_close = edge.starts_with("close");
    const std::string_view rest = edge.substr(is_close ? 5 : 4);
    SessionEdge word{.exchange = std::move(exchange), .is_close = is_close, .offset = Duration(0)};
    if (rest.empty()) {
        return word;
    }
    if (rest.front() != '-' && rest.front() != '+') {
        return no_moment(text, "");
    }
    const Result<Duration> span = parse_duration(rest.substr(1));
    if (!span) {
        return no_moment(text, ": " + span.error().message);
    }
    word.offset = rest.front() == '-' ? -*span : *span;
    return word;
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}
std::string upper(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return result;
}

std::string clock_text(Duration since_midnight) {
    const auto two = [](auto count) { return (count < 10 ? "0" : "") + std::to_string(count); };
    const auto whole = std::chrono::duration_cast<seconds>(since_midnight).count();
    return two(whole / 3600) + ":" + two(whole / 60 % 60) + (whole % 60 == 0 ? "" : ":" + two(whole % 60));
}

Result<Instant> on_clock(const TimeOfDay& time, const Instrument& instrument, Instant now) {
    const bool is_known = !instrument.zone.empty() && !instrument.assumed.zone;
    if (time.zone.empty() && !is_known) {
        const std::string text = to_text(MomentWord(time));
        return fail(Error(ErrorKind::usage, "time.zone_missing",
                          "'" + text + "' does not say in which time zone, and the exchange of " + instrument.symbol +
                              " is not known")
                        .advise("add --tz America/New_York, write 2026-11-20T20:55:00Z or NYSE:close-5m, or name the "
                                "exchange: data import --exchange"));
    }
    const Result<Zone> zone = Zone::find(time.zone.empty() ? instrument.zone : time.zone);
    if (!zone) {
        return fail(zone.error());
    }
    const auto midnight = std::chrono::floor<days>(zone->to_local(now));
    return zone->to_utc(LocalTime(midnight) + time.since_midnight).earlier;
}

Result<Instant> at_edge(const SessionEdge& edge, const Instrument& instrument, Instant now) {
    const Result<SessionCalendar> calendar =
        edge.exchange.empty() ? SessionCalendar::of(instrument) : SessionCalendar::find(edge.exchange);
    if (!calendar) {
        return fail(calendar.error());
    }
    const Result<TradingDate> date = calendar->trading_date(now);
    if (!date) {
        return fail(date.error());
    }
    const Result<std::vector<Session>> sessions = calendar->sessions(*date, *date + days(1), Hours::regular);
    if (!sessions) {
        return fail(sessions.error());
    }
    if (sessions->empty()) {
        return fail(Error(ErrorKind::not_found, "calendar.no_session",
                          std::string(calendar->name()) + " has no regular hours on " + to_date_text(*date))
                        .on(to_text(MomentWord(edge))));
    }
    return (edge.is_close ? sessions->back().close : sessions->front().open) + edge.offset;
}

} // namespace

Result<MomentWord> parse_moment(std::string_view text) {
    if (std::optional<TimeOfDay> time = time_of_day(text)) {
        if (!time->zone.empty() && !is_known_zone(time->zone)) {
            return no_moment(text, ": the zone '" + time->zone + "' is unknown");
        }
        return *std::move(time);
    }
    const std::size_t colon = text.find(':');
    const std::string whole = lower(text);
    if (whole.starts_with("close") || whole.starts_with("open")) {
        return session_edge(text, "", whole);
    }
    const std::string edge = colon == std::string_view::npos ? "" : whole.substr(colon + 1);
    if (edge.starts_with("close") || edge.starts_with("open")) {
        const std::string exchange = upper(text.substr(0, colon));
        if (find_exchange(exchange) == nullptr) {
            return no_moment(text, ": the exchange '" + exchange + "' is unknown");
        }
        return session_edge(text, exchange, edge);
    }
    bool has_offset = false;
    const Result<Instant> instant = parse_instant(text, &has_offset);
    if (!instant) {
        return no_moment(text, "");
    }
    if (!has_offset) {
        return no_moment(text, " that everybody reads alike");
    }
    return *instant;
}

std::string to_text(const MomentWord& word) {
    return std::visit(Overloaded{[](Instant instant) { return to_rfc3339(instant); },
                                 [](const TimeOfDay& time) {
                                     return clock_text(time.since_midnight) +
                                            (time.zone.empty() ? "" : " " + time.zone);
                                 },
                                 [](const SessionEdge& edge) {
                                     std::string text = edge.exchange.empty() ? "" : edge.exchange + ":";
                                     text += edge.is_close ? "close" : "open";
                                     if (edge.offset != Duration(0)) {
                                         const bool before = edge.offset < Duration(0);
                                         text += (before ? "-" : "+") + to_text(before ? -edge.offset : edge.offset);
                                     }
                                     return text;
                                 }},
                      word);
}

Result<Instant> moment_of(const MomentWord& word, const Instrument& instrument, Instant now) {
    return std::visit(Overloaded{[](Instant instant) -> Result<Instant> { return instant; },
                                 [&](const TimeOfDay& time) { return on_clock(time, instrument, now); },
                                 [&](const SessionEdge& edge) { return at_edge(edge, instrument, now); }},
                      word);
}

std::string session_date_of(const Instrument& instrument, Instant now) {
    const bool around_the_clock =
        std::holds_alternative<Forex>(instrument.kind) || std::holds_alternative<Crypto>(instrument.kind);
    if (!around_the_clock) {
        if (const Result<SessionCalendar> calendar = SessionCalendar::of(instrument)) {
            if (const Result<TradingDate> date = calendar->trading_date(now)) {
                return to_date_text(*date);
            }
        }
    }
    return to_date_text(now);
}

Result<std::string> date_in_zone(std::string_view zone, Instant now) {
    const Result<Zone> found = Zone::find(zone);
    if (!found) {
        return fail(found.error());
    }
    const LocalTime local = found->to_local(now);
    return to_date_text(Instant(local.time_since_epoch()));
}

} // namespace tradesh
