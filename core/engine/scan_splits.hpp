#pragma once

#include "core/engine/stored_bars.hpp"
#include "core/scan/program_scan.hpp"

#include <span>
#include <string>
#include <vector>

namespace tradesh::engine {

/// The symbols whose bars, as far as the program read them, hold a stored split: raw prices before and after it do not
/// compare. Only symbols with a split near enough are read again. Synchronous, for a worker. Errors: the store's.
Result<std::vector<std::string>> splits_inside(StoredBars& bars, const expression::Program& program,
                                               scan::ScanTimes times, std::span<const scan::SymbolOutcome> outcomes);

} // namespace tradesh::engine
