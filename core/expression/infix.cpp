#include "core/expression/infix.hpp"

#include "core/base/suggestion.hpp"

#include <algorithm>
#include <array>

namespace tradesh::expression {
namespace {

constexpr std::array<std::string_view, 6> reserved_words{"and", "or", "not", "let", "in", "as"};
constexpr std::array<std::string_view, 4> infix_words{"and", "or", "crosses_above", "crosses_below"};

} // namespace

std::optional<Infix> infix_of(const Token& token) {
    if (token.kind == TokenKind::name && is_crossing(token.text)) {
        return Infix{token.text, Precedence::comparison};
    }
    if (token.kind != TokenKind::symbol && token.kind != TokenKind::name) {
        return std::nullopt;
    }
    for (auto op = BinaryOperator::logical_or; op <= BinaryOperator::divide;
         op = static_cast<BinaryOperator>(static_cast<std::uint8_t>(op) + 1)) {
        if (spelling_of(op) == token.text) {
            return Infix{op, precedence_of(op)};
        }
    }
    return std::nullopt;
}

bool is_reserved(const Token& token) {
    return token.kind == TokenKind::name && std::ranges::find(reserved_words, token.text) != reserved_words.end();
}

std::string_view operator_meant(const Token& written, const Token& next) {
    if (written.kind != TokenKind::name || is_reserved(written)) {
        return {};
    }
    if (next.kind == TokenKind::name) { // crosses above
        const std::string_view both = closest(written.text + "_" + next.text, infix_words);
        if (!both.empty()) {
            return both;
        }
    }
    return closest(written.text, infix_words);
}

} // namespace tradesh::expression
