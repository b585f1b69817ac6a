#pragma once

#include "core/market/session_calendar.hpp"

#include <vector>

namespace tradesh::test {

inline Instant hour(std::int64_t number) { return Instant(std::chrono::hours(number)); }

/// One slot an hour, [from, to), of an hour each.
inline std::vector<Slot> hourly_slots(std::int64_t from, std::int64_t to) {
    std::vector<Slot> slots;
    for (std::int64_t i = from; i < to; ++i) {
        slots.push_back({.open_time = hour(i), .begin = hour(i), .end = hour(i + 1)});
    }
    return slots;
}

inline Bar bar_at(Instant open_time) {
    return {.open_time = open_time, .open = 10, .high = 12, .low = 9, .close = 11, .volume = 100};
}

inline Bars bars_at(const std::vector<Instant>& open_times) {
    Bars bars;
    for (const Instant open_time : open_times) {
        bars.push_back(bar_at(open_time)).value();
    }
    return bars;
}

} // namespace tradesh::test
