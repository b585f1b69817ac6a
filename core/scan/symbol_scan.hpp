#pragma once

#include "core/base/time.hpp"
#include "core/expression/evaluation.hpp"
#include "core/expression/program.hpp"
#include "core/scan/bars_source.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tradesh::scan {

/// Too few bars of a symbol for its answer to be known.
struct Shortage {
    Timeframe timeframe = Timeframe::d1; ///< of the stream that is too short
    std::size_t needed = 0;
    std::size_t there = 0;
    std::string symbol{};                     ///< empty: the symbol's own bars
    std::optional<Instant> looked_until{};    ///< later bars did not count
    std::optional<Instant> first_open_time{}; ///< where there is none by then: of the first bar that is stored
};

/// What a program says of one symbol on one bar.
struct ScanRow {
    expression::Truth matched = expression::Truth::unknown; ///< of a number: yes when it is known
    std::vector<double> values;                             ///< one per Program::outputs; NaN where unknown
    Instant bar_time;                                       ///< open time of the bar
    std::size_t bars_used = 0;                              ///< of the base
    std::optional<Shortage> shortage{};                     ///< why `matched` is unknown, where that is why
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
/// exception leaves it. A symbol with too few bars is evaluated all the same: `and` and `or` may be settled by what is
/// known; where they are not, its row says so (`ScanRow::shortage`). Errors, each with the symbol as subject: the
/// source's own; not_found, "scan.no_data"; failed, "scan.crashed" for an exception out of the source.
std::vector<SymbolOutcome> scan_group(const expression::Program& program, ScanBars& bars, const SymbolGroup& group,
                                      std::span<const std::string> symbols, Timeframe timeframe);

// How those errors read; without a subject.
Error no_bars(const std::string& what);
Error not_enough_bars(std::size_t needed, const std::string& what, std::size_t found);
/// A shortage as an error, for who only wants answers: "scan.not_enough_history", or "scan.no_data" where there is no
/// bar at all.
Error not_enough_bars(const Shortage& shortage);
Error crashed(std::string reason);

} // namespace tradesh::scan
