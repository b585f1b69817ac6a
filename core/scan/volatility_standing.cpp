#include "core/scan/volatility_standing.hpp"

#include "core/scan/option_leg.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <ranges>
#include <vector>

namespace tradesh::scan {
namespace {

constexpr double horizon_days = 30;
constexpr double days_of_year = 365;

double forward_of(const OptionChain& chain, double years) {
    return chain.spot.to_double() * std::exp((chain.rate - chain.dividend_yield) * years);
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
    std::map<double, double> strikes; // their volatilities: call and put share one
    for (OptionLeg leg : legs) {
        if ((leg.strike == below || leg.strike == above) && model_leg(leg, chain)) {
            strikes.emplace(leg.strike, leg.volatility);
        }
    }
    if (strikes.size() < 2) { // beyond the strikes that are listed nothing is at the money
        return std::nullopt;
    }
    const auto& [low, at_low] = *strikes.begin();
    const auto& [high, at_high] = *std::next(strikes.begin());
    return std::lerp(at_low, at_high, (forward - low) / (high - low));
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
    for (const std::vector<OptionLeg>& legs : expiries | std::views::values) {
        const double years = legs.front().years;
        const std::optional<double> volatility = at_forward(legs, chain, forward_of(chain, years));
        const Expiry expiry{.days = years * days_of_year, .volatility = volatility.value_or(0)};
        if (volatility && expiry.days <= horizon_days) {
            before = expiry;
        } else if (volatility) {
            after = expiry;
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
