#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

/// `order export`.
CommandSpec order_export_command();

} // namespace tradesh::cli
