#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `risk halt` and `panic`: nothing new goes out, and what is open is withdrawn until the venue confirms it.
std::vector<CommandSpec> risk_halt_commands();

} // namespace tradesh::cli
