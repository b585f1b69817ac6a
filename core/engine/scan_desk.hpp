#pragma once

#include "core/engine/stored_bars.hpp"
#include "core/runtime/workers.hpp"
#include "core/scan/scanner.hpp"

#include <functional>
#include <string>

namespace tradesh::engine {

struct ScanWanted {
    std::string universe; ///< "GOOG,AAPL" or "GOO*"
    Timeframe timeframe = Timeframe::d1;
};

/// The verbs of the scan family.
class ScanDesk {
public:
    ScanDesk(runtime::Loop& loop, runtime::Workers& workers, const std::string& market_path)
        : loop_(loop),
          workers_(workers),
          bars_(market_path) {}

    /// Evaluates a condition over a universe. `on_outcome` is called as symbols are done, see scan::run_scan.
    runtime::Task<Result<scan::ScanResult>> run(expression::Program program, ScanWanted wanted,
                                                std::function<void(const scan::SymbolOutcome&)> on_outcome);

    const StoredBars& bars() const { return bars_; }

private:
    runtime::Loop& loop_;
    runtime::Workers& workers_;
    StoredBars bars_;
};

} // namespace tradesh::engine
