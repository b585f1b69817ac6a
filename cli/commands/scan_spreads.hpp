#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `scan spreads`.
std::vector<CommandSpec> scan_spreads_commands();

} // namespace tradesh::cli
