#pragma once

#include "core/expression/program.hpp"
#include "core/indicators/description.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The words of the language that are not indicators. Those with a formula are short for it: a call is compiled as if
/// the formula stood there with the arguments in place of the parameters. The others work value by value.
namespace tradesh::expression {

enum class ParameterKind : std::uint8_t {
    number,
    condition,
    either, ///< a number or a condition; all of a call are of one type
    count,  ///< a constant whole number from 1 to indicators::period_max
};

struct WordParameter {
    std::string_view name;
    ParameterKind kind = ParameterKind::number;
    std::string_view usual = {}; ///< as written, taken when none is given; empty: one has to be given
};

struct Word {
    std::string_view name;
    std::span<const WordParameter> parameters; ///< none: it is written without parentheses as well
    std::string_view formula;                  ///< in the language itself; of a function what it gives, in words
    std::string_view summary;
    std::optional<Function> function{}; ///< that it is called by, instead of a formula
};

/// All words, as `help expressions` lists them.
std::span<const Word> words();
/// The word of that lower-case name; null when there is none.
const Word* find_word(std::string_view name);

/// How it is called, usual values included: "change(x = close, n = 1)".
std::string signature(const Word& word);

} // namespace tradesh::expression
