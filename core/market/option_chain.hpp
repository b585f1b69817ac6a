#pragma once

#include "core/base/decimal.hpp"
#include "core/market/instrument.hpp"
#include "core/market/quote.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tradesh {

/// One listed option with its quote. Prices are for one unit of the underlying, in its currency.
struct OptionQuote {
    std::string symbol; ///< of the contract: "AAPL261218C00220000"
    Option option;
    std::optional<Decimal> bid; ///< nullopt: nobody bids
    std::optional<Decimal> ask;
    std::int64_t volume = 0;        ///< contracts traded today
    std::int64_t open_interest = 0; ///< contracts open as of the last close
    bool operator==(const OptionQuote&) const = default;
};

/// The options of one underlying, as they were quoted at one time.
struct OptionChain {
    std::string underlying;
    Decimal spot; ///< price of the underlying
    Instant time;
    QuoteKind kind = QuoteKind::realtime;
    Decimal multiplier = 100;         ///< units of the underlying in one contract
    double rate = 0;                  ///< risk-free, continuously compounded
    double dividend_yield = 0;        ///< of the underlying
    std::vector<OptionQuote> options; ///< by expiry, right and strike
    bool operator==(const OptionChain&) const = default;
};

} // namespace tradesh
