#pragma once

#include "core/base/error.hpp"
#include "core/base/time.hpp"
#include "core/market/session_calendar.hpp"
#include "core/market/zone.hpp"

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// Moments as people plan them: once, at a time of day, or around the open or the close of an exchange.
namespace tradesh {

/// By std::chrono::weekday::c_encoding: Sunday is 0.
using Weekdays = std::bitset<7>;

/// One moment.
struct OnceAt {
    Instant time;
};
/// A time of day on a wall clock. Where clocks are put forward over it, the moment of the change stands for it; where
/// they are put back it counts the first time only, so it comes exactly once on each date.
struct DailyAt {
    Duration time_of_day{0};
    Zone zone;
};
/// So long before (negative) or after the first open or the last close of an exchange's regular session. Half days
/// count with their own close; days without a session do not count.
struct SessionAt {
    SessionCalendar calendar;
    bool from_close = true;
    Duration offset{0};
};
struct TimeRule {
    std::variant<OnceAt, DailyAt, SessionAt> at;
    Weekdays days = Weekdays().set(); ///< of the zone or exchange; means nothing to OnceAt
};

/// A rule as it is written and kept.
struct TimeRuleText {
    std::string at{};   ///< "15:55", "15:55:30", "NYSE:close-5m", "NYSE:open+30m", "2026-11-23T15:55:00-05:00"
    std::string zone{}; ///< "America/New_York"; needed where `at` has neither an offset nor an exchange
    std::string days{}; ///< "mon-fri", "mon,wed,fri"; empty: every day
    bool operator==(const TimeRuleText&) const = default;
};

/// Reads tzdata, which does not belong on the loop. Errors (usage): "time.rule", "time.zone_missing", "time.days",
/// "zone.unknown"; not_found "calendar.unknown".
Result<TimeRule> parse_time_rule(const TimeRuleText& text);

/// The first moment of the rule after `after`; nullopt when there is none any more. Error "calendar.out_of_range".
Result<std::optional<Instant>> next_after(const TimeRule& rule, Instant after);

/// The date on the rule's own calendar that a moment of it belongs to: "2026-11-21". Names one occurrence.
std::string date_of_occurrence(const TimeRule& rule, Instant moment);

} // namespace tradesh
