#pragma once

#include "core/expression/words.hpp"

#include <string>

namespace tradesh::cli {

/// The language of conditions and columns.
std::string help_on_expressions();
/// One of its words that is not an indicator.
std::string help_on_word(const expression::Word& word);

} // namespace tradesh::cli
