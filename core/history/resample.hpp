#pragma once

#include "core/market/bars.hpp"
#include "core/market/session_calendar.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace tradesh::history {

/// [from, to)
struct TimeSpan {
    Instant from;
    Instant to;
    bool operator==(const TimeSpan&) const = default;
};

/// Bars made of shorter ones.
struct Resampled {
    Bars bars;
    /// Parallel to `bars`: how many of the shorter slots within each had no bar. Empty when no calendar was given.
    std::vector<std::size_t> absent;
    /// Parallel to `absent`: where the shorter slots within each bar open.
    std::vector<TimeSpan> spans;
    std::size_t outside = 0; ///< bars of the source that lie in no session, and in no result
};

/// Whether bars of one timeframe can be made of those of another: "4h of 1h" yes, "3h of 2h" no, "1w of 1d" yes.
bool can_resample(Timeframe from, Timeframe to);

/// First open, highest high, lowest low, last close, sum of volumes of the bars in each slot of `to`; a slot without
/// any has no bar. From a time of day to a day or more it needs the calendar (error "resample.calendar", usage), as it
/// does between times of day; from 1d to 1w and 1M dates are enough. `hours` picks the sessions that count.
/// Error "resample.timeframe" (usage) where can_resample is false.
Result<Resampled> resample(const Bars& bars, Timeframe from, Timeframe to, const SessionCalendar* calendar,
                           Hours hours);

} // namespace tradesh::history
