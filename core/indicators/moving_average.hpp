#pragma once

#include <cstddef>
#include <span>

/// Moving averages over one series, oldest value first.
///
/// Kernels take known values only (no NaN) and write NaN where there is not yet enough history. `out` is as long as
/// `in`; `period` is at least 1. `compute` in catalogue.hpp handles series with unknown values in them.
namespace tradesh::indicators {

/// Simple moving average: the mean of the last `period` values; the first stands at index period - 1.
void sma(std::span<const double> in, std::size_t period, std::span<double> out);

/// Exponential moving average with weight 2 / (period + 1), seeded with the simple mean of the first `period` values,
/// as TA-Lib does it; the first stands at index period - 1.
void ema(std::span<const double> in, std::size_t period, std::span<double> out);

} // namespace tradesh::indicators
