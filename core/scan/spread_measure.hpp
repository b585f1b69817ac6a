#pragma once

#include "core/scan/vertical_spread.hpp"
#include "core/scan/volatility_standing.hpp"

#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace tradesh::scan {

/// Both ends included, and met to within a billionth: 0.80 - 0.70 is a little more than 0.10 in doubles.
struct Range {
    static constexpr double tolerance = 1e-9;

    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
    /// Never what is not a number.
    bool holds(double value) const { return value >= least - tolerance && value <= most + tolerance; }
    bool endless() const { return *this == Range{}; }
    bool operator==(const Range&) const = default;
};

/// What is needed to know a measure, cheapest first: filters are applied in this order.
enum class MeasureStage : std::uint8_t {
    underlying, ///< of the underlying: where its implied volatility stands
    quote,      ///< of each leg: its quote alone
    model,      ///< of each leg: its implied volatility and Greeks
    role,       ///< of the leg that has a role in the spread: the same
    entry,      ///< of two legs: what they cost together
    value,      ///< of two legs: what they are worth together
};

/// Which leg a measure of the stage `role` is about.
enum class LegRole : std::uint8_t {
    bought,
    sold,
    primary, ///< VerticalSpread::primary
};
/// Whether the long or the short leg of a spread has a role.
constexpr bool has_role(LegRole role, SpreadKind kind, bool is_long) {
    return role == LegRole::primary ? is_credit(kind) != is_long : (role == LegRole::bought) == is_long;
}

/// A number that spreads can be filtered by: one row of the catalogue that options, presets and help are made of.
struct SpreadMeasure {
    std::string_view name; ///< as an option and a key of presets: "short-delta"
    std::string_view summary;
    MeasureStage stage = MeasureStage::value;
    Range allowed;      ///< a filter's ends lie within
    bool whole = false; ///< it counts things, and a filter's ends are whole numbers

    // One of them, by the stage.
    double (*of_underlying)(const VolatilityStanding&) = nullptr; ///< not a number where it is unknown
    double (*of_leg)(const OptionLeg&) = nullptr;                 ///< stages quote and model: holds for both legs
    LegRole role = LegRole::primary;                              ///< stage role, besides of_leg
    double (*of_spread)(const VerticalSpread&, const OptionChain&) = nullptr; ///< stages entry and value
};

std::span<const SpreadMeasure> spread_measures();
/// Null when there is none of that name.
const SpreadMeasure* find_spread_measure(std::string_view name);

struct SpreadFilter {
    const SpreadMeasure* measure = nullptr; ///< of the catalogue
    Range range;
    bool operator==(const SpreadFilter&) const = default;
};

/// A filter from its name and "0.20..0.35", "100..", "..0.10", ".." or one number for exactly that. Errors (usage):
/// "spread.measure_unknown" with the nearest name, "spread.range".
Result<SpreadFilter> parse_spread_filter(std::string_view name, std::string_view range);
/// "0.2..0.35", as parse_spread_filter reads it.
std::string to_text(const Range& range);

/// Puts `filter` in place of one of the same measure, or at the end. One without ends ("..") takes that one away.
void set_filter(std::vector<SpreadFilter>& filters, const SpreadFilter& filter);

} // namespace tradesh::scan
