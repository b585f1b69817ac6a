#pragma once

#include "cli/commands/command.hpp"
#include "core/scan/spread_preset.hpp"

#include <vector>

namespace tradesh::cli {

/// `preset list|show|add|rm|export|import`: filters of option spreads under a name.
std::vector<CommandSpec> preset_commands();

/// A built-in preset or one that was added. Error not_found, at the word, with the nearest name.
runtime::Task<Result<scan::SpreadPreset>> find_spread_preset(CommandContext& context, const Word& name);

} // namespace tradesh::cli
