#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `scan run`.
std::vector<CommandSpec> scan_commands();

} // namespace tradesh::cli
