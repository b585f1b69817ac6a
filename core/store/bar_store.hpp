#pragma once

#include "core/market/bars.hpp"
#include "core/market/instrument.hpp"
#include "core/market/timeframe.hpp"
#include "core/store/database.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tradesh::store {

/// What makes a series: bars of different sources, or raw and adjusted ones, never mix.
struct SeriesKey {
    InstrumentId instrument;
    Timeframe timeframe = Timeframe::d1;
    BarSource source = BarSource::import;
    PriceBasis basis = PriceBasis::raw;
    bool operator==(const SeriesKey&) const = default;
};

struct SeriesInfo {
    SeriesKey key;
    std::int64_t bars = 0;
    Instant first; ///< open time of the first bar
    Instant last;  ///< open time of the last bar
};

/// Which bars at the end of a series.
struct LastBars {
    std::size_t count = 1;           ///< the last so many
    std::optional<Instant> before{}; ///< of those that open before then
    std::optional<Instant> from{};   ///< every bar from then on besides, and `count` bars before it
    std::size_t bars_max = SIZE_MAX; ///< of more, in all, none is read: usage, "bars.too_many"
};

/// What a merge did with the bars it was given.
struct MergeCounts {
    std::int64_t inserted = 0;
    std::int64_t replaced = 0; ///< same open time, other values
    std::int64_t unchanged = 0;
    MergeCounts& operator+=(const MergeCounts& other) {
        inserted += other.inserted;
        replaced += other.replaced;
        unchanged += other.unchanged;
        return *this;
    }
    bool operator==(const MergeCounts&) const = default;
};

/// The bars in market.db. A series is a run of chunks of at most 512 bars (see bar_codec.hpp); the last one is open and
/// rewritten as it grows. Synchronous; the database must outlive it.
///
/// Every read is one statement and so one consistent snapshot, while another connection writes. A chunk whose checksum
/// does not match is an Error of kind failed, "bars.damaged".
class BarStore {
public:
    explicit BarStore(Database& database) : database_(&database) {}

    /// Puts `bars` (ascending, no open time twice; anything else is "bars.unsorted") into the series; a bar with an
    /// equal open time is replaced. The caller holds a Transaction. The instrument must exist.
    Result<MergeCounts> merge(const SeriesKey& key, const Bars& bars);

    /// Bars with from <= open time < to. An unknown series has none.
    Result<Bars> range(const SeriesKey& key, Instant from, Instant to);
    /// The last `count` bars in ascending order, reading only the chunks that hold them.
    Result<Bars> last(const SeriesKey& key, std::size_t count);
    /// As above, of the series with that id.
    Result<Bars> last(std::int64_t series, const LastBars& wanted);
    Result<Bars> last(std::int64_t series, std::size_t count) { return last(series, LastBars{.count = count}); }

    /// Series that hold bars; of one instrument when it is named.
    Result<std::vector<SeriesInfo>> list(std::optional<InstrumentId> instrument = std::nullopt);
    Result<std::optional<SeriesInfo>> find(const SeriesKey& key);

    /// Removes bars with from <= open time < to and returns how many. The caller holds a Transaction.
    Result<std::int64_t> erase(const SeriesKey& key, Instant from, Instant to);

private:
    struct Chunk; ///< where one chunk lies
    Result<std::vector<Chunk>> chunks_touched(std::int64_t series, Instant from, Instant through);
    Result<std::vector<Chunk>> chunks_to_merge_into(std::int64_t series, Instant from, Instant through);
    Result<std::vector<Chunk>> select_chunks(Statement& rows);
    Result<bool> is_last(std::int64_t series, const Chunk& chunk);
    Result<Bars> load(std::int64_t series, const Chunk& chunk);
    Result<void> drop(std::int64_t series, const Chunk& chunk);
    Result<void> raise_revision(std::int64_t series);
    Result<MergeCounts> merge_chunks(std::int64_t series, const Bars& bars);
    Result<std::int64_t> erase_chunks(std::int64_t series, Instant from, Instant to);
    Result<void> save(std::int64_t series, const Bars& bars, std::size_t begin, std::size_t end, bool last_of_series);
    Result<MergeCounts> merge_into(std::int64_t series, const Chunk& chunk, const Bars& bars, std::size_t begin,
                                   std::size_t end);
    Result<std::int64_t> erase_from(std::int64_t series, const Chunk& chunk, Instant from, Instant to);
    Result<Bars> decode(std::span<const std::byte> data) const;
    Result<Bars> select_last(Statement& newest_first, const LastBars& wanted);
    Result<std::vector<SeriesInfo>> select_series(Statement& rows);

    Database* database_;
};

} // namespace tradesh::store
