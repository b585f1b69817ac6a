#include "core/expression/parser.hpp"

#include <array>
#include <optional>
#include <utility>

namespace tradesh::expression {
namespace {

std::optional<BinaryOperator> binary_operator(const Token& token) {
    if (token.kind != TokenKind::symbol && token.kind != TokenKind::name) {
        return std::nullopt;
    }
    for (auto op = BinaryOperator::logical_or; op <= BinaryOperator::divide;
         op = static_cast<BinaryOperator>(static_cast<std::uint8_t>(op) + 1)) {
        if (spelling_of(op) == token.text) {
            return op;
        }
    }
    return std::nullopt;
}

bool is_word_operator(const Token& token) {
    return token.kind == TokenKind::name && (token.text == "and" || token.text == "or" || token.text == "not");
}

/// Precedence climbing. Every function leaves the tree's last node as the one it returns.
class Parser {
public:
    Parser(std::string_view text, std::vector<Token> tokens) : text_(text), tokens_(std::move(tokens)) {}

    Result<SyntaxTree> run() {
        const Result<NodeId> root = expression(Precedence::any);
        if (!root) {
            return std::unexpected(root.error());
        }
        if (current().kind != TokenKind::end) {
            return std::unexpected(unexpected_token("an operator"));
        }
        return std::move(tree_);
    }

private:
    const Token& current() const { return tokens_[at_]; }
    bool is_symbol(std::string_view symbol) const {
        return current().kind == TokenKind::symbol && current().text == symbol;
    }
    std::size_t end_of_last() const { return at_ == 0 ? 0 : tokens_[at_ - 1].where.end; }

    Error error_at(std::string_view code, std::string message, Extent where) const {
        return Error(ErrorKind::usage, code, std::move(message)).at(locate(text_, where));
    }
    Error unexpected_token(std::string_view wanted) const {
        const Token& token = current();
        std::string message =
            token.kind == TokenKind::end
                ? "the expression ends where " + std::string(wanted) + " is expected"
                : "expected " + std::string(wanted) + ", not '" +
                      std::string(text_.substr(token.where.begin, token.where.end - token.where.begin)) + "'";
        return error_at("expression.syntax", std::move(message), token.where);
    }

    NodeId add(NodeValue value, std::size_t begin) {
        tree_.nodes.push_back({std::move(value), {begin, end_of_last()}});
        return tree_.root();
    }
    Result<void> expect(std::string_view symbol) {
        if (!is_symbol(symbol)) {
            return std::unexpected(unexpected_token("'" + std::string(symbol) + "'"));
        }
        ++at_;
        return {};
    }

    Result<NodeId> expression(Precedence least) {
        if (nesting_ == nesting_max) {
            return std::unexpected(error_at(
                "expression.too_deep",
                "the expression is nested more than " + std::to_string(nesting_max) + " levels deep", current().where));
        }
        ++nesting_;
        Result<NodeId> result = operators(least);
        --nesting_;
        return result;
    }

    Result<NodeId> operators(Precedence least) {
        const std::size_t begin = current().where.begin;
        Result<NodeId> left = prefixed(least);
        while (left) {
            const std::optional<BinaryOperator> op = binary_operator(current());
            if (!op || precedence_of(*op) < least) {
                break;
            }
            ++at_;
            const Result<NodeId> right = expression(tighter(precedence_of(*op)));
            if (!right) {
                return right;
            }
            left = add(BinaryNode{*op, *left, *right}, begin);
            const std::optional<BinaryOperator> next = binary_operator(current());
            if (is_comparison(*op) && next && is_comparison(*next)) {
                return std::unexpected(error_at("expression.syntax", "comparisons do not chain", current().where)
                                           .advise("write 1 < x and x < 2"));
            }
        }
        return left;
    }

    Result<NodeId> prefixed(Precedence least) {
        const std::size_t begin = current().where.begin;
        const bool negates = is_symbol("-");
        const bool inverts = current().kind == TokenKind::name && current().text == "not";
        if (!negates && !inverts) {
            return postfixed();
        }
        const UnaryOperator op = negates ? UnaryOperator::negate : UnaryOperator::logical_not;
        if (inverts && least > Precedence::logical_not) {
            return std::unexpected(unexpected_token("a value"));
        }
        ++at_;
        const Result<NodeId> operand = expression(precedence_of(op));
        if (!operand) {
            return operand;
        }
        return add(UnaryNode{op, *operand}, begin);
    }

    Result<NodeId> postfixed() {
        const std::size_t begin = current().where.begin;
        Result<NodeId> operand = primary();
        while (operand && is_symbol("[")) {
            ++at_;
            const Result<NodeId> bars = expression(Precedence::any);
            if (!bars) {
                return bars;
            }
            if (const Result<void> closed = expect("]"); !closed) {
                return std::unexpected(closed.error());
            }
            operand = add(OffsetNode{*operand, *bars}, begin);
        }
        return operand;
    }

    Result<NodeId> primary() {
        const Token token = current();
        if (token.kind == TokenKind::number) {
            ++at_;
            return add(NumberNode{token.number}, token.where.begin);
        }
        if (token.kind == TokenKind::name && !is_word_operator(token)) {
            ++at_;
            return named(token);
        }
        if (!is_symbol("(")) {
            return std::unexpected(unexpected_token("a value"));
        }
        ++at_;
        Result<NodeId> inner = expression(Precedence::any);
        if (!inner) {
            return inner;
        }
        if (const Result<void> closed = expect(")"); !closed) {
            return std::unexpected(closed.error());
        }
        return inner;
    }

    /// close, sma(close, 20), macd.signal(12, 26, 9) or macd(12, 26, 9).signal
    Result<NodeId> named(const Token& name) {
        std::string full = name.text;
        const Result<bool> chosen_before = output_of(full);
        if (!chosen_before) {
            return std::unexpected(chosen_before.error());
        }
        if (!is_symbol("(")) {
            return add(NameNode{std::move(full)}, name.where.begin);
        }
        Result<std::vector<NodeId>> given = arguments();
        if (!given) {
            return std::unexpected(std::move(given.error()));
        }
        if (!*chosen_before) {
            if (const Result<bool> chosen = output_of(full); !chosen) {
                return std::unexpected(chosen.error());
            }
        }
        return add(CallNode{std::move(full), std::move(*given)}, name.where.begin);
    }

    /// Takes ".output" and appends it to a name; whether there was one.
    Result<bool> output_of(std::string& name) {
        if (!is_symbol(".")) {
            return false;
        }
        ++at_;
        if (current().kind != TokenKind::name) {
            return std::unexpected(unexpected_token("the name of an output"));
        }
        name.append(".").append(current().text);
        ++at_;
        return true;
    }

    Result<std::vector<NodeId>> arguments() {
        std::vector<NodeId> arguments;
        do {
            ++at_; // the parenthesis, then each comma
            if (arguments.empty() && is_symbol(")")) {
                break;
            }
            const Result<NodeId> argument = expression(Precedence::any);
            if (!argument) {
                return std::unexpected(argument.error());
            }
            arguments.push_back(*argument);
        } while (is_symbol(","));
        if (const Result<void> closed = expect(")"); !closed) {
            return std::unexpected(closed.error());
        }
        return arguments;
    }

    std::string_view text_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t nesting_ = 0;
    SyntaxTree tree_;
};

} // namespace

Result<SyntaxTree> parse(std::string_view text) {
    Result<std::vector<Token>> tokens = tokenize(text);
    if (!tokens) {
        return std::unexpected(std::move(tokens.error()));
    }
    return Parser(text, std::move(*tokens)).run();
}

} // namespace tradesh::expression
