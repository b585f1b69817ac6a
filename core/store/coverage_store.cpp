#include "core/store/coverage_store.hpp"

#include "core/store/read_rows.hpp"
#include "core/store/series_key_sql.hpp"
#include "core/store/statement.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::store {
namespace {

Result<AnsweredRange> read_row(const Statement& row) {
    const Result<Hours> hours = parse_hours(row.text(0));
    if (!hours) {
        return fail(Error(ErrorKind::failed, "coverage.damaged", "market.db names unknown hours"));
    }
    return AnsweredRange{.hours = *hours, .from = instant_of(row.integer(1)), .to = instant_of(row.integer(2))};
}

/// The stretches that touch [from, to], which those that only meet it do too.
Result<std::vector<AnsweredRange>> touching(Database& database, std::int64_t series, Instant from, Instant to) {
    Statement rows = database.prepare("SELECT hours, from_ns, to_ns FROM answered "
                                      "WHERE series = ?1 AND from_ns <= ?3 AND to_ns >= ?2 ORDER BY from_ns");
    rows.bind(series).bind(count_of(from)).bind(count_of(to));
    return read_rows(rows, read_row);
}

Result<void> insert(Database& database, std::int64_t series, const AnsweredRange& range) {
    Statement row = database.prepare("INSERT INTO answered VALUES (?,?,?,?)");
    row.bind(series).bind(name_of(range.hours)).bind(count_of(range.from)).bind(count_of(range.to));
    return row.run();
}

Result<void> remove(Database& database, std::int64_t series, const AnsweredRange& range) {
    Statement row = database.prepare("DELETE FROM answered WHERE series = ? AND hours = ? AND from_ns = ?");
    return row.bind(series).bind(name_of(range.hours)).bind(count_of(range.from)).run();
}

} // namespace

Result<void> CoverageStore::add(const SeriesKey& key, const AnsweredRange& answered) {
    if (answered.from >= answered.to) {
        return {};
    }
    const Result<std::int64_t> series = ensure_series(*database_, key);
    if (!series) {
        return fail(series.error());
    }
    const Result<std::vector<AnsweredRange>> known = touching(*database_, *series, answered.from, answered.to);
    if (!known) {
        return fail(known.error());
    }
    AnsweredRange joined = answered;
    for (const AnsweredRange& range : *known) {
        if (range.hours != answered.hours) {
            continue;
        }
        joined.from = std::min(joined.from, range.from);
        joined.to = std::max(joined.to, range.to);
        if (Result<void> removed = remove(*database_, *series, range); !removed) {
            return removed;
        }
    }
    return insert(*database_, *series, joined);
}

Result<std::vector<AnsweredRange>> CoverageStore::list(const SeriesKey& key, Instant from, Instant to) {
    Statement rows =
        database_->prepare("SELECT hours, from_ns, to_ns FROM answered WHERE series = " + std::string(series_of_key) +
                           " AND from_ns < ?6 AND to_ns > ?5 ORDER BY from_ns");
    bind_key(rows, key).bind(count_of(from)).bind(count_of(to));
    return read_rows(rows, read_row);
}

Result<void> CoverageStore::erase(const SeriesKey& key, Instant from, Instant to) {
    if (from >= to) {
        return {};
    }
    const Result<std::int64_t> series = ensure_series(*database_, key);
    if (!series) {
        return fail(series.error());
    }
    const Result<std::vector<AnsweredRange>> known = touching(*database_, *series, from, to);
    if (!known) {
        return fail(known.error());
    }
    for (const AnsweredRange& range : *known) {
        if (Result<void> removed = remove(*database_, *series, range); !removed) {
            return removed;
        }
        const AnsweredRange before{.hours = range.hours, .from = range.from, .to = std::min(range.to, from)};
        const AnsweredRange after{.hours = range.hours, .from = std::max(range.from, to), .to = range.to};
        for (const AnsweredRange& kept : {before, after}) {
            if (kept.from >= kept.to) {
                continue;
            }
            if (Result<void> inserted = insert(*database_, *series, kept); !inserted) {
                return inserted;
            }
        }
    }
    return {};
}

Result<void> CoverageStore::set_head(const SeriesKey& key, const SeriesHead& head) {
    const Result<std::int64_t> series = ensure_series(*database_, key);
    if (!series) {
        return fail(series.error());
    }
    Statement row = head.first ? database_->prepare("INSERT OR REPLACE INTO heads VALUES (?1, ?3, ?2)")
                               : database_->prepare("INSERT OR REPLACE INTO heads VALUES (?1, NULL, ?2)");
    row.bind(*series).bind(count_of(head.asked_at));
    if (head.first) {
        row.bind(count_of(*head.first));
    }
    return row.run();
}

Result<std::optional<SeriesHead>> CoverageStore::head(const SeriesKey& key) {
    Statement row = database_->prepare("SELECT first_ns IS NULL, first_ns, asked_at_ns FROM heads WHERE series = " +
                                       std::string(series_of_key));
    const Result<bool> found = bind_key(row, key).step();
    if (!found) {
        return fail(found.error());
    }
    if (!*found) {
        return std::nullopt;
    }
    SeriesHead head{.first = std::nullopt, .asked_at = instant_of(row.integer(2))};
    if (row.integer(0) == 0) {
        head.first = instant_of(row.integer(1));
    }
    return head;
}

Result<void> CoverageStore::erase_head(const SeriesKey& key) {
    Statement row = database_->prepare("DELETE FROM heads WHERE series = " + std::string(series_of_key));
    return bind_key(row, key).run();
}

} // namespace tradesh::store
