#pragma once

#include "cli/plot/chart.hpp"
#include "cli/plot/plotted_series.hpp"
#include "core/market/bars.hpp"
#include "core/market/instrument.hpp"
#include "core/market/zone.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradesh::cli {

/// Bars that expressions read beside those of the chart: of another length or of another instrument.
struct OtherBars {
    Instrument instrument;
    Timeframe timeframe = Timeframe::d1;
    Bars bars{};
};

/// Bars to draw. Those before `first` are only there so that indicators have settled when the chart begins.
struct ChartedBars {
    Instrument instrument;
    Timeframe timeframe = Timeframe::d1;
    PriceBasis basis = PriceBasis::raw;
    BarSource source = BarSource::import;
    Bars bars{}; ///< more than `first`
    std::size_t first = 0;
    std::vector<OtherBars> others{}; ///< of the streams of the program behind its base, in their order
};

/// What is drawn of an expression, bar by bar from `first` on: one column per output of the program.
using PlottedValues = std::vector<std::vector<double>>;
PlottedValues work_out(const ChartedBars& charted, const PlottedExpressions& plotted);

/// A sentence for each series that has no value on any bar that is shown.
std::vector<std::string> notes_on_unknown(const ChartedBars& charted, const PlottedExpressions& plotted,
                                          const PlottedValues& values);

/// The chart of them; times of day are shown in `zone`, or in UTC.
Chart chart_of(const ChartedBars& charted, const PlottedExpressions& plotted, const PlottedValues& values,
               std::optional<Zone> zone);

} // namespace tradesh::cli
