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
auto load_row(std::span<const double* const> inputs, std::size_t bar) {
    std::array<Eight, State<double>::description.inputs.size()> row;
    for (std::size_t input = 0; input < row.size(); ++input) {
        row[input] = Eight::load(inputs[input] + bar * lane_count);
    }
    return row;
}

/// Asks for the rows that come in a while: they may still be in main memory.
template <template <class> class State>
void fetch_ahead(std::span<const double* const> inputs, std::size_t bar) {
    constexpr std::size_t ahead = 64;
    for (std::size_t input = 0; input < State<double>::description.inputs.size(); ++input) {
        __builtin_prefetch(inputs[input] + (bar + ahead) * lane_count);
    }
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
    std::size_t bar = 0;
    if constexpr (requires { state.overlap(); }) {
        for (const std::size_t past = request.first - std::min(request.first, state.overlap()); bar < past; ++bar) {
            fetch_ahead<State>(request.inputs, bar);
            pass_bar(state, load_row<State>(request.inputs, bar));
        }
    }
    for (; bar < request.bars; ++bar) {
        fetch_ahead<State>(request.inputs, bar);
        push_bar(state, load_row<State>(request.inputs, bar));
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
        push_bar(state_, load_row<State>(inputs, 0));
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
