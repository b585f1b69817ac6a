#pragma once

#include "core/market/bars.hpp"
#include "core/market/corporate_action.hpp"
#include "core/market/instrument.hpp"
#include "core/store/database.hpp"

#include <chrono>
#include <span>
#include <string>
#include <vector>

namespace tradesh::store {

/// A split of a symbol, whoever told of it.
struct KnownSplit {
    std::string symbol;
    std::chrono::sys_days ex_date;
};

/// Splits and dividends in market.db, by instrument and source. Synchronous; the database must outlive it. Writers hold
/// a Transaction.
class ActionStore {
public:
    explicit ActionStore(Database& database) : database_(&database) {}

    /// One split and one dividend (of one currency) a date; a known one is replaced. Returns how many were new or
    /// changed.
    Result<std::int64_t> put(InstrumentId instrument, BarSource source, std::span<const CorporateAction> actions);
    /// Ascending by date, splits before dividends.
    Result<std::vector<CorporateAction>> list(InstrumentId instrument, BarSource source);
    /// The splits of all instruments, in one query.
    Result<std::vector<KnownSplit>> splits();
    /// Removes those of a date; returns how many.
    Result<std::int64_t> erase(InstrumentId instrument, BarSource source, std::chrono::sys_days ex_date);

private:
    Database* database_;
};

} // namespace tradesh::store
