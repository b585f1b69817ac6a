#include "core/scan/volatility_standing.hpp"

#include "core/scan/option_leg.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

namespace tradesh::scan {
namespace {

constexpr double horizon_days = 30;
constexpr double days_of_year = 365;

/// What calls and puts of one strike imply.
struct StrikeVolatility {
    double sum = 0;
    int count = 0;
    double mean() const { return sum / count; }
};
using Strikes = std::map<double, StrikeVolatility>;

double forward_of(const OptionChain& chain, double days) {
    return chain.spot.to_double() * std::exp((chain.rate - chain.dividend_yield) * days / days_of_year);
}

/// Between the strikes around the forward, so that two models an expiry and right are enough.
std::optional<double> at_forward(const std::vector<OptionLeg>& legs, const OptionChain& chain, double forward) {
    std::optional<double> below;
    std::optional<double> above;
    for (const OptionLeg& leg : legs) {
        if (leg.strike <= forward) {
            below = std::max(below.value_or(leg.strike), leg.strike);
        } else {
            above = std::min(above.value_or(leg.strike), leg.strike);
        }
    }
    Strikes strikes;
    for (OptionLeg leg : legs) {
        if ((leg.strike == below || leg.strike == above) && model_leg(leg, chain)) {
            StrikeVolatility& at_strike = strikes[leg.strike];
            at_strike.sum += leg.volatility;
            ++at_strike.count;
        }
    }
    if (strikes.size() < 2) { // beyond the strikes that are listed nothing is at the money
        return std::nullopt;
    }
    const auto& [low, at_low] = *strikes.begin();
    const auto& [high, at_high] = *std::next(strikes.begin());
    return std::lerp(at_low.mean(), at_high.mean(), (forward - low) / (high - low));
}

} // namespace

std::optional<double> at_the_money_volatility(const OptionChain& chain) {
    std::map<int, std::vector<OptionLeg>> expiries;
    for (const OptionQuote& quote : chain.options) {
        if (const std::optional<OptionLeg> leg = read_leg(quote, chain)) {
            expiries[leg->days_to_expiry].push_back(*leg);
        }
    }
    struct Expiry {
        double days = 0;
        double volatility = 0;
        double variance() const { return volatility * volatility * days; }
    };
    std::optional<Expiry> before;
    std::optional<Expiry> after;
    for (const auto& [days, legs] : expiries) {
        const std::optional<double> volatility = at_forward(legs, chain, forward_of(chain, days));
        if (volatility && days <= horizon_days) {
            before = Expiry{.days = static_cast<double>(days), .volatility = *volatility};
        } else if (volatility) {
            after = Expiry{.days = static_cast<double>(days), .volatility = *volatility};
            break;
        }
    }
    if (!before || !after) {
        const std::optional<Expiry>& nearest = before ? before : after;
        return nearest ? std::optional(nearest->volatility) : std::nullopt;
    }
    const double share = (horizon_days - before->days) / (after->days - before->days);
    return std::sqrt(std::lerp(before->variance(), after->variance(), share) / horizon_days);
}

VolatilityStanding standing_among(std::optional<double> current, std::span<const double> days) {
    VolatilityStanding standing{.current = current, .days = days.size()};
    if (!current || days.size() < standing_days_min) {
        return standing;
    }
    const auto lower = std::ranges::count_if(days, [&](double day) { return day < *current; });
    standing.percentile = 100 * static_cast<double>(lower) / static_cast<double>(days.size());
    const auto [least, most] = std::ranges::minmax(days);
    if (least < most) {
        standing.rank = std::clamp(100 * (*current - least) / (most - least), 0.0, 100.0);
    }
    return standing;
}

} // namespace tradesh::scan
