#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// The watchlist family: lists of symbols, which scans and other commands take as @NAME.
std::vector<CommandSpec> watchlist_commands();

} // namespace tradesh::cli
