#pragma once

#include "core/indicators/eight.hpp"
#include "core/indicators/indicator_list.hpp"
#include "core/indicators/lane_kernels.hpp"

/// The loop over eight series, for the file of one instruction set. What it makes belongs to that file, as `Eight`
/// does.
namespace tradesh::indicators { // NOLINT(cert-dcl59-cpp)
namespace {

/// One bar of each series; `bar` rows into the inputs.
template <template <class> class State>
void push_row(State<Eight>& state, std::span<const double* const> inputs, std::size_t bar) {
    std::array<Eight, State<double>::description.inputs.size()> row;
    for (std::size_t input = 0; input < row.size(); ++input) {
        row[input] = Eight::load(inputs[input] + bar * lane_count);
    }
    push_bar(state, row);
}

template <template <class> class State>
void store_row(const State<Eight>& state, std::span<double* const> outputs, std::size_t bar) {
    const auto values = values_of(state);
    for (std::size_t output = 0; output < values.size(); ++output) {
        values[output].store(outputs[output] + bar * lane_count);
    }
}

template <template <class> class State>
void run_lanes(const LaneRequest& request) {
    State<Eight> state(request.parameters);
    for (std::size_t bar = 0; bar < request.bars; ++bar) {
        push_row(state, request.inputs, bar);
        if (bar >= request.first) {
            store_row(state, request.outputs, bar - request.first);
        }
    }
}

template <template <class> class State>
class RunningLanesOf final : public RunningLanes {
public:
    explicit RunningLanesOf(Parameters parameters) : state_(parameters) {}
    void update(std::span<const double* const> inputs, std::span<double* const> outputs) override {
        push_row(state_, inputs, 0);
        store_row(state_, outputs, 0);
    }

private:
    State<Eight> state_;
};

template <template <class> class State>
std::unique_ptr<RunningLanes> start_lanes_of(Parameters parameters) {
    return std::make_unique<RunningLanesOf<State>>(parameters);
}

template <template <class> class... States>
constexpr std::array<LaneKernel, sizeof...(States)> lane_kernels(StateList<States...>) {
    return {LaneKernel{run_lanes<States>, start_lanes_of<States>}...};
}

} // namespace
} // namespace tradesh::indicators
