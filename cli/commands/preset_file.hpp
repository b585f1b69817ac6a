#pragma once

#include "cli/commands/command.hpp"

/// Presets of option spreads that go to a file and come back.
namespace tradesh::cli {

CommandSpec preset_export_command();
CommandSpec preset_import_command();

} // namespace tradesh::cli
