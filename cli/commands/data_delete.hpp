#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

/// `data delete`.
CommandSpec data_delete_command();

} // namespace tradesh::cli
