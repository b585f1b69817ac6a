#pragma once

#include "core/indicators/arithmetic.hpp"

#include <cstddef>
#include <vector>

namespace tradesh::indicators {

/// The last `size` values; unknown ones before there were so many. `size` is at least 1.
template <class V>
class Ring {
public:
    explicit Ring(std::size_t size) : values_(size, V(unknown)) {}

    std::size_t size() const { return values_.size(); }
    /// Takes a new value and gives the one that leaves.
    V replace(const V& x) {
        const V leaving = values_[oldest_];
        values_[oldest_] = x;
        oldest_ = oldest_ + 1 == values_.size() ? 0 : oldest_ + 1;
        return leaving;
    }
    /// The values in order, the oldest first.
    template <class Visitor>
    void for_each(Visitor visit) const {
        for (std::size_t i = oldest_; i < values_.size(); ++i) {
            visit(values_[i]);
        }
        for (std::size_t i = 0; i < oldest_; ++i) {
            visit(values_[i]);
        }
    }
    /// The same with those of another of this size that took as many.
    template <class Visitor>
    void for_each_with(const Ring& other, Visitor visit) const {
        for (std::size_t i = oldest_; i < values_.size(); ++i) {
            visit(values_[i], other.values_[i]);
        }
        for (std::size_t i = 0; i < oldest_; ++i) {
            visit(values_[i], other.values_[i]);
        }
    }

private:
    std::vector<V> values_;
    std::size_t oldest_ = 0;
};

/// The value `bars` before, once everything since is known.
template <class V>
class Lag {
public:
    explicit Lag(std::size_t bars) : ring_(bars), bars_(static_cast<double>(bars)) {}

    void push(const V& x) {
        known_ = choose(is_unknown(x), V(0.0), known_ + 1.0);
        leaving_ = ring_.replace(x);
    }
    V value() const { return choose(known_ > bars_, leaving_, V(unknown)); }

private:
    Ring<V> ring_;
    double bars_;
    V known_ = 0.0;
    V leaving_ = unknown;
};

} // namespace tradesh::indicators
