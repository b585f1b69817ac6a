#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `serve`, which is a process of its own: the program starts it before there is a core to ask. Here it has its help.
std::vector<CommandSpec> serve_commands();

} // namespace tradesh::cli
