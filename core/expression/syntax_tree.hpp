#pragma once

#include "core/expression/token.hpp"
#include "core/market/timeframe.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tradesh::expression {

/// A node's place in its tree.
using NodeId = std::size_t;

enum class UnaryOperator : std::uint8_t { negate, logical_not };
enum class BinaryOperator : std::uint8_t {
    logical_or,
    logical_and,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
    equal,
    not_equal,
    add,
    subtract,
    multiply,
    divide,
};

/// "-", "not"; "or", "<=", "+" …
std::string_view spelling_of(UnaryOperator op);
std::string_view spelling_of(BinaryOperator op);
bool is_logical(BinaryOperator op);
bool is_comparison(BinaryOperator op);

/// How tightly a construct binds, loosest first.
enum class Precedence : std::uint8_t {
    any,
    logical_or,
    logical_and,
    logical_not,
    comparison,
    sum,
    product,
    negation,
    postfix,
    primary,
};
Precedence precedence_of(UnaryOperator op);
Precedence precedence_of(BinaryOperator op);
inline Precedence tighter(Precedence precedence) {
    return static_cast<Precedence>(static_cast<std::uint8_t>(precedence) + 1);
}

struct NumberNode {
    double value = 0.0; ///< finite and not negative: a sign is an operator
    bool operator==(const NumberNode&) const = default;
};
struct NameNode { ///< close
    std::string name;
    bool operator==(const NameNode&) const = default;
};
/// sma(close, 20); with an output chosen the name is "macd.signal". `a crosses_above b` is a call of that name.
struct CallNode {
    std::string name;
    std::vector<NodeId> arguments;
    bool operator==(const CallNode&) const = default;
};
struct OffsetNode { ///< close[1]: the value `bars` bars before
    NodeId operand = 0;
    NodeId bars = 0;
    bool operator==(const OffsetNode&) const = default;
};
struct UnaryNode {
    UnaryOperator op = UnaryOperator::negate;
    NodeId operand = 0;
    bool operator==(const UnaryNode&) const = default;
};
struct BinaryNode {
    BinaryOperator op = BinaryOperator::add;
    NodeId left = 0;
    NodeId right = 0;
    bool operator==(const BinaryNode&) const = default;
};

struct TextNode { ///< "SPY": another instrument
    std::string symbol;
    bool operator==(const TextNode&) const = default;
};
struct FrameNode { ///< rsi(14)@1h: the operand on bars of another length
    NodeId operand = 0;
    Timeframe timeframe = Timeframe::d1;
    bool operator==(const FrameNode&) const = default;
};
/// Gives a value a name.
struct Binding {
    std::string name;
    NodeId value = 0;
    Extent where; ///< of the name
    bool operator==(const Binding& other) const { return name == other.name && value == other.value; }
};
struct LetNode { ///< let a = .., b = .. in body
    std::vector<Binding> bindings;
    NodeId body = 0;
    bool operator==(const LetNode&) const = default;
};
struct BoundNode { ///< a name that stands for the value of a binding
    std::string name;
    NodeId value = 0; ///< not a child: the value stands where it was bound
    bool operator==(const BoundNode&) const = default;
};

using NodeValue = std::variant<NumberNode, NameNode, CallNode, OffsetNode, UnaryNode, BinaryNode, TextNode, FrameNode,
                               LetNode, BoundNode>;

struct Node {
    NodeValue value;
    Extent where;
    /// Where it stands in the text does not matter to what it says.
    bool operator==(const Node& other) const { return value == other.value; }
};

/// An expression as written. Children stand before their parents and the root is last, so that every pass over the
/// tree is a loop and no input can exhaust the stack. Never empty once parsed.
struct SyntaxTree {
    std::vector<Node> nodes;
    NodeId root() const { return nodes.size() - 1; }
    bool operator==(const SyntaxTree&) const = default;
};

/// The operands of a node, from left to right.
std::vector<NodeId> children_of(const Node& node);

/// a > b, a crosses_above b …
bool is_comparison(const Node& node);
/// "crosses_above", "crosses_below": comparisons that are written between their sides as well.
bool is_crossing(std::string_view word);

/// The canonical spelling of the expression at `node`: lower case, single spaces, only the parentheses it needs.
/// Parsing it gives the same tree. In parentheses when it binds more loosely than `least`.
std::string print(const SyntaxTree& tree, NodeId node, Precedence least = Precedence::any);
inline std::string print(const SyntaxTree& tree) { return print(tree, tree.root()); }

/// The shortest decimal that reads back as `value`.
std::string print_number(double value);

} // namespace tradesh::expression
