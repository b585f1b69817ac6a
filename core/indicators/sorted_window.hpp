#pragma once

#include "core/indicators/ring.hpp"

#include <cstddef>
#include <limits>
#include <vector>

namespace tradesh::indicators {

/// The last `period` values in ascending order.
///
/// One walk over them lets the oldest go and puts the newest in its place, without asking where either stands: each
/// place takes its own value or the next one, and then the value that is pushed past it.
template <class V>
class SortedWindow {
public:
    explicit SortedWindow(std::size_t period)
        : values_(period),
          sorted_(period, V(infinity)),
          full_(static_cast<double>(period)) {}

    std::size_t size() const { return values_.size(); }

    void push(const V& given) {
        const auto hole = is_unknown(given);
        const V x = given + 0.0; // zeros of either sign are one value
        const V leaving = choose(known_ >= full_, values_.replace(x), V(infinity)); // places without a value are last
        known_ = choose(hole, V(0.0), known_ + 1.0);
        V carried = choose(hole, V(infinity), x);
        for (std::size_t i = 0; i < sorted_.size(); ++i) {
            const V next = i + 1 < sorted_.size() ? sorted_[i + 1] : V(infinity);
            const V stays = choose(hole, V(infinity), choose(sorted_[i] < leaving, sorted_[i], next));
            sorted_[i] = min_of(stays, carried);
            carried = max_of(stays, carried);
        }
    }

    /// The value at `place`, 0 for the least; between two places on the line between their values. Unknown until there
    /// are `period` values.
    V at(double place) const {
        const std::size_t below = static_cast<std::size_t>(place);
        const V& lower = sorted_[below];
        const V& upper = sorted_[below + 1 < sorted_.size() ? below + 1 : below];
        return choose(known_ >= full_, lower + (upper - lower) * (place - static_cast<double>(below)), V(unknown));
    }

private:
    static constexpr double infinity = std::numeric_limits<double>::infinity();

    Ring<V> values_;
    std::vector<V> sorted_;
    double full_;
    V known_ = 0.0;
};

} // namespace tradesh::indicators
