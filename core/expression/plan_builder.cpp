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

StepId PlanBuilder::add(Step step) {
    const auto known = std::ranges::find(steps_, step);
    if (known != steps_.end()) {
        return static_cast<StepId>(known - steps_.begin());
    }
    histories_.push_back(history_of(step));
    steps_.push_back(std::move(step));
    return steps_.size() - 1;
}

Plan PlanBuilder::finish(StepId result, std::vector<ShownValue> shown) && {
    const StepId never = steps_.size();
    std::vector<StepId> last_use(steps_.size(), never);
    for (StepId id = 0; id < steps_.size(); ++id) {
        for (const StepId operand : operands_of(steps_[id])) {
            last_use[operand] = id;
        }
    }
    last_use[result] = never;
    for (const ShownValue& value : shown) {
        last_use[value.step] = never;
    }
    Plan plan;
    plan.steps = std::move(steps_);
    plan.last_use = std::move(last_use);
    plan.result = result;
    plan.shown = std::move(shown);
    plan.bars_needed = histories_[result].lookback + 1;
    plan.bars_wanted = histories_[result].reach + 1;
    return plan;
}

} // namespace tradesh::expression
