#pragma once

#include "core/indicators/lanes.hpp"

#include <array>

namespace tradesh::indicators {

struct LaneKernel {
    void (*run)(const LaneRequest&);
    std::unique_ptr<RunningLanes> (*start)(Parameters);
};

/// The kernels of each instruction set, by Indicator::kernel.
std::span<const LaneKernel> baseline_kernels();
std::span<const LaneKernel> avx2_kernels();
std::span<const LaneKernel> avx512_kernels();

} // namespace tradesh::indicators
