#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

/// `data verify`.
CommandSpec data_verify_command();
/// `data range`.
CommandSpec data_range_command();

} // namespace tradesh::cli
