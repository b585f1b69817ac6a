#pragma once

#include "core/base/decimal.hpp"
#include "core/market/instrument.hpp"
#include "core/market/quote.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <ratio>
#include <string>
#include <vector>

namespace tradesh {

/// One listed option with its quote. Prices are for one unit of the underlying, in its currency.
struct OptionQuote {
    std::string symbol; ///< of the contract: "AAPL261218C00220000"
    Option option;
    Instant expires{};          ///< close of its last session: from then on it is settled
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
    std::chrono::sys_days today{}; ///< date of `time` where the underlying trades
    QuoteKind kind = QuoteKind::realtime;
    Decimal multiplier = 100;         ///< units of the underlying in one contract
    double rate = 0;                  ///< risk-free, continuously compounded
    double dividend_yield = 0;        ///< of the underlying
    std::vector<OptionQuote> options; ///< by expiry, right and strike
    bool operator==(const OptionChain&) const = default;
};

/// Calendar days from the chain's date to the option's.
inline int days_to_expiry(const OptionQuote& quote, const OptionChain& chain) {
    return static_cast<int>((std::chrono::sys_days(quote.option.expiry) - chain.today).count());
}
/// To the close of its last session, a year being 365 days; zero or less once that is over.
inline double years_to_expiry(const OptionQuote& quote, const OptionChain& chain) {
    return std::chrono::duration<double, std::ratio<365L * 86'400>>(quote.expires - chain.time).count();
}

} // namespace tradesh
