#include "core/expression/program.hpp"

#include <algorithm>

namespace tradesh::expression {
namespace {

struct Operands {
    std::vector<StepId> operator()(const ConstantStep&) const { return {}; }
    std::vector<StepId> operator()(const ColumnStep&) const { return {}; }
    std::vector<StepId> operator()(const OffsetStep& step) const { return {step.operand}; }
    std::vector<StepId> operator()(const UnaryStep& step) const { return {step.operand}; }
    std::vector<StepId> operator()(const BinaryStep& step) const { return {step.left, step.right}; }
    std::vector<StepId> operator()(const IndicatorStep& step) const { return step.inputs; }
};

} // namespace

std::vector<StepId> operands_of(const Step& step) { return std::visit(Operands{}, step); }

bool Program::reads(indicators::Column column) const {
    return std::ranges::find(plan_->steps, Step(ColumnStep{column})) != plan_->steps.end();
}

} // namespace tradesh::expression
