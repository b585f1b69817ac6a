#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `risk show`, `set`, `reduce`, `resume`.
std::vector<CommandSpec> risk_commands();

} // namespace tradesh::cli
