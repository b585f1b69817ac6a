#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// set, unset, alias, unalias, history, exit, source and try: what belongs to one client. `source` and `try` are run by
/// the interpreter itself; their entries here are for parsing, help and completion.
std::vector<CommandSpec> session_commands();

} // namespace tradesh::cli
