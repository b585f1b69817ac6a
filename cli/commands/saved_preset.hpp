#pragma once

#include "cli/commands/command.hpp"
#include "core/scan/spread_preset.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Presets of option spreads, those that are built in and those that people keep.
namespace tradesh::cli {

/// Null when there is none of that name.
const scan::SpreadPreset* find_built_in_preset(std::string_view name);
/// That it cannot be changed.
Error built_in_preset(const std::string& name);

/// A built-in preset or one that was added. Error not_found, at the word, with the nearest name.
runtime::Task<Result<scan::SpreadPreset>> find_spread_preset(CommandContext& context, const Word& name);
/// Those that were added; one that cannot be read is warned of and left out.
runtime::Task<Result<std::vector<scan::SpreadPreset>>> saved_presets(CommandContext& context);

/// Error "preset.exists" where the name is taken by one that was added.
runtime::Task<Result<void>> check_preset_free(CommandContext& context, std::string name);
/// True when it replaced one.
runtime::Task<Result<bool>> save_preset(CommandContext& context, scan::SpreadPreset preset);

} // namespace tradesh::cli
