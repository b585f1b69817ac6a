#pragma once

#include "core/indicators/ring.hpp"

#include <cstddef>
#include <limits>
#include <vector>

namespace tradesh::indicators {

/// The highest of the last `period` highs and the lowest of as many lows, known and unknown together.
///
/// Time is cut into blocks of `period` bars. A window is the end of one block and the start of the next, so its extreme
/// is the better of one kept from the start of this block and one prepared, when the last block was complete, from its
/// end (van Herk 1992, Gil and Werman 1993): three comparisons a bar for any period.
template <class V>
class WindowRange {
public:
    explicit WindowRange(std::size_t period) noexcept // as Ring
        : period_(period),
          full_(static_cast<double>(period)),
          highs_(period + 1, V(-infinity)),
          lows_(period + 1, V(infinity)) {}

    std::size_t lookback() const { return period_ - 1; }

    void push(const V& high, const V& low) {
        if (at_ == period_) {
            turn();
        }
        if (!whole_ || any(is_unknown(high))) [[unlikely]] {
            known_ = choose(is_unknown(high), V(0.0), known_ + 1.0);
            whole_ = !any(known_ < full_);
        }
        // Zeros of either sign are one value; which of them a maximum gives would depend on the order.
        highs_[at_] = high + 0.0;
        lows_[at_] = low + 0.0;
        highest_ = at_ == 0 ? highs_[0] : max_of(highest_, highs_[at_]);
        lowest_ = at_ == 0 ? lows_[0] : min_of(lowest_, lows_[at_]);
        ++at_;
    }
    V highest() const { return whole(max_of(highest_, highs_[at_])); }
    V lowest() const { return whole(min_of(lowest_, lows_[at_])); }
    V middle() const { return (highest() + lowest()) / 2.0; }

private:
    static constexpr double infinity = std::numeric_limits<double>::infinity();

    /// The block is complete: its values become the extremes from each of them to the end.
    void turn() {
        V highest = highs_[period_ - 1];
        V lowest = lows_[period_ - 1];
        for (std::size_t i = period_ - 1; i > 0; --i) {
            highest = max_of(highs_[i - 1], highest);
            lowest = min_of(lows_[i - 1], lowest);
            highs_[i - 1] = highest;
            lows_[i - 1] = lowest;
        }
        at_ = 0;
    }
    /// What a window with unknown values gives is never looked at.
    V whole(const V& extreme) const { return whole_ ? extreme : choose(known_ >= full_, extreme, V(unknown)); }

    std::size_t period_;
    double full_;
    std::size_t at_ = 0;
    bool whole_ = false; ///< everywhere, the last `period` values are known
    V known_ = 0.0;      ///< how many are, counted until there are enough
    V highest_ = unknown;
    V lowest_ = unknown;
    std::vector<V>
        highs_; ///< up to `at_` this block's values, from there on the last block's extremes; the end is neutral
    std::vector<V> lows_;
};

/// How many bars ago the highest of the last `period` highs was, and the lowest of the lows; the latest of equals.
template <class V>
class ExtremeAge {
public:
    explicit ExtremeAge(std::size_t period) : highs_(period), lows_(period), period_(static_cast<double>(period)) {}

    void push(const V& high, const V& low) {
        known_ = choose(is_unknown(high), V(0.0), known_ + 1.0);
        highs_.replace(high);
        lows_.replace(low);
    }
    V of_highest() const {
        return age(highs_, [](const V& x, const V& best) { return x >= best; });
    }
    V of_lowest() const {
        return age(lows_, [](const V& x, const V& best) { return x <= best; });
    }

private:
    template <class Better>
    V age(const Ring<V>& values, Better better) const {
        V best = 0.0;
        V age = 0.0;
        double left = period_;
        values.for_each([&](const V& x) {
            const auto is_better = left == period_ ? x == x : better(x, best); // the first is the best so far
            left -= 1.0;
            best = choose(is_better, x, best);
            age = choose(is_better, V(left), age);
        });
        return choose(known_ >= period_, age, V(unknown));
    }

    Ring<V> highs_;
    Ring<V> lows_;
    double period_;
    V known_ = 0.0;
};

} // namespace tradesh::indicators
