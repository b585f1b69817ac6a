#pragma once

#include "core/expression/syntax_tree.hpp"
#include "core/expression/token.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tradesh::expression {

/// What stands between two operands: an operator, or a word that is called that way.
struct Infix {
    std::variant<BinaryOperator, std::string> op;
    Precedence precedence;
};

/// Nothing where the token is none.
std::optional<Infix> infix_of(const Token& token);

/// A word of the syntax, such as `and` or `let`, which cannot be a name.
bool is_reserved(const Token& token);

/// The operator that was most likely meant by a word that stands where one is expected, before another token: "adn",
/// "crosses" before "above"; empty where none is near. For messages only.
std::string_view operator_meant(const Token& written, const Token& next);

} // namespace tradesh::expression
