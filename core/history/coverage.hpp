#pragma once

#include "core/market/session_calendar.hpp"
#include "core/store/coverage_store.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace tradesh::history {

/// What is known of a slot.
enum class SlotState : std::uint8_t {
    ok,        ///< its bar is stored
    no_trades, ///< the source was asked, and has none
    missing,   ///< never asked, or not answered in full
    delayed,   ///< it has only just ended, or has not: the source may not have published it yet
};
std::string_view name_of(SlotState state); // "ok", "no-trades", "missing", "delayed"

/// Neighbouring slots of one state.
struct SlotRun {
    SlotState state = SlotState::ok;
    Instant from; ///< open time of the first
    Instant to;   ///< just after the open time of the last: [from, to) asks for all of them and no other slot
    std::size_t slots = 0;
    bool operator==(const SlotRun&) const = default;
};

/// What is known of one series.
struct SeriesKnowledge {
    std::vector<store::AnsweredRange> answered; ///< see CoverageStore::list
    std::optional<store::SeriesHead> head;      ///< where the source was asked for it
    Instant now;
    Duration publish_delay{0};
};

struct Coverage {
    std::vector<SlotRun> runs;         ///< ascending, every slot of the range in exactly one
    std::vector<Instant> off_calendar; ///< stored bars that lie on no slot
    std::size_t count(SlotState state) const;
};

/// Compares the slots of a calendar with the open times that are stored (both ascending). Slots before the head of the
/// series are in no run: its history begins there. A slot counts as answered for when a stretch of the session's hours
/// covers it; `hours` are those that `slots` were made with.
Coverage compare(std::span<const Slot> slots, std::span<const Instant> stored, const SeriesKnowledge& knowledge,
                 Hours hours);

} // namespace tradesh::history
