#pragma once

#include "core/market/instrument.hpp"
#include "core/market/quote.hpp"
#include "core/venue/connection_info.hpp"
#include "core/venue/history.hpp"
#include "core/venue/option_chains.hpp"
#include "core/venue/trading.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tradesh::venue {

/// Prices from one venue.
class MarketData {
public:
    virtual ~MarketData() = default;
    /// A fresh quote; error not_found when the venue has none for the instrument.
    virtual runtime::Task<Result<Quote>> quote(Instrument instrument) = 0;
};

/// What a venue can do; an unsupported option is refused before anything is sent.
struct Capabilities {
    std::vector<std::string> price_rules; ///< names as name_of(PriceRule)
    std::vector<TimeInForce> times_in_force;
    bool replace = false;
    bool linked_orders = false; ///< holds exits (OrderRequest::parent) and groups that cancel one another
    bool resizes_exits = false; ///< another quantity of an order becomes that of its linked exits too
    bool valid_until = false;   ///< ends orders at OrderRequest::valid_until by itself
    bool one_currency = false;  ///< trades only what is priced in the account's own currency
    /// How long after an order was sent it may still turn up although the venue did not find it when asked.
    Duration turns_up_within{0};
};

/// A venue whose prices are made up lets its user move them.
class SimulatedPrices {
public:
    virtual ~SimulatedPrices() = default;
    /// From now on the price of the instrument moves around `price`. Error not_found for an unknown symbol, refused for
    /// a price that is not above zero.
    virtual runtime::Task<Result<void>> move_anchor(std::string symbol, Decimal price) = 0;
};

/// A venue as the engine holds it: opened once, kept warm, closed once.
class Venue {
public:
    virtual ~Venue() = default;

    virtual std::string_view name() const = 0;
    virtual Capabilities capabilities() const = 0;
    /// Connects and says which account it is. Called once, before anything else.
    virtual runtime::Task<Result<AccountIdentity>> open() = 0;
    /// Ends `next_event` and every pending call; bounded in time.
    virtual runtime::Task<void> close() = 0;
    virtual Trading& trading() = 0;
    virtual MarketData& market_data() = 0;
    /// What the venue itself knows of an instrument, without our id of it; nullopt when it tells nothing.
    virtual runtime::Task<Result<std::optional<Instrument>>> describe(std::string symbol) {
        static_cast<void>(symbol);
        co_return std::nullopt;
    }
    /// Null where the venue has no price history to load.
    virtual History* history() { return nullptr; }
    /// Null where the venue lists no options.
    virtual OptionChains* option_chains() { return nullptr; }
    /// Null where prices are real.
    virtual SimulatedPrices* simulated_prices() { return nullptr; }
    virtual std::vector<ConnectionInfo> connections() const = 0;
};

} // namespace tradesh::venue
