#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `when`: lines that run once a condition holds.
std::vector<CommandSpec> when_commands();

} // namespace tradesh::cli
