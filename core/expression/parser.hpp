#pragma once

#include "core/expression/syntax_tree.hpp"

namespace tradesh::expression {

/// Deepest nesting of parentheses, calls and prefix operators.
inline constexpr std::size_t nesting_max = 64;

/// Reads an expression. From loosest to tightest:
///
///     or | and | not | < <= > >= == != (these do not chain) | + - | * / | - (sign) | x[n]
///
/// and then numbers, names, calls and parentheses. What the names mean is checked by `compile`.
/// Errors (usage) with their place: those of `tokenize`, "expression.syntax", "expression.too_deep".
Result<SyntaxTree> parse(std::string_view text);

} // namespace tradesh::expression
