#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `order submit --from FILE.csv`
std::vector<CommandSpec> order_submit_commands();

} // namespace tradesh::cli
