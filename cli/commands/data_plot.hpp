#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

/// `data plot`.
CommandSpec data_plot_command();

} // namespace tradesh::cli
