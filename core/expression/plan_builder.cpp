#include "core/expression/plan_builder.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::expression {

PlanBuilder::History PlanBuilder::history_of(const Step& step) const {
    History history;
    for (const StepId operand : operands_of(step)) {
        history.lookback = std::max(history.lookback, histories_[operand].lookback);
        history.reach = std::max(history.reach, histories_[operand].reach);
    }
    if (const auto* offset = std::get_if<OffsetStep>(&step)) {
        history.lookback += offset->bars;
        history.reach += offset->bars;
    }
    if (const auto* indicator = std::get_if<IndicatorStep>(&step)) {
        const std::size_t lookback = indicator->indicator->lookback(indicator->parameters);
        history.lookback += lookback;
        history.reach += lookback + indicator->indicator->settling(indicator->parameters);
    }
    return history;
}

StepId PlanBuilder::add(Step step, StreamId stream) {
    for (StepId id = 0; id < steps_.size(); ++id) {
        if (stream_of_[id] == stream && steps_[id] == step) {
            return id;
        }
    }
    if (const auto* column = std::get_if<ColumnStep>(&step)) {
        streams_[stream].columns[indicators::index_of(column->column)] = true;
    }
    histories_.push_back(history_of(step));
    steps_.push_back(std::move(step));
    stream_of_.push_back(stream);
    return steps_.size() - 1;
}

Plan PlanBuilder::finish(StepId result, std::vector<Output> outputs) && {
    const StepId never = steps_.size();
    std::vector<StepId> last_use(steps_.size(), never);
    for (StepId id = 0; id < steps_.size(); ++id) {
        for (const StepId operand : operands_of(steps_[id])) {
            last_use[operand] = id;
        }
    }
    last_use[result] = never;
    std::size_t reach = histories_[result].reach;
    for (Output& output : outputs) {
        last_use[output.step] = never;
        output.bars_needed = histories_[output.step].lookback + 1;
        reach = std::max(reach, histories_[output.step].reach);
    }
    Plan plan;
    plan.streams = std::move(streams_);
    plan.streams.front().bars_needed = histories_[result].lookback + 1;
    plan.streams.front().bars_wanted = reach + 1;
    plan.steps = std::move(steps_);
    plan.stream_of = std::move(stream_of_);
    plan.last_use = std::move(last_use);
    plan.last_rows = std::vector<std::size_t>(plan.steps.size(), plan.streams.front().bars_wanted);
    plan.result = result;
    plan.outputs = std::move(outputs);
    return plan;
}

} // namespace tradesh::expression
