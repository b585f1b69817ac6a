#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

/// `scan watch`.
CommandSpec scan_watch_command();

} // namespace tradesh::cli
