#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `order buy sell close cancel`: those that reach the venue.
std::vector<CommandSpec> order_effect_commands();

} // namespace tradesh::cli
