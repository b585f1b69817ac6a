#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// The scan family.
std::vector<CommandSpec> scan_commands();

} // namespace tradesh::cli
