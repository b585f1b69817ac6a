#pragma once

#include "core/market/instrument.hpp"
#include "core/market/session_calendar.hpp"
#include "core/store/database.hpp"

#include <map>
#include <span>
#include <string_view>
#include <utility>

namespace tradesh::store {

/// At-the-money implied volatilities by instrument, source and trading day, in market.db; 0.2 is 20 %, kept to a
/// millionth. Synchronous; the database must outlive it. Writers hold a Transaction.
class VolatilityStore {
public:
    using Days = std::map<TradingDate, double>;

    explicit VolatilityStore(Database& database) : database_(&database) {}

    /// Those of [from, to) that `source`, the name of a venue, told.
    Result<Days> read(InstrumentId instrument, std::string_view source, TradingDate from, TradingDate to);
    /// Adds them; a day that is known already is replaced.
    Result<void> put(InstrumentId instrument, std::string_view source, const Days& days);

private:
    Database* database_;
};

} // namespace tradesh::store
