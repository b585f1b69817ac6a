#pragma once

#include "core/indicators/arithmetic.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace tradesh::indicators {

/// How a recursive mean begins: with the sum of `bars` values, after `skipped` others, divided by `divisor`.
struct Seed {
    std::size_t bars = 1;
    double divisor = 1.0;
    std::size_t skipped = 0;

    [[gnu::always_inline]] static Seed mean_of(std::size_t bars) { return {bars, static_cast<double>(bars), 0}; }
};

/// The weight of an exponential average of that period, and of Wilder's.
[[gnu::always_inline]] inline double exponential_weight(std::size_t period) {
    return 2.0 / static_cast<double>(period + 1);
}
[[gnu::always_inline]] inline double wilder_weight(std::size_t period) { return 1.0 / static_cast<double>(period); }

/// Bars until (1 - weight)^bars < 1e-9.
[[gnu::always_inline]] inline std::size_t bars_to_forget(double weight) {
    return weight >= 1.0 ? 0 : static_cast<std::size_t>(std::ceil(std::log(1e-9) / std::log1p(-weight)));
}

/// mean = previous * (1 - weight) + x * weight, for `Count` series that are known and unknown together.
///
/// Unknown until the seed is complete, and again from an unknown value on. The mean itself says so: a NaN stays a NaN
/// through every step until a seed replaces it, so that nothing is counted where all means are known.
template <class V, std::size_t Count = 1>
class RecursiveMean {
public:
    RecursiveMean(double weight, Seed seed)
        : weight_(weight),
          keep_(1.0 - weight),
          divisor_(seed.divisor),
          first_(static_cast<double>(seed.bars) - 1.0),
          start_(static_cast<double>(seed.bars + seed.skipped)),
          left_(start_) {
        means_.fill(V(unknown));
    }

    std::size_t lookback() const { return static_cast<std::size_t>(start_) - 1; }
    std::size_t settling() const { return bars_to_forget(weight_); }

    void push(const std::array<V, Count>& x) {
        for (std::size_t i = 0; i < Count; ++i) {
            means_[i] = means_[i] * keep_ + x[i] * weight_;
        }
        if (any(is_unknown(means_[0]))) [[unlikely]] {
            seed(x);
        }
    }
    void push(const V& x)
        requires(Count == 1)
    {
        push(std::array<V, 1>{x});
    }
    V value(std::size_t i = 0) const { return means_[i]; }

private:
    /// Where there is no mean yet, or no more.
    void seed(const std::array<V, Count>& x) {
        const auto seeding = is_unknown(means_[0]);
        left_ = choose(is_unknown(x[0]), V(start_), choose(seeding, left_ - 1.0, left_));
        for (std::size_t i = 0; i < Count; ++i) {
            seeds_[i] = choose(left_ >= first_, x[i], seeds_[i] + x[i]);
            means_[i] = choose(seeding && left_ == 0.0, seeds_[i] / divisor_, means_[i]);
        }
    }

    double weight_;
    double keep_;
    double divisor_;
    double first_; ///< values left when the first of the seed has come
    double start_;
    V left_; ///< values until the seed is complete
    std::array<V, Count> seeds_{};
    std::array<V, Count> means_;
};

} // namespace tradesh::indicators
