#pragma once

#include "cli/prompt/core_link.hpp"

#include <string>

namespace tradesh::prompt {

/// "paper> ", "paper ib DU123> ", "LIVE ib U123 armed> ". Live ones are red where `color` is allowed; escape sequences
/// stand between \001 and \002, which tell readline that they take no room.
std::string prompt_text(const Standing& standing, bool color);

/// For the second and later lines of a command.
std::string continuation_prompt(bool open_quote);

} // namespace tradesh::prompt
