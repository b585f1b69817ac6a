#pragma once

#include "cli/plot/chart.hpp"

#include <cstddef>
#include <string>

namespace tradesh::cli {

/// Most candles of a drawing; more belong together (see `fit`), or it would be too wide to look at.
inline constexpr std::size_t svg_candles_max = 2'000;

/// The chart as an SVG document of its own: the same parts as on a terminal, fit for light and dark pages. The same
/// chart gives the same bytes.
std::string draw_svg(const Chart& chart);

} // namespace tradesh::cli
