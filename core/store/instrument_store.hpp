#pragma once

#include "core/market/instrument.hpp"
#include "core/store/database.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace tradesh::store {

/// The instruments in market.db. Synchronous; the database must outlive it.
class InstrumentStore {
public:
    explicit InstrumentStore(Database& database) : database_(&database) {}

    /// Stores a new instrument and returns it with its id. Error "instrument.exists" (usage) when the symbol is taken.
    Result<Instrument> add(Instrument instrument);
    /// Replaces every field but id and symbol. Error "instrument.unknown" (not_found).
    Result<void> update(const Instrument& instrument);
    Result<std::optional<Instrument>> find(std::string_view symbol);
    Result<std::optional<Instrument>> find(InstrumentId id);
    /// All of them, by symbol.
    Result<std::vector<Instrument>> list();
    /// Those with these ids, in no particular order; many of them with one query.
    Result<std::vector<Instrument>> find_all(std::span<const InstrumentId> ids);

private:
    Result<std::optional<Instrument>> first_of(Statement& rows);

    Database* database_;
};

} // namespace tradesh::store
