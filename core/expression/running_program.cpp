#include "core/expression/running_program.hpp"

#include "core/expression/element_wise.hpp"
#include "core/expression/stream_alignment.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace tradesh::expression {
namespace {

using Bar = std::array<double, indicators::columns.size()>;

/// Tells each value some bars after it took it.
struct Delay {
    std::vector<double> values; ///< as many as bars; unknown before the first
    std::size_t oldest = 0;

    double replace(double value) {
        const double leaving = std::exchange(values[oldest], value);
        oldest = oldest + 1 == values.size() ? 0 : oldest + 1;
        return leaving;
    }
};

/// An indicator that takes one bar after the other, for all steps that want an output of it.
struct Call {
    std::unique_ptr<indicators::Running> running;
    std::vector<double> inputs;
    std::vector<double> outputs;
    std::vector<StepId> users; ///< the first of them holds the call
};

/// What a step keeps from bar to bar besides its value.
struct Memory {
    Delay delay;
    Call call;

    Memory copy() const {
        return {.delay = delay,
                .call = {.running = call.running ? call.running->clone() : nullptr,
                         .inputs = call.inputs,
                         .outputs = call.outputs,
                         .users = call.users}};
    }
};

struct StreamState {
    std::optional<Bar> pending; ///< its newest bar, until the steps take it
    std::optional<Instant> complete_at;
};

/// The steps that want an output of the indicator of `first`; none where that is not the first of them.
std::vector<StepId> users_of_call(const Plan& plan, StepId first) {
    std::vector<StepId> users;
    const auto& call = std::get<IndicatorStep>(plan.steps[first]);
    for (StepId id = 0; id < plan.steps.size(); ++id) {
        const auto* other = std::get_if<IndicatorStep>(&plan.steps[id]);
        if (other != nullptr && is_same_call(*other, call)) {
            users.push_back(id);
        }
    }
    return users.front() == first ? users : std::vector<StepId>();
}

Memory begin(const Plan& plan, StepId id) {
    Memory memory;
    if (const auto* offset = std::get_if<OffsetStep>(&plan.steps[id])) {
        memory.delay.values.assign(offset->bars, indicators::unknown);
    }
    const auto* step = std::get_if<IndicatorStep>(&plan.steps[id]);
    if (step == nullptr) {
        return memory;
    }
    memory.call.users = users_of_call(plan, id);
    if (!memory.call.users.empty()) {
        memory.call.running = step->indicator->start(step->parameters);
        memory.call.inputs.resize(step->inputs.size());
        memory.call.outputs.resize(step->indicator->outputs.size());
    }
    return memory;
}

} // namespace

class RunningProgram::State {
public:
    explicit State(Program program)
        : program_(std::move(program)),
          streams_(program_.streams().size()),
          values_(program_.plan().steps.size(), indicators::unknown) {
        for (StepId id = 0; id < values_.size(); ++id) {
            memories_.push_back(begin(program_.plan(), id));
        }
        last_.outputs.assign(program_.outputs().size(), indicators::unknown);
    }
    State(const State& other)
        : program_(other.program_),
          streams_(other.streams_),
          pending_at_(other.pending_at_),
          values_(other.values_),
          last_(other.last_) {
        for (const Memory& memory : other.memories_) {
            memories_.push_back(memory.copy());
        }
    }
    State& operator=(const State&) = delete;
    ~State() = default;

    /// Bars of one moment are taken together, in the order of the steps, because any stream may look at any other.
    void push(StreamId stream, Instant complete_at, const Bar& bar) {
        if (streams_[stream].pending || pending_at_ != complete_at) {
            take_pending();
        }
        streams_[stream].pending = bar;
        streams_[stream].complete_at = complete_at;
        pending_at_ = complete_at;
        if (stream == base_stream) {
            take_pending();
            tell();
        }
    }

    const LastValues& last() const { return last_; }

private:
    void take_pending() {
        const Plan& plan = program_.plan();
        for (StepId id = 0; id < values_.size(); ++id) {
            if (streams_[plan.stream_of[id]].pending) {
                std::visit([&](const auto& step) { take(id, step); }, plan.steps[id]);
            }
        }
        for (StreamState& stream : streams_) {
            stream.pending.reset();
        }
    }

    void tell() {
        const Plan& plan = program_.plan();
        last_.result = values_[plan.result];
        std::ranges::transform(plan.outputs, last_.outputs.begin(),
                               [this](const Output& output) { return values_[output.step]; });
    }

    std::span<double> value(StepId id) { return {&values_[id], 1}; }
    Series operand(StepId id) const { return {&values_[id], 1}; }

    void take(StepId id, const ConstantStep& step) { values_[id] = step.value; }
    void take(StepId id, const ColumnStep& step) {
        values_[id] = (*streams_[program_.plan().stream_of[id]].pending)[indicators::index_of(step.column)];
    }
    void take(StepId id, const OffsetStep& step) { values_[id] = memories_[id].delay.replace(values_[step.operand]); }
    void take(StepId id, const UnaryStep& step) { apply(step.op, operand(step.operand), value(id)); }
    void take(StepId id, const BinaryStep& step) { apply(step.op, operand(step.left), operand(step.right), value(id)); }
    void take(StepId id, const FunctionStep& step) {
        std::array<Series, 3> operands;
        std::ranges::transform(step.operands, operands.begin(), [this](StepId of) { return operand(of); });
        apply(step.function, std::span(operands).first(step.operands.size()), value(id));
    }
    void take(StepId id, const AlignStep& step) {
        const Plan& plan = program_.plan();
        const StreamId source = plan.stream_of[step.operand];
        const std::optional<Instant> complete_at = streams_[source].complete_at;
        const Instant now = *streams_[plan.stream_of[id]].complete_at;
        const bool is_known = complete_at && !is_stale(plan.streams[source].timeframe, *complete_at, now);
        values_[id] = is_known ? values_[step.operand] : indicators::unknown;
    }
    void take(StepId id, const IndicatorStep& step) {
        Call& call = memories_[id].call;
        if (call.users.empty()) {
            return; // the first step of the call told its value
        }
        std::ranges::transform(step.inputs, call.inputs.begin(), [this](StepId input) { return values_[input]; });
        call.running->update(call.inputs, call.outputs);
        for (const StepId user : call.users) {
            const std::size_t output = std::get<IndicatorStep>(program_.plan().steps[user]).output;
            values_[user] = known_or_unknown(call.outputs[output]);
        }
    }

    Program program_;
    std::vector<StreamState> streams_;
    std::optional<Instant> pending_at_;
    std::vector<double> values_;   ///< of each step on the last bar of its stream
    std::vector<Memory> memories_; ///< of each step
    LastValues last_;
};

RunningProgram::RunningProgram(Program program) : state_(std::make_unique<State>(std::move(program))) {}
RunningProgram::RunningProgram(std::unique_ptr<State> state) : state_(std::move(state)) {}
RunningProgram::RunningProgram(RunningProgram&&) noexcept = default;
RunningProgram& RunningProgram::operator=(RunningProgram&&) noexcept = default;
RunningProgram::~RunningProgram() = default;

RunningProgram RunningProgram::copy() const { return RunningProgram(std::make_unique<State>(*state_)); }
void RunningProgram::push(StreamId stream, Instant complete_at, const Bar& bar) {
    state_->push(stream, complete_at, bar);
}
const LastValues& RunningProgram::values() const { return state_->last(); }

} // namespace tradesh::expression
