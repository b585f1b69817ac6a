#pragma once

#include "core/base/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace tradesh {

/// The last bars of up to eight series side by side, as vector kernels read them. A column is `rows` rows of `lanes`
/// doubles: `columns[c][row * lanes + lane]`. Every lane ends in the last row; a shorter one is NaN before its first
/// bar. A view: it says nothing of how long the values live.
struct BarBlock {
    static constexpr std::size_t lanes_max = 8;

    std::size_t rows = 0;
    std::size_t lanes = lanes_max;             ///< 8, or 1 for a series on its own, whose columns are then contiguous
    std::array<const double*, 5> columns{};    ///< open, high, low, close, volume; null where it was not asked for
    std::array<std::size_t, lanes_max> bars{}; ///< how many bars each lane holds
    std::array<Instant, lanes_max> last_open_time{}; ///< of each lane that holds bars
    /// Of a series on its own (`lanes` is 1), by row; null where they were not asked for.
    const Instant* open_time = nullptr;
    const Instant* complete_at = nullptr; ///< when each bar was complete, see SessionCalendar
};

} // namespace tradesh
