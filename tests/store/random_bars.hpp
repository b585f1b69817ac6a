#pragma once

#include "core/market/bars.hpp"

#include <algorithm>
#include <random>

namespace tradesh::test {

/// `count` sound bars from `start` on, irregularly spaced, of any scale.
inline Bars random_bars(std::mt19937_64& random, std::size_t count, Instant start, Duration step) {
    const auto pick = [&random](std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(random);
    };
    const int scale = static_cast<int>(pick(0, 8));
    const int volume_scale = static_cast<int>(pick(0, 3));
    std::int64_t price = pick(1'000, 100'000'000);
    Bars bars;
    Instant time = start;
    for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t open = std::max<std::int64_t>(1, price + pick(-300, 300));
        const std::int64_t close = std::max<std::int64_t>(1, open + pick(-500, 500));
        const std::int64_t high = std::max(open, close) + pick(0, 200);
        const std::int64_t low = std::max<std::int64_t>(1, std::min(open, close) - pick(0, 200));
        bars.push_back(Bar{.open_time = time,
                           .open = Decimal::of(open, scale),
                           .high = Decimal::of(high, scale),
                           .low = Decimal::of(low, scale),
                           .close = Decimal::of(close, scale),
                           .volume = Decimal::of(pick(0, 1'000'000) * 100, volume_scale)})
            .value();
        price = close;
        time += step * pick(1, 3);
    }
    return bars;
}

inline bool same_bars(const Bars& a, const Bars& b) {
    if (a.size() != b.size()) {
        return false;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a.at(i) != b.at(i)) {
            return false;
        }
    }
    return true;
}

} // namespace tradesh::test
