#pragma once

#include "core/scan/live_scan.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace tradesh::scan {

/// The bar in progress of a symbol.
struct SymbolBar {
    std::string symbol;
    BarInProgress bar;
};

/// What became known in one round, in the order of the symbols.
struct WatchRound {
    std::vector<Result<ScanChange>> news; ///< an error has its symbol as subject
};

/// Follows the stored bars of symbols, and their bars in progress. One thread at a time, a worker.
class ScanWatch {
public:
    /// `source` must outlive this.
    ScanWatch(BarsSource& source, expression::Program program, std::vector<std::string> symbols, Duration cooldown);

    /// Reads the symbols whose bars changed since the last round (all, in the first one) and evaluates. A symbol's
    /// error is told once, until it is well again or fails otherwise; the round's own errors are those of
    /// ProgramScan::open.
    Result<WatchRound> round(std::vector<SymbolBar> in_progress, Instant now);

    /// Symbols to follow from the next round on; those that are followed already are left out.
    void follow(const std::vector<std::string>& symbols);
    const std::vector<std::string>& symbols() const { return symbols_; }

    const LiveScan& live() const { return live_; }

private:
    Result<std::vector<std::size_t>> changed_positions();
    Result<void> read(const std::vector<std::size_t>& positions, WatchRound& round);
    void report(const std::string& symbol, Error error, WatchRound& round);
    void report_missing_bar(const std::string& symbol, const BarInProgress& bar, Instant now, WatchRound& round);

    BarsSource& source_;
    expression::Program program_;
    std::vector<std::string> symbols_;
    LiveScan live_;
    std::vector<std::vector<std::int64_t>> marks_; ///< of each stream, by symbol; of another instrument a single one
    std::unordered_map<std::string, BarInProgress> in_progress_;
    std::map<std::string, std::string> failing_; ///< code of the error that was told
};

} // namespace tradesh::scan
