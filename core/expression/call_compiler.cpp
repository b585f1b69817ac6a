#include "core/expression/call_compiler.hpp"

#include "core/base/counted.hpp"
#include "core/base/suggestion.hpp"
#include "core/expression/element_wise.hpp"
#include "core/expression/known_names.hpp"
#include "core/expression/parser.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>

namespace tradesh::expression {
namespace {

using indicators::Column;
using indicators::Indicator;

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

/// GOOG, BRK: nobody writes a field that way.
bool looks_like_symbol(std::string_view written) {
    return written.size() <= 5 && std::ranges::all_of(written, [](unsigned char c) { return std::isupper(c) != 0; });
}

std::vector<std::string_view> bound_names(const SyntaxTree& tree) {
    std::vector<std::string_view> names;
    for (const Node& node : tree.nodes) {
        if (const auto* let = std::get_if<LetNode>(&node.value)) {
            std::ranges::transform(let->bindings, std::back_inserter(names), &Binding::name);
        }
    }
    return names;
}

std::string listed(std::span<const std::string_view> names) {
    std::string text;
    for (const std::string_view name : names) {
        text.append(text.empty() ? "" : " ").append(name);
    }
    return text;
}

constexpr indicators::Parameter count_range{"n", 1, 1, indicators::period_max, true};

} // namespace

std::string before_dot(const std::string& name) { return name.substr(0, name.find('.')); }

std::unexpected<Error> unknown_name(const Source& source, NodeId node, std::string_view what, const std::string& name) {
    std::string message = "unknown " + std::string(what) + " '" + name + "'";
    std::string hint;
    const std::string written = source.written(node).substr(0, name.size());
    const std::vector<std::string_view> bound = bound_names(source.tree);
    const std::vector<std::string_view> variants = variants_of(name);
    std::vector<std::string_view> candidates = bound;
    std::ranges::copy(variants.empty() ? known_names() : variants, std::back_inserter(candidates));
    if (std::ranges::find(bound, name) != bound.end()) {
        message =
            in_quotes(name) + (what == "function" ? " is a name for a value, not a function" : " has no value here");
        hint = "a name has its value after it was given one, until its let ends";
    } else if (const std::string_view near = closest(name, candidates); !near.empty()) {
        message.append("; did you mean ").append(near).append("?");
    } else if (!variants.empty()) {
        message = "unknown variant " + in_quotes(name);
        hint = "there are " + listed(variants);
    } else if (looks_like_symbol(written)) {
        hint = "another instrument is written close(\"" + written + "\")";
    } else {
        hint = "fields are open high low close volume; `help indicators` lists the functions";
    }
    const std::size_t begin = source.tree.nodes[node].where.begin;
    return source.fail_at({begin, begin + name.size()}, "expression.unknown_name", std::move(message), hint);
}

Result<std::size_t> output_of(const Source& source, NodeId node, const Indicator& indicator, const std::string& name) {
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) {
        return 0;
    }
    const std::string wanted = name.substr(dot + 1);
    const auto found = std::ranges::find(indicator.outputs, wanted);
    if (found != indicator.outputs.end()) {
        return static_cast<std::size_t>(found - indicator.outputs.begin());
    }
    return source.fail_at(node, "expression.unknown_name",
                          std::string(indicator.name) + " has no output " + in_quotes(wanted),
                          indicator.outputs.size() == 1
                              ? "it has one value: leave the name of the output out"
                              : "outputs of " + std::string(indicator.name) + " are " + listed(indicator.outputs));
}

std::unexpected<Error> too_many_streams(const Source& source, NodeId node) {
    return source.fail_at(node, "expression.too_large",
                          "an expression reads at most " + std::to_string(streams_max) +
                              " series of bars of different length or instrument");
}

Result<double> constant_within(const Source& source, NodeId node, const Checked& checked, std::string_view what,
                               const indicators::Parameter& range) {
    const std::optional<double> value = checked.constant;
    const bool fits =
        value && *value >= range.least && *value <= range.most && (!range.whole || *value == std::floor(*value));
    if (fits) {
        return *value;
    }
    return source.fail_at(node, "expression.parameter",
                          std::string(what) + " must be a constant " + (range.whole ? "whole number" : "number") +
                              " from " + print_number(range.least) + " to " + print_number(range.most) + ", not " +
                              (value ? print_number(*value) : in_quotes(source.written(node))));
}

Result<Checked> CallCompiler::run() {
    if (const std::optional<Column> column = indicators::find_column(call_.name)) {
        return field(*column);
    }
    if (const Word* found = find_word(call_.name)) {
        return word(*found);
    }
    const std::string base = before_dot(call_.name);
    if (const Indicator* found = indicators::find_indicator(base)) {
        return indicator(*found);
    }
    return unknown_name(source_, place_.node, "function", base);
}

Result<void> CallCompiler::require(std::size_t argument, Type type) const {
    return source_.require(call_.arguments[argument], arguments_[argument].type, type, before_dot(call_.name));
}

std::unexpected<Error> CallCompiler::wrong_arity(std::string message, const std::string& usage) const {
    return source_.fail_at(place_.node, "expression.arity", std::move(message), "usage: " + usage);
}

/// close("SPY"): the bars of another instrument beside those of this one.
Result<Checked> CallCompiler::field(Column column) {
    const auto* first = call_.arguments.empty() ? nullptr : &source_.tree.nodes[call_.arguments[0]].value;
    if (first != nullptr && std::holds_alternative<NameNode>(*first) && call_.arguments.size() == 1) {
        const std::string written = source_.written(call_.arguments[0]);
        return source_.fail_at(call_.arguments[0], "expression.symbol",
                               "an instrument stands in quotes: " + call_.name + "(\"" + written + "\")");
    }
    const auto* text = first != nullptr ? std::get_if<TextNode>(first) : nullptr;
    if (text == nullptr || call_.arguments.size() > 1) {
        return source_.fail_at(place_.node, "expression.arity", call_.name + " is a field and takes no arguments",
                               "write " + call_.name + ", or " + call_.name + "[1] for the bar before");
    }
    const std::optional<StreamId> stream = plan_.stream_of(text->symbol, place_.stream);
    if (!stream) {
        return too_many_streams(source_, place_.node);
    }
    return Checked{Type::number, plan_.align(plan_.add(ColumnStep{column}, *stream), place_.stream)};
}

Result<Checked> CallCompiler::indicator(const Indicator& indicator) {
    const Result<std::size_t> output = output_of(source_, place_.node, indicator, call_.name);
    if (!output) {
        return std::unexpected(output.error());
    }
    Result<std::vector<StepId>> inputs = check_inputs(indicator);
    if (!inputs) {
        return std::unexpected(std::move(inputs.error()));
    }
    Result<std::vector<double>> parameters = check_parameters(indicator);
    if (!parameters) {
        return std::unexpected(std::move(parameters.error()));
    }
    IndicatorStep step{&indicator, std::move(*inputs), std::move(*parameters), *output};
    return Checked{Type::number, plan_.add(std::move(step), place_.stream)};
}

/// The arguments before the first constant are series.
std::size_t CallCompiler::count_series() const {
    const auto first_constant =
        std::ranges::find_if(arguments_, [](const Checked& x) { return x.constant.has_value(); });
    return static_cast<std::size_t>(first_constant - arguments_.begin());
}

Result<std::vector<StepId>> CallCompiler::check_inputs(const Indicator& indicator) {
    const std::string name(indicator.name);
    const std::size_t allowed = indicator.inputs.size() + indicator.parameters.size();
    if (arguments_.size() > allowed) {
        return wrong_arity(name + " takes at most " + counted(allowed, "argument") + ", not " +
                               std::to_string(arguments_.size()),
                           indicators::signature(indicator));
    }
    const std::size_t given = std::min(count_series(), indicator.inputs.size());
    if (given != 0 && given != indicator.inputs.size()) {
        return wrong_arity(name + " takes all of its " + std::to_string(indicator.inputs.size()) + " series or none",
                           indicators::signature(indicator));
    }
    std::vector<StepId> steps;
    for (std::size_t i = 0; i < given; ++i) {
        if (Result<void> checked = require(i, Type::number); !checked) {
            return std::unexpected(std::move(checked.error()));
        }
        steps.push_back(step_of(arguments_[i]));
    }
    for (std::size_t i = given; i < indicator.inputs.size(); ++i) {
        if (!indicator.inputs[i].usual) {
            return wrong_arity(name + " needs a series first, such as close", indicators::signature(indicator));
        }
        steps.push_back(plan_.add(ColumnStep{*indicator.inputs[i].usual}, place_.stream));
    }
    return steps;
}

Result<std::vector<double>> CallCompiler::check_parameters(const Indicator& indicator) const {
    const std::size_t series = std::min(count_series(), indicator.inputs.size());
    const std::size_t given = arguments_.size() - series;
    if (given > indicator.parameters.size()) {
        return wrong_arity(std::string(indicator.name) + " takes " + counted(indicator.parameters.size(), "number") +
                               " after its series",
                           indicators::signature(indicator));
    }
    std::vector<double> values;
    for (std::size_t i = 0; i < indicator.parameters.size(); ++i) {
        const indicators::Parameter& parameter = indicator.parameters[i];
        if (i >= given) {
            values.push_back(parameter.usual);
            continue;
        }
        const std::string what = "the " + std::string(parameter.name) + " of " + std::string(indicator.name);
        const Result<double> value =
            constant_within(source_, call_.arguments[series + i], arguments_[series + i], what, parameter);
        if (!value) {
            return std::unexpected(value.error());
        }
        values.push_back(*value);
    }
    return values;
}

Result<Checked> CallCompiler::word(const Word& word) {
    const Result<std::vector<Checked>> arguments = match(word);
    if (!arguments) {
        return std::unexpected(arguments.error());
    }
    return word.function ? apply_function(word, *arguments) : expand(word, *arguments);
}

/// The arguments in the order of the parameters, usual ones in the place of those that are not given.
Result<std::vector<Checked>> CallCompiler::match(const Word& word) {
    const std::span<const WordParameter> parameters = word.parameters;
    const std::string name(word.name);
    if (arguments_.size() > parameters.size()) {
        return wrong_arity(name + " takes " + counted(parameters.size(), "argument") + ", not " +
                               std::to_string(arguments_.size()),
                           signature(word));
    }
    // As with indicators, a constant is no series: change(5) is change(close, 5).
    const bool leaves_series = !arguments_.empty() && arguments_.size() < parameters.size() &&
                               parameters[0].kind == ParameterKind::number && !parameters[0].usual.empty() &&
                               arguments_[0].constant.has_value();
    std::vector<Checked> matched;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const std::size_t argument = leaves_series ? i - 1 : i; // the first is not looked for
        if ((i == 0 && leaves_series) || argument >= arguments_.size()) {
            if (parameters[i].usual.empty()) {
                return wrong_arity(name + " needs " + counted(parameters.size(), "argument"), signature(word));
            }
            matched.push_back(usual_of(parameters[i]));
            continue;
        }
        const Result<Checked> checked = match_one(word, parameters[i], argument);
        if (!checked) {
            return std::unexpected(checked.error());
        }
        matched.push_back(*checked);
    }
    return matched;
}

Result<Checked> CallCompiler::match_one(const Word& word, const WordParameter& parameter, std::size_t argument) const {
    const Checked& given = arguments_[argument];
    if (parameter.kind == ParameterKind::count) {
        const std::string what = "the " + std::string(parameter.name) + " of " + std::string(word.name);
        const Result<double> value = constant_within(source_, call_.arguments[argument], given, what, count_range);
        return value ? Result<Checked>(given) : std::unexpected(value.error());
    }
    const bool is_condition = parameter.kind == ParameterKind::condition ||
                              (parameter.kind == ParameterKind::either && arguments_.back().type == Type::boolean);
    if (parameter.kind == ParameterKind::either && argument + 1 == arguments_.size()) {
        return given; // the others are to be as it is
    }
    if (Result<void> checked = require(argument, is_condition ? Type::boolean : Type::number); !checked) {
        return std::unexpected(std::move(checked.error()));
    }
    return given;
}

Checked CallCompiler::usual_of(const WordParameter& parameter) {
    if (const std::optional<Column> column = indicators::find_column(parameter.usual)) {
        return Checked{Type::number, plan_.add(ColumnStep{*column}, place_.stream)};
    }
    double value = 0.0;
    std::from_chars(parameter.usual.data(), parameter.usual.data() + parameter.usual.size(), value);
    return Checked{.constant = value};
}

Result<Checked> CallCompiler::apply_function(const Word& word, const std::vector<Checked>& arguments) {
    const bool all_constant = std::ranges::all_of(arguments, [](const Checked& x) { return x.constant.has_value(); });
    if (all_constant) {
        std::vector<Series> values;
        for (const Checked& argument : arguments) {
            values.emplace_back(&*argument.constant, 1);
        }
        double value = 0.0;
        apply(*word.function, values, std::span(&value, 1));
        return Checked{.constant = value};
    }
    FunctionStep step{.function = *word.function, .operands = {}};
    for (const Checked& argument : arguments) {
        step.operands.push_back(step_of(argument));
    }
    return Checked{arguments.back().type == Type::boolean ? Type::boolean : Type::number,
                   plan_.add(std::move(step), place_.stream)};
}

/// Compiles the formula of the word with the arguments in the place of its parameters.
Result<Checked> CallCompiler::expand(const Word& word, const std::vector<Checked>& arguments) {
    Result<SyntaxTree> formula = parse(word.formula);
    if (!formula) {
        return std::unexpected(std::move(formula.error()));
    }
    std::vector<TreeCompiler::Parameter> parameters;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        parameters.push_back({word.parameters[i].name, arguments[i]});
    }
    TreeCompiler compiler({word.formula, *formula}, plan_, std::move(parameters));
    Result<Checked> result = compiler.run(place_.stream);
    if (result) {
        return result;
    }
    // What the user wrote is the call: the formula's own places say nothing to him.
    Error error = std::move(result.error());
    if (error.code == "expression.not_finite") {
        error.message = in_quotes(source_.written(place_.node)) + " has no value";
    }
    error.where = locate(source_.text, source_.tree.nodes[place_.node].where);
    return fail(std::move(error));
}

} // namespace tradesh::expression
