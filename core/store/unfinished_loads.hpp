#pragma once

#include "core/base/time.hpp"
#include "core/market/session_calendar.hpp"
#include "core/store/bar_store.hpp"
#include "core/store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::store {

/// Loads that have begun and not ended, by series, hours and mode, in market.db beside the bars: what was fetched of
/// one lies in pieces, so the bars alone do not show where it would have gone on. Synchronous; the database must
/// outlive it. Writers hold a Transaction.
class UnfinishedLoads {
public:
    struct Range {
        Instant from; ///< [from, to)
        Instant to;
        bool operator==(const Range&) const = default;
    };
    struct Entry {
        Hours hours = Hours::regular;
        std::string mode;
        Range range;
        bool operator==(const Entry&) const = default;
    };
    explicit UnfinishedLoads(Database& database) : database_(&database) {}

    /// Notes a load of [from, to), joined with one that is noted already.
    Result<void> begin(const SeriesKey& key, Hours hours, std::string_view mode, const Range& range);
    Result<void> end(const SeriesKey& key, Hours hours, std::string_view mode);
    Result<std::optional<Range>> find(const SeriesKey& key, Hours hours, std::string_view mode);
    Result<std::vector<Entry>> list(const SeriesKey& key);

private:
    Database* database_;
};

} // namespace tradesh::store
