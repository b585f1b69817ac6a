#pragma once

#include "core/exchange/option_chain_model.hpp"
#include "core/runtime/workers.hpp"
#include "core/venue/venue.hpp"

namespace tradesh::venue::paper {

/// Made-up options need days to expire on: where the underlying's own are not known, those of the largest exchange.
/// Reads tzdata.
Result<SessionCalendar> expiry_calendar(const Instrument& underlying);

/// Simulated options on the stocks and indices that the paper venue quotes. Their spot is that quote, their time the
/// clock's; the past volatilities are those that the model's chains had on those days. Where nobody said where the
/// underlying trades, its options expire on the days of NYSE.
class PaperOptionChains final : public OptionChains {
public:
    /// Everything outlives it. `workers` make the chains.
    PaperOptionChains(const Clock& clock, MarketData& quotes, runtime::Workers& workers, std::uint64_t seed)
        : clock_(clock),
          quotes_(quotes),
          workers_(workers),
          model_({.seed = seed}) {}

    runtime::Task<Result<OptionChain>> chain(ChainWanted wanted) override;
    /// Error "calendar.unknown" where nobody said where the underlying trades.
    runtime::Task<Result<std::vector<DailyVolatility>>> volatility_history(Instrument underlying, TradingDate from,
                                                                           TradingDate to) override;

private:
    const Clock& clock_;
    MarketData& quotes_;
    runtime::Workers& workers_;
    exchange::OptionChainModel model_;
};

} // namespace tradesh::venue::paper
