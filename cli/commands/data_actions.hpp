#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

/// `data actions`.
CommandSpec data_actions_command();

} // namespace tradesh::cli
