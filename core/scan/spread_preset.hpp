#pragma once

#include "core/scan/spread_measure.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::scan {

/// Filters that belong together, under a name.
struct SpreadPreset {
    std::string name;
    std::string summary;
    std::vector<SpreadFilter> filters;
    bool operator==(const SpreadPreset&) const = default;
};

/// The presets everybody has: conservative, moderate, aggressive, high-iv and theta-harvest.
const std::vector<SpreadPreset>& built_in_spread_presets();

/// "delta=0.2..0.4 dte=20..45": how filters are kept and shared.
std::string to_text(std::span<const SpreadFilter> filters);
/// Reads it back. Errors as parse_spread_filter, and "spread.filter" (usage) for a word without '='.
Result<std::vector<SpreadFilter>> parse_spread_filters(std::string_view text);

} // namespace tradesh::scan
