#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `scan save`, `scan list`, `scan show`, `scan rm`.
std::vector<CommandSpec> saved_scan_commands();

} // namespace tradesh::cli
