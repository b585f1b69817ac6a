#pragma once

#include "core/base/error.hpp"
#include "core/market/bars.hpp"
#include "core/market/instrument.hpp"
#include "core/runtime/task.hpp"
#include "core/store/market_store.hpp"
#include "core/venue/venue.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::engine {

/// The instruments of market.db, by symbol. Other profiles write to the same file, so nothing is cached for long: an
/// instrument's own fields are, once found, because they hardly ever change and every order needs them.
class Instruments {
public:
    explicit Instruments(store::MarketStore& store) : store_(store) {}

    /// An option contract ("AAPL261218C00220000") is made of its underlying. Error not_found with the cure, and the
    /// nearest known symbol as a suggestion that is never taken by itself.
    runtime::Task<Result<Instrument>> find(std::string symbol);
    /// As `find`, for trading: what market.db does not know, or cannot tell, the venue may know, and what is held there
    /// tells enough to be closed. Price history never stands between a position and its end.
    runtime::Task<Result<Instrument>> find_traded(std::string symbol);
    /// Where `find_traded` asks; it is opened before that is called.
    void ask(venue::Venue& venue) { venue_ = &venue; }
    runtime::Task<Result<std::vector<Instrument>>> list();
    /// Stores a spread (core/orders/spread_legs.hpp) unless its symbol is there already.
    runtime::Task<Result<void>> keep(Instrument spread);
    /// After an import, which may have changed one.
    void forget(const std::string& symbol) { known_.erase(symbol); }

    /// The close of the newest bar of the instrument in any series, raw before adjusted.
    runtime::Task<Result<Bar>> last_bar(Instrument instrument);

private:
    runtime::Task<Result<std::optional<Instrument>>> find_at_venue(std::string symbol);

    store::MarketStore& store_;
    venue::Venue* venue_ = nullptr;
    std::map<std::string, Instrument, std::less<>> known_;
};

} // namespace tradesh::engine
