#pragma once

#include "core/base/time.hpp"
#include "core/expression/evaluation.hpp"
#include "core/expression/program.hpp"
#include "core/scan/bars_source.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tradesh::scan {

/// What a program says of one symbol on its last bar.
struct ScanRow {
    std::string symbol;
    expression::Truth matched = expression::Truth::unknown; ///< of a number: yes when it is known
    std::vector<double> values;                             ///< one per Program::shown; NaN where unknown
    Instant bar_time;                                       ///< open time of the last bar
    std::size_t bars_used = 0;
};

/// Loads and evaluates one symbol, on the thread that calls it. No exception leaves it.
/// Errors, each with the symbol as subject: the source's own; not_found, "scan.no_data"; not_found,
/// "scan.not_enough_history"; failed, "scan.crashed" for an exception out of the source.
Result<ScanRow> scan_symbol(const expression::Program& program, BarsSource& source, const std::string& symbol,
                            Timeframe timeframe);

} // namespace tradesh::scan
