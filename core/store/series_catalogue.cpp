#include "core/store/series_catalogue.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::store {

Result<std::int64_t> SeriesCatalogue::newest_revision(Database& database) {
    Statement newest = database.prepare("SELECT coalesce(max(revision), 0) FROM series");
    const Result<bool> row = newest.step();
    if (!row) {
        return fail(row.error());
    }
    return newest.integer(0);
}

Result<SeriesCatalogue> SeriesCatalogue::read(Database& database, Timeframe timeframe) {
    SeriesCatalogue catalogue;
    // Asked for first: what changes before the rows are read is newer than this says, and is read again next time.
    const Result<std::int64_t> newest = newest_revision(database);
    if (!newest) {
        return fail(newest.error());
    }
    catalogue.revision_ = *newest;
    Statement rows = database.prepare(
        "SELECT i.symbol, s.instrument, s.id, s.revision FROM series s JOIN instruments i ON i.id = s.instrument "
        "WHERE s.timeframe = ?1 AND s.last_ns IS NOT NULL "
        "ORDER BY i.symbol, s.basis = ?2 DESC, s.last_ns DESC, s.id");
    rows.bind(name_of(timeframe)).bind(name_of(PriceBasis::raw));
    for (;;) {
        const Result<bool> more = rows.step();
        if (!more) {
            return fail(more.error());
        }
        if (!*more) {
            return catalogue;
        }
        std::string symbol(rows.text(0));
        if (catalogue.by_symbol_.try_emplace(symbol, catalogue.all_.size()).second) { // the best one comes first
            catalogue.all_.push_back(ChosenSeries{.symbol = std::move(symbol),
                                                  .instrument = InstrumentId(rows.integer(1)),
                                                  .series = rows.integer(2),
                                                  .revision = rows.integer(3)});
        }
    }
}

Result<std::size_t> SeriesCatalogue::series_count(Database& database) {
    Statement count = database.prepare("SELECT count(*) FROM series");
    const Result<bool> row = count.step();
    if (!row) {
        return fail(row.error());
    }
    return static_cast<std::size_t>(count.integer(0));
}

Result<std::vector<InstrumentId>> SeriesCatalogue::instruments(Database& database,
                                                               std::optional<Timeframe> shorter_than) {
    std::string names;
    for (const Timeframe timeframe : timeframes) {
        if (!shorter_than || timeframe < *shorter_than) {
            names += (names.empty() ? "'" : ",'") + std::string(name_of(timeframe)) + "'";
        }
    }
    Statement rows =
        database.prepare("SELECT instrument FROM series WHERE last_ns IS NOT NULL AND timeframe IN (" + names + ")");
    std::vector<InstrumentId> found;
    for (;;) {
        const Result<bool> more = rows.step();
        if (!more) {
            return fail(more.error());
        }
        if (!*more) {
            break;
        }
        found.emplace_back(rows.integer(0));
    }
    std::ranges::sort(found, {}, &InstrumentId::value);
    const auto [first, last] = std::ranges::unique(found, {}, &InstrumentId::value);
    found.erase(first, last);
    return found;
}

std::size_t SeriesCatalogue::find(const std::string& symbol) const {
    const auto found = by_symbol_.find(symbol);
    return found == by_symbol_.end() ? all_.size() : found->second;
}

} // namespace tradesh::store
