#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `order list show wait reconcile`: none of them sends anything.
std::vector<CommandSpec> order_lookup_commands();

/// The argument and the option that name orders in several commands.
ArgumentSpec order_argument();
OptionSpec order_symbol_option();

} // namespace tradesh::cli
