#pragma once

#include "cli/parse/word.hpp"
#include "cli/plot/chart.hpp"
#include "core/expression/program.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::cli {

/// What every bar is told by; nothing that is drawn may be given one of these names.
inline constexpr std::array<std::string_view, 6> bar_fields{"time", "open", "high", "low", "close", "volume"};

/// A series as it was asked for, before it is worked out.
struct PlottedSeries {
    std::string label;
    SeriesStyle style = SeriesStyle::line;
    bool adds_up = false;
    std::size_t output = 0; ///< of the program
};

struct PlottedPanel {
    std::vector<PlottedSeries> series;
    std::vector<double> guides;
};

/// Everything that is drawn besides the candles, in one program: parts that are equal are worked out once.
struct PlottedExpressions {
    expression::Program program;
    PlottedPanel price;
    std::vector<PlottedPanel> below;
};

/// Reads what is drawn over the candles ("ema(20), bbands(20, 2)") and below them, a panel a word. An indicator with
/// several outputs of which none is chosen stands for all that share a scale: of bands upper, middle and lower, of what
/// follows prices all but the direction. Errors (usage) at their place in the word: those of the language,
/// "plot.condition" for a condition, "plot.name_taken" for the name of another field of the bar.
Result<PlottedExpressions> read_plotted(std::span<const Word> over, std::span<const Word> below, Timeframe timeframe);

/// The series with their values: `outputs` are those of the program, each cut to the bars that are shown.
ChartPanel panel_of(const PlottedPanel& plotted, std::span<const std::vector<double>> outputs);

} // namespace tradesh::cli
