#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

/// `data heal`.
CommandSpec data_heal_command();

} // namespace tradesh::cli
