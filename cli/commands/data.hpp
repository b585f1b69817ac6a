#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `data import show list info quote`.
std::vector<CommandSpec> data_commands();

} // namespace tradesh::cli
