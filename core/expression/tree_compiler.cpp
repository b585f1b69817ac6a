#include "core/expression/tree_compiler.hpp"

#include "core/expression/call_compiler.hpp"
#include "core/expression/element_wise.hpp"

#include <algorithm>
#include <cmath>
#include <ranges>
#include <utility>

namespace tradesh::expression {
namespace {

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

/// Arithmetic on constants; nothing for comparisons, which are rare there and cost little.
std::optional<double> calculate(BinaryOperator op, std::optional<double> left, std::optional<double> right) {
    if (!left || !right || op < BinaryOperator::add) {
        return std::nullopt;
    }
    double value = 0.0;
    apply(op, Series(&*left, 1), Series(&*right, 1), std::span(&value, 1));
    return value;
}

/// What a name means already that a binding may not mean; empty when nothing.
std::string_view meaning_of(std::string_view name) {
    if (indicators::find_column(name)) {
        return "a field";
    }
    if (indicators::find_indicator(name) != nullptr) {
        return "an indicator";
    }
    return find_word(name) != nullptr ? "a function" : "";
}

} // namespace

std::string Source::written(NodeId node) const {
    const Extent where = tree.nodes[node].where;
    return std::string(text.substr(where.begin, where.end - where.begin));
}

std::unexpected<Error> Source::fail_at(Extent where, std::string_view code, std::string message,
                                       std::string_view hint) const {
    return fail(Error(ErrorKind::usage, code, std::move(message)).at(locate(text, where)).advise(hint));
}

Result<void> Source::require(NodeId node, Type is, Type needed, std::string_view user) const {
    if (is == needed) {
        return {};
    }
    const bool is_number = is == Type::number;
    return fail_at(node, "expression.type",
                   std::string(user) + " needs " + (is_number ? "a condition" : "a number") + ", and " +
                       in_quotes(written(node)) + " is " + (is_number ? "a number" : "a condition"));
}

Result<Checked> TreeCompiler::run(StreamId stream) {
    struct Entry {
        Place place;
        bool operands_done;
    };
    const Place root{source_.tree.root(), stream};
    std::vector<Entry> open{{root, false}};
    while (!open.empty()) {
        const Place place = open.back().place;
        if (is_checked(place)) {
            open.pop_back();
            continue;
        }
        if (std::exchange(open.back().operands_done, true)) {
            open.pop_back();
            if (Result<void> checked = check_and_keep(place); !checked) {
                return std::unexpected(std::move(checked.error()));
            }
            continue;
        }
        Result<std::vector<Place>> operands = operands_of(place);
        if (!operands) {
            return std::unexpected(std::move(operands.error()));
        }
        for (const Place operand : *operands | std::views::reverse) {
            open.push_back({operand, false}); // the leftmost is next
        }
    }
    return at(root);
}

/// What has to be checked before a node can be.
Result<std::vector<Place>> TreeCompiler::operands_of(Place place) const {
    const Node& node = source_.tree.nodes[place.node];
    StreamId stream = place.stream;
    if (const auto* bound = std::get_if<BoundNode>(&node.value)) {
        return std::vector{Place{bound->value, stream}};
    }
    if (const auto* call = std::get_if<CallNode>(&node.value); call != nullptr && indicators::find_column(call->name)) {
        return std::vector<Place>();
    }
    if (const auto* framed = std::get_if<FrameNode>(&node.value)) {
        const Result<StreamId> inside = frame(place.node, framed->timeframe);
        if (!inside) {
            return std::unexpected(inside.error());
        }
        stream = *inside;
    }
    std::vector<Place> places;
    for (const NodeId child : children_of(node)) {
        places.push_back({child, stream});
    }
    return places;
}

std::vector<Place> TreeCompiler::places_leading_to_root() const {
    std::vector<std::vector<bool>> leads(checked_.size(), std::vector<bool>(source_.tree.nodes.size(), false));
    leads[base_stream].back() = true;
    std::vector<Place> places;
    for (NodeId node = source_.tree.nodes.size(); node-- > 0;) {
        for (StreamId stream = checked_.size(); stream-- > 0;) {
            const Place place{node, stream};
            if (!leads[stream][node]) {
                continue;
            }
            places.push_back(place);
            const auto* let = std::get_if<LetNode>(&source_.tree.nodes[node].value);
            if (let != nullptr) {
                leads[stream][let->body] = true; // a binding's value leads there where its name does
                continue;
            }
            for (const Place operand : operands_of(place).value_or(std::vector<Place>())) {
                leads[operand.stream][operand.node] = true;
            }
        }
    }
    std::ranges::reverse(places);
    return places;
}

Result<StreamId> TreeCompiler::frame(NodeId node, Timeframe timeframe) const {
    if (const std::optional<StreamId> stream = plan_.stream_of(timeframe)) {
        return *stream;
    }
    return too_many_streams(source_, node);
}

Result<void> TreeCompiler::check_and_keep(Place place) {
    Result<Checked> checked =
        std::visit([&](const auto& value) { return check(place, value); }, source_.tree.nodes[place.node].value);
    if (!checked) {
        return std::unexpected(std::move(checked.error()));
    }
    if (checked->constant && !std::isfinite(*checked->constant)) {
        return source_.fail_at(place.node, "expression.not_finite",
                               in_quotes(source_.written(place.node)) + " has no value");
    }
    if (plan_.size() > steps_max) {
        return source_.fail_at(place.node, "expression.too_large",
                               "the expression takes more than " + std::to_string(steps_max) + " steps",
                               "make it simpler");
    }
    while (checked_.size() <= place.stream) {
        checked_.emplace_back(source_.tree.nodes.size());
    }
    checked_[place.stream][place.node] = *checked;
    return {};
}

Result<Checked> TreeCompiler::check(Place, const NumberNode& number) { return Checked{.constant = number.value}; }

Result<Checked> TreeCompiler::check(Place place, const NameNode& name) {
    const auto parameter = std::ranges::find(parameters_, name.name, &Parameter::name);
    if (parameter != parameters_.end()) {
        return parameter->value;
    }
    if (const std::optional<indicators::Column> column = indicators::find_column(name.name)) {
        return Checked{Type::number, plan_.add(ColumnStep{*column}, place.stream)};
    }
    const Word* word = find_word(name.name);
    if (word != nullptr && word->parameters.empty()) {
        return CallCompiler(source_, plan_, place, CallNode{name.name, {}}, {}).run();
    }
    const indicators::Indicator* indicator = indicators::find_indicator(before_dot(name.name));
    if (word == nullptr && indicator == nullptr) {
        return unknown_name(source_, place.node, "field", name.name);
    }
    if (word == nullptr) {
        if (const Result<std::size_t> output = output_of(source_, place.node, *indicator, name.name); !output) {
            return std::unexpected(output.error());
        }
    }
    return source_.fail_at(place.node, "expression.arity", name.name + " is a function and needs parentheses",
                           "usage: " + (word != nullptr ? signature(*word) : indicators::signature(*indicator)));
}

Result<Checked> TreeCompiler::check(Place place, const CallNode& call) {
    std::vector<Checked> arguments;
    if (!indicators::find_column(call.name)) {
        for (const NodeId argument : call.arguments) {
            arguments.push_back(at({argument, place.stream}));
        }
    }
    return CallCompiler(source_, plan_, place, call, std::move(arguments)).run();
}

Result<Checked> TreeCompiler::check(Place place, const OffsetNode& offset) {
    constexpr indicators::Parameter range{"offset", 1, 0, offset_max, true};
    const Result<double> bars =
        constant_within(source_, offset.bars, at({offset.bars, place.stream}), "the number of bars in brackets", range);
    if (!bars) {
        return std::unexpected(bars.error());
    }
    const Checked operand = at({offset.operand, place.stream});
    if (*bars == 0.0 || operand.constant) {
        return operand;
    }
    return Checked{operand.type, plan_.add(OffsetStep{operand.step, static_cast<std::size_t>(*bars)}, place.stream)};
}

Result<Checked> TreeCompiler::check(Place place, const UnaryNode& unary) {
    const Type type = unary.op == UnaryOperator::negate ? Type::number : Type::boolean;
    const Checked& operand = at({unary.operand, place.stream});
    if (Result<void> checked = source_.require(unary.operand, operand.type, type, in_quotes(spelling_of(unary.op)));
        !checked) {
        return std::unexpected(std::move(checked.error()));
    }
    if (operand.constant) {
        return Checked{.constant = -*operand.constant}; // only numbers are constant
    }
    return Checked{type, plan_.add(UnaryStep{unary.op, operand.step}, place.stream)};
}

Result<Checked> TreeCompiler::check(Place place, const BinaryNode& binary) {
    const Type operands = is_logical(binary.op) ? Type::boolean : Type::number;
    for (const NodeId operand : {binary.left, binary.right}) {
        if (Result<void> checked =
                source_.require(operand, at({operand, place.stream}).type, operands, in_quotes(spelling_of(binary.op)));
            !checked) {
            return std::unexpected(std::move(checked.error()));
        }
    }
    const Checked left = at({binary.left, place.stream});
    const Checked right = at({binary.right, place.stream});
    if (const std::optional<double> value = calculate(binary.op, left.constant, right.constant)) {
        return Checked{.constant = value};
    }
    const bool is_boolean = is_logical(binary.op) || is_comparison(binary.op);
    const StepId left_step = step_of(left, place.stream);
    const StepId right_step = step_of(right, place.stream);
    return Checked{is_boolean ? Type::boolean : Type::number,
                   plan_.add(BinaryStep{binary.op, left_step, right_step}, place.stream)};
}

Result<Checked> TreeCompiler::check(Place place, const TextNode& text) {
    return source_.fail_at(place.node, "expression.type",
                           source_.written(place.node) + " is an instrument, and a series is needed",
                           "write close(\"" + text.symbol + "\")");
}

Result<Checked> TreeCompiler::check(Place place, const FrameNode& framed) {
    const Result<StreamId> inside = frame(place.node, framed.timeframe);
    if (!inside) {
        return std::unexpected(inside.error());
    }
    Checked operand = at({framed.operand, *inside});
    if (!operand.constant) {
        operand.step = plan_.align(operand.step, place.stream);
    }
    return operand;
}

Result<Checked> TreeCompiler::check(Place place, const LetNode& let) {
    for (const Binding& binding : let.bindings) {
        if (const std::string_view meaning = meaning_of(binding.name); !meaning.empty()) {
            return source_.fail_at(binding.where, "expression.name_taken",
                                   in_quotes(binding.name) + " is " + std::string(meaning) + " already",
                                   "choose another name");
        }
    }
    return at({let.body, place.stream});
}

Result<Checked> TreeCompiler::check(Place place, const BoundNode& bound) { return at({bound.value, place.stream}); }

} // namespace tradesh::expression
