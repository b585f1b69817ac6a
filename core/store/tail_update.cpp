#include "core/store/tail_update.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace tradesh::store {
namespace {

struct LaneWork {
    std::size_t lane;
    std::size_t entry;
};
struct BlockWork {
    bool anew = false; ///< nothing in it can be believed
    std::vector<LaneWork> lanes;
};

/// Lanes for the entries that have none: what is free first, then new blocks as far as there is room.
std::vector<BlockWork> plan(TailFile& file, const SeriesCatalogue& catalogue, TailCheck check) {
    const TailDirectory directory(file, catalogue);
    std::vector<BlockWork> work(file.blocks());
    for (std::size_t block = 0; block < work.size(); ++block) {
        work[block].anew = directory.is_broken(block) ||
                           (check == TailCheck::everything && !columns_intact(file, block, all_tail_columns));
    }
    std::vector<std::size_t> homeless;
    for (std::size_t entry = 0; entry < catalogue.all().size(); ++entry) {
        const std::optional<TailPlace> place = directory.place_of(entry);
        if (!place) {
            homeless.push_back(entry);
        } else if (work[place->block].anew || !directory.lane(*place).is_of(catalogue.all()[entry])) {
            work[place->block].lanes.push_back({place->lane, entry});
        }
    }
    std::vector<TailPlace> free = directory.free_lanes();
    if (homeless.size() > free.size()) {
        const std::size_t wanted = (homeless.size() - free.size() + tail_lanes - 1) / tail_lanes;
        const std::size_t before = file.blocks();
        if (file.grow(std::min(wanted, tail_blocks_max - before))) {
            work.resize(file.blocks(), BlockWork{.anew = true, .lanes = {}});
            for (std::size_t i = before * tail_lanes; i < file.blocks() * tail_lanes; ++i) {
                free.push_back({i / tail_lanes, i % tail_lanes});
            }
        }
    }
    for (std::size_t i = 0; i < std::min(homeless.size(), free.size()); ++i) {
        work[free[i].block].lanes.push_back({free[i].lane, homeless[i]});
    }
    return work;
}

/// The lanes of a block that is believed once its sums are right; otherwise all of its lanes are filled again.
void believe_or_fill(const TailFile& file, const SeriesCatalogue& catalogue, std::size_t block, BlockWork& work) {
    if (work.anew || columns_intact(file, block, all_tail_columns)) {
        return;
    }
    work.anew = true;
    const TailDirectory directory(file, catalogue);
    for (std::size_t entry = 0; entry < catalogue.all().size(); ++entry) {
        const std::optional<TailPlace> place = directory.place_of(entry);
        const auto planned = [&](const LaneWork& lane) { return lane.lane == place->lane; };
        if (place && place->block == block && std::ranges::none_of(work.lanes, planned)) {
            work.lanes.push_back({place->lane, entry});
        }
    }
}

/// Everything is read before the block is touched, so that it is unreadable for as short as can be.
void change(TailFile& file, const SeriesCatalogue& catalogue, BarStore& store, std::size_t block,
            const BlockWork& work) {
    std::vector<Result<Bars>> bars;
    for (const LaneWork& lane : work.lanes) {
        bars.push_back(store.last(catalogue.all()[lane.entry].series, tail_bars));
    }
    TailBlockChange change(file, block);
    if (work.anew) {
        change.clear();
    }
    for (std::size_t i = 0; i < bars.size(); ++i) {
        const ChosenSeries& series = catalogue.all()[work.lanes[i].entry];
        TailLane lane{.instrument = series.instrument.value, .series = series.series, .revision = series.revision};
        if (bars[i]) {
            change.fill(work.lanes[i].lane, lane, *bars[i]);
        } else {
            // A damaged series stays so until it is changed; any other failure may pass, so it is tried again.
            lane.revision = bars[i].error().code == "bars.damaged" ? series.revision : 0;
            change.mark_unreadable(work.lanes[i].lane, lane);
        }
    }
    change.finish();
}

} // namespace

TailDirectory::TailDirectory(const TailFile& file, const SeriesCatalogue& catalogue)
    : places_(catalogue.all().size()),
      lanes_(file.blocks() * tail_lanes),
      taken_(lanes_.size()),
      broken_(file.blocks()) {
    std::unordered_map<std::int64_t, std::size_t> entry_of;
    for (std::size_t entry = 0; entry < places_.size(); ++entry) {
        entry_of.emplace(catalogue.all()[entry].instrument.value, entry);
    }
    for (std::size_t block = 0; block < file.blocks(); ++block) {
        const std::optional<std::uint64_t> sequence = begin_reading(file, block);
        const std::array<TailLane, tail_lanes> lanes = file.entry(block).lanes;
        broken_[block] = !sequence || !lanes_intact(file, block) || !still_at(file, block, *sequence);
        for (std::size_t lane = 0; lane < tail_lanes && !broken_[block]; ++lane) {
            const auto entry = entry_of.find(lanes[lane].instrument);
            if (entry != entry_of.end() && !places_[entry->second]) {
                places_[entry->second] = TailPlace{block, lane};
                lanes_[block * tail_lanes + lane] = lanes[lane];
                taken_[block * tail_lanes + lane] = true;
            }
        }
    }
    const std::size_t room = std::min(places_.size(), tail_blocks_max * tail_lanes);
    std::size_t current = 0;
    for (std::size_t entry = 0; entry < places_.size(); ++entry) {
        current += places_[entry] && lane(*places_[entry]).is_of(catalogue.all()[entry]) ? 1 : 0;
    }
    out_of_date_ = room - std::min(room, current);
}

std::vector<TailPlace> TailDirectory::free_lanes() const {
    std::vector<TailPlace> free;
    for (std::size_t i = 0; i < taken_.size(); ++i) {
        if (!taken_[i]) {
            free.push_back({i / tail_lanes, i % tail_lanes});
        }
    }
    return free;
}

void update_tail(TailFile& file, const SeriesCatalogue& catalogue, BarStore& bars, TailCheck check) {
    std::vector<BlockWork> work = plan(file, catalogue, check);
    for (std::size_t block = 0; block < work.size(); ++block) {
        if (!work[block].lanes.empty()) {
            believe_or_fill(file, catalogue, block, work[block]);
        }
        if (work[block].anew || !work[block].lanes.empty()) {
            change(file, catalogue, bars, block, work[block]);
        }
    }
}

} // namespace tradesh::store
