#pragma once

#include "core/runtime/loop.hpp"
#include "core/runtime/task.hpp"
#include "core/runtime/workers.hpp"
#include "core/scan/program_scan.hpp"
#include "core/scan/universe.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace tradesh::scan {

/// Awaited for a symbol before its bars are read, to make them ready. Its error becomes that of the symbol.
using PrepareSymbol = std::function<runtime::Task<Result<void>>(const std::string& symbol)>;

struct ScanRequest {
    expression::Program program;
    std::vector<std::string> symbols;   ///< from `resolve`
    std::optional<Instant> as_of{};     ///< see ScanTimes
    std::optional<ScanRange> range{};   ///< see ScanTimes
    std::size_t symbols_at_a_time = 10; ///< at least 1; eight that are read together count as one
    bool one_by_one = false;            ///< in order, nothing beside anything: for debugging
    PrepareSymbol prepare{};            ///< with it every symbol is read on its own
    std::stop_token stop{};             ///< nothing further is begun once it asks to stop
};

struct ScanResult {
    std::vector<SymbolOutcome> outcomes; ///< in the order of the universe, whatever came first
    std::size_t not_reached = 0;         ///< symbols that a stop left untouched
    bool cancelled = false;              ///< by the stop token or by cancelling the calling task
    /// Symbols whose raw bars, as far as they were read, hold a stored split: their prices do not compare. Filled in
    /// by whoever knows of splits.
    std::vector<std::string> splits_inside{};
};

/// Told of each symbol in the order of the universe, as soon as it and all before it are done. The scan waits for it,
/// as far as its reads ahead are bounded; an error stops the scan and becomes its own.
using OnOutcome = std::function<runtime::Task<Result<void>>(const SymbolOutcome&)>;

/// Evaluates the program over the symbols on the workers. `on_outcome` may be empty. The outcomes are the same however
/// many are under way at a time.
///
/// Asking through the stop token begins no further group of symbols; so does cancelling the calling task, which also
/// cancels what is being prepared. What is under way ends, what was found is kept (and told, also where one before it
/// was not reached), and the call returns with `cancelled` set: that flag, not the state of the calling task, says that
/// it was cancelled. Errors: those of ProgramScan::open and of `on_outcome`. `source`, `loop` and `workers` must
/// outlive the call.
runtime::Task<Result<ScanResult>> run_scan(runtime::Loop& loop, runtime::Workers& workers, BarsSource& source,
                                           ScanRequest request, OnOutcome on_outcome);

/// The symbols of a universe; asks the source on a worker when a pattern needs it. Errors: those of `resolve` and the
/// source's own.
runtime::Task<Result<std::vector<std::string>>> resolve_universe(runtime::Workers& workers, BarsSource& source,
                                                                 Universe universe, Timeframe timeframe);

} // namespace tradesh::scan
