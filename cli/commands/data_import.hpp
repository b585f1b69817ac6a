#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

/// `data import`.
CommandSpec data_import_command();

} // namespace tradesh::cli
