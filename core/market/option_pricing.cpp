#include "core/market/option_pricing.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace tradesh::options {
namespace {

constexpr double days_of_year = 365;
constexpr double point = 0.01;
constexpr double volatility_min = 1e-4;
constexpr double volatility_max = 10;

double normal_density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }

/// What the formulas share.
struct Parts {
    double spread;          ///< volatility * sqrt(years): the standard deviation of the log price at expiry
    double spot_discount;   ///< e^-qT
    double strike_discount; ///< e^-rT
    double d1;
    double d2;
};

Parts parts_of(const Terms& terms, double volatility, double level) {
    const double spread = volatility * std::sqrt(terms.years);
    const double drift = (terms.rate - terms.dividend_yield) * terms.years;
    const double d1 = (std::log(terms.spot / level) + drift) / spread + spread / 2;
    return Parts{.spread = spread,
                 .spot_discount = std::exp(-terms.dividend_yield * terms.years),
                 .strike_discount = std::exp(-terms.rate * terms.years),
                 .d1 = d1,
                 .d2 = d1 - spread};
}

/// +1 for a call, -1 for a put: with it both have one formula.
double sign_of(OptionRight right) { return right == OptionRight::call ? 1 : -1; }

/// What exercising at the forward is worth today; negative when out of the money.
double forward_value(const Terms& terms) {
    return sign_of(terms.right) * (terms.spot * std::exp(-terms.dividend_yield * terms.years) -
                                   terms.strike * std::exp(-terms.rate * terms.years));
}

bool is_certain(const Terms& terms, double volatility) { return terms.years <= 0 || volatility <= 0; }

} // namespace

double normal_cdf(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

double price(const Terms& terms, double volatility) {
    if (is_certain(terms, volatility)) {
        return std::max(forward_value(terms), 0.0);
    }
    const double sign = sign_of(terms.right);
    const Parts parts = parts_of(terms, volatility, terms.strike);
    return sign * (terms.spot * parts.spot_discount * normal_cdf(sign * parts.d1) -
                   terms.strike * parts.strike_discount * normal_cdf(sign * parts.d2));
}

Greeks greeks(const Terms& terms, double volatility) {
    const double sign = sign_of(terms.right);
    if (is_certain(terms, volatility)) {
        const double exercised = forward_value(terms) > 0 ? sign : 0;
        return Greeks{.delta = exercised * std::exp(-terms.dividend_yield * terms.years)};
    }
    const Parts parts = parts_of(terms, volatility, terms.strike);
    const double density = parts.spot_discount * normal_density(parts.d1);
    const double exercise = terms.strike * parts.strike_discount * normal_cdf(sign * parts.d2);
    const double holding = terms.spot * parts.spot_discount * normal_cdf(sign * parts.d1);
    const double decay = -terms.spot * density * volatility / (2 * std::sqrt(terms.years));
    return Greeks{.delta = sign * parts.spot_discount * normal_cdf(sign * parts.d1),
                  .gamma = density / (terms.spot * parts.spread),
                  .theta = (decay + sign * (terms.dividend_yield * holding - terms.rate * exercise)) / days_of_year,
                  .vega = terms.spot * density * std::sqrt(terms.years) * point,
                  .rho = sign * terms.years * exercise * point};
}

double probability_above(const Terms& terms, double volatility, double level) {
    if (level <= 0) {
        return 1;
    }
    if (is_certain(terms, volatility)) {
        const double drift = (terms.rate - terms.dividend_yield) * terms.years;
        return terms.spot * std::exp(drift) > level ? 1 : 0;
    }
    return normal_cdf(parts_of(terms, volatility, level).d2);
}

/// Newton's steps from Brenner's and Subrahmanyam's region, kept between two bounds that close in on the answer: where
/// vega vanishes a step would leave them, and the middle is taken instead.
Result<double> implied_volatility(const Terms& terms, double premium) {
    double low = volatility_min;
    double high = volatility_max;
    if (terms.years <= 0 || !(premium > price(terms, low)) || !(premium < price(terms, high))) {
        return fail(Error(ErrorKind::failed, "option.no_volatility",
                          "no volatility explains a premium of " + std::to_string(premium))
                        .attempting("find the implied volatility"));
    }
    constexpr double tolerance = 1e-12;
    constexpr int steps_max = 100;
    double volatility =
        std::clamp(std::sqrt(2 * std::abs(std::log(terms.spot / terms.strike)) / terms.years), 0.1, 2.0);
    for (int step = 0; step < steps_max && high - low > tolerance; ++step) {
        const double excess = price(terms, volatility) - premium;
        (excess > 0 ? high : low) = volatility;
        const double vega = greeks(terms, volatility).vega / point;
        const double next = volatility - excess / vega;
        const double moved = next > low && next < high ? next : (low + high) / 2;
        if (std::abs(moved - volatility) <= tolerance * volatility) {
            return moved;
        }
        volatility = moved;
    }
    return volatility;
}

} // namespace tradesh::options
