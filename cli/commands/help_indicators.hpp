#pragma once

#include "core/indicators/catalogue.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tradesh::cli {

/// Every indicator in one line: how it is called with usual values, and what it is.
std::string help_on_indicators();
/// Formula, parameters with their ranges, outputs, bars needed, variants, other names and source.
std::string help_on_indicator(const indicators::Indicator& indicator);
std::vector<std::string_view> indicator_names();

} // namespace tradesh::cli
