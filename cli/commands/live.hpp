#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `arm` and `disarm`, which give and take this client's leave to send live orders, and `paper anchor`.
std::vector<CommandSpec> live_commands();

} // namespace tradesh::cli
