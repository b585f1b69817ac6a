#include "core/indicators/lanes.hpp"

#include "core/indicators/lane_kernels.hpp"

namespace tradesh::indicators {
namespace {

std::span<const LaneKernel> kernels_of(InstructionSet set) {
    switch (set) {
    case InstructionSet::avx512: return avx512_kernels();
    case InstructionSet::avx2: return avx2_kernels();
    case InstructionSet::baseline: break;
    }
    return baseline_kernels();
}

} // namespace

std::string_view name_of(InstructionSet set) {
    switch (set) {
    case InstructionSet::avx512: return "AVX-512";
    case InstructionSet::avx2: return "AVX2";
    case InstructionSet::baseline: break;
    }
    return "baseline";
}

InstructionSet best_instruction_set() {
    const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
    if (has_avx512) {
        return InstructionSet::avx512;
    }
    return __builtin_cpu_supports("avx2") ? InstructionSet::avx2 : InstructionSet::baseline;
}

void compute_lanes(const Indicator& indicator, const LaneRequest& request, InstructionSet set) {
    kernels_of(set)[indicator.kernel].run(request);
}

std::unique_ptr<RunningLanes> start_lanes(const Indicator& indicator, Parameters parameters, InstructionSet set) {
    return kernels_of(set)[indicator.kernel].start(parameters);
}

RunningLanes::~RunningLanes() = default;

} // namespace tradesh::indicators
