#pragma once

#include "cli/render/report.hpp"
#include "core/engine/option_desk.hpp"

#include <cstddef>

namespace tradesh::cli {

/// What is known of the underlyings of a scan of spreads, what failed, why nothing matched, and how many did. `shown`
/// of them have been.
void add_spread_notes(Report& report, const engine::SpreadsBatch& batch, std::size_t shown);

/// What failed, with what to do next, as a warning.
void warn_of(Report& report, const Error& error);

} // namespace tradesh::cli
