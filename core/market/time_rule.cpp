#include "core/market/time_rule.hpp"

#include "core/base/overloaded.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

namespace tradesh {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 7> day_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
/// A time of day comes on one of so many dates; a session after the longest row of holidays.
constexpr int dates_looked_at = 9;
constexpr days session_window{21};

std::unexpected<Error> wrong(std::string_view code, std::string message, std::string_view hint) {
    return fail(Error(ErrorKind::usage, code, std::move(message)).advise(hint));
}

std::unexpected<Error> no_rule(std::string_view text) {
    return wrong("time.rule", "'" + std::string(text) + "' is no time to plan for",
                 "write 15:55 with --tz America/New_York, NYSE:close-5m, NYSE:open+30m or 2026-11-23T15:55:00-05:00");
}

/// Two digits; nothing else.
std::optional<int> two_digits(std::string_view text) {
    int value = 0;
    const bool digits = text.size() == 2 && std::isdigit(static_cast<unsigned char>(text[0])) != 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    return digits && failure == std::errc() && end == text.data() + 2 ? std::optional(value) : std::nullopt;
}

/// "15:55" or "15:55:30"; nullopt for anything else.
std::optional<Duration> time_of_day(std::string_view text) {
    const bool with_seconds = text.size() == 8;
    if ((text.size() != 5 && !with_seconds) || text[2] != ':' || (with_seconds && text[5] != ':')) {
        return std::nullopt;
    }
    const std::optional<int> hour = two_digits(text.substr(0, 2));
    const std::optional<int> minute = two_digits(text.substr(3, 2));
    const std::optional<int> second = with_seconds ? two_digits(text.substr(6, 2)) : 0;
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) {
        return std::nullopt;
    }
    return hours(*hour) + minutes(*minute) + seconds(*second);
}

std::optional<std::size_t> day_number(std::string_view name) {
    const auto found = std::ranges::find(day_names, name);
    return found == day_names.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - day_names.begin()));
}

Result<Weekdays> parse_days(const std::string& text) {
    if (text.empty()) {
        return Weekdays().set();
    }
    Weekdays chosen;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::string_view part = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        const std::size_t dash = part.find('-');
        const std::optional<std::size_t> first = day_number(part.substr(0, dash));
        const std::optional<std::size_t> last =
            dash == std::string_view::npos ? first : day_number(part.substr(dash + 1));
        if (!first || !last) {
            return wrong("time.days", "'" + text + "' names no days of the week", "write mon-fri, or mon,wed,fri");
        }
        for (std::size_t day = *first;; day = (day + 1) % day_names.size()) {
            chosen.set(day);
            if (day == *last) {
                break;
            }
        }
    }
    return chosen;
}

/// "NYSE:close-5m"; nullopt when it has no such shape.
std::optional<Result<SessionAt>> session_at(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == 0 || colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view rest = text.substr(colon + 1);
    const bool from_close = rest.starts_with("close");
    if (!from_close && !rest.starts_with("open")) {
        return std::nullopt;
    }
    rest.remove_prefix(from_close ? 5 : 4);
    Duration offset{0};
    if (!rest.empty()) {
        const Result<Duration> span = parse_duration(rest.substr(1));
        if ((rest.front() != '-' && rest.front() != '+') || !span) {
            return no_rule(text);
        }
        offset = rest.front() == '-' ? -*span : *span;
    }
    Result<SessionCalendar> calendar = SessionCalendar::find(text.substr(0, colon));
    if (!calendar) {
        return fail(std::move(calendar.error()));
    }
    return SessionAt{.calendar = *calendar, .from_close = from_close, .offset = offset};
}

Result<Zone> zone_of(const TimeRuleText& text) {
    if (text.zone.empty()) {
        return wrong("time.zone_missing", "'" + text.at + "' does not say in which time zone",
                     "add --tz America/New_York, write an offset (2026-11-23T15:55:00-05:00), or NYSE:close-5m");
    }
    return Zone::find(text.zone);
}

Result<OnceAt> once_at(const TimeRuleText& text) {
    bool has_offset = false;
    const Result<Instant> moment = parse_instant(text.at, &has_offset);
    if (!moment) {
        return no_rule(text.at);
    }
    if (has_offset) {
        return OnceAt{*moment};
    }
    const Result<Zone> zone = zone_of(text);
    if (!zone) {
        return fail(zone.error());
    }
    const ZonedTime zoned = zone->to_utc(LocalTime(moment->time_since_epoch()));
    if (zoned.kind != ZonedTime::Kind::unique) {
        return wrong("time.rule", "clocks are changed over '" + text.at + "' in " + text.zone,
                     "write it with its offset: 2026-11-01T01:30:00-04:00");
    }
    return OnceAt{zoned.earlier};
}

bool counts(const Weekdays& chosen, TradingDate date) { return chosen.test(std::chrono::weekday(date).c_encoding()); }

std::optional<Instant> next_daily(const DailyAt& rule, const Weekdays& chosen, Instant after) {
    const auto date = std::chrono::floor<days>(rule.zone.to_local(after)) - days(1);
    for (int i = 0; i < dates_looked_at; ++i) {
        const auto local_date = date + days(i);
        if (!counts(chosen, TradingDate(local_date.time_since_epoch()))) {
            continue;
        }
        const Instant moment = rule.zone.to_utc(LocalTime(local_date) + rule.time_of_day).earlier;
        if (moment > after) {
            return moment;
        }
    }
    return std::nullopt; // no day of the week is chosen
}

Result<std::optional<Instant>> next_session(const SessionAt& rule, const Weekdays& chosen, Instant after) {
    const TradingDate from = std::chrono::floor<days>(after - rule.offset) - days(1);
    const TradingDate to = std::min(from + session_window, rule.calendar.last_date() + days(1));
    const Result<std::vector<Session>> sessions = rule.calendar.sessions(from, to, Hours::regular);
    if (!sessions) {
        return fail(sessions.error());
    }
    for (std::size_t i = 0; i < sessions->size(); ++i) {
        const Session& session = (*sessions)[i];
        const bool first = i == 0 || (*sessions)[i - 1].date != session.date;
        const bool last = i + 1 == sessions->size() || (*sessions)[i + 1].date != session.date;
        const Instant moment = (rule.from_close ? session.close : session.open) + rule.offset;
        if ((rule.from_close ? last : first) && counts(chosen, session.date) && moment > after) {
            return moment;
        }
    }
    return std::optional<Instant>();
}

} // namespace

Result<TimeRule> parse_time_rule(const TimeRuleText& text) {
    const Result<Weekdays> chosen = parse_days(text.days);
    if (!chosen) {
        return fail(chosen.error());
    }
    if (const std::optional<Duration> time = time_of_day(text.at)) {
        const Result<Zone> zone = zone_of(text);
        return zone ? Result<TimeRule>(TimeRule{DailyAt{.time_of_day = *time, .zone = *zone}, *chosen})
                    : fail(zone.error());
    }
    if (const std::optional<Result<SessionAt>> session = session_at(text.at)) {
        return *session ? Result<TimeRule>(TimeRule{**session, *chosen}) : fail(session->error());
    }
    const Result<OnceAt> once = once_at(text);
    if (once && !text.days.empty()) {
        return wrong("time.days", "'" + text.at + "' is one moment, so no days can be chosen",
                     "leave --days away, or give a time of day alone: 15:55");
    }
    return once ? Result<TimeRule>(TimeRule{*once, *chosen}) : fail(once.error());
}

Result<std::optional<Instant>> next_after(const TimeRule& rule, Instant after) {
    return std::visit(Overloaded{[&](const OnceAt& once) -> Result<std::optional<Instant>> {
                                     return once.time > after ? std::optional(once.time) : std::nullopt;
                                 },
                                 [&](const DailyAt& daily) -> Result<std::optional<Instant>> {
                                     return next_daily(daily, rule.days, after);
                                 },
                                 [&](const SessionAt& session) { return next_session(session, rule.days, after); }},
                      rule.at);
}

std::string date_of_occurrence(const TimeRule& rule, Instant moment) {
    const auto* daily = std::get_if<DailyAt>(&rule.at);
    const auto* session = std::get_if<SessionAt>(&rule.at);
    if (daily == nullptr && session == nullptr) {
        return to_date_text(moment);
    }
    const Instant base = session != nullptr ? moment - session->offset : moment;
    const LocalTime local = (daily != nullptr ? daily->zone : session->calendar.zone()).to_local(base);
    return to_date_text(Instant(local.time_since_epoch()));
}

} // namespace tradesh
