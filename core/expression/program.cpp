#include "core/expression/program.hpp"

namespace tradesh::expression {
namespace {

struct Operands {
    std::vector<StepId> operator()(const ConstantStep&) const { return {}; }
    std::vector<StepId> operator()(const ColumnStep&) const { return {}; }
    std::vector<StepId> operator()(const OffsetStep& step) const { return {step.operand}; }
    std::vector<StepId> operator()(const UnaryStep& step) const { return {step.operand}; }
    std::vector<StepId> operator()(const BinaryStep& step) const { return {step.left, step.right}; }
    std::vector<StepId> operator()(const IndicatorStep& step) const { return step.inputs; }
    std::vector<StepId> operator()(const FunctionStep& step) const { return step.operands; }
    std::vector<StepId> operator()(const AlignStep& step) const { return {step.operand}; }
};

} // namespace

std::vector<StepId> operands_of(const Step& step) { return std::visit(Operands{}, step); }

bool is_same_call(const IndicatorStep& a, const IndicatorStep& b) {
    return a.indicator == b.indicator && a.inputs == b.inputs && a.parameters == b.parameters;
}

} // namespace tradesh::expression
