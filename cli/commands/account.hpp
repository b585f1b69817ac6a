#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `account summary positions fills`.
std::vector<CommandSpec> account_commands();

} // namespace tradesh::cli
