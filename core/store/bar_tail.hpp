#pragma once

#include "core/store/market_store.hpp"
#include "core/store/series_catalogue.hpp"
#include "core/store/tail_update.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tradesh::store {

/// An entry of the catalogue and the lane in which `find` located it.
struct TailReading {
    std::size_t entry = 0;
    std::size_t lane = 0;
};

/// What is read of every lane: the last so many bars, and these columns of them.
struct TailWanted {
    std::size_t bars = 1;
    TailColumns columns = all_tail_columns;
};

/// The scanner's memory: the last 512 bars of every instrument of one timeframe, eight instruments side by side, in a
/// mapped file beside market.db that all processes share ("market.db.tail-1d"). It is a cache of market.db and never
/// the truth: what is missing, damaged or out of date is filled again by `refresh`, and what cannot be (another process
/// is at it, the disk is full, the series is damaged) is simply not found here and has to be read from market.db.
///
/// A lane belongs to an instrument and holds the series that SeriesCatalogue chooses for it. It is valid while it
/// carries the revision of that series: whatever merge, erase, import, another process, a restored backup or a lost
/// file did to market.db shows there.
///
/// `refresh` is not safe beside other calls; `find` and `read` are safe for many threads. Synchronous.
class BarTail {
public:
    BarTail(const std::string& market_path, Timeframe timeframe);

    /// Brings catalogue and lanes in line with market.db; when nothing has changed that is one tiny query. Errors are
    /// those of market.db; a tail that cannot be had is none.
    Result<void> refresh(MarketFile& market);
    /// The catalogue alone. True when it has changed.
    Result<bool> refresh_catalogue(MarketFile& market);

    const SeriesCatalogue& catalogue() const { return catalogue_; }
    /// How many blocks `find` may name.
    std::size_t blocks() const { return file_ ? file_->blocks() : 0; }
    /// Where the last `bars` bars of an entry of the catalogue stand, or all of them if there are fewer; nullopt when
    /// they have to be read from market.db.
    std::optional<TailPlace> find(std::size_t entry, std::size_t bars) const;

    /// Says that the block will soon be read, which helps when it was not yet and lies on a disk.
    void prefetch(std::size_t block, TailColumns columns) const;
    /// Calls `visit` with a view of the block, which lies in the mapped file; columns that are not wanted are null. It
    /// may call it several times: only the last time counts, and nothing does when this returns false, because the bars
    /// of `readings` could not be read undisturbed.
    bool read(std::size_t block, std::span<const TailReading> readings, const TailWanted& wanted,
              const std::function<void(const BarBlock&)>& visit) const;

private:
    bool have_file();
    Result<void> update(MarketFile& market);
    void take_places(const TailDirectory& directory);
    bool has(const TailLane& lane, std::size_t entry, std::size_t bars) const;
    bool undamaged(std::size_t block, std::uint64_t sequence, TailColumns columns) const;

    std::string path_;
    Timeframe timeframe_;
    SeriesCatalogue catalogue_;
    std::optional<TailFile> file_;
    std::vector<std::optional<TailPlace>> places_; ///< by entry of the catalogue: what `find` hands out
    std::vector<std::uint32_t> held_;              ///< by entry: bars in its lane
    bool up_to_date_ = false;
    mutable std::atomic<bool> look_closely_ = false; ///< a reader met something that should not be
    /// By block: the sequence number at which columns were found undamaged, and below it a bit for each of them.
    mutable std::unique_ptr<std::atomic<std::uint64_t>[]> undamaged_;
};

} // namespace tradesh::store
