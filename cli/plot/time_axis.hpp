#pragma once

#include "core/base/time.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace tradesh::cli {

/// A bar that begins a year, a month, a day, an hour.
struct TimeTick {
    std::size_t bar = 0;
    std::string label; ///< "2013", "Feb", "14", "Feb 14", "09:30"
};

/// Marks the finest unit of the calendar whose labels have room: centred under their bars, which are `columns_per_bar`
/// characters wide, within `columns` characters in all. Never empty where there is a bar and room for its date.
std::vector<TimeTick> time_ticks(std::span<const Instant> times, bool dated, double columns_per_bar,
                                 std::size_t columns);

/// The first column of a label that is centred under a bar, moved to stay within `columns`.
std::size_t label_column(const TimeTick& tick, double columns_per_bar, std::size_t columns);

} // namespace tradesh::cli
