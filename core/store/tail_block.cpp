#include "core/store/tail_block.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cassert>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

namespace tradesh::store {
namespace {

constexpr std::uint64_t odd_constant = 0x9e3779b97f4a7c15; // 2^64 / golden ratio: spreads bits when multiplied

/// Eight sums side by side, so that they wait for memory and not for each other. Every step is reversible: one changed
/// value always changes its sum.
std::uint64_t sum_of(std::span<const std::uint64_t> words, std::uint64_t seed) {
    assert(words.size() % tail_lanes == 0);
    std::array<std::uint64_t, tail_lanes> sums{};
    sums.fill(seed);
    for (std::size_t i = 0; i < words.size(); i += tail_lanes) {
        for (std::size_t lane = 0; lane < tail_lanes; ++lane) {
            sums[lane] = std::rotl((sums[lane] ^ words[i + lane]) * odd_constant, 29);
        }
    }
    std::uint64_t sum = seed;
    for (const std::uint64_t each : sums) {
        sum = std::rotl((sum ^ each) * odd_constant, 29);
    }
    return sum;
}

std::uint64_t column_sum(const TailFile& file, std::size_t block, std::size_t column) {
    const auto* words = static_cast<const std::uint64_t*>(file.column(block, column));
    return sum_of({words, tail_column_values}, block * tail_columns + column); // another block's column does not pass
}

std::uint64_t lanes_sum(const TailFile& file, std::size_t block) {
    const std::array<TailLane, tail_lanes>& lanes = file.entry(block).lanes;
    std::array<std::uint64_t, sizeof lanes / 8> words{};
    static_assert(std::has_unique_object_representations_v<TailLane> && words.size() % tail_lanes == 0);
    std::memcpy(words.data(), lanes.data(), sizeof lanes);
    return sum_of(words, ~static_cast<std::uint64_t>(block));
}

std::atomic_ref<std::uint64_t> sequence_of(const TailFile& file, std::size_t block) {
    return std::atomic_ref(file.entry(block).sequence);
}

/// The last values of a column into one lane, unknown before the first.
template <class Value, class Stored, class Convert>
void write_lane(void* column, std::size_t lane, std::span<const Value> values, Stored unknown, Convert convert) {
    Stored* out = static_cast<Stored*>(column) + lane;
    const std::size_t empty = tail_bars - values.size();
    for (std::size_t row = 0; row < empty; ++row) {
        out[row * tail_lanes] = unknown;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        out[(empty + i) * tail_lanes] = convert(values[i]);
    }
}

constexpr double unknown_value = std::numeric_limits<double>::quiet_NaN();

void write_lane_columns(const TailFile& file, std::size_t block, std::size_t lane, const Bars& bars) {
    const std::size_t surplus = bars.size() - std::min(bars.size(), tail_bars);
    write_lane(file.column(block, 0), lane, std::span(std::as_const(bars.open_time)).subspan(surplus), no_time,
               [](Instant time) { return time.time_since_epoch().count(); });
    std::size_t column = 1;
    for (ScaledColumn Bars::* const prices : {&Bars::open, &Bars::high, &Bars::low, &Bars::close, &Bars::volume}) {
        const std::vector<double> values = (bars.*prices).to_doubles();
        write_lane(file.column(block, column++), lane, std::span(values).subspan(surplus), unknown_value,
                   [](double value) { return value; });
    }
}

} // namespace

std::optional<std::uint64_t> begin_reading(const TailFile& file, std::size_t block) {
    const std::uint64_t sequence = sequence_of(file, block).load(std::memory_order_acquire);
    return sequence % 2 == 0 ? std::optional(sequence) : std::nullopt;
}

bool still_at(const TailFile& file, std::size_t block, std::uint64_t sequence) {
    std::atomic_thread_fence(std::memory_order_acquire);
    return sequence_of(file, block).load(std::memory_order_relaxed) == sequence;
}

bool lanes_intact(const TailFile& file, std::size_t block) {
    return file.entry(block).lanes_sum == lanes_sum(file, block);
}

bool columns_intact(const TailFile& file, std::size_t block, TailColumns columns) {
    for (std::size_t column = 0; column < tail_columns; ++column) {
        if ((columns >> column & 1U) != 0 && file.entry(block).column_sums[column] != column_sum(file, block, column)) {
            return false;
        }
    }
    return true;
}

BarBlock view_of(const TailFile& file, std::size_t block, TailColumns columns) {
    BarBlock view{.rows = tail_bars, .lanes = tail_lanes};
    for (std::size_t column = 0; column < view.columns.size(); ++column) {
        const bool asked = (columns >> (column + 1) & 1U) != 0;
        view.columns[column] = asked ? static_cast<const double*>(file.column(block, column + 1)) : nullptr;
    }
    for (std::size_t lane = 0; lane < tail_lanes; ++lane) {
        const TailLane& facts = file.entry(block).lanes[lane];
        view.bars[lane] = std::min<std::size_t>(facts.bars, tail_bars);
        view.last_open_time[lane] = Instant(Duration(facts.last_open_ns));
    }
    return view;
}

TailBlockChange::TailBlockChange(TailFile& file, std::size_t block) : file_(file), block_(block) {
    const std::atomic_ref<std::uint64_t> sequence = sequence_of(file_, block_);
    sequence.store(sequence.load(std::memory_order_relaxed) | 1U, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
}

void TailBlockChange::clear() {
    for (std::size_t lane = 0; lane < tail_lanes; ++lane) {
        mark_unreadable(lane, {});
    }
}

void TailBlockChange::fill(std::size_t index, TailLane lane, const Bars& bars) {
    write_lane_columns(file_, block_, index, bars);
    lane.bars = static_cast<std::uint32_t>(std::min(bars.size(), tail_bars));
    lane.last_open_ns = bars.empty() ? 0 : bars.open_time.back().time_since_epoch().count();
    lane.readable = 1;
    file_.entry(block_).lanes[index] = lane;
}

void TailBlockChange::mark_unreadable(std::size_t index, TailLane lane) {
    write_lane_columns(file_, block_, index, {});
    lane.bars = 0;
    lane.readable = 0;
    file_.entry(block_).lanes[index] = lane;
}

void TailBlockChange::finish() {
    TailEntry& entry = file_.entry(block_);
    for (std::size_t column = 0; column < tail_columns; ++column) {
        entry.column_sums[column] = column_sum(file_, block_, column);
    }
    entry.lanes_sum = lanes_sum(file_, block_);
    const std::atomic_ref<std::uint64_t> sequence = sequence_of(file_, block_);
    sequence.store(sequence.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

} // namespace tradesh::store
