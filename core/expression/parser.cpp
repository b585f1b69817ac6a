#include "core/expression/parser.hpp"

#include "core/expression/infix.hpp"
#include "core/expression/known_names.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace tradesh::expression {
namespace {

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
            return std::unexpected(unexpected_after_value("an operator"));
        }
        return std::move(tree_);
    }

    Result<std::vector<NamedTree>> run_list() {
        std::vector<NamedTree> list;
        do {
            at_ += list.empty() ? 0 : 1; // the comma
            const std::size_t begin = current().where.begin;
            const Result<NodeId> root = expression(Precedence::any);
            if (!root) {
                return std::unexpected(root.error());
            }
            const Result<std::string> name = name_given();
            if (!name) {
                return std::unexpected(name.error());
            }
            list.push_back({std::exchange(tree_, {}), *name, {begin, end_of_last()}});
        } while (is_symbol(","));
        if (current().kind != TokenKind::end) {
            return std::unexpected(unexpected_after_value("a comma"));
        }
        return list;
    }

private:
    const Token& current() const { return tokens_[at_]; }
    bool is_symbol(std::string_view symbol) const {
        return current().kind == TokenKind::symbol && current().text == symbol;
    }
    bool is_word(std::string_view word) const { return current().kind == TokenKind::name && current().text == word; }
    std::string_view written() const {
        return text_.substr(current().where.begin, current().where.end - current().where.begin);
    }
    std::size_t end_of_last() const { return at_ == 0 ? 0 : tokens_[at_ - 1].where.end; }

    Error error_at(std::string_view code, std::string message, Extent where) const {
        return Error(ErrorKind::usage, code, std::move(message)).at(locate(text_, where));
    }
    Error unexpected_token(std::string_view wanted) const {
        const Extent where = current().where;
        if (is_symbol("=")) {
            return error_at("expression.character", "'=' is not an operator here", where)
                .advise("write '==' to compare");
        }
        if (current().kind == TokenKind::end) {
            return error_at("expression.syntax", "the expression ends where " + std::string(wanted) + " is expected",
                            where);
        }
        return error_at("expression.syntax",
                        "expected " + std::string(wanted) + ", not '" + std::string(written()) + "'", where);
    }

    /// Where an operator could go on as well.
    Error unexpected_after_value(std::string_view wanted) const {
        Error error = unexpected_token(wanted);
        if (current().kind != TokenKind::end) {
            const std::string_view meant = operator_meant(current(), tokens_[at_ + 1]);
            error.message.append(meant.empty() ? "" : "; did you mean " + std::string(meant) + "?");
        }
        return error;
    }

    NodeId add(NodeValue value, std::size_t begin) {
        tree_.nodes.push_back({std::move(value), {begin, end_of_last()}});
        return tree_.root();
    }
    Result<void> expect(std::string_view symbol) {
        if (!is_symbol(symbol)) {
            return std::unexpected(unexpected_after_value("'" + std::string(symbol) + "'"));
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
        if (least == Precedence::any && is_word("let")) {
            return let();
        }
        const std::size_t begin = current().where.begin;
        Result<NodeId> left = prefixed(least);
        while (left) {
            const std::optional<Infix> infix = infix_of(current());
            if (!infix || infix->precedence < least) {
                break;
            }
            ++at_;
            const Result<NodeId> right = expression(tighter(infix->precedence));
            if (!right) {
                return right;
            }
            const auto* op = std::get_if<BinaryOperator>(&infix->op);
            left = op != nullptr ? add(BinaryNode{*op, *left, *right}, begin)
                                 : add(CallNode{std::get<std::string>(infix->op), {*left, *right}}, begin);
            const std::optional<Infix> next = infix_of(current());
            const bool chains = next && next->precedence == Precedence::comparison;
            if (chains && infix->precedence == Precedence::comparison) {
                return std::unexpected(error_at("expression.syntax", "comparisons do not chain", current().where)
                                           .advise("write 1 < x and x < 2"));
            }
        }
        return left;
    }

    /// let a = 1, b = a + 1 in a * b: each name stands for its value until the body ends.
    Result<NodeId> let() {
        const std::size_t begin = current().where.begin;
        const std::size_t outer = bindings_.size();
        LetNode node;
        do {
            ++at_; // the word, then each comma
            Result<Binding> read = binding();
            if (!read) {
                return std::unexpected(std::move(read.error()));
            }
            bindings_.push_back(*read);
            node.bindings.push_back(std::move(*read));
        } while (is_symbol(","));
        if (!is_word("in")) {
            return std::unexpected(unexpected_after_value("'in'"));
        }
        ++at_;
        const Result<NodeId> body = expression(Precedence::any);
        if (!body) {
            return body;
        }
        node.body = *body;
        bindings_.resize(outer);
        return add(std::move(node), begin);
    }

    Result<Binding> binding() {
        const Token name = current();
        if (name.kind != TokenKind::name || is_reserved(name) || is_crossing(name.text) || name.text.contains(':')) {
            return std::unexpected(unexpected_token("a name"));
        }
        if (find_binding(name.text) != nullptr) {
            return std::unexpected(
                error_at("expression.name_taken", "'" + name.text + "' has a value already", name.where)
                    .advise("choose another name"));
        }
        ++at_;
        if (!is_symbol("=")) {
            return std::unexpected(unexpected_token("'='"));
        }
        ++at_;
        const Result<NodeId> value = expression(Precedence::any);
        if (!value) {
            return std::unexpected(value.error());
        }
        return Binding{name.text, *value, name.where};
    }
    const Binding* find_binding(std::string_view name) const {
        const auto found = std::ranges::find(bindings_, name, &Binding::name);
        return found == bindings_.end() ? nullptr : &*found;
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
        while (operand && (is_symbol("[") || is_symbol("@"))) {
            operand = is_symbol("[") ? offset(*operand, begin) : frame(*operand, begin);
        }
        return operand;
    }

    Result<NodeId> offset(NodeId operand, std::size_t begin) {
        ++at_;
        const Result<NodeId> bars = expression(Precedence::any);
        if (!bars) {
            return bars;
        }
        if (const Result<void> closed = expect("]"); !closed) {
            return std::unexpected(closed.error());
        }
        return add(OffsetNode{operand, *bars}, begin);
    }

    Result<NodeId> frame(NodeId operand, std::size_t begin) {
        ++at_;
        if (current().kind != TokenKind::timeframe) {
            return std::unexpected(unexpected_token("a timeframe such as 1h"));
        }
        const Result<Timeframe> timeframe = parse_timeframe(current().text);
        if (!timeframe) {
            return std::unexpected(error_at("expression.timeframe", timeframe.error().message, current().where)
                                       .advise(timeframe.error().hint));
        }
        ++at_;
        return add(FrameNode{operand, *timeframe}, begin);
    }

    Result<NodeId> primary() {
        const Token token = current();
        if (token.kind == TokenKind::number || token.kind == TokenKind::quoted) {
            ++at_;
            return token.kind == TokenKind::number ? add(NumberNode{token.number}, token.where.begin)
                                                   : add(TextNode{token.text}, token.where.begin);
        }
        if (token.kind == TokenKind::name && !is_reserved(token)) {
            ++at_;
            return named(token);
        }
        if (!is_symbol("(")) {
            Error error = unexpected_token("a value");
            return std::unexpected(is_word("let") ? std::move(error).advise("put parentheses around let .. in ..")
                                                  : std::move(error));
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
            const Binding* bound = find_binding(full);
            return bound != nullptr ? add(BoundNode{full, bound->value}, name.where.begin)
                                    : add(NameNode{std::move(full)}, name.where.begin);
        }
        Result<std::vector<NodeId>> given = arguments(full);
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

    Result<std::vector<NodeId>> arguments(std::string_view function) {
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
            if (std::string call = call_by_position(function, tokens_[at_ - 1].text); is_symbol("=") && !call.empty()) {
                return std::unexpected(error_at("expression.syntax", "arguments go by position, without their names",
                                                {tokens_[at_ - 1].where.begin, current().where.end})
                                           .advise("write the values alone: " + call));
            }
        } while (is_symbol(","));
        if (const Result<void> closed = expect(")"); !closed) {
            return std::unexpected(closed.error());
        }
        return arguments;
    }

    /// The name after `as`, or none.
    Result<std::string> name_given() {
        if (!is_word("as")) {
            return std::string();
        }
        ++at_;
        if (current().kind != TokenKind::name) {
            return std::unexpected(unexpected_token("a name"));
        }
        std::string name(written());
        ++at_;
        return name;
    }

    std::string_view text_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t nesting_ = 0;
    SyntaxTree tree_;
    std::vector<Binding> bindings_; ///< whose names have a value here
};

} // namespace

Result<SyntaxTree> parse(std::string_view text) {
    Result<std::vector<Token>> tokens = tokenize(text);
    if (!tokens) {
        return std::unexpected(std::move(tokens.error()));
    }
    return Parser(text, std::move(*tokens)).run();
}

Result<std::vector<NamedTree>> parse_list(std::string_view text) {
    Result<std::vector<Token>> tokens = tokenize(text);
    if (!tokens) {
        return std::unexpected(std::move(tokens.error()));
    }
    return Parser(text, std::move(*tokens)).run_list();
}

} // namespace tradesh::expression
