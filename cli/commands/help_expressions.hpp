#pragma once

#include "core/expression/words.hpp"

#include <string>
#include <string_view>

namespace tradesh::cli {

/// The language of conditions and columns.
std::string help_on_expressions();
/// One of its words that is not an indicator.
std::string help_on_word(const expression::Word& word);
/// What every bar has, such as its close.
std::string help_on_field(indicators::Column field);
/// Whether it is told by `help_on_expressions` alone: "and", "let", "@1h", "<=".
bool is_syntax(std::string_view topic);

} // namespace tradesh::cli
