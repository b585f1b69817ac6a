#pragma once

#include <limits>

namespace tradesh::indicators {

/// What stands where there is no value: not enough history yet, or no answer (x / 0). Any NaN counts as unknown.
inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

} // namespace tradesh::indicators
