#pragma once

#include "core/expression/syntax_tree.hpp"

namespace tradesh::expression {

/// Deepest nesting of parentheses, calls and prefix operators.
inline constexpr std::size_t nesting_max = 64;

/// Reads an expression. From loosest to tightest:
///
///     let a = .., b = .. in .. | or | and | not
///     < <= > >= == != crosses_above crosses_below (these do not chain)
///     + - | * / | - (sign) | x[n] x@1h
///
/// and then numbers, names, calls, "SYMBOL" and parentheses. What the names mean is checked by `compile`.
/// Errors (usage) with their place: those of `tokenize`, "expression.syntax", "expression.too_deep",
/// "expression.timeframe".
Result<SyntaxTree> parse(std::string_view text);

/// One of several expressions, with the name that it was given.
struct NamedTree {
    SyntaxTree tree;
    std::string name; ///< as written after `as`, or empty
    Extent where;
};
/// Reads expressions with commas between them: "rsi(14), atr(14) / close as atrp". The places of the trees are those in
/// the whole text. Errors: those of `parse`.
Result<std::vector<NamedTree>> parse_list(std::string_view text);

} // namespace tradesh::expression
