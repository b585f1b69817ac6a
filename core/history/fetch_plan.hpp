#pragma once

#include "core/history/coverage.hpp"
#include "core/venue/history.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tradesh::history {

/// Which missing slots a load fetches, of those in its range. A tail or backfill that was interrupted left its pieces
/// in the order in which they came, so the next one of its mode, series and hours also takes up what that one left.
enum class LoadMode : std::uint8_t {
    tail,     ///< after the last stored bar; all of them when nothing is stored
    backfill, ///< before the first stored bar; all of them when nothing is stored
    full,     ///< before, inside and after: the last seven days first, then oldest first
};
std::string_view name_of(LoadMode mode);
Result<LoadMode> parse_load_mode(std::string_view text);

/// One request.
struct Segment {
    Instant from; ///< [from, to), open times
    Instant to;
    std::size_t slots = 0;   ///< expected in it
    std::size_t missing = 0; ///< of those
    bool operator==(const Segment&) const = default;
};

/// What a plan takes at least, given what was sent before it.
struct PlanCost {
    std::size_t requests = 0;
    std::size_t bars = 0; ///< at most
    Duration time{0};
    bool operator==(const PlanCost&) const = default;
};

/// The longest stretch of one request: 1m 1 d, 5m 7 d, 15m 14 d, 30m and 1h and 2h 30 d, 3h and 4h 120 d, 1d 365 d,
/// 1w 730 d, 1M 10 years; a source with bounded answers makes it shorter.
Duration segment_length_max(Timeframe timeframe);

/// Cuts the missing runs into requests. Two runs share one where both fit into it and fewer slots lie between them than
/// are missing, or than a tenth of what a request may bring: a request costs more than bars that are there already.
/// Nothing else that is stored is asked for again. Tail: newest first; backfill: oldest first; full: see LoadMode.
std::vector<Segment> plan_segments(const Coverage& coverage, std::span<const Slot> slots, Timeframe timeframe,
                                   LoadMode mode, const venue::HistoryLimits& limits, Instant now);

/// The two steps of it, for those who plan a long range piece by piece: missing runs to requests, ascending ..
std::vector<Segment> cut_segments(std::span<const SlotRun> runs, std::span<const Slot> slots, Timeframe timeframe,
                                  const venue::HistoryLimits& limits);
/// .. and into the order of the mode.
void order_segments(std::vector<Segment>& segments, LoadMode mode, Instant now);

/// `sent` are the moments of earlier requests, ascending; one after `now` counts as sent now.
PlanCost price_plan(std::span<const Segment> segments, const venue::HistoryLimits& limits,
                    std::span<const Instant> sent, Instant now);

} // namespace tradesh::history
