#include "core/store/bar_tail.hpp"

#include "core/store/tail_update.hpp"

#include <algorithm>
#include <bit>
#include <thread>
#include <unordered_map>
#include <utility>

namespace tradesh::store {
namespace {

constexpr int tries_max = 1'000; // a change of one block takes less

/// A lane that is not full holds all bars that there are.
bool are_enough(std::size_t held, std::size_t wanted) { return wanted <= held || held < tail_bars; }

} // namespace

BarTail::BarTail(const std::string& market_path, Timeframe timeframe)
    : path_(market_path + ".tail-" + std::string(name_of(timeframe))),
      timeframe_(timeframe),
      undamaged_(std::make_unique<std::atomic<std::uint64_t>[]>(tail_blocks_max)) {}

Result<bool> BarTail::refresh_catalogue(MarketFile& market) {
    const Result<std::int64_t> newest = SeriesCatalogue::newest_revision(market.database);
    if (!newest) {
        return fail(newest.error());
    }
    if (*newest == catalogue_.revision()) {
        return false;
    }
    Result<SeriesCatalogue> catalogue = SeriesCatalogue::read(market.database, timeframe_);
    if (!catalogue) {
        return fail(std::move(catalogue.error()));
    }
    catalogue_ = std::move(*catalogue);
    places_.assign(catalogue_.all().size(), std::nullopt);
    held_.assign(catalogue_.all().size(), 0);
    up_to_date_ = false;
    return true;
}

/// The file of that name, mapped as far as it goes.
bool BarTail::have_file() {
    if (file_ && file_->is_current() && file_->look_again()) {
        return true;
    }
    up_to_date_ = false;
    places_.assign(places_.size(), std::nullopt);
    Result<TailFile> opened = TailFile::open(path_, timeframe_);
    if (!opened) {
        file_.reset();
        return false;
    }
    file_ = std::move(*opened);
    for (std::size_t block = 0; block < tail_blocks_max; ++block) {
        undamaged_[block] = 0;
    }
    return true;
}

Result<void> BarTail::refresh(MarketFile& market) {
    if (const Result<bool> changed = refresh_catalogue(market); !changed) {
        return fail(changed.error());
    }
    if (!have_file() || (up_to_date_ && !look_closely_)) {
        return {};
    }
    TailDirectory directory(*file_, catalogue_);
    if ((look_closely_ || directory.out_of_date() > 0) && file_->try_lock()) {
        Result<void> updated = update(market);
        file_->unlock();
        if (!updated) {
            return updated;
        }
        directory = TailDirectory(*file_, catalogue_);
    }
    take_places(directory);
    return {};
}

/// The lock is held. What is read now is at least as new as what any earlier holder of it has read.
Result<void> BarTail::update(MarketFile& market) {
    if (const Result<bool> changed = refresh_catalogue(market); !changed) {
        return fail(changed.error());
    }
    if (!file_->look_again()) {
        return {};
    }
    update_tail(*file_, catalogue_, market.bars,
                look_closely_.exchange(false) ? TailCheck::everything : TailCheck::what_changes);
    return {};
}

void BarTail::take_places(const TailDirectory& directory) {
    for (std::size_t entry = 0; entry < catalogue_.all().size(); ++entry) {
        const std::optional<TailPlace> place = directory.place_of(entry);
        const TailLane lane = place ? directory.lane(*place) : TailLane{};
        const bool usable = place && lane.is_of(catalogue_.all()[entry]) && lane.readable != 0;
        places_[entry] = usable ? place : std::nullopt;
        held_[entry] = lane.bars;
    }
    up_to_date_ = directory.out_of_date() == 0;
}

std::optional<TailPlace> BarTail::find(std::size_t entry, std::size_t bars) const {
    return file_ && are_enough(held_[entry], bars) ? places_[entry] : std::nullopt;
}

bool BarTail::has(const TailLane& lane, std::size_t entry, std::size_t bars) const {
    return lane.instrument == catalogue_.all()[entry].instrument.value && lane.readable != 0 &&
           are_enough(lane.bars, bars);
}

/// Columns are added up once for each change of their block: then they are what was written, whoever wrote it.
bool BarTail::undamaged(std::size_t block, std::uint64_t sequence, TailColumns columns) const {
    const std::uint64_t known = undamaged_[block].load(std::memory_order_relaxed);
    const std::uint64_t done = known >> tail_columns == sequence ? known & all_tail_columns : 0;
    const auto missing = static_cast<TailColumns>(columns & ~done);
    if (missing == 0 && known >> tail_columns == sequence) {
        return true;
    }
    if (!lanes_intact(*file_, block) || !columns_intact(*file_, block, missing)) {
        return false;
    }
    undamaged_[block].store(sequence << tail_columns | done | missing, std::memory_order_relaxed);
    return true;
}

void BarTail::prefetch(std::size_t block, TailColumns columns) const {
    if (columns != 0 && undamaged_[block].load(std::memory_order_relaxed) == 0) {
        file_->prefetch(block, static_cast<std::size_t>(std::countr_zero(columns)),
                        static_cast<std::size_t>(std::bit_width(columns)));
    }
}

bool BarTail::read(std::size_t block, std::span<const TailReading> readings, const TailWanted& wanted,
                   const std::function<void(const BarBlock&)>& visit) const {
    for (int tries = 0; tries < tries_max; ++tries) {
        const std::optional<std::uint64_t> sequence = begin_reading(*file_, block);
        if (!sequence) {
            std::this_thread::yield();
            continue;
        }
        const std::array<TailLane, tail_lanes>& lanes = file_->entry(block).lanes;
        const bool sound =
            undamaged(block, *sequence, wanted.columns) && std::ranges::all_of(readings, [&](const TailReading& each) {
                return has(lanes[each.lane], each.entry, wanted.bars);
            });
        if (sound) {
            visit(view_of(*file_, block, wanted.columns));
        }
        if (still_at(*file_, block, *sequence)) {
            look_closely_ = look_closely_ || !sound;
            return sound;
        }
    }
    look_closely_ = true;
    return false;
}

} // namespace tradesh::store
