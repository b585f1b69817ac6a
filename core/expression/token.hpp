#pragma once

#include "core/base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::expression {

/// Bytes of the text that something was read from.
struct Extent {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The place of an extent as people count: line, column and length in characters, with the line itself.
SourceSpan locate(std::string_view text, Extent extent);

enum class TokenKind : std::uint8_t {
    number,
    name,
    symbol,    ///< an operator or a bracket
    quoted,    ///< "SPY": an instrument
    timeframe, ///< what follows an @
    end,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string text; ///< a name in lower case, the instrument's symbol in upper case, the others as written
    double number = 0.0;
    Extent where;
};

/// Longest expression, in bytes.
inline constexpr std::size_t text_bytes_max = 4'096;

/// Splits an expression into tokens; the last one is always `end`. Words may be in any letter case.
/// Errors (usage): "expression.too_long", "expression.number", "expression.character", "expression.symbol", each with
/// its place.
Result<std::vector<Token>> tokenize(std::string_view text);

} // namespace tradesh::expression
