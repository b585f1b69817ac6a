// The vector code for AVX-512. The standard library comes first, so that none of it is compiled for a machine that
// the program may not run on.
#include "core/indicators/column.hpp"
#include "core/indicators/unknown.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw"))), apply_to = function)

#include "core/indicators/lane_loop.hpp"

namespace tradesh::indicators {

std::span<const LaneKernel> avx512_kernels() {
    static constexpr std::array kernels = lane_kernels(AllStates{});
    return kernels;
}

} // namespace tradesh::indicators

#pragma clang attribute pop
