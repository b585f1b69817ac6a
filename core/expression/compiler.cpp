#include "core/base/suggestion.hpp"
#include "core/expression/parser.hpp"
#include "core/expression/plan_builder.hpp"
#include "core/expression/program.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace tradesh::expression {
namespace {

using indicators::Column;
using indicators::Indicator;
using indicators::Parameter;

std::string plural(std::size_t count, std::string_view word) {
    return std::to_string(count) + " " + std::string(word) + (count == 1 ? "" : "s");
}

/// Arithmetic on constants; nothing for comparisons, which are rare there and cost little.
std::optional<double> calculate(BinaryOperator op, std::optional<double> left, std::optional<double> right) {
    if (!left || !right) {
        return std::nullopt;
    }
    switch (op) {
    case BinaryOperator::add: return *left + *right;
    case BinaryOperator::subtract: return *left - *right;
    case BinaryOperator::multiply: return *left * *right;
    case BinaryOperator::divide: return *left / *right;
    default: return std::nullopt;
    }
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

/// Goes over the tree once, children first, and turns each node into a step of known type.
class Compiler {
public:
    Compiler(std::string_view text, const SyntaxTree& tree, PlanBuilder& plan)
        : text_(text),
          tree_(tree),
          plan_(plan) {}

    /// What the whole text means.
    struct Meaning {
        Type type = Type::number;
        StepId step = 0;
        std::vector<Output> explanation;
    };
    Result<Meaning> run(Wanted wanted) {
        for (const Node& node : tree_.nodes) {
            Result<Checked> checked = std::visit([&](const auto& value) { return check(node, value); }, node.value);
            if (!checked) {
                return std::unexpected(std::move(checked.error()));
            }
            if (checked->constant && !std::isfinite(*checked->constant)) {
                return fail_at(node, "expression.not_finite", quoted(written(node)) + " has no value");
            }
            checked_.push_back(*checked);
        }
        const Checked& root = checked_.back();
        if (wanted == Wanted::condition && root.type != Type::boolean) {
            return fail_at(tree_.nodes.back(), "expression.type",
                           "'" + written(tree_.nodes.back()) + "' is a number, and a condition is needed",
                           "compare it with something: " + print(tree_) + " > 0");
        }
        const StepId result = step_of(root);
        return Meaning{.type = root.type, .step = result, .explanation = explain(root.type, result)};
    }

private:
    /// What a node is: a constant, or the result of a step. A constant becomes a step only where a series needs it.
    struct Checked {
        Type type = Type::number;
        StepId step = 0;
        std::optional<double> constant = std::nullopt;
    };

    std::string written(const Node& node) const {
        return std::string(text_.substr(node.where.begin, node.where.end - node.where.begin));
    }
    std::unexpected<Error> fail_at(const Node& node, std::string_view code, std::string message,
                                   std::string_view hint = {}) const {
        return fail(Error(ErrorKind::usage, code, std::move(message)).at(locate(text_, node.where)).advise(hint));
    }
    StepId step_of(const Checked& checked) {
        return checked.constant ? plan_.add(ConstantStep{*checked.constant}) : checked.step;
    }

    Result<void> require(NodeId node, Type type, std::string_view user) const {
        if (checked_[node].type == type) {
            return {};
        }
        const bool is_number = checked_[node].type == Type::number;
        const Node& culprit = tree_.nodes[node];
        return fail_at(culprit, "expression.type",
                       std::string(user) + " needs " + (is_number ? "a condition" : "a number") + ", and '" +
                           written(culprit) + "' is " + (is_number ? "a number" : "a condition"));
    }

    Result<Checked> check(const Node&, const NumberNode& number) { return Checked{.constant = number.value}; }

    Result<Checked> check(const Node& node, const NameNode& name) {
        if (const std::optional<Column> column = indicators::find_column(name.name)) {
            return Checked{Type::number, plan_.add(ColumnStep{*column})};
        }
        if (const Indicator* indicator = indicators::find_indicator(before_dot(name.name))) {
            return fail_at(node, "expression.arity", name.name + " is a function and needs parentheses",
                           "usage: " + indicators::signature(*indicator));
        }
        return unknown_name(node, "field", name.name);
    }

    Result<Checked> unknown_name(const Node& node, std::string_view what, const std::string& name) const {
        std::vector<std::string_view> known;
        for (const Column column : indicators::columns) {
            known.push_back(name_of(column));
        }
        for (const Indicator& indicator : indicators::catalogue()) {
            known.push_back(indicator.name);
        }
        std::string message = "unknown " + std::string(what) + " '" + name + "'";
        std::string hint;
        if (const std::string_view near = closest(name, known); !near.empty()) {
            message.append("; did you mean ").append(near).append("?");
        } else {
            hint = "fields are open high low close volume; `help indicators` lists the functions";
        }
        Node only_name = node;
        only_name.where.end = node.where.begin + name.size();
        return fail_at(only_name, "expression.unknown_name", std::move(message), hint);
    }

    Result<Checked> check(const Node& node, const CallNode& call) {
        const std::string base = before_dot(call.name);
        const Indicator* indicator = indicators::find_indicator(base);
        if (indicator == nullptr) {
            if (indicators::find_column(call.name)) {
                return fail_at(node, "expression.arity", call.name + " is a field and takes no arguments",
                               "write " + call.name + ", or " + call.name + "[1] for the bar before");
            }
            return unknown_name(node, "function", base);
        }
        const Result<std::size_t> output = check_output(node, call.name, *indicator);
        if (!output) {
            return std::unexpected(output.error());
        }
        Result<std::vector<StepId>> inputs = check_inputs(node, call, *indicator);
        if (!inputs) {
            return std::unexpected(std::move(inputs.error()));
        }
        Result<std::vector<double>> parameters = check_parameters(node, call, *indicator);
        if (!parameters) {
            return std::unexpected(std::move(parameters.error()));
        }
        return Checked{Type::number,
                       plan_.add(IndicatorStep{indicator, std::move(*inputs), std::move(*parameters), *output})};
    }

    static std::string before_dot(const std::string& name) { return name.substr(0, name.find('.')); }

    /// The output that is named after the dot, or the first one.
    Result<std::size_t> check_output(const Node& node, const std::string& name, const Indicator& indicator) const {
        const std::size_t dot = name.find('.');
        if (dot == std::string::npos) {
            return 0;
        }
        const auto found = std::ranges::find(indicator.outputs, name.substr(dot + 1));
        if (found != indicator.outputs.end()) {
            return static_cast<std::size_t>(found - indicator.outputs.begin());
        }
        std::string hint = "outputs of " + std::string(indicator.name) + " are";
        for (const std::string_view output : indicator.outputs) {
            hint.append(" ").append(output);
        }
        return fail_at(node, "expression.unknown_name",
                       std::string(indicator.name) + " has no output " + quoted(name.substr(dot + 1)),
                       indicator.outputs.size() == 1 ? "it has one value: leave the name of the output out" : hint);
    }

    /// The arguments before the first constant are series.
    std::size_t count_series(const CallNode& call) const {
        const auto first_constant = std::ranges::find_if(
            call.arguments, [this](NodeId argument) { return checked_[argument].constant.has_value(); });
        return static_cast<std::size_t>(first_constant - call.arguments.begin());
    }

    std::unexpected<Error> wrong_arity(const Node& node, const Indicator& indicator, std::string message) const {
        return fail_at(node, "expression.arity", std::move(message), "usage: " + indicators::signature(indicator));
    }

    Result<std::vector<StepId>> check_inputs(const Node& node, const CallNode& call, const Indicator& indicator) {
        const std::string name(indicator.name);
        const std::size_t allowed = indicator.inputs.size() + indicator.parameters.size();
        if (call.arguments.size() > allowed) {
            return wrong_arity(node, indicator,
                               name + " takes at most " + plural(allowed, "argument") + ", not " +
                                   std::to_string(call.arguments.size()));
        }
        const std::size_t given = std::min(count_series(call), indicator.inputs.size());
        if (given != 0 && given != indicator.inputs.size()) {
            return wrong_arity(node, indicator,
                               name + " takes all of its " + std::to_string(indicator.inputs.size()) +
                                   " series or none");
        }
        std::vector<StepId> steps;
        for (std::size_t i = 0; i < given; ++i) {
            const NodeId argument = call.arguments[i];
            if (Result<void> checked = require(argument, Type::number, name); !checked) {
                return std::unexpected(std::move(checked.error()));
            }
            steps.push_back(step_of(checked_[argument]));
        }
        for (std::size_t i = given; i < indicator.inputs.size(); ++i) {
            if (!indicator.inputs[i].usual) {
                return wrong_arity(node, indicator, name + " needs a series first, such as close");
            }
            steps.push_back(plan_.add(ColumnStep{*indicator.inputs[i].usual}));
        }
        return steps;
    }

    Result<std::vector<double>> check_parameters(const Node& node, const CallNode& call, const Indicator& indicator) {
        const std::size_t series = std::min(count_series(call), indicator.inputs.size());
        const std::size_t given = call.arguments.size() - series;
        if (given > indicator.parameters.size()) {
            return wrong_arity(node, indicator,
                               std::string(indicator.name) + " takes " + plural(indicator.parameters.size(), "number") +
                                   " after its series");
        }
        std::vector<double> values;
        for (std::size_t i = 0; i < indicator.parameters.size(); ++i) {
            const Parameter& parameter = indicator.parameters[i];
            if (i >= given) {
                values.push_back(parameter.usual);
                continue;
            }
            const std::string what = "the " + std::string(parameter.name) + " of " + std::string(indicator.name);
            Result<double> value = constant_within(call.arguments[series + i], what, parameter);
            if (!value) {
                return std::unexpected(std::move(value.error()));
            }
            values.push_back(*value);
        }
        return values;
    }

    /// The value of a node that has to be a constant in a range.
    Result<double> constant_within(NodeId id, std::string_view what, const Parameter& range) const {
        const std::optional<double> value = checked_[id].constant;
        const bool fits =
            value && *value >= range.least && *value <= range.most && (!range.whole || *value == std::floor(*value));
        if (fits) {
            return *value;
        }
        const Node& node = tree_.nodes[id];
        return fail_at(node, "expression.parameter",
                       std::string(what) + " must be a constant " + (range.whole ? "whole number" : "number") +
                           " from " + print_number(range.least) + " to " + print_number(range.most) + ", not " +
                           (value ? print_number(*value) : quoted(written(node))));
    }

    Result<Checked> check(const Node&, const OffsetNode& offset) {
        constexpr Parameter range{"offset", 1, 0, offset_max, true};
        const Result<double> bars = constant_within(offset.bars, "the number of bars in brackets", range);
        if (!bars) {
            return std::unexpected(bars.error());
        }
        const Checked operand = checked_[offset.operand];
        if (*bars == 0.0) {
            return operand;
        }
        return Checked{operand.type, plan_.add(OffsetStep{step_of(operand), static_cast<std::size_t>(*bars)})};
    }

    Result<Checked> check(const Node&, const UnaryNode& unary) {
        const Type type = unary.op == UnaryOperator::negate ? Type::number : Type::boolean;
        if (Result<void> checked = require(unary.operand, type, quoted(spelling_of(unary.op))); !checked) {
            return std::unexpected(std::move(checked.error()));
        }
        const Checked& operand = checked_[unary.operand];
        if (operand.constant) {
            return Checked{.constant = -*operand.constant}; // only numbers are constant
        }
        return Checked{type, plan_.add(UnaryStep{unary.op, operand.step})};
    }

    Result<Checked> check(const Node&, const BinaryNode& binary) {
        const Type operands = is_logical(binary.op) ? Type::boolean : Type::number;
        for (const NodeId operand : {binary.left, binary.right}) {
            if (Result<void> checked = require(operand, operands, quoted(spelling_of(binary.op))); !checked) {
                return std::unexpected(std::move(checked.error()));
            }
        }
        const Checked& left = checked_[binary.left];
        const Checked& right = checked_[binary.right];
        if (const std::optional<double> value = calculate(binary.op, left.constant, right.constant)) {
            return Checked{.constant = value};
        }
        const bool is_boolean = is_logical(binary.op) || is_comparison(binary.op);
        const StepId left_step = step_of(left);
        const StepId right_step = step_of(right);
        return Checked{is_boolean ? Type::boolean : Type::number,
                       plan_.add(BinaryStep{binary.op, left_step, right_step})};
    }

    std::vector<Output> explain(Type type, StepId root) const {
        if (type == Type::number) {
            return {{.label = print(tree_), .step = root}};
        }
        std::vector<Output> explanation;
        for (const Node& node : tree_.nodes) {
            const auto* comparison = std::get_if<BinaryNode>(&node.value);
            if (comparison == nullptr || !is_comparison(comparison->op)) {
                continue;
            }
            for (const NodeId side : {comparison->left, comparison->right}) {
                const StepId step = checked_[side].step;
                const bool is_new = std::ranges::find(explanation, step, &Output::step) == explanation.end();
                if (is_new && !checked_[side].constant && explanation.size() < explained_max) {
                    explanation.push_back({.label = print(tree_, side), .step = step});
                }
            }
        }
        return explanation;
    }

    std::string_view text_;
    const SyntaxTree& tree_;
    PlanBuilder& plan_;
    std::vector<Checked> checked_; ///< by node
};

} // namespace

class QueryCompiler::Work {
public:
    explicit Work(Timeframe base) : plan_(base) {}

    Result<void> condition(std::string_view text, Wanted wanted) {
        const Result<SyntaxTree> tree = parse(text);
        if (!tree) {
            return fail(tree.error());
        }
        Result<Compiler::Meaning> meaning = Compiler(text, *tree, plan_).run(wanted);
        if (!meaning) {
            return fail(std::move(meaning.error()));
        }
        text_ = text;
        type_ = meaning->type;
        result_ = meaning->step;
        outputs_ = std::move(meaning->explanation);
        return {};
    }

    Result<Program> finish() && {
        Plan plan = std::move(plan_).finish(result_, std::move(outputs_));
        plan.text = text_;
        plan.type = type_;
        const std::size_t bars = plan.streams.front().bars_wanted;
        if (bars > values_max / plan.steps.size()) {
            return fail(Error(ErrorKind::usage, "expression.too_large",
                              "the expression needs " + plural(plan.steps.size(), "step") + " over " +
                                  plural(bars, "bar") + " of each symbol, which is too much")
                            .at(locate(text_, {0, text_.size()}))
                            .advise("use shorter periods"));
        }
        return Program(std::move(plan));
    }

private:
    PlanBuilder plan_;
    std::string text_;
    Type type_ = Type::number;
    StepId result_ = 0;
    std::vector<Output> outputs_;
};

QueryCompiler::QueryCompiler(std::optional<Timeframe> timeframe)
    : work_(std::make_unique<Work>(timeframe.value_or(Timeframe::d1))) {}
QueryCompiler::QueryCompiler(QueryCompiler&&) noexcept = default;
QueryCompiler::~QueryCompiler() = default;

Result<void> QueryCompiler::condition(std::string_view text, Wanted wanted) { return work_->condition(text, wanted); }
Result<Program> QueryCompiler::finish() && { return std::move(*work_).finish(); }

Result<Program> compile(std::string_view text, Wanted wanted) {
    QueryCompiler compiler;
    if (Result<void> read = compiler.condition(text, wanted); !read) {
        return fail(std::move(read.error()));
    }
    return std::move(compiler).finish();
}

} // namespace tradesh::expression
