#pragma once

#include "core/scan/vertical_spread.hpp"

#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace tradesh::scan {

/// Both ends included.
struct Range {
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
    bool holds(double value) const { return value >= least && value <= most; }
    bool operator==(const Range&) const = default;
};

/// What is needed to know a measure, cheapest first: filters are applied in this order.
enum class MeasureStage : std::uint8_t {
    quote,  ///< of each leg: its quote alone
    model,  ///< of each leg: its implied volatility and Greeks
    spread, ///< of the two legs together
};

/// A number that spreads can be filtered by: one row of the catalogue that options, presets and help are made of.
struct SpreadMeasure {
    std::string_view name; ///< as an option and a key of presets: "short-delta"
    std::string_view summary;
    MeasureStage stage = MeasureStage::spread;
    Range allowed;                                ///< a filter's ends lie within
    double (*of_leg)(const OptionLeg&) = nullptr; ///< stages quote and model: holds for both legs
    double (*of_spread)(const VerticalSpread&, const OptionChain&) = nullptr; ///< stage spread
};

std::span<const SpreadMeasure> spread_measures();
/// Null when there is none of that name.
const SpreadMeasure* find_spread_measure(std::string_view name);

struct SpreadFilter {
    const SpreadMeasure* measure = nullptr; ///< of the catalogue
    Range range;
    bool operator==(const SpreadFilter&) const = default;
};

/// A filter from its name and "0.20..0.35", "100..", "..0.10" or one number for exactly that. Errors (usage):
/// "spread.measure_unknown" with the nearest name, "spread.range".
Result<SpreadFilter> parse_spread_filter(std::string_view name, std::string_view range);
/// "0.2..0.35", as parse_spread_filter reads it.
std::string to_text(const Range& range);

/// Puts `filter` in place of one of the same measure, or at the end.
void set_filter(std::vector<SpreadFilter>& filters, const SpreadFilter& filter);

} // namespace tradesh::scan
