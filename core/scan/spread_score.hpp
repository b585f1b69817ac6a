#pragma once

#include "core/scan/vertical_spread.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace tradesh::scan {

/// How much each part of a score weighs: a cautious trader looks at the chance of profit and at liquidity, a bold one
/// at what can be gained.
enum class ScoreStyle : std::uint8_t { balanced, conservative, aggressive };
std::string_view name_of(ScoreStyle style);
Result<ScoreStyle> parse_score_style(std::string_view text);

/// The parts of a score, each 0 (bad) to 100 (good).
struct ScoreParts {
    double probability = 0; ///< 0 at an even chance, 100 at 90 %
    double reward = 0;      ///< 50 points for each unit of reward to risk
    double liquidity = 0;   ///< half from volume (5,000 is enough), half from open interest (50,000)
    double delta = 0;       ///< of the primary leg: 100 within 0.30..0.35, 0 outside 0.20..0.50
    double theta = 0;       ///< a point for each 0.01 % of the money at risk that a day brings
    double vega = 0;        ///< 100 up to 0.05, 0 from 0.20
    double volatility = 0;  ///< mean of the legs: 100 within 20..40 %, 0 outside 15..60 %
    double width = 0;       ///< 100 within 2.5..5, 0 outside 1..10
    double time = 0;        ///< 100 within 30..45 days, 0 outside 7..90
};
ScoreParts score_parts(const VerticalSpread& spread);

/// The weighted mean of the parts, 0 to 100, rounded to 2 decimals.
double score(const VerticalSpread& spread, ScoreStyle style);

/// A plain alternative to sort by: 10 * reward to risk + 5 * net theta - 2 * mean width of the quotes + 20 *
/// probability of profit.
double quick_score(const VerticalSpread& spread);

/// How much a Greek of a spread is worth worrying about.
enum class RiskBand : std::uint8_t { low, medium, high };
std::string_view name_of(RiskBand band);

/// What the Greeks of a spread say.
struct GreeksReport {
    RiskBand delta = RiskBand::low; ///< |delta| up to 0.20, up to 0.40, above
    RiskBand gamma = RiskBand::low; ///< |gamma| up to 0.05, up to 0.10, above
    RiskBand theta = RiskBand::low; ///< theta earns, costs less than 1 % of the money at risk a day, or more
    RiskBand vega = RiskBand::low;  ///< |vega| up to 0.10, up to 0.20, above
    double risk = 0;                ///< 5, 15 or 25 points a Greek: 20 (calm) to 100
    bool balanced = false;          ///< no band is high, theta earns, and the risk is below 50
};
GreeksReport report_greeks(const VerticalSpread& spread);

} // namespace tradesh::scan
