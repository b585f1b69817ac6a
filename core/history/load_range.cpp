#include "core/history/load_range.hpp"

#include <algorithm>

namespace tradesh::history {
namespace {

/// "AAPL 1d"
std::string series_text(const LoadRequest& request) {
    return request.instrument.symbol + " " + std::string(name_of(request.timeframe));
}

/// Where the next bar may open at the earliest.
Instant just_after(Instant open_time, Timeframe timeframe) {
    return open_time + (is_daily_or_longer(timeframe) ? Duration(std::chrono::days(1)) : std::chrono::minutes(1));
}

Instant tail_start(const LoadRequest& request, const RangeFacts& facts) {
    Instant start = std::chrono::floor<std::chrono::days>(facts.now - tail_length); // no half day at its beginning
    if (facts.stored) {
        start = just_after(facts.stored->last, request.timeframe);
    }
    if (facts.unfinished) {
        start = std::min(start, facts.unfinished->from);
    }
    return start;
}

Instant backfill_end(Instant to, const RangeFacts& facts) {
    if (!facts.stored) {
        return to;
    }
    const Instant first = facts.stored->first;
    return std::min(to, facts.unfinished ? std::max(first, facts.unfinished->to) : first);
}

/// What is wished, before anything that bounds it from below.
LoadRange wished_range(const LoadRequest& request, const RangeFacts& facts) {
    LoadRange range{.from = request.from.value_or(Instant::min()),
                    .to = std::min(request.to.value_or(facts.now), facts.now),
                    .notes = {}};
    if (request.mode == LoadMode::tail) {
        range.from = tail_start(request, facts);
    } else if (request.mode == LoadMode::backfill) {
        range.to = backfill_end(range.to, facts);
    }
    return range;
}

void note_resumption(const LoadRequest& request, const RangeFacts& facts, LoadRange& range) {
    if (!facts.unfinished || range.from >= range.to) {
        return;
    }
    const bool touches = facts.unfinished->from < range.to && facts.unfinished->to > range.from;
    if (touches && facts.stored) {
        range.notes.push_back("going on with an earlier " + std::string(name_of(request.mode)) + " of " +
                              series_text(request) + " that was interrupted");
    }
}

void keep_within_history(const LoadRequest& request, const RangeFacts& facts, LoadRange& range) {
    if (!facts.head) {
        return;
    }
    if (!facts.head->first) {
        range.from = range.to;
        range.notes.push_back("the source has no history of " + series_text(request));
        return;
    }
    if (range.from < *facts.head->first) {
        range.from = *facts.head->first;
        if (!request.from) {
            return; // from its beginning is what was meant
        }
        range.notes.push_back("the history of " + series_text(request) + " begins on " + to_date_text(range.from));
    }
}

void keep_within_calendar(const LoadRequest& request, const RangeFacts& facts, LoadRange& range) {
    if (range.from >= facts.calendar_from) {
        return;
    }
    range.from = facts.calendar_from;
    range.notes.push_back(
        "the holidays of " +
        (request.instrument.exchange.empty() ? request.instrument.symbol : request.instrument.exchange) +
        " are known from " + to_date_text(range.from) + " on: nothing before was looked at");
}

} // namespace

bool is_fresh(const store::SeriesHead& head, Instant now) {
    return head.asked_at <= now && now - head.asked_at < head_lifetime;
}

bool needs_head(const LoadRequest& request, const RangeFacts& facts) {
    const LoadRange range = wished_range(request, facts);
    if (range.from >= range.to) {
        return false;
    }
    if (facts.stored && facts.stored->first <= range.from) {
        return false;
    }
    if (!facts.head) {
        return true;
    }
    if (facts.head->first && *facts.head->first <= range.from) {
        return false;
    }
    return !is_fresh(*facts.head, facts.now);
}

LoadRange decide_range(const LoadRequest& request, const RangeFacts& facts) {
    LoadRange range = wished_range(request, facts);
    note_resumption(request, facts, range);
    if (range.from < range.to) {
        keep_within_history(request, facts, range);
        keep_within_calendar(request, facts, range);
    }
    range.from = std::min(range.from, range.to);
    return range;
}

} // namespace tradesh::history
