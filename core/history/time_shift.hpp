#pragma once

#include "core/market/bars.hpp"
#include "core/market/timeframe.hpp"

#include <optional>
#include <string_view>

namespace tradesh::history {

/// How far a difference of zones or of stamps moves the times of bars at most.
Duration time_shift_max(Timeframe timeframe);

/// Tells whether `news` are the bars of `stored` at other times, as they are when a file was read in another zone or
/// with another stamp: almost none of them is like the stored bar of its time (or no bar is stored at its time), but
/// most are, by their prices (or nearly all, by their times), when all are moved by one distance: quarters of an hour
/// up to 26 h, alone or with one timeframe. Returns how much later the times of `news` are.
///
/// Both ascending; `stored` reaches over the times of `news` by time_shift_max on both sides. Nothing is told of fewer
/// than 3 bars, or where bars are missing from the store.
std::optional<Duration> find_time_shift(const Bars& stored, const Bars& news, Timeframe timeframe);

/// The bars of `bars` to look at: the first few hundred that open within [from, to].
Bars time_shift_sample(const Bars& bars, Instant from, Instant to, Timeframe timeframe);

/// The error for a file whose times are `shift` later than those stored, with the cure.
Error shifted_times(Duration shift, std::string_view symbol, Timeframe timeframe);

} // namespace tradesh::history
