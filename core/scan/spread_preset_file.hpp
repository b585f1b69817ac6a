#pragma once

#include "core/scan/spread_preset.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Presets as JSON, as they are kept and shared:
///
///     {"schema": "spread-presets@1",
///      "presets": [{"name": "mine", "summary": "what it is for", "filters": {"dte": "30..45", "pop": "0.7.."}}]}
namespace tradesh::scan {

inline constexpr std::size_t preset_file_bytes_max = 1U << 20U;
inline constexpr std::size_t preset_file_presets_max = 1'000;
inline constexpr std::size_t preset_summary_bytes_max = 200;

/// One line that a terminal can show: without control characters, at most preset_summary_bytes_max. Error
/// "preset.summary" (usage).
Result<void> check_preset_summary(std::string_view summary);

/// Lower case letters, digits and '-', 1 to 40 of them, beginning with a letter. Error "preset.name" (usage).
Result<void> check_preset_name(std::string_view name);

std::string to_json(std::span<const SpreadPreset> presets);
/// Reads them back. Nothing is passed over: an unknown key, a name that stands twice or a filter that cannot be read is
/// an error (unreadable, "preset.file") that says where, as a line and column or as a path: presets[2].filters.delta.
Result<std::vector<SpreadPreset>> parse_preset_json(std::string_view text);

} // namespace tradesh::scan
