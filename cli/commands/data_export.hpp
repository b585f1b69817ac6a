#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

/// `data export`.
CommandSpec data_export_command();

} // namespace tradesh::cli
