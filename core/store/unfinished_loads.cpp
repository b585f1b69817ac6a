#include "core/store/unfinished_loads.hpp"

#include "core/store/read_rows.hpp"
#include "core/store/series_key_sql.hpp"
#include "core/store/statement.hpp"

#include <algorithm>

namespace tradesh::store {

Result<void> UnfinishedLoads::begin(const SeriesKey& key, Hours hours, std::string_view mode, const Range& range) {
    const Result<std::int64_t> series = ensure_series(*database_, key);
    if (!series) {
        return fail(series.error());
    }
    Statement row = database_->prepare("INSERT INTO unfinished_loads VALUES (?,?,?,?,?) "
                                       "ON CONFLICT DO UPDATE SET from_ns = min(from_ns, excluded.from_ns), "
                                       "to_ns = max(to_ns, excluded.to_ns)");
    row.bind(*series).bind(name_of(hours)).bind(mode).bind(count_of(range.from)).bind(count_of(range.to));
    return row.run();
}

Result<void> UnfinishedLoads::end(const SeriesKey& key, Hours hours, std::string_view mode) {
    Statement row = database_->prepare("DELETE FROM unfinished_loads WHERE series = " + std::string(series_of_key) +
                                       " AND hours = ?5 AND mode = ?6");
    return bind_key(row, key).bind(name_of(hours)).bind(mode).run();
}

Result<std::optional<UnfinishedLoads::Range>> UnfinishedLoads::find(const SeriesKey& key, Hours hours,
                                                                    std::string_view mode) {
    Statement row =
        database_->prepare("SELECT from_ns, to_ns FROM unfinished_loads WHERE series = " + std::string(series_of_key) +
                           " AND hours = ?5 AND mode = ?6");
    const Result<bool> found = bind_key(row, key).bind(name_of(hours)).bind(mode).step();
    if (!found) {
        return fail(found.error());
    }
    if (!*found) {
        return std::nullopt;
    }
    return Range{.from = instant_of(row.integer(0)), .to = instant_of(row.integer(1))};
}

Result<std::vector<UnfinishedLoads::Entry>> UnfinishedLoads::list(const SeriesKey& key) {
    Statement rows = database_->prepare("SELECT hours, mode, from_ns, to_ns FROM unfinished_loads WHERE series = " +
                                        std::string(series_of_key) + " ORDER BY hours, mode");
    bind_key(rows, key);
    return read_rows(rows, [](const Statement& row) -> Result<Entry> {
        const Result<Hours> hours = parse_hours(row.text(0));
        if (!hours) {
            return fail(hours.error());
        }
        return Entry{.hours = *hours,
                     .mode = std::string(row.text(1)),
                     .range = {.from = instant_of(row.integer(2)), .to = instant_of(row.integer(3))}};
    });
}

} // namespace tradesh::store
