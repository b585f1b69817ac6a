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
    const double log_moneyness = std::log(terms.spot / level) + (terms.rate - terms.dividend_yield) * terms.years;
    if (is_certain(terms, volatility)) {
        return log_moneyness > 0 ? 1 : 0;
    }
    const double spread = volatility * std::sqrt(terms.years);
    return normal_cdf(log_moneyness / spread - spread / 2);
}

namespace {

/// What an option out of the money costs by Black's formula, undiscounted and divided by sqrt(forward * strike), as a
/// function of the standard deviation of the log price at expiry. One formula for calls and puts.
struct OutOfTheMoney {
    explicit OutOfTheMoney(double log_distance) : x(-std::abs(log_distance)), near(std::exp(x / 2)), far(1 / near) {}

    double x;    ///< log of strike over forward, as far as it is out of the money: not above zero
    double near; ///< e^(x/2)
    double far;  ///< e^(-x/2)

    double price(double deviation) const {
        return near * normal_cdf(x / deviation + deviation / 2) - far * normal_cdf(x / deviation - deviation / 2);
    }
    double slope(double deviation) const {
        const double ratio = x / deviation;
        return std::exp(-(ratio * ratio + deviation * deviation / 4) / 2) / std::sqrt(2 * std::numbers::pi);
    }
    /// The second derivative by the first one.
    double bend(double deviation) const { return x * x / (deviation * deviation * deviation) - deviation / 4; }
};

/// Below the price at the inflection (deviation sqrt(2|x|)) the log of the price goes nearly as -x^2 / (2 deviation^2);
/// above it the rational formula of Corrado and Miller (1996) is good.
double first_guess(const OutOfTheMoney& option, double price) {
    const double inflection = std::sqrt(-2 * option.x);
    const double price_there = option.x < 0 ? option.price(inflection) : 0;
    if (price < price_there) {
        const double below = std::log(price_there / price);
        return 1 / std::sqrt(1 / (inflection * inflection) + 2 * below / (option.x * option.x));
    }
    const double distance = option.far - option.near;
    const double middle = price + distance / 2;
    const double root = std::sqrt(std::max(middle * middle - distance * distance / std::numbers::pi, 0.0));
    return std::sqrt(2 * std::numbers::pi) / (option.near + option.far) * (middle + root);
}

/// Halley's steps on the logarithm of the price, kept between two bounds that close in on the answer: where a step
/// would leave them, the middle is taken instead.
double implied_deviation(const OutOfTheMoney& option, double price, double deviation_max) {
    constexpr double last_step = 1e-5; // its cube is what the next one would correct
    constexpr int steps_max = 100;
    double low = 0;
    double high = deviation_max;
    double deviation = std::clamp(first_guess(option, price), 1e-6 * high, high);
    for (int step = 0; step < steps_max; ++step) {
        const double there = option.price(deviation);
        const double excess = std::log(there / price);
        (there > price ? high : low) = deviation;
        const double log_slope = option.slope(deviation) / there;
        const double newton = -excess / log_slope;
        const double halley = newton / (1 + newton * (option.bend(deviation) - log_slope) / 2);
        const double next = deviation + halley;
        const bool within = next > low && next < high;
        if (within ? std::abs(halley) <= last_step * deviation : high - low <= 1e-14 * high) {
            return within ? next : deviation;
        }
        deviation = within ? next : (low + high) / 2;
    }
    return deviation;
}

} // namespace

Result<double> implied_volatility(const Terms& terms, double premium) {
    const double undiscounted = premium * std::exp(terms.rate * terms.years);
    const double forward = terms.spot * std::exp((terms.rate - terms.dividend_yield) * terms.years);
    const double exercised = sign_of(terms.right) * (forward - terms.strike);
    // By parity the option of the other right costs what this one does above the value of its exercise.
    const double unit = std::sqrt(forward * terms.strike);
    const double price = (undiscounted - std::max(exercised, 0.0)) / unit;
    const OutOfTheMoney option(std::log(forward / terms.strike));
    if (terms.years > 0 && price > 0 && price < option.near) {
        const double root = std::sqrt(terms.years);
        const double volatility = implied_deviation(option, price, volatility_max * root) / root;
        if (volatility > volatility_min && volatility < volatility_max) {
            return volatility;
        }
    }
    return fail(Error(ErrorKind::failed, "option.no_volatility",
                      "no volatility explains a premium of " + std::to_string(premium))
                    .attempting("find the implied volatility"));
}

} // namespace tradesh::options
