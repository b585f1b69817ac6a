#include "core/history/settled_answer.hpp"

#include "core/store/bar_rows.hpp"

#include <algorithm>

namespace tradesh::history {
namespace {

Result<void> check_order(const std::vector<Instant>& open_times) {
    const auto not_ascending = std::ranges::adjacent_find(open_times, std::ranges::greater_equal());
    if (not_ascending == open_times.end()) {
        return {};
    }
    const bool twice = *not_ascending == *(not_ascending + 1);
    return fail(Error(ErrorKind::failed, "history.unsorted",
                      twice ? "the source sent the bar of " + to_rfc3339(*not_ascending) + " twice"
                            : "the source sent bars out of order after " + to_rfc3339(*not_ascending))
                    .advise("nothing of this answer was stored; try again later"));
}

/// Slots with an open time in [from, to).
std::span<const Slot> between(std::span<const Slot> slots, Instant from, Instant to) {
    const auto first = std::ranges::lower_bound(slots, from, {}, &Slot::open_time);
    const auto last = std::ranges::lower_bound(slots, to, {}, &Slot::open_time);
    return {first, std::max(first, last)};
}

Segment segment_of(std::span<const Slot> slots, Instant to) {
    return {.from = slots.front().open_time, .to = to, .slots = slots.size(), .missing = slots.size()};
}

/// Copies the bars that are wanted and counts the others.
Result<void> select_bars(const Bars& bars, const venue::HistoryRequest& request, std::span<const Slot> slots,
                         Instant published_until, SettledAnswer& settled) {
    std::size_t slot = 0;
    for (std::size_t i = 0; i < bars.size(); ++i) {
        const Instant open_time = bars.open_time[i];
        while (slot < slots.size() && slots[slot].open_time < open_time) {
            ++slot;
        }
        if (open_time < request.from || open_time >= request.to) {
            ++settled.outside;
        } else if (slot == slots.size() || slots[slot].open_time != open_time) {
            ++settled.off_calendar;
        } else if (slots[slot].end > published_until) {
            ++settled.not_final;
        } else if (open_time < settled.answered_to) {
            if (Result<void> kept = store::append_rows(settled.bars, bars, i, i + 1); !kept) {
                return kept;
            }
        }
    }
    return {};
}

} // namespace

Result<SettledAnswer> settle_answer(const venue::HistoryAnswer& answer, const venue::HistoryRequest& request,
                                    std::span<const Slot> slots, Instant published_until) {
    if (Result<void> sorted = check_order(answer.bars.open_time); !sorted) {
        return fail(std::move(sorted.error()));
    }
    const auto unpublished =
        std::ranges::find_if(slots, [published_until](const Slot& slot) { return slot.end > published_until; });
    const Instant published_to = unpublished == slots.end() ? request.to : unpublished->open_time;
    const std::span<const Slot> unanswered = between(slots, answer.complete_before, published_to);
    SettledAnswer settled;
    settled.answered_to = published_to;
    if (!unanswered.empty()) {
        if (answer.complete_before <= request.from) {
            return fail(Error(ErrorKind::failed, "history.no_progress",
                              "the source answered, but for nothing from " + to_rfc3339(request.from) + " on")
                            .advise("it may not have published these bars yet; try again later"));
        }
        settled.answered_to = answer.complete_before;
        settled.rest = segment_of(unanswered, request.to);
    }
    if (Result<void> selected = select_bars(answer.bars, request, slots, published_until, settled); !selected) {
        return fail(std::move(selected.error()));
    }
    settled.no_trades = between(slots, request.from, settled.answered_to).size() - settled.bars.size();
    return settled;
}

} // namespace tradesh::history
