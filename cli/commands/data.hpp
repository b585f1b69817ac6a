#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// The data family: `data show`, `data load` and so on.
std::vector<CommandSpec> data_commands();

} // namespace tradesh::cli
