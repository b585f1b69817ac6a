#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `preset list|show|add|rm|export|import`: filters of option spreads under a name.
std::vector<CommandSpec> preset_commands();

} // namespace tradesh::cli
