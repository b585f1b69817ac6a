#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `log orders`.
std::vector<CommandSpec> log_commands();

} // namespace tradesh::cli
