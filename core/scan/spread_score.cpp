#include "core/scan/spread_score.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace tradesh::scan {
namespace {

constexpr std::array<std::string_view, 3> style_names{"balanced", "conservative", "aggressive"};
constexpr std::array<std::string_view, 3> band_names{"low", "medium", "high"};

/// By style: probability, reward, liquidity, delta, theta, vega, volatility, width, time.
constexpr std::array<std::array<double, 9>, 3> weights{{{.25, .20, .15, .10, .10, .05, .05, .05, .05},
                                                        {.35, .15, .20, .10, .05, .05, .03, .05, .02},
                                                        {.15, .30, .10, .15, .15, .05, .05, .03, .02}}};

double bounded(double points) { return std::clamp(points, 0.0, 100.0); }

/// 100 within the inner range, falling to 0 at the ends of the outer one.
double plateau(double value, double outer_low, double inner_low, double inner_high, double outer_high) {
    const double rising = (value - outer_low) / (inner_low - outer_low);
    const double falling = (outer_high - value) / (outer_high - inner_high);
    return bounded(100 * std::min({rising, falling, 1.0}));
}

double mean(double a, double b) { return (a + b) / 2; }

RiskBand band_of(double value, double low, double medium) {
    return value <= low ? RiskBand::low : value <= medium ? RiskBand::medium : RiskBand::high;
}

RiskBand theta_band(const VerticalSpread& spread) {
    constexpr double daily_share_max = 0.01;
    return spread.greeks.theta >= 0 ? RiskBand::low
                                    : band_of(-spread.greeks.theta / spread.max_loss, 0, daily_share_max);
}

double points_of(RiskBand band) {
    constexpr std::array<double, 3> points{5, 15, 25};
    return points[static_cast<std::size_t>(band)];
}

} // namespace

std::string_view name_of(ScoreStyle style) { return style_names[static_cast<std::size_t>(style)]; }
std::string_view name_of(RiskBand band) { return band_names[static_cast<std::size_t>(band)]; }

Result<ScoreStyle> parse_score_style(std::string_view text) {
    const auto found = std::ranges::find(style_names, text);
    if (found == style_names.end()) {
        return fail(
            Error(ErrorKind::usage, "spread.style_unknown", "'" + std::string(text) + "' is no style of scoring")
                .advise("use balanced, conservative or aggressive"));
    }
    return static_cast<ScoreStyle>(found - style_names.begin());
}

ScoreParts score_parts(const VerticalSpread& spread) {
    const OptionQuote& bought = *spread.long_leg->quote;
    const OptionQuote& sold = *spread.short_leg->quote;
    const double volume = static_cast<double>(bought.volume + sold.volume) / 2;
    const double open_interest = static_cast<double>(bought.open_interest + sold.open_interest) / 2;
    const double daily_pct = 100 * spread.greeks.theta / spread.max_loss;
    return ScoreParts{
        .probability = bounded((spread.probability_of_profit - 0.5) * 250),
        .reward = bounded(spread.reward_to_risk() * 50),
        .liquidity = std::min(50.0, volume / 100) + std::min(50.0, open_interest / 1'000),
        .delta = plateau(std::abs(spread.primary().greeks.delta), 0.20, 0.30, 0.35, 0.50),
        .theta = bounded(daily_pct * 100),
        .vega = bounded(100 * (0.20 - std::abs(spread.greeks.vega)) / 0.15),
        .volatility = plateau(mean(spread.long_leg->volatility, spread.short_leg->volatility), 0.15, 0.20, 0.40, 0.60),
        .width = plateau(spread.width, 1, 2.5, 5, 10),
        .time = plateau(spread.primary().days_to_expiry, 7, 30, 45, 90)};
}

double score(const VerticalSpread& spread, ScoreStyle style) {
    const ScoreParts parts = score_parts(spread);
    const std::array<double, 9> points{parts.probability, parts.reward,     parts.liquidity, parts.delta, parts.theta,
                                       parts.vega,        parts.volatility, parts.width,     parts.time};
    const std::array<double, 9>& weight = weights[static_cast<std::size_t>(style)];
    double sum = 0;
    double whole = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        sum += weight[i] * points[i];
        whole += weight[i];
    }
    return std::round(100 * sum / whole) / 100;
}

double quick_score(const VerticalSpread& spread) {
    const double quote_width =
        mean(spread.long_leg->ask - spread.long_leg->bid, spread.short_leg->ask - spread.short_leg->bid);
    return 10 * spread.reward_to_risk() + 5 * spread.greeks.theta - 2 * quote_width + 20 * spread.probability_of_profit;
}

GreeksReport report_greeks(const VerticalSpread& spread) {
    GreeksReport report{.delta = band_of(std::abs(spread.greeks.delta), 0.20, 0.40),
                        .gamma = band_of(std::abs(spread.greeks.gamma), 0.05, 0.10),
                        .theta = theta_band(spread),
                        .vega = band_of(std::abs(spread.greeks.vega), 0.10, 0.20)};
    const std::array bands{report.delta, report.gamma, report.theta, report.vega};
    for (const RiskBand band : bands) {
        report.risk += points_of(band);
    }
    report.balanced =
        std::ranges::find(bands, RiskBand::high) == bands.end() && spread.greeks.theta > 0 && report.risk < 50;
    return report;
}

} // namespace tradesh::scan
