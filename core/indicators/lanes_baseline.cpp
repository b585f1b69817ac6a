// The vector code for every machine.
#include "core/indicators/lane_loop.hpp"

namespace tradesh::indicators {

std::span<const LaneKernel> baseline_kernels() {
    static constexpr std::array kernels = lane_kernels(AllStates{});
    return kernels;
}

} // namespace tradesh::indicators
