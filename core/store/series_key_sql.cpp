#include "core/store/series_key_sql.hpp"

namespace tradesh::store {

Result<std::int64_t> ensure_series(Database& database, const SeriesKey& key) {
    Statement insert = database.prepare("INSERT OR IGNORE INTO series (instrument, timeframe, source, basis) "
                                        "VALUES (?1, ?2, ?3, ?4)");
    if (Result<void> inserted = bind_key(insert, key).run(); !inserted) {
        return fail(std::move(inserted.error()));
    }
    Statement find = database.prepare("SELECT " + std::string(series_of_key));
    const Result<bool> found = bind_key(find, key).step();
    if (!found) {
        return fail(found.error());
    }
    return find.integer(0);
}

} // namespace tradesh::store
