#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `webhook add|rm|enable|disable|rotate|test`.
std::vector<CommandSpec> webhook_commands();

} // namespace tradesh::cli
