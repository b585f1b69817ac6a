#pragma once

#include "core/engine/stored_bars.hpp"
#include "core/runtime/workers.hpp"
#include "core/scan/scanner.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace tradesh::engine {

struct ScanWanted {
    expression::Program program;
    std::string universe = "*";     ///< "GOOG,AAPL", "GOO*", "@tech,KO"
    std::optional<Instant> as_of{}; ///< see scan::ScanRequest
    std::optional<scan::ScanRange> range{};
    std::size_t symbols_at_a_time = 10;
    bool one_by_one = false;
    bool load_first = false; ///< asks the venue for each symbol's missing bars before it is evaluated
};

/// The verbs of the scan family.
class ScanDesk {
public:
    ScanDesk(runtime::Loop& loop, runtime::Workers& workers, const std::string& market_path)
        : loop_(loop),
          workers_(workers),
          bars_(market_path) {}

    /// Evaluates a program over a universe; see scan::run_scan.
    runtime::Task<Result<scan::ScanResult>> run(ScanWanted wanted, scan::OnOutcome on_outcome);

    const StoredBars& bars() const { return bars_; }

private:
    runtime::Loop& loop_;
    runtime::Workers& workers_;
    StoredBars bars_;
};

} // namespace tradesh::engine
