#pragma once

#include "core/market/bar_block.hpp"
#include "core/market/bars.hpp"
#include "core/store/tail_file.hpp"

#include <cstdint>
#include <optional>

namespace tradesh::store {

/// Which columns of a block are meant: bit 0 is the open times, bits 1 to 5 are open, high, low, close and volume.
using TailColumns = std::uint8_t;
inline constexpr TailColumns all_tail_columns = (1U << tail_columns) - 1;

// One block of a tail file. Readers take no lock: they note the sequence number, read, and see whether it is the same;
// whoever changes a block holds the file's lock.

/// The sequence number, when the block is whole at the moment. Even.
std::optional<std::uint64_t> begin_reading(const TailFile& file, std::size_t block);
/// True when nothing of the block has changed since.
bool still_at(const TailFile& file, std::size_t block, std::uint64_t sequence);

/// True when the lanes' facts are what was written.
bool lanes_intact(const TailFile& file, std::size_t block);
/// True when those columns hold what was written.
bool columns_intact(const TailFile& file, std::size_t block, TailColumns columns);
/// A view of those columns in place, and of the lanes as they are now.
BarBlock view_of(const TailFile& file, std::size_t block, TailColumns columns);

/// A change of one block: from its construction until `finish` nobody reads it. Without a `finish` the block stays
/// unreadable, as it does when the process dies, and the next who holds the lock fills it anew.
class TailBlockChange {
public:
    TailBlockChange(TailFile& file, std::size_t block);

    /// Makes every lane free and every value unknown.
    void clear();
    /// Puts the last bars of a series into a lane, at most tail_bars; `lane.bars` and `last_open_ns` follow from them.
    void fill(std::size_t index, TailLane lane, const Bars& bars);
    /// The lane belongs to a series that cannot be read.
    void mark_unreadable(std::size_t index, TailLane lane);
    void finish();

private:
    TailFile& file_;
    std::size_t block_;
};

} // namespace tradesh::store
