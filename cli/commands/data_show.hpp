#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

/// `data show`.
CommandSpec data_show_command();

} // namespace tradesh::cli
