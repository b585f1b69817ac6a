#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

CommandSpec account_pnl_command();

} // namespace tradesh::cli
