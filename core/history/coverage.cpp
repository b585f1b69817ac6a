#include "core/history/coverage.hpp"

#include <algorithm>

namespace tradesh::history {
namespace {

struct Stretch {
    Instant from;
    Instant to;
};

/// What was answered for the wanted hours or more, ascending and joined.
std::vector<Stretch> answered_for(std::span<const store::AnsweredRange> answered, Hours hours) {
    std::vector<Stretch> wanted;
    for (const store::AnsweredRange& range : answered) {
        if (range.hours >= hours) {
            wanted.push_back({.from = range.from, .to = range.to});
        }
    }
    std::ranges::sort(wanted, {}, &Stretch::from);
    std::vector<Stretch> joined;
    for (const Stretch& stretch : wanted) {
        if (!joined.empty() && stretch.from <= joined.back().to) {
            joined.back().to = std::max(joined.back().to, stretch.to);
        } else {
            joined.push_back(stretch);
        }
    }
    return joined;
}

/// Walks stored times and answered stretches along with the slots, which come in ascending order.
class Walk {
public:
    Walk(std::span<const Instant> stored, const SeriesKnowledge& knowledge, Hours hours, Coverage& coverage)
        : stored_(stored),
          answered_(answered_for(knowledge.answered, hours)),
          published_until_(knowledge.now - knowledge.publish_delay),
          coverage_(coverage) {}

    SlotState state_of(const Slot& slot) {
        note_off_calendar(slot.open_time);
        if (next_stored_ < stored_.size() && stored_[next_stored_] == slot.open_time) {
            ++next_stored_;
            return SlotState::ok;
        }
        if (slot.end > published_until_) {
            return SlotState::delayed;
        }
        return is_answered(slot.open_time) ? SlotState::no_trades : SlotState::missing;
    }
    void note_off_calendar(Instant before) {
        for (; next_stored_ < stored_.size() && stored_[next_stored_] < before; ++next_stored_) {
            coverage_.off_calendar.push_back(stored_[next_stored_]);
        }
    }
    void note_rest() {
        coverage_.off_calendar.insert(coverage_.off_calendar.end(),
                                      stored_.begin() + static_cast<std::ptrdiff_t>(next_stored_), stored_.end());
    }

private:
    bool is_answered(Instant open_time) {
        while (next_answered_ < answered_.size() && answered_[next_answered_].to <= open_time) {
            ++next_answered_;
        }
        return next_answered_ < answered_.size() && answered_[next_answered_].from <= open_time;
    }

    std::span<const Instant> stored_;
    std::vector<Stretch> answered_;
    Instant published_until_;
    Coverage& coverage_;
    std::size_t next_stored_ = 0;
    std::size_t next_answered_ = 0;
};

bool exists(const Slot& slot, const std::optional<store::SeriesHead>& head) {
    return !head || (head->first && slot.open_time >= *head->first);
}

} // namespace

std::string_view name_of(SlotState state) {
    switch (state) {
    case SlotState::ok: return "ok";
    case SlotState::no_trades: return "no-trades";
    case SlotState::missing: return "missing";
    case SlotState::delayed: return "delayed";
    }
    return "";
}

std::size_t Coverage::count(SlotState state) const {
    std::size_t slots = 0;
    for (const SlotRun& run : runs) {
        slots += run.state == state ? run.slots : 0;
    }
    return slots;
}

Coverage compare(std::span<const Slot> slots, std::span<const Instant> stored, const SeriesKnowledge& knowledge,
                 Hours hours) {
    Coverage coverage;
    Walk walk(stored, knowledge, hours, coverage);
    for (const Slot& slot : slots) {
        const SlotState state = walk.state_of(slot);
        if (!exists(slot, knowledge.head)) {
            continue;
        }
        if (coverage.runs.empty() || coverage.runs.back().state != state) {
            coverage.runs.push_back({.state = state, .from = slot.open_time, .to = slot.open_time, .slots = 0});
        }
        coverage.runs.back().to = slot.open_time + Duration(1);
        ++coverage.runs.back().slots;
    }
    walk.note_rest();
    return coverage;
}

} // namespace tradesh::history
