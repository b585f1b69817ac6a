#pragma once

#include "cli/parse/lexer.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::cli {

/// The value of a variable, or nothing when it is not set.
using VariableLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Fills in the variables. A value is always one word or part of one, whatever is in it.
Result<std::vector<Word>> expand(const LexedCommand& command, const VariableLookup& lookup);

/// The words of the process as they arrived: not lexed, not expanded. Their "line" is the words as one would type them.
/// Error (usage) when one of them is a bare operator such as `|` or `;`.
Result<std::vector<Word>> words_of_argv(const std::vector<std::string>& argv);

} // namespace tradesh::cli
