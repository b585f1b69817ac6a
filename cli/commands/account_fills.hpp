#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

CommandSpec account_fills_command();

} // namespace tradesh::cli
