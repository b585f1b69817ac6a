#pragma once

#include "cli/plot/bar_chart.hpp"
#include "core/engine/data_desk.hpp"
#include "core/expression/program.hpp"

#include <string>
#include <vector>

namespace tradesh::cli {

inline constexpr std::int64_t plot_bars_max = 100'000;

/// What `data plot` draws from.
struct PlotBars {
    ChartedBars charted;
    std::string currency;
    std::vector<std::string> notes; ///< how they were made
};

/// Reads the bars to show (`wanted` has a count), before them as many as the program needs where there are so many, and
/// those of its other streams. Errors: those of DataDesk::show; "plot.timeframe" (usage) where the program was made for
/// bars of another length and that matters.
runtime::Task<Result<PlotBars>> read_plot_bars(engine::DataDesk& data, engine::BarsWanted wanted,
                                               expression::Program program);

} // namespace tradesh::cli
