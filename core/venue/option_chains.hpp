#pragma once

#include "core/market/instrument.hpp"
#include "core/market/option_chain.hpp"
#include "core/market/session_calendar.hpp"
#include "core/runtime/task.hpp"

#include <optional>
#include <vector>

namespace tradesh::venue {

/// Which options of an underlying. Both ends included.
struct ChainWanted {
    Instrument underlying;
    std::optional<TradingDate> expiry_from;
    std::optional<TradingDate> expiry_to;
};

/// The at-the-money implied volatility of an underlying on one trading day, for about 30 days ahead; 0.2 is 20 %.
struct DailyVolatility {
    TradingDate date;
    double volatility = 0;
    bool operator==(const DailyVolatility&) const = default;
};

/// Listed options of one venue.
class OptionChains {
public:
    virtual ~OptionChains() = default;
    /// Error not_found when nothing is listed for the underlying, or nothing that is wanted.
    virtual runtime::Task<Result<OptionChain>> chain(ChainWanted wanted) = 0;
    /// Of the trading days with from <= date < to, as far as the venue knows them, ascending.
    virtual runtime::Task<Result<std::vector<DailyVolatility>>>
    volatility_history(Instrument underlying, TradingDate from, TradingDate to) = 0;
};

} // namespace tradesh::venue
