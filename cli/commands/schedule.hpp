#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `schedule`: lines that run at moments of the clock or of an exchange.
std::vector<CommandSpec> schedule_commands();

} // namespace tradesh::cli
