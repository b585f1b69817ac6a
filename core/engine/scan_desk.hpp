#pragma once

#include "core/engine/history_desk.hpp"
#include "core/engine/instruments.hpp"
#include "core/engine/saved_desk.hpp"
#include "core/engine/scan_loading.hpp"
#include "core/engine/scan_watcher.hpp"
#include "core/engine/stored_bars.hpp"
#include "core/runtime/workers.hpp"
#include "core/scan/scanner.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::engine {

struct ScanWanted {
    expression::Program program;
    std::string universe = "*";     ///< "GOOG,AAPL", "GOO*", "@tech,KO"
    std::optional<Instant> as_of{}; ///< see scan::ScanTimes
    std::optional<scan::ScanRange> range{};
    std::size_t symbols_at_a_time = 10;
    bool one_by_one = false;
    PriceBasis basis = PriceBasis::raw; ///< adjusted: stored as such, else raw prices adjusted by stored actions
    bool load_first = false;            ///< asks the venue for each symbol's missing bars before it is evaluated
    std::string correlation{};
};

/// The verbs of the scan family.
class ScanDesk {
public:
    struct Parts {
        runtime::Loop& loop;
        runtime::Workers& workers;
        SavedDesk& saved;
        HistoryDesk& history;
        Instruments& instruments;
        venue::MarketData& quotes;
        std::string market_path;
    };
    explicit ScanDesk(Parts parts)
        : parts_(std::move(parts)),
          bars_(parts_.market_path),
          adjusted_bars_(parts_.market_path, PriceBasis::adjusted) {}

    /// Evaluates a program over a universe; see scan::run_scan. With `load_first` each symbol is loaded, evaluated and
    /// told on its own, several at a time at the source's pace; a load that fails is the error of its symbol, whatever
    /// is stored. Errors besides: those of universes; of loading what all symbols share.
    runtime::Task<Result<scan::ScanResult>> run(ScanWanted wanted, scan::OnOutcome on_outcome);

    /// Follows a universe until the calling task is cancelled: what matches now is told first, then who enters and who
    /// leaves, also by a symbol that cannot be told any more. Symbols that come to fit a pattern are followed, but not
    /// where quotes are asked for. With `load_first` the bars that are due are loaded as they come. Errors: those of
    /// `run` before anything was evaluated; usage, "watch.past"; usage, "watch.too_many_live"; those of `on_news`.
    runtime::Task<Result<WatchSummary>> watch(ScanWanted wanted, WatchWanted how, OnNews on_news);

    /// The symbols of a universe, its lists and patterns resolved: a pattern takes those whose bars can be had.
    runtime::Task<Result<std::vector<std::string>>> resolve(std::string universe, Timeframe timeframe,
                                                            PriceBasis basis = PriceBasis::raw);

    const StoredBars& bars() const { return bars_; }
    /// Of live watches: from a quote's arrival until what it changes is known.
    const runtime::Histogram& quote_times() const { return quote_times_; }

private:
    runtime::Task<Result<scan::Universe>> expand(scan::Universe universe);
    ScanLoader loader_for(const ScanWanted& wanted);

    Parts parts_;
    StoredBars& bars_of(PriceBasis basis) { return basis == PriceBasis::adjusted ? adjusted_bars_ : bars_; }

    StoredBars bars_;
    StoredBars adjusted_bars_;
    runtime::Histogram quote_times_;
};

} // namespace tradesh::engine
