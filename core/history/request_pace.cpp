#include "core/history/request_pace.hpp"

#include <algorithm>

namespace tradesh::history {

Duration pace_memory(std::span<const venue::Pace> paces) {
    Duration longest{0};
    for (const venue::Pace& pace : paces) {
        longest = std::max(longest, pace.window + pace_margin);
    }
    return longest;
}

Instant next_send(std::span<const venue::Pace> paces, std::span<const Instant> sent, Instant now) {
    Instant next = now;
    for (const venue::Pace& pace : paces) {
        if (sent.size() >= pace.requests) {
            // The window that ends with the new request must begin after this one.
            next = std::max(next, sent[sent.size() - pace.requests] + pace.window + pace_margin);
        }
    }
    return next;
}

Duration steady_time(std::size_t requests, std::span<const venue::Pace> paces, std::size_t at_once, Duration latency) {
    const auto count = static_cast<std::int64_t>(requests);
    const auto side_by_side = static_cast<std::int64_t>(std::max<std::size_t>(1, std::min(at_once, requests)));
    Duration longest = latency * ((count + side_by_side - 1) / side_by_side);
    for (const venue::Pace& pace : paces) {
        const auto rounds = static_cast<double>(requests) / static_cast<double>(pace.requests);
        longest = std::max(longest, std::chrono::duration_cast<Duration>(pace.window * rounds));
    }
    return longest;
}

void SeenRequests::take(std::span<const Instant> rows, Instant now, Duration elapsed, Duration memory) {
    std::vector<Seen> merged;
    merged.reserve(rows.size() + seen_.size());
    auto seen = seen_.begin();
    auto row = rows.begin();
    while (seen != seen_.end() || row != rows.end()) {
        if (row == rows.end() || (seen != seen_.end() && seen->logged < *row)) {
            if (elapsed - seen->elapsed <= memory) { // the log may have lost it, the source has not
                merged.push_back(*seen);
            }
            ++seen;
        } else if (seen == seen_.end() || *row < seen->logged) {
            merged.push_back({.logged = *row, .elapsed = elapsed - std::max(Duration(0), now - *row)});
            ++row;
        } else {
            merged.push_back(*seen);
            ++seen;
            ++row;
        }
    }
    seen_ = std::move(merged);
}

void SeenRequests::add(Instant logged, Duration elapsed) {
    const auto place = std::ranges::upper_bound(seen_, logged, {}, &Seen::logged);
    seen_.insert(place, {.logged = logged, .elapsed = elapsed});
}

std::vector<Instant> SeenRequests::moments() const {
    std::vector<Instant> all;
    all.reserve(seen_.size());
    for (const Seen& seen : seen_) {
        all.emplace_back(seen.elapsed);
    }
    std::ranges::sort(all);
    return all;
}

} // namespace tradesh::history
