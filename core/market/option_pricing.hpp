#pragma once

#include "core/base/error.hpp"
#include "core/market/instrument.hpp"

/// Prices and sensitivities of European options after Black, Scholes and Merton (1973), with a continuous dividend
/// yield. Plain doubles: these are estimates, never amounts of money. Rates and yields are continuously compounded per
/// year.
namespace tradesh::options {

/// The cumulative distribution of the standard normal.
double normal_cdf(double x);

struct Terms {
    OptionRight right = OptionRight::call;
    double spot = 0;           ///< price of the underlying, above zero
    double strike = 0;         ///< above zero
    double years = 0;          ///< to expiry, actual days / 365; 0 is at expiry
    double rate = 0;           ///< risk-free
    double dividend_yield = 0; ///< of the underlying
};

/// S e^-qT N(d1) - K e^-rT N(d2) for a call, and its mirror for a put; at expiry or without volatility what the forward
/// is worth then. `volatility` is per square root of a year: 0.2 is 20 %.
double price(const Terms& terms, double volatility);

/// How a price moves.
struct Greeks {
    double delta = 0; ///< for 1 of the underlying's price
    double gamma = 0; ///< of delta, for 1 of the underlying's price
    double theta = 0; ///< for one calendar day that passes
    double vega = 0;  ///< for one point of volatility (0.01)
    double rho = 0;   ///< for one point of the rate (0.01)
    bool operator==(const Greeks&) const = default;
};
Greeks greeks(const Terms& terms, double volatility);

/// N(d2) at `level`: how likely the underlying ends above it, in the measure in which the option is priced.
double probability_above(const Terms& terms, double volatility, double level);

/// The volatility at which the option costs `premium`, between 0.0001 and 10. Error "option.no_volatility" (failed)
/// where there is none: a premium below what the forward is worth or not below what can be gained, or at expiry.
Result<double> implied_volatility(const Terms& terms, double premium);

} // namespace tradesh::options
