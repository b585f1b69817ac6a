#pragma once

#include "cli/plot/canvas.hpp"
#include "cli/plot/chart.hpp"

#include <cstddef>
#include <string>

namespace tradesh::cli {

struct TerminalChartSize {
    std::size_t columns = 80;
    std::size_t lines = 24; ///< of the whole: title, legends, candles, panels and time axis
};

/// How many candles a chart can have side by side.
std::size_t candles_across(const Chart& chart, std::size_t columns);

/// Fewest lines that a chart takes, of candles for which there is room.
std::size_t lines_needed(const Chart& chart, std::size_t columns, const TerminalLook& look);

/// Candles (bodies of half blocks, wicks of lines), overlays as lines of dots, panels below them, the price axis to the
/// right with the last close marked, the time axis below. A chart of more candles than `candles_across` loses the first
/// ones: see `fit`. Without colour rising candles are thin lines and falling ones blocks, and lines carry the letter of
/// their legend at the right edge. It takes as many lines as it needs where the size is too small.
std::string draw_on_terminal(const Chart& chart, TerminalChartSize size, const TerminalLook& look);

} // namespace tradesh::cli
