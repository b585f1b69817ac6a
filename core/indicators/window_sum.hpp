#pragma once

#include "core/indicators/ring.hpp"

namespace tradesh::indicators {

/// Counts the values of a window whose sums are kept by adding what comes and subtracting what leaves.
///
/// Such a sum keeps the rounding of every value that ever passed. It is therefore added up afresh when the window first
/// fills and then once a window's length: as much work again on average, and the trace of a spike dies with it. Which
/// bars those are depends on nothing but how many known values came before.
template <class V>
class WindowCount {
public:
    explicit WindowCount(std::size_t period) : period_(static_cast<double>(period)), left_(period_) {}

    double period() const { return period_; }

    /// Counts a value; `add_up` is given where the sums are to be added up afresh, and is called only if that is
    /// anywhere.
    template <class AddUp>
    void push(const V& x, AddUp add_up) {
        passed_ += 1.0;
        if (passed_ < soonest_ && !any(is_unknown(x))) [[likely]] {
            return;
        }
        left_ = choose(is_unknown(x), V(period_), left_ - passed_);
        passed_ = 0.0;
        const auto due = left_ == 0.0;
        if (any(due)) {
            add_up(due);
            left_ = choose(due, V(period_), left_);
        }
        soonest_ = period_;
        each_lane(left_, [this](double left) { return soonest_ = left < soonest_ ? left : soonest_; });
    }
    /// Counts a value whose sums nobody will look at.
    void pass(const V& x) {
        push(x, [](const auto&) {});
    }
    /// After so many values the window is full and its sums were added up afresh once more.
    std::size_t overlap() const { return 2 * (static_cast<std::size_t>(period_) - 1); }

private:
    double period_;
    V left_;               ///< values until the sums are due, when last looked at
    double passed_ = 0.0;  ///< values since then
    double soonest_ = 1.0; ///< values from then until they are due in the first lane
};

/// The sum of the last `period` values. Unknown until there are so many, and again from an unknown value on: adding to
/// a NaN gives a NaN until the sum is made afresh.
template <class V>
class WindowSum {
public:
    explicit WindowSum(std::size_t period) : count_(period), values_(period) {}

    std::size_t lookback() const { return values_.size() - 1; }
    double period() const { return count_.period(); }

    void push(const V& x) {
        if (only_looks_back()) {
            before_3_ = before_2_;
            before_2_ = before_1_;
            before_1_ = sum_;
            sum_ = x;
            return;
        }
        sum_ += x - values_.replace(x);
        count_.push(x, [this](const auto& due) { sum_ = choose(due, added_up(), sum_); });
    }
    /// Counts a value that has left the window when the next one is asked for.
    void pass(const V& x) {
        if (!only_looks_back()) {
            count_.pass(x);
        }
    }
    /// How many values must be pushed, not passed, before one that is asked for.
    std::size_t overlap() const { return only_looks_back() ? lookback() : count_.overlap(); }
    /// Whether nothing that has left the window matters.
    bool only_looks_back() const { return values_.size() <= few; }
    V value() const { return only_looks_back() ? added_up_few() : sum_; }
    V mean() const { return value() / period(); }

private:
    static constexpr std::size_t few = 4;

    V added_up() const {
        V total = 0.0;
        values_.for_each([&](const V& value) { total += value; });
        return total;
    }
    /// So few are added up when they are asked for: that is less work than to keep count, and a NaN speaks for itself.
    V added_up_few() const {
        V total = sum_;
        if (values_.size() > 1) {
            total += before_1_;
        }
        if (values_.size() > 2) {
            total += before_2_;
        }
        if (values_.size() > 3) {
            total += before_3_;
        }
        return total;
    }

    WindowCount<V> count_;
    Ring<V> values_;
    V sum_ = unknown; ///< of few only the newest, and the ones before it: named, so that they stay in registers
    V before_1_ = unknown;
    V before_2_ = unknown;
    V before_3_ = unknown;
};

/// The sum of the last `period` values, and the sum of (1 * oldest + ... + period * newest).
template <class V>
class WeightedSum {
public:
    explicit WeightedSum(std::size_t period) : count_(period), values_(period) {}

    std::size_t lookback() const { return values_.size() - 1; }
    double period() const { return count_.period(); }

    void push(const V& x) {
        weighted_ += x * period() - sum_;
        sum_ += x - values_.replace(x);
        count_.push(x, [this](const auto& due) { this->add_up(due); });
    }
    V sum() const { return sum_; }
    V weighted() const { return weighted_; }

private:
    template <class Mask>
    void add_up(const Mask& due) {
        V total = 0.0;
        V weighted = 0.0;
        double weight = 0.0;
        values_.for_each([&](const V& value) {
            weight += 1.0;
            total += value;
            weighted += value * weight;
        });
        sum_ = choose(due, total, sum_);
        weighted_ = choose(due, weighted, weighted_);
    }

    WindowCount<V> count_;
    Ring<V> values_;
    V sum_ = unknown;
    V weighted_ = unknown;
};

/// The mean of the last `period` values and the sum of the squares of their distances from it, moved along with the
/// window (Welford 1962). Sums of plain squares would lose what is left of small distances between large prices.
template <class V>
class WindowSpread {
public:
    explicit WindowSpread(std::size_t period)
        : count_(period),
          values_(period),
          share_(1.0 / static_cast<double>(period)) {}

    std::size_t lookback() const { return values_.size() - 1; }
    double period() const { return count_.period(); }

    void push(const V& x) {
        const V leaving = values_.replace(x);
        const V before = mean_;
        const V change = x - leaving;
        mean_ += change * share_;
        squares_ += change * ((x - mean_) + (leaving - before));
        count_.push(x, [this](const auto& due) { this->add_up(due); });
    }
    void pass(const V& x) { count_.pass(x); }
    std::size_t overlap() const { return count_.overlap(); }
    V mean() const { return mean_; }
    /// Divided by period - 1 for a sample, by the period for the whole.
    V variance(double divisor) const { return max_of(V(0.0), squares_ / divisor); }

private:
    template <class Mask>
    void add_up(const Mask& due) {
        V total = 0.0;
        values_.for_each([&](const V& value) { total += value; });
        const V mean = total / period();
        V squares = 0.0;
        values_.for_each([&](const V& value) { squares += (value - mean) * (value - mean); });
        mean_ = choose(due, mean, mean_);
        squares_ = choose(due, squares, squares_);
    }

    WindowCount<V> count_;
    Ring<V> values_;
    double share_;
    V mean_ = unknown;
    V squares_ = unknown;
};

} // namespace tradesh::indicators
