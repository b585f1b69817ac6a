#pragma once

#include "core/history/bar_load.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradesh::history {

/// How long the answer to "where does this series begin?" holds.
inline constexpr Duration head_lifetime = std::chrono::hours(24);
/// How far back a tail looks of its own accord.
inline constexpr Duration tail_length = std::chrono::days(30);

/// What decides over the range of a load, besides what was wished.
struct RangeFacts {
    std::optional<store::SeriesInfo> stored;
    std::optional<store::SeriesHead> head;
    /// An earlier load of the same mode that was interrupted.
    std::optional<store::UnfinishedLoads::Range> unfinished;
    Instant calendar_from; ///< the calendar says nothing of the time before
    Instant now;
};

/// The slots that a load looks at: those that open in [from, to). Nothing when from >= to.
struct LoadRange {
    Instant from;
    Instant to;
    std::vector<std::string> notes;
};

bool is_fresh(const store::SeriesHead& head, Instant now);

/// Whether the source must be asked for the head of the series first: only where the load may reach beyond the oldest
/// bar that is known to exist, and nobody has asked within head_lifetime.
bool needs_head(const LoadRequest& request, const RangeFacts& facts);

/// A tail begins after the last stored bar and a backfill ends before the first; one that goes on with an interrupted
/// load covers the range of that one again, where only what is missing will be fetched.
LoadRange decide_range(const LoadRequest& request, const RangeFacts& facts);

} // namespace tradesh::history
