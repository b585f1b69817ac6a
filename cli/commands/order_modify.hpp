#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `order modify ID ...`
std::vector<CommandSpec> order_modify_commands();

} // namespace tradesh::cli
