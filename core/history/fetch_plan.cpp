#include "core/history/fetch_plan.hpp"

#include "core/history/request_pace.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tradesh::history {
namespace {

constexpr Duration recent = std::chrono::days(7);

/// Slots [begin, end) of all; `missing` of them are wanted.
struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t missing = 0;
};

class Cutter {
public:
    Cutter(std::span<const Slot> slots, Timeframe timeframe, const venue::HistoryLimits& limits)
        : slots_(slots),
          length_max_(segment_length_max(timeframe)),
          slots_max_(std::max<std::size_t>(1, limits.bars_per_request_max)) {}

    void add(const SlotRun& run) {
        const auto first = std::ranges::lower_bound(slots_, run.from, {}, &Slot::open_time);
        Stretch wanted{.begin = static_cast<std::size_t>(first - slots_.begin())};
        wanted.end = wanted.begin + run.slots;
        wanted.missing = run.slots;
        assert(wanted.end <= slots_.size());
        if (open_ && may_join(*open_, wanted)) {
            open_->missing += wanted.missing;
            open_->end = wanted.end;
            return;
        }
        finish();
        while (wanted.begin < wanted.end) {
            finish();
            const std::size_t end = std::min(wanted.end, end_of_request(wanted.begin));
            open_ = {.begin = wanted.begin, .end = end, .missing = end - wanted.begin};
            wanted.begin = end;
        }
    }
    std::vector<Segment> take() {
        finish();
        return std::move(segments_);
    }

private:
    /// The first slot that no longer fits into a request which begins with slot `begin`.
    std::size_t end_of_request(std::size_t begin) const {
        const Instant limit = slots_[begin].open_time + length_max_;
        const auto bounded = slots_.subspan(begin, std::min(slots_max_, slots_.size() - begin));
        const auto end = std::ranges::lower_bound(bounded, limit, {}, &Slot::open_time);
        return begin + static_cast<std::size_t>(end - bounded.begin());
    }
    bool may_join(const Stretch& open, const Stretch& wanted) const {
        const std::size_t missing = open.missing + wanted.missing;
        const std::size_t known = wanted.end - open.begin - missing;
        const std::size_t worth_a_request = slots_max_ / 10;
        return wanted.end <= end_of_request(open.begin) && known < std::max(missing, worth_a_request);
    }
    void finish() {
        if (!open_) {
            return;
        }
        const Segment segment{.from = slots_[open_->begin].open_time,
                              .to = open_->end < slots_.size() ? slots_[open_->end].open_time
                                                               : slots_[open_->end - 1].open_time + Duration(1),
                              .slots = open_->end - open_->begin,
                              .missing = open_->missing};
        segments_.push_back(segment);
        open_.reset();
    }

    std::span<const Slot> slots_;
    Duration length_max_;
    std::size_t slots_max_;
    std::optional<Stretch> open_;
    std::vector<Segment> segments_;
};

/// Which slots a mode is about, given those that are stored: [from, to).
std::pair<Instant, Instant> stretch_of(LoadMode mode, std::span<const SlotRun> runs) {
    const auto is_ok = [](const SlotRun& run) { return run.state == SlotState::ok; };
    const auto first = std::ranges::find_if(runs, is_ok);
    if (mode == LoadMode::full || first == runs.end()) {
        return {Instant::min(), Instant::max()};
    }
    if (mode == LoadMode::backfill) {
        return {Instant::min(), first->from};
    }
    const auto last = std::find_if(runs.rbegin(), runs.rend(), is_ok);
    return {last->to, Instant::max()};
}

} // namespace

std::string_view name_of(LoadMode mode) {
    switch (mode) {
    case LoadMode::tail: return "tail";
    case LoadMode::backfill: return "backfill";
    case LoadMode::full: return "full";
    }
    return "";
}

Result<LoadMode> parse_load_mode(std::string_view text) {
    for (const LoadMode mode : {LoadMode::tail, LoadMode::backfill, LoadMode::full}) {
        if (name_of(mode) == text) {
            return mode;
        }
    }
    return fail(Error(ErrorKind::usage, "load.mode", "unknown mode '" + std::string(text) + "'")
                    .advise("use tail, backfill or full"));
}

Duration segment_length_max(Timeframe timeframe) {
    using std::chrono::days;
    switch (timeframe) {
    case Timeframe::m1: return days(1);
    case Timeframe::m5: return days(7);
    case Timeframe::m15: return days(14);
    case Timeframe::m30:
    case Timeframe::h1:
    case Timeframe::h2: return days(30);
    case Timeframe::h3:
    case Timeframe::h4: return days(120);
    case Timeframe::d1: return days(365);
    case Timeframe::w1: return days(730);
    case Timeframe::mo1: return days(3'653);
    }
    return days(1);
}

std::vector<Segment> cut_segments(std::span<const SlotRun> runs, std::span<const Slot> slots, Timeframe timeframe,
                                  const venue::HistoryLimits& limits) {
    Cutter cutter(slots, timeframe, limits);
    for (const SlotRun& run : runs) {
        if (run.state == SlotState::missing) {
            cutter.add(run);
        }
    }
    return cutter.take();
}

void order_segments(std::vector<Segment>& segments, LoadMode mode, Instant now) {
    if (mode == LoadMode::tail) {
        std::ranges::reverse(segments);
    } else if (mode == LoadMode::full) {
        const auto is_old = [now](const Segment& segment) { return segment.to <= now - recent; };
        std::ranges::rotate(segments, std::ranges::partition_point(segments, is_old));
    }
}

std::vector<Segment> plan_segments(const Coverage& coverage, std::span<const Slot> slots, Timeframe timeframe,
                                   LoadMode mode, const venue::HistoryLimits& limits, Instant now) {
    const auto [from, to] = stretch_of(mode, coverage.runs);
    const auto outside = [from, to](const SlotRun& run) { return run.to <= from || run.from >= to; };
    std::vector<SlotRun> runs = coverage.runs; // runs of one state end where the next begins: none is cut
    std::erase_if(runs, outside);
    std::vector<Segment> segments = cut_segments(runs, slots, timeframe, limits);
    order_segments(segments, mode, now);
    return segments;
}

PlanCost price_plan(std::span<const Segment> segments, const venue::HistoryLimits& limits,
                    std::span<const Instant> sent, Instant now) {
    PlanCost cost{.requests = segments.size()};
    std::vector<Instant> moments;
    for (const Instant moment : sent) {
        moments.push_back(std::min(moment, now));
    }
    const std::size_t before = moments.size();
    const std::size_t at_once = std::max<std::size_t>(1, limits.requests_in_flight_max);
    Instant last = now;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        cost.bars += segments[i].slots;
        if (i >= at_once) {
            last = std::max(last, moments[before + i - at_once] + limits.usual_latency);
        }
        last = next_send(limits.paces, moments, last);
        moments.push_back(last);
    }
    cost.time = segments.empty() ? Duration(0) : last + limits.usual_latency - now;
    return cost;
}

} // namespace tradesh::history
