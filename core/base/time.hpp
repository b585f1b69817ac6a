#pragma once

#include "core/base/error.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace tradesh {

/// A span of time in nanoseconds.
using Duration = std::chrono::nanoseconds;

/// A moment in UTC with nanosecond resolution (years 1678 to 2262).
using Instant = std::chrono::sys_time<Duration>;

/// Where time comes from. Domain code never asks the system: a Clock is passed in, so tests decide what time it is.
class Clock {
public:
    virtual ~Clock() = default;
    /// The time of day, UTC. It may be stepped by the administrator.
    virtual Instant now() const = 0;
    /// Time since some fixed point that never steps back and counts suspended time (CLOCK_BOOTTIME): for ages and
    /// deadlines.
    virtual Duration elapsed() const = 0;
};

class SystemClock final : public Clock {
public:
    Instant now() const override;
    Duration elapsed() const override;
};

/// "2026-11-21T14:30:00.123456789Z", without the fraction where it is zero.
std::string to_rfc3339(Instant instant);
/// The date in UTC: "2026-11-21".
std::string to_date_text(Instant instant);

/// "2026-11-21" (midnight UTC), "2026-11-21 14:30[:00[.5]]", "2026-11-21T14:30:00+01:00".
/// Without an offset the time is UTC. `has_offset`, when given, tells whether one was written.
Result<Instant> parse_instant(std::string_view text, bool* has_offset = nullptr);

/// "250ms", "5s", "1m", "2h", "1d", "1w", also sums such as "1h30m".
Result<Duration> parse_duration(std::string_view text);

/// The shortest exact spelling that parse_duration reads back: "1h30m", "250ms".
std::string to_text(Duration duration);

/// Rounded for people: "3.2 ms", "12 s", "2 h 5 min".
std::string to_human(Duration duration);

} // namespace tradesh
