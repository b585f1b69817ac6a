#include "core/scan/option_leg.hpp"

#include <algorithm>
#include <tuple>

namespace tradesh::scan {
namespace {

/// The quote of the other right at the same strike and expiry, among options by expiry, right and strike.
const OptionQuote* counterpart(const OptionQuote& quote, const OptionChain& chain) {
    using Key = std::tuple<const std::chrono::year_month_day&, OptionRight, const Decimal&>;
    const OptionRight other = quote.option.right == OptionRight::call ? OptionRight::put : OptionRight::call;
    const Key key(quote.option.expiry, other, quote.option.strike);
    const auto key_of = [](const OptionQuote& one) {
        return Key(one.option.expiry, one.option.right, one.option.strike);
    };
    const auto found = std::ranges::lower_bound(chain.options, key, {}, key_of);
    return found != chain.options.end() && key_of(*found) == key ? &*found : nullptr;
}

/// What an option is worth without volatility: above zero where it lies in the money.
double floor_of(const options::Terms& terms) { return options::price(terms, 0); }

std::optional<double> implied(const OptionLeg& leg, const OptionChain& chain) {
    const Result<double> volatility = options::implied_volatility(terms_of(leg, chain), leg.middle());
    return volatility ? std::optional(*volatility) : std::nullopt;
}

std::optional<double> volatility_of(const OptionLeg& leg, const OptionChain& chain) {
    const double floor = floor_of(terms_of(leg, chain));
    if (floor > leg.ask) { // stale: worth more at once than it is offered for
        return std::nullopt;
    }
    const OptionQuote* const other = floor > 0 ? counterpart(*leg.quote, chain) : nullptr;
    const std::optional<OptionLeg> outside = other != nullptr ? read_leg(*other, chain) : std::nullopt;
    const std::optional<double> volatility = outside ? implied(*outside, chain) : std::nullopt;
    return volatility ? volatility : implied(leg, chain);
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
                        .days_to_expiry = days_to_expiry(quote, chain),
                        .years = years_to_expiry(quote, chain)};
    const bool tradable = leg.bid > 0 && leg.ask >= leg.bid && leg.strike > 0 && leg.years > 0;
    return tradable ? std::optional(leg) : std::nullopt;
}

options::Terms terms_of(const OptionLeg& leg, const OptionChain& chain) {
    return {.right = leg.quote->option.right,
            .spot = chain.spot.to_double(),
            .strike = leg.strike,
            .years = leg.years,
            .rate = chain.rate,
            .dividend_yield = chain.dividend_yield};
}

bool model_leg(OptionLeg& leg, const OptionChain& chain) {
    const std::optional<double> volatility = volatility_of(leg, chain);
    if (!volatility) {
        return false;
    }
    leg.volatility = *volatility;
    leg.greeks = options::greeks(terms_of(leg, chain), *volatility);
    return true;
}

} // namespace tradesh::scan
