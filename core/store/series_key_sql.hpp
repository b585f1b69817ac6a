#pragma once

#include "core/store/bar_store.hpp"

#include <string>
#include <string_view>

namespace tradesh::store {

// How a series is named in SQL: parameters 1 to 4 of a statement are its key.

/// A subquery for the id of the series; NULL when there is none.
inline constexpr std::string_view series_of_key =
    "(SELECT id FROM series WHERE instrument = ?1 AND timeframe = ?2 AND source = ?3 AND basis = ?4)";

inline Statement& bind_key(Statement& statement, const SeriesKey& key) {
    return statement.bind(key.instrument.value)
        .bind(name_of(key.timeframe))
        .bind(name_of(key.source))
        .bind(name_of(key.basis));
}

/// The id of the series, which is made when it does not exist. The caller holds a Transaction.
Result<std::int64_t> ensure_series(Database& database, const SeriesKey& key);

inline std::int64_t count_of(Instant time) { return time.time_since_epoch().count(); }
inline Instant instant_of(std::int64_t count) { return Instant(Duration(count)); }

} // namespace tradesh::store
