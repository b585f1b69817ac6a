#pragma once

#include "core/engine/instruments.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/workers.hpp"
#include "core/scan/spread_scan.hpp"
#include "core/store/market_store.hpp"
#include "core/venue/venue.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tradesh::engine {

/// Which options to list. What is left open holds all.
struct OptionsWanted {
    std::string symbol;
    std::string exchange{}; ///< whose calendar holds where nobody stated the exchange, for this once
    std::optional<TradingDate> expiry_from{};
    std::optional<TradingDate> expiry_to{};              ///< included
    std::optional<std::pair<int, int>> days_to_expiry{}; ///< both ends included; instead of dates
    std::optional<OptionRight> right{};
    std::optional<Decimal> strike_least{};
    std::optional<Decimal> strike_most{};
    std::optional<std::size_t> strikes_near{}; ///< of each expiry only the so many strikes nearest to the spot
};

/// One contract with what its quote implies.
struct ListedOption {
    OptionQuote quote;
    int days_to_expiry = 0;
    std::optional<double> volatility{}; ///< nullopt where no volatility explains the quote
    options::Greeks greeks{};           ///< without meaning then
};

/// What is known of the underlying of a chain.
struct ChainFacts {
    Instrument instrument;
    Decimal spot;
    Instant time;
    QuoteKind kind = QuoteKind::realtime;
    double rate = 0; ///< with which options are valued, as the chain has it
    double dividend_yield = 0;
    std::vector<TradingDate> expiries; ///< that are known to be listed, ascending, also those that were not wanted
    TradingDate today;                 ///< where the underlying trades
    scan::VolatilityStanding standing;
    std::vector<std::string> notes{}; ///< one sentence each: why a standing is unknown, that days were not kept
};

struct OptionsFound {
    ChainFacts facts;
    std::vector<ListedOption> options; ///< by expiry, strike, calls before puts
};

struct SpreadsWanted {
    std::vector<std::string> symbols;
    std::string exchange{};
    scan::SpreadScanRequest request; ///< its standing is filled in for each symbol
    std::size_t symbols_at_a_time = 10;
};

/// What was found of one symbol.
struct SpreadsFound {
    ChainFacts facts;
    std::shared_ptr<const OptionChain> chain; ///< that the spreads point to
    scan::SpreadScanResult result;
};
struct SpreadsOutcome {
    std::string symbol;
    Result<SpreadsFound> found;
};
struct SpreadsBatch {
    std::vector<SpreadsOutcome> outcomes; ///< in the order of the symbols
    std::size_t not_reached = 0;          ///< symbols that a cancelled scan did not look at to the end
};

/// The verbs that look at listed options. Without option chains of the venue every call fails with "options.none"
/// (config).
///
/// Rank and percentile of an underlying come from volatilities stored in market.db by the name of the venue; days that
/// are missing there are asked for and stored. Simulated ones are stored only in a market.db that is the profile's own,
/// and otherwise looked at without being kept.
class OptionDesk {
public:
    struct Parts {
        runtime::Loop& loop;
        runtime::Workers& workers;
        store::MarketStore& store;
        Instruments& instruments;
        venue::Venue& venue;
        bool own_market = false; ///< market.db belongs to this profile alone
    };
    explicit OptionDesk(Parts parts) : parts_(parts) {}

    /// Error not_found when nothing is listed that is wanted.
    runtime::Task<Result<OptionsFound>> list(OptionsWanted wanted);
    /// Looks at the symbols side by side; the error of one is its outcome and never stops another. Cancelling the
    /// caller begins no other and stops those under way: they were not reached.
    runtime::Task<Result<SpreadsBatch>> find_spreads(SpreadsWanted wanted);

private:
    /// Dates, or days from the date where the underlying trades; both ends included.
    struct ExpiriesWanted {
        std::optional<TradingDate> from;
        std::optional<TradingDate> to;
        std::optional<std::pair<int, int>> days;
        bool hold(const OptionQuote& quote, const OptionChain& chain) const;
    };
    struct Fetched {
        ChainFacts facts;
        std::shared_ptr<const OptionChain> chain; ///< of the expiries that are wanted, perhaps none
    };
    runtime::Task<Result<Fetched>> fetch(std::string symbol, std::string exchange, ExpiriesWanted expiries);
    runtime::Task<Result<SpreadsFound>> spreads_of(const std::string& symbol, const SpreadsWanted& wanted);
    runtime::Task<Result<scan::SpreadScanResult>> search(std::shared_ptr<const OptionChain> chain,
                                                         scan::SpreadScanRequest request);
    runtime::Task<void> add_standing(ChainFacts& facts, const OptionChain& chain);
    runtime::Task<Result<std::vector<double>>> past_volatilities(ChainFacts& facts);

    Parts parts_;
};

} // namespace tradesh::engine
