#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

/// `data load`.
CommandSpec data_load_command();

} // namespace tradesh::cli
