#include "core/expression/syntax_tree.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace tradesh::expression {
namespace {

/// A printed node and how tightly its outermost construct binds.
struct Printed {
    std::string text;
    Precedence precedence = Precedence::primary;
};

/// Takes the text of a child, in parentheses when it binds more loosely than its place allows.
std::string take(Printed& child, Precedence least) {
    return child.precedence >= least ? std::move(child.text) : "(" + std::move(child.text) + ")";
}

struct Printer {
    std::vector<Printed>& done;
    NodeId first; ///< that was printed; `done` begins with it

    std::string child(NodeId node, Precedence least) const { return take(done[node - first], least); }

    Printed operator()(const NumberNode& node) const { return {print_number(node.value)}; }
    Printed operator()(const NameNode& node) const { return {node.name}; }
    Printed operator()(const TextNode& node) const { return {"\"" + node.symbol + "\""}; }
    Printed operator()(const BoundNode& node) const { return {node.name}; }
    Printed operator()(const CallNode& node) const {
        if (is_crossing(node.name) && node.arguments.size() == 2) {
            return infix(node.arguments[0], node.name, node.arguments[1], Precedence::comparison, false);
        }
        std::string text = node.name + "(";
        for (std::size_t i = 0; i < node.arguments.size(); ++i) {
            text.append(i == 0 ? "" : ", ").append(child(node.arguments[i], Precedence::any));
        }
        text += ")";
        return {std::move(text)};
    }
    Printed operator()(const OffsetNode& node) const {
        std::string text = child(node.operand, Precedence::postfix);
        text.append("[").append(child(node.bars, Precedence::any)).append("]");
        return {std::move(text), Precedence::postfix};
    }
    Printed operator()(const FrameNode& node) const {
        std::string text = child(node.operand, Precedence::postfix);
        text.append("@").append(name_of(node.timeframe));
        return {std::move(text), Precedence::postfix};
    }
    Printed operator()(const UnaryNode& node) const {
        const Precedence precedence = precedence_of(node.op);
        std::string text(spelling_of(node.op));
        text += node.op == UnaryOperator::logical_not ? " " : "";
        return {text + child(node.operand, precedence), precedence};
    }
    Printed operator()(const BinaryNode& node) const {
        // Operators of one level group to the left; comparisons do not group at all.
        return infix(node.left, spelling_of(node.op), node.right, precedence_of(node.op), !is_comparison(node.op));
    }
    Printed operator()(const LetNode& node) const {
        std::string text = "let ";
        for (std::size_t i = 0; i < node.bindings.size(); ++i) {
            const Binding& binding = node.bindings[i];
            text.append(i == 0 ? "" : ", ").append(binding.name).append(" = ");
            text.append(child(binding.value, Precedence::any));
        }
        return {text + " in " + child(node.body, Precedence::any), Precedence::any};
    }

    Printed infix(NodeId left, std::string_view op, NodeId right, Precedence precedence, bool groups) const {
        std::string text = child(left, groups ? precedence : tighter(precedence));
        text.append(" ").append(op).append(" ").append(child(right, tighter(precedence)));
        return {std::move(text), precedence};
    }
};

struct Children {
    std::vector<NodeId> operator()(const CallNode& node) const { return node.arguments; }
    std::vector<NodeId> operator()(const OffsetNode& node) const { return {node.operand, node.bars}; }
    std::vector<NodeId> operator()(const FrameNode& node) const { return {node.operand}; }
    std::vector<NodeId> operator()(const UnaryNode& node) const { return {node.operand}; }
    std::vector<NodeId> operator()(const BinaryNode& node) const { return {node.left, node.right}; }
    std::vector<NodeId> operator()(const LetNode& node) const {
        std::vector<NodeId> children;
        for (const Binding& binding : node.bindings) {
            children.push_back(binding.value);
        }
        children.push_back(node.body);
        return children;
    }
    template <class Leaf>
    std::vector<NodeId> operator()(const Leaf&) const {
        return {};
    }
};

/// The first node of the expression at `node`: all of it stands from there to `node`.
NodeId first_of(const SyntaxTree& tree, NodeId node) {
    for (std::vector<NodeId> children = children_of(tree.nodes[node]); !children.empty();
         children = children_of(tree.nodes[node])) {
        node = children.front();
    }
    return node;
}

} // namespace

std::string_view spelling_of(UnaryOperator op) { return op == UnaryOperator::negate ? "-" : "not"; }

std::string_view spelling_of(BinaryOperator op) {
    constexpr std::array<std::string_view, 12> spellings{
        "or", "and", "<", "<=", ">", ">=", "==", "!=", "+", "-", "*", "/"};
    return spellings[static_cast<std::size_t>(op)];
}

bool is_logical(BinaryOperator op) { return op <= BinaryOperator::logical_and; }
bool is_comparison(BinaryOperator op) { return op >= BinaryOperator::less && op <= BinaryOperator::not_equal; }

Precedence precedence_of(UnaryOperator op) {
    return op == UnaryOperator::negate ? Precedence::negation : Precedence::logical_not;
}

Precedence precedence_of(BinaryOperator op) {
    switch (op) {
    case BinaryOperator::logical_or: return Precedence::logical_or;
    case BinaryOperator::logical_and: return Precedence::logical_and;
    case BinaryOperator::add:
    case BinaryOperator::subtract: return Precedence::sum;
    case BinaryOperator::multiply:
    case BinaryOperator::divide: return Precedence::product;
    default: return Precedence::comparison;
    }
}

std::string print_number(double value) {
    std::array<char, 32> digits{};
    const auto [end, problem] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return {digits.data(), problem == std::errc() ? end : digits.data()};
}

std::vector<NodeId> children_of(const Node& node) { return std::visit(Children(), node.value); }

bool is_comparison(const Node& node) {
    if (const auto* call = std::get_if<CallNode>(&node.value)) {
        return is_crossing(call->name) && call->arguments.size() == 2;
    }
    const auto* binary = std::get_if<BinaryNode>(&node.value);
    return binary != nullptr && is_comparison(binary->op);
}

bool is_crossing(std::string_view word) { return word == "crosses_above" || word == "crosses_below"; }

std::string print(const SyntaxTree& tree, NodeId node, Precedence least) {
    const NodeId first = first_of(tree, node);
    std::vector<Printed> done(node + 1 - first);
    for (NodeId id = first; id <= node; ++id) {
        done[id - first] = std::visit(Printer{done, first}, tree.nodes[id].value);
    }
    return take(done.back(), least);
}

} // namespace tradesh::expression
