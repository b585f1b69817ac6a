#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// help and schema.
std::vector<CommandSpec> help_commands();

} // namespace tradesh::cli
