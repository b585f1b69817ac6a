#include "core/history/bar_stamps.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace tradesh::history {
namespace {

/// Slots without a pause between them: sessions that follow each other at once are one.
std::size_t end_of_session(std::span<const Slot> slots, std::size_t first) {
    std::size_t end = first + 1;
    while (end < slots.size() && slots[end].begin == slots[end - 1].end) {
        ++end;
    }
    return end;
}

struct SessionBars {
    std::size_t bars = 0;      ///< from the open through the moment of the close
    std::size_t as_starts = 0; ///< on a slot's open
    std::size_t as_ends = 0;   ///< on a slot's end
    bool at_open = false;
    bool at_close = false;
};

SessionBars count(std::span<const Instant> times, std::span<const Slot> session) {
    const Instant close = session.back().end;
    SessionBars found;
    auto slot = session.begin();
    for (auto time = std::ranges::lower_bound(times, session.front().open_time); time != times.end() && *time <= close;
         ++time) {
        while (slot != session.end() && slot->end <= *time) {
            ++slot;
        }
        ++found.bars;
        found.as_starts += slot != session.end() && slot->open_time == *time ? 1 : 0;
        found.as_ends += slot != session.begin() && std::prev(slot)->end == *time ? 1 : 0;
        found.at_open |= *time == session.front().open_time;
        found.at_close |= *time == close;
    }
    return found;
}

} // namespace

std::optional<Finding> find_end_stamps(const Bars& bars, Timeframe timeframe, std::span<const Slot> slots) {
    constexpr std::size_t sessions_min = 3;
    constexpr std::chrono::hours all_day(20);
    if (is_daily_or_longer(timeframe) || bars.empty()) {
        return std::nullopt;
    }
    std::size_t judged = 0;
    std::size_t late = 0;
    SessionBars all;
    for (std::size_t first = 0, end = 0; first < slots.size(); first = end) {
        end = end_of_session(slots, first);
        const std::span<const Slot> session = slots.subspan(first, end - first);
        if (session.back().end - session.front().begin > all_day) {
            return std::nullopt;
        }
        const SessionBars found = count(bars.open_time, session);
        if (found.bars * 5 < session.size() * 4) {
            continue;
        }
        ++judged;
        late += !found.at_open && found.at_close ? 1 : 0;
        all.as_starts += found.as_starts;
        all.as_ends += found.as_ends;
    }
    if (judged < sessions_min || late * 10 < judged * 9 || all.as_ends <= all.as_starts) {
        return std::nullopt;
    }
    Finding finding;
    finding.kind = FindingKind::stamped_at_end;
    finding.severity = Severity::error;
    finding.from = bars.open_time.front();
    finding.to = bars.open_time.back() + Duration(1);
    finding.count = bars.size();
    finding.detail = "in " + std::to_string(late) + " of " + std::to_string(judged) +
                     " sessions the first bar is missing and one stands at the close: the times are those of the bars' "
                     "ends; delete them and import again with --stamp close";
    return finding;
}

} // namespace tradesh::history
