#pragma once

#include <cstddef>
#include <span>

namespace tradesh::indicators {

/// Relative strength index after Wilder, 0 to 100, as TA-Lib computes it: 100 * gain / (gain + loss), where gain and
/// loss are the means of the first `period` rises and falls, then (previous * (period - 1) + new) / period.
/// Where nothing has ever moved it is 0. The first value stands at index `period`.
///
/// `in` holds known values only, `out` is as long, `period` is at least 2. One difference from TA-Lib: a sum of gain
/// and loss counts as zero when it is zero, not below 1e-8 or 1e-14, so that very cheap instruments are treated alike.
void rsi(std::span<const double> in, std::size_t period, std::span<double> out);

} // namespace tradesh::indicators
