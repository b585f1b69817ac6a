#pragma once

#include "core/store/bar_store.hpp"
#include "core/store/series_catalogue.hpp"
#include "core/store/tail_block.hpp"
#include "core/store/tail_file.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace tradesh::store {

/// Where the last bars of an instrument stand in a tail file.
struct TailPlace {
    std::size_t block = 0;
    std::size_t lane = 0;
    bool operator==(const TailPlace&) const = default;
};

/// What a tail file holds of the series of a catalogue, as it says at one moment.
class TailDirectory {
public:
    TailDirectory(const TailFile& file, const SeriesCatalogue& catalogue);

    /// The lane of an entry's instrument, up to date or not.
    std::optional<TailPlace> place_of(std::size_t entry) const { return places_[entry]; }
    const TailLane& lane(const TailPlace& place) const { return lanes_[place.block * tail_lanes + place.lane]; }
    /// True when the lanes of the block cannot be told: it is being changed, or was when somebody died, or is damaged.
    bool is_broken(std::size_t block) const { return broken_[block]; }
    /// Lanes that no entry of the catalogue has, in their order; those of broken blocks too.
    std::vector<TailPlace> free_lanes() const;
    /// How many entries could have a lane that is up to date, and have none.
    std::size_t out_of_date() const { return out_of_date_; }

private:
    std::vector<std::optional<TailPlace>> places_;
    std::vector<TailLane> lanes_;
    std::vector<bool> taken_; ///< by lane
    std::vector<bool> broken_;
    std::size_t out_of_date_ = 0;
};

/// How much of a file is believed: only blocks that are changed are checked first, or every one.
enum class TailCheck : std::uint8_t { what_changes, everything };

/// Brings every lane up to date; the file's lock is held. What cannot be done (no room, an unreadable series) is left
/// out, and is out of date or marked unreadable afterwards.
void update_tail(TailFile& file, const SeriesCatalogue& catalogue, BarStore& bars, TailCheck check);

} // namespace tradesh::store
