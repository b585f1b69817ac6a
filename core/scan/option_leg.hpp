#pragma once

#include "core/market/option_chain.hpp"
#include "core/market/option_pricing.hpp"

#include <optional>

namespace tradesh::scan {

/// One option of a chain as a spread needs it. Made in two steps: the quote is read first, and only what passed the
/// filters of a quote is worth a model.
struct OptionLeg {
    const OptionQuote* quote = nullptr; ///< of the chain, which outlives the leg
    double strike = 0;
    double bid = 0;
    double ask = 0;
    int days_to_expiry = 0;   ///< whole calendar days; 0 on the day it expires
    double years = 0;         ///< to the close of that day
    double volatility = 0;    ///< that explains the quote
    options::Greeks greeks{}; ///< of one long option, for one unit of the underlying

    double middle() const { return (bid + ask) / 2; }
};

/// Nullopt where there is nothing to trade against or the quote cannot be trusted: one-sided, crossed, or expired.
std::optional<OptionLeg> read_leg(const OptionQuote& quote, const OptionChain& chain);

/// Fills volatility and Greeks; false where no volatility explains the quote. The volatility is that of the middle of
/// the quote, or of the other right's where that one lies out of the money and this one in it: what is deep in the
/// money is worth nearly what the forward is, and its volatility is the noise of a wide quote.
bool model_leg(OptionLeg& leg, const OptionChain& chain);

/// The terms of the option of a leg on the chain's market.
options::Terms terms_of(const OptionLeg& leg, const OptionChain& chain);

} // namespace tradesh::scan
