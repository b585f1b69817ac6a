#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `status` and `status connections tasks latency`.
std::vector<CommandSpec> status_commands();

} // namespace tradesh::cli
