#include "core/scan/option_leg.hpp"

#include <chrono>

namespace tradesh::scan {
namespace {

constexpr double days_of_year = 365;

int days_until(std::chrono::year_month_day expiry, Instant now) {
    const std::chrono::sys_days last_day{expiry};
    return static_cast<int>((last_day - std::chrono::floor<std::chrono::days>(now)).count());
}

} // namespace

std::optional<OptionLeg> read_leg(const OptionQuote& quote, const OptionChain& chain) {
    if (!quote.bid || !quote.ask) {
        return std::nullopt;
    }
    const OptionLeg leg{.quote = &quote,
                        .strike = quote.option.strike.to_double(),
                        .bid = quote.bid->to_double(),
                        .ask = quote.ask->to_double(),
                        .days_to_expiry = days_until(quote.option.expiry, chain.time)};
    const bool tradable = leg.bid > 0 && leg.ask >= leg.bid && leg.strike > 0 && leg.days_to_expiry > 0;
    return tradable ? std::optional(leg) : std::nullopt;
}

options::Terms terms_of(const OptionLeg& leg, const OptionChain& chain) {
    return {.right = leg.quote->option.right,
            .spot = chain.spot.to_double(),
            .strike = leg.strike,
            .years = leg.days_to_expiry / days_of_year,
            .rate = chain.rate,
            .dividend_yield = chain.dividend_yield};
}

bool model_leg(OptionLeg& leg, const OptionChain& chain) {
    const options::Terms terms = terms_of(leg, chain);
    const Result<double> volatility = options::implied_volatility(terms, leg.middle());
    if (!volatility) {
        return false;
    }
    leg.volatility = *volatility;
    leg.greeks = options::greeks(terms, *volatility);
    return true;
}

} // namespace tradesh::scan
