#pragma once

#include "core/base/error.hpp"
#include "core/market/timeframe.hpp"
#include "core/store/series_catalogue.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace tradesh::store {

/// How many bars of each series a tail holds, and of how many instruments.
inline constexpr std::size_t tail_bars = 512;
inline constexpr std::size_t tail_lanes = 8;
inline constexpr std::size_t tail_blocks_max = 6'250;

/// Open times (nanoseconds, `no_time` before the first bar), then open, high, low, close and volume.
inline constexpr std::size_t tail_columns = 6;
inline constexpr std::size_t tail_column_values = tail_bars * tail_lanes;
inline constexpr std::int64_t no_time = INT64_MIN;

/// Whose bars stand in one lane of a block.
struct TailLane {
    std::int64_t instrument = 0; ///< 0: the lane is free
    std::int64_t series = 0;
    std::int64_t revision = 0; ///< of the series when it was read; another one means that the lane is out of date
    std::int64_t last_open_ns = 0;
    std::uint32_t bars = 0;
    std::uint32_t readable = 0; ///< 0: the series could not be read, so nothing is said of it

    /// True when it holds that series as it is now.
    bool is_of(const ChosenSeries& chosen) const {
        return instrument == chosen.instrument.value && series == chosen.series && revision == chosen.revision;
    }
    bool operator==(const TailLane&) const = default;
};

/// One block in the directory. `sequence` is odd while somebody changes the block, and stays so when he dies of it.
struct TailEntry {
    std::uint64_t sequence = 0;
    std::uint64_t lanes_sum = 0;
    std::array<std::uint64_t, tail_columns> column_sums{};
    std::array<TailLane, tail_lanes> lanes{};
};

/// The tail of one timeframe as a file, mapped into memory and shared by every process. Layout, in this machine's
/// order of bytes:
///
///     4096 bytes   header: magic, version, timeframe, number of blocks
///     directory    tail_blocks_max * TailEntry, rounded up to 4096
///     blocks       each: tail_columns columns of [bar][lane], 8 bytes a value, right-aligned
///
/// A file that is damaged, of another version or shorter than it says is replaced by an empty one under the same name;
/// who has the old one mapped keeps it and sees that it is no longer current. Readable by its owner alone (0600).
/// Its space is reserved before it is touched, because a full disk would otherwise end the process.
class TailFile {
public:
    /// Opens the file or makes an empty one. Errors of the file system: failed, "tail.*".
    static Result<TailFile> open(const std::string& path, Timeframe timeframe);
    TailFile(TailFile&& other) noexcept;
    TailFile& operator=(TailFile&& other) noexcept;
    ~TailFile();

    /// True while it is the file of that name and as long as it should be.
    bool is_current() const;
    /// Blocks that may be touched. Others may have added some since: `look_again` maps them.
    std::size_t blocks() const { return blocks_; }
    Result<void> look_again();
    /// Adds empty blocks. The lock is held.
    Result<void> grow(std::size_t blocks);

    TailEntry& entry(std::size_t block) const;
    /// tail_column_values values of 8 bytes each.
    void* column(std::size_t block, std::size_t index) const;

    /// Asks the system to read columns [first, last) of a block into memory, without waiting for it.
    void prefetch(std::size_t block, std::size_t first, std::size_t last) const;

    /// For who changes something; false when another has it. It goes with its holder's life.
    bool try_lock();
    void unlock();

private:
    TailFile(int file, std::string path) : file_(file), path_(std::move(path)) {}
    static Result<TailFile> create(const std::string& path, Timeframe timeframe);
    bool is_sound(Timeframe timeframe) const;
    Result<void> map(std::size_t blocks);
    void unmap();
    Error error(std::string_view attempted) const;

    int file_ = -1;
    std::string path_;
    std::byte* memory_ = nullptr;
    std::size_t mapped_bytes_ = 0;
    std::size_t blocks_ = 0;
};

} // namespace tradesh::store
