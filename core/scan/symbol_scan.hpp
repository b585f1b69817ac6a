#pragma once

#include "core/base/time.hpp"
#include "core/expression/evaluation.hpp"
#include "core/expression/program.hpp"
#include "core/scan/bars_source.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace tradesh::scan {

/// What a program says of one symbol on one bar.
struct ScanRow {
    expression::Truth matched = expression::Truth::unknown; ///< of a number: yes when it is known
    std::vector<double> values;                             ///< one per Program::outputs; NaN where unknown
    Instant bar_time;                                       ///< open time of the bar
    std::size_t bars_used = 0;                              ///< of the base
};

/// One symbol done, well or badly. One symbol's error touches no other.
struct SymbolOutcome {
    std::size_t position = 0; ///< in ScanRequest::symbols
    std::string symbol;
    Result<std::vector<ScanRow>> rows; ///< the last bar; over a range of time: the bars that match, oldest first
};

/// What a value of the result means for a scan.
expression::Truth matched(const expression::Program& program, double result);

/// What a program reads of every symbol. Only the base: programs of one stream.
BarsWanted bars_wanted(const expression::Program& program, Timeframe timeframe);

/// Reads and evaluates the last bars of the symbols of one group with a program of one stream, on the thread that calls
/// it; an outcome for each member, in its order. Symbols that stand side by side are evaluated side by side. No
/// exception leaves it. Errors, each with the symbol as subject: the source's own; not_found, "scan.no_data";
/// not_found, "scan.not_enough_history"; failed, "scan.crashed" for an exception out of the source.
std::vector<SymbolOutcome> scan_group(const expression::Program& program, ScanBars& bars, const SymbolGroup& group,
                                      std::span<const std::string> symbols, Timeframe timeframe);

// How those errors read; without a subject.
Error no_bars(const std::string& what);
Error not_enough_bars(std::size_t needed, const std::string& what, std::size_t found);
Error crashed(std::string reason);

} // namespace tradesh::scan
