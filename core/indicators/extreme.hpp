#pragma once

#include <cstddef>
#include <span>

/// The extremes of a moving window. Known values only; `out` is as long as `in`; `period` is at least 1; the first
/// value stands at index period - 1.
namespace tradesh::indicators {

/// The greatest of the last `period` values (TA-Lib: MAX).
void highest(std::span<const double> in, std::size_t period, std::span<double> out);

/// The least of the last `period` values (TA-Lib: MIN).
void lowest(std::span<const double> in, std::size_t period, std::span<double> out);

} // namespace tradesh::indicators
