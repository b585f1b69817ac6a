#pragma once

#include "core/base/time.hpp"
#include "core/market/session_calendar.hpp"
#include "core/store/bar_store.hpp"
#include "core/store/database.hpp"

#include <optional>
#include <vector>

namespace tradesh::store {

/// A stretch of time, [from, to), for which the source of a series has answered in full: a slot in it that has no bar
/// is one without trades.
struct AnsweredRange {
    Hours hours = Hours::regular; ///< that were asked for; more hours cover fewer
    Instant from;
    Instant to;
    bool operator==(const AnsweredRange&) const = default;
};

/// The oldest bar that a source has of a series.
struct SeriesHead {
    std::optional<Instant> first; ///< nullopt: it has none
    Instant asked_at;
    bool operator==(const SeriesHead&) const = default;
};

/// What the sources were asked and how far they answered, in market.db beside the bars. Synchronous; the database must
/// outlive it. Writers hold a Transaction, the one that stores the bars themselves.
class CoverageStore {
public:
    explicit CoverageStore(Database& database) : database_(&database) {}

    /// Joins it with stretches of the same hours that it touches or overlaps.
    Result<void> add(const SeriesKey& key, const AnsweredRange& answered);
    /// Stretches that touch [from, to), ascending by `from`; not cut to it.
    Result<std::vector<AnsweredRange>> list(const SeriesKey& key, Instant from, Instant to);
    /// Forgets what was answered for [from, to), so that it is asked again; of all hours.
    Result<void> erase(const SeriesKey& key, Instant from, Instant to);

    Result<void> set_head(const SeriesKey& key, const SeriesHead& head);
    Result<std::optional<SeriesHead>> head(const SeriesKey& key);
    /// Forgets it, so that the source is asked again.
    Result<void> erase_head(const SeriesKey& key);

private:
    Database* database_;
};

} // namespace tradesh::store
