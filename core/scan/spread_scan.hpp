#pragma once

#include "core/scan/spread_measure.hpp"
#include "core/scan/spread_score.hpp"

#include <cstddef>
#include <deque>
#include <stop_token>
#include <string_view>
#include <vector>

namespace tradesh::scan {

enum class SpreadOrder : std::uint8_t { score, quick_score, probability, reward, expected_value };
std::string_view name_of(SpreadOrder order);
Result<SpreadOrder> parse_spread_order(std::string_view text);

struct SpreadScanRequest {
    std::vector<SpreadKind> kinds; ///< all four when empty
    std::vector<SpreadFilter> filters;
    ScoreStyle style = ScoreStyle::balanced;
    SpreadOrder order = SpreadOrder::score;
    std::size_t results_max = 50;
    VolatilityStanding standing{}; ///< of the underlying, for the filters of its stage
};

/// What one filter did, in the order in which the filters were applied: it saw what passed the one before it. Filters
/// on the leg of a role see each leg of each kind of spread.
struct FilterCount {
    SpreadFilter filter;
    std::size_t seen = 0; ///< underlyings, contracts or spreads, by the stage
    std::size_t passed = 0;
};

struct RankedSpread {
    VerticalSpread spread;
    double score = 0; ///< by the style of the request
    double rank = 0;  ///< what it is sorted by, the highest first
};

/// Moved, never copied: the spreads of a copy would point to the legs of the original.
struct SpreadScanResult {
    SpreadScanResult() = default;
    SpreadScanResult(SpreadScanResult&&) = default;
    SpreadScanResult& operator=(SpreadScanResult&&) = default;

    std::deque<OptionLeg> legs;        ///< that the spreads point to
    std::vector<RankedSpread> spreads; ///< best first
    std::size_t contracts = 0;         ///< looked at
    std::size_t tradable = 0;          ///< quoted on both sides, not crossed, not expired
    std::size_t modelled = 0;          ///< whose quote a volatility explains
    std::size_t candidates = 0;        ///< spreads that could be entered
    std::size_t matched = 0;           ///< that passed every filter
    std::vector<FilterCount> filters;
};

/// Every vertical spread of a chain that passes the filters, best first. The filter of the underlying runs before
/// anything, those of quotes before a model is fitted, those of legs before legs are paired, those of what a spread
/// costs before it is valued; within a stage the most selective one of a sample runs first. The chain must outlive the
/// result. Pure. Soon after `stop` is requested it returns what it has until then.
SpreadScanResult scan_spreads(const OptionChain& chain, const SpreadScanRequest& request, std::stop_token stop = {});

} // namespace tradesh::scan
