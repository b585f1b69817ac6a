#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

CommandSpec data_chain_command();

} // namespace tradesh::cli
