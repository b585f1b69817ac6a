#pragma once

#include "core/runtime/loop.hpp"
#include "core/runtime/task.hpp"
#include "core/runtime/workers.hpp"
#include "core/scan/symbol_scan.hpp"
#include "core/scan/universe.hpp"

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace tradesh::scan {

struct ScanLimits {
    std::size_t max_concurrent_groups = 10; ///< reads and evaluations under way at a time, at least 1
};

struct ScanRequest {
    expression::Program program;
    std::vector<std::string> symbols; ///< from `resolve`
    Timeframe timeframe = Timeframe::d1;
    ScanLimits limits;
    std::stop_token stop; ///< nothing further is begun once it asks to stop
};

struct ScanResult {
    std::vector<SymbolOutcome> outcomes; ///< in the order of the universe, whatever came first
    std::size_t not_reached = 0;         ///< symbols that a stop left untouched
    bool cancelled = false;              ///< by the stop token or by cancelling the calling task
};

/// Evaluates the program over the symbols on the workers. `on_outcome` (may be empty) is called on the loop for each
/// symbol as soon as it is done, in no particular order, before this returns.
///
/// Asking through the stop token begins no further group of symbols; so does cancelling the calling task, a turn or two
/// of the loop later. What is under way ends (at most max_concurrent_groups short reads), what was found is kept, and
/// the call returns with `cancelled` set: that flag, not the state of the calling task, says that it was cancelled.
/// The error is that of opening the source. `source`, `loop` and `workers` must outlive the call.
runtime::Task<Result<ScanResult>> run_scan(runtime::Loop& loop, runtime::Workers& workers, BarsSource& source,
                                           ScanRequest request, std::function<void(const SymbolOutcome&)> on_outcome);

/// The symbols of a universe; asks the source on a worker when a pattern needs it. Errors: those of `resolve` and the
/// source's own.
runtime::Task<Result<std::vector<std::string>>> resolve_universe(runtime::Workers& workers, BarsSource& source,
                                                                 Universe universe, Timeframe timeframe);

} // namespace tradesh::scan
