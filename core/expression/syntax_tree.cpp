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

    Printed operator()(const NumberNode& node) const { return {print_number(node.value)}; }
    Printed operator()(const NameNode& node) const { return {node.name}; }
    Printed operator()(const CallNode& node) const {
        std::string text = node.name + "(";
        for (std::size_t i = 0; i < node.arguments.size(); ++i) {
            text += (i == 0 ? "" : ", ") + take(done[node.arguments[i]], Precedence::any);
        }
        return {text + ")"};
    }
    Printed operator()(const OffsetNode& node) const {
        std::string text = take(done[node.operand], Precedence::postfix);
        return {text + "[" + take(done[node.bars], Precedence::any) + "]", Precedence::postfix};
    }
    Printed operator()(const UnaryNode& node) const {
        const Precedence precedence = precedence_of(node.op);
        std::string text(spelling_of(node.op));
        text += node.op == UnaryOperator::logical_not ? " " : "";
        return {text + take(done[node.operand], precedence), precedence};
    }
    Printed operator()(const BinaryNode& node) const {
        const Precedence precedence = precedence_of(node.op);
        // Operators of one level group to the left; comparisons do not group at all.
        const Precedence left = is_comparison(node.op) ? tighter(precedence) : precedence;
        std::string text = take(done[node.left], left);
        text.append(" ").append(spelling_of(node.op)).append(" ");
        return {text + take(done[node.right], tighter(precedence)), precedence};
    }
};

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

std::string print(const SyntaxTree& tree, NodeId node) {
    std::vector<Printed> done(node + 1);
    for (NodeId id = 0; id <= node; ++id) {
        done[id] = std::visit(Printer{done}, tree.nodes[id].value);
    }
    return std::move(done[node].text);
}

} // namespace tradesh::expression
