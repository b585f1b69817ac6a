#pragma once

#include "core/indicators/unknown.hpp"

#include <cmath>

/// The operations that indicators are written in.
///
/// An indicator is written once, as a template over its value: a `double` for one series, or `Eight` (eight.hpp) for
/// eight series side by side. Both have the operators and the functions below. Nothing branches on a single value:
/// `choose` takes one of two, and `any` lets rare work be skipped. Operations round alike on every instruction set, so
/// that a lane of eight holds the very bits that the series on its own would give.
///
/// What is not a template is always inlined: files of different instruction sets must not share one compiled copy.
namespace tradesh::indicators {

[[gnu::always_inline]] inline bool is_unknown(double x) { return std::isnan(x); }
[[gnu::always_inline]] inline bool any(bool mask) { return mask; }
[[gnu::always_inline]] inline double choose(bool mask, double yes, double no) { return mask ? yes : no; }
/// The second where one of the two is unknown.
[[gnu::always_inline]] inline double max_of(double a, double b) { return a > b ? a : b; }
[[gnu::always_inline]] inline double min_of(double a, double b) { return a < b ? a : b; }
[[gnu::always_inline]] inline double absolute(double x) { return std::fabs(x); }
[[gnu::always_inline]] inline double square_root(double x) { return std::sqrt(x); }
/// For functions that no vector unit has.
template <class Function>
double each_lane(double x, Function function) {
    return function(x);
}

/// a / b, unknown where b is zero.
template <class V>
V ratio(const V& a, const V& b) {
    return choose(b == 0.0, V(unknown), a / b);
}
/// a / b, zero where b is zero: TA-Lib's answer for a bar without range.
template <class V>
V ratio_or_zero(const V& a, const V& b) {
    return choose(b == 0.0, V(0.0), a / b);
}
/// `x`, unknown as long as `other` is: the outputs of an indicator begin together.
template <class V>
V known_with(const V& other, const V& x) {
    return choose(is_unknown(other), V(unknown), x);
}

} // namespace tradesh::indicators
