#pragma once

#include "core/market/bar_completion.hpp"
#include "core/runtime/histogram.hpp"
#include "core/runtime/task_scope.hpp"
#include "core/runtime/workers.hpp"
#include "core/scan/forming_bar.hpp"
#include "core/scan/scan_watch.hpp"
#include "core/venue/venue.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tradesh::engine {

/// Symbols whose quotes one watch may ask for.
inline constexpr std::size_t live_symbols_max = 500;

struct WatchWanted {
    Duration every = std::chrono::seconds(1); ///< how often changes are looked for and quotes are asked for
    Duration cooldown{0};                     ///< see scan::LiveScan
    bool live = false;                        ///< evaluates the bar in progress, made of the venue's quotes
};

/// What a watch tells.
struct WatchNews {
    std::string symbol;
    Result<scan::ScanChange> change; ///< the error is one of the symbol, told once
    bool initial = false;            ///< as it stood when the watch began
    bool simulated = false;          ///< by a quote that is made up
};
using FindInstrument = std::function<runtime::Task<Result<Instrument>>(std::string symbol)>;
/// The symbols to follow as they are now.
using FindSymbols = std::function<runtime::Task<Result<std::vector<std::string>>>()>;
using OnNews = std::function<runtime::Task<Result<void>>(const WatchNews&)>;

/// How a watch loads the bars that are due, see ScanLoader.
struct WatchLoads {
    std::function<runtime::Task<Result<void>>()> others;
    std::function<runtime::Task<Result<void>>(std::string symbol)> symbol;
    std::function<bool()> asked_in_vain;
    Duration publish_delay{0}; ///< how long after its end a bar may still be absent
};

struct WatchSummary {
    std::size_t symbols = 0;
    std::uint64_t rounds = 0;
    std::uint64_t changes = 0; ///< told
    std::uint64_t quotes = 0;
};

/// One `scan watch`. Quotes are asked for side by side and evaluated as they come; loads run beside that. Loop thread
/// only.
class ScanWatcher {
public:
    struct Parts {
        runtime::Loop& loop;
        runtime::Workers& workers;
        scan::BarsSource& source;
        venue::MarketData& quotes;
        std::optional<WatchLoads> loads; ///< nothing where no bars are loaded
        expression::Program program;
        std::vector<std::string> symbols;
        std::size_t at_a_time = 10; ///< loads
        /// Asked once bars are loaded; empty where no quotes are wanted.
        FindInstrument find_instrument;
        /// Asked before every round, so that new symbols are followed; empty where they are settled.
        FindSymbols find_symbols;
        WatchWanted how;
        OnNews on_news;
        runtime::Histogram& quote_times; ///< from a quote's arrival until what it changes is known
    };
    explicit ScanWatcher(Parts parts);

    /// Until the calling task is cancelled. Once.
    runtime::Task<Result<WatchSummary>> run();

private:
    /// A symbol whose quotes are asked for.
    struct LiveSymbol {
        Instrument instrument;
        std::shared_ptr<const BarCompletion> completion;
        scan::FormingBar forming;
        bool simulated = false;
    };

    runtime::Task<Result<void>> round(bool initial);
    runtime::Task<Result<void>> tell(scan::WatchRound round, bool initial);
    runtime::Task<void> find_instruments();
    runtime::Task<void> ask_quotes(runtime::TaskInfo& info);
    runtime::Task<void> ask_quote(LiveSymbol& symbol);
    runtime::Task<Result<void>> load_all();
    runtime::Task<void> keep_loading(runtime::TaskInfo& info);
    runtime::Task<void> load_due(Instant until);
    runtime::Task<void> follow_new_symbols();
    void report(const std::string& symbol, Error error);

    Parts parts_;
    scan::ScanWatch watch_;
    std::vector<LiveSymbol> live_;
    std::vector<scan::SymbolBar> arrived_;                        ///< bars in progress that were not evaluated yet
    std::vector<Duration> arrived_elapsed_;                       ///< when their quotes arrived
    std::vector<Error> failures_;                                 ///< of quotes and loads, not yet told
    std::set<std::pair<std::string, std::string>> told_failures_; ///< symbol and code: each is told once
    runtime::Event ready_;
    runtime::TaskScope tasks_;
    WatchSummary summary_;
};

} // namespace tradesh::engine
