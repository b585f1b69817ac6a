#pragma once

#include "core/engine/bars_wanted.hpp"
#include "core/engine/data_desk.hpp"
#include "core/engine/instruments.hpp"
#include "core/history/bar_load.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::engine {

/// What to load of several instruments.
struct LoadWanted {
    std::vector<std::string> symbols{};
    Timeframe timeframe = Timeframe::d1;
    PriceBasis basis = PriceBasis::raw;
    std::optional<Hours> hours{}; ///< left open: the regular ones; healing: those that were loaded
    history::LoadMode mode = history::LoadMode::tail;
    std::optional<Instant> from{};
    std::optional<Instant> to{};
    bool recheck = false;    ///< asks again for slots that the source had no bar for
    bool one_by_one = false; ///< one request at a time, in order
    std::string exchange{};  ///< where nobody stated it, for this once
    std::string correlation{};
};

/// What became of one symbol.
struct LoadOutcome {
    std::string symbol;
    Result<history::LoadReport> report;
    std::int64_t actions = 0;       ///< splits and dividends that were new
    bool adjusted_outdated = false; ///< adjusted bars are stored that know nothing of new splits and dividends
    std::size_t missing_before = 0; ///< healing: slots without a bar that nobody had asked for
    std::size_t missing_after = 0;
};

struct LoadBatch {
    std::vector<LoadOutcome> outcomes; ///< in the order of the symbols; those that were begun
    std::size_t not_reached = 0;       ///< symbols that a cancelled load did not begin
};

struct PlannedSymbol {
    std::string symbol;
    Result<history::LoadPlan> plan;
};
struct PlanBatch {
    std::vector<PlannedSymbol> symbols;
    history::PlanCost total; ///< of all together, at the source's pace
};

/// How far a load of several symbols is.
struct BatchProgress {
    std::size_t symbols_done = 0;
    std::size_t symbols = 0;
    std::size_t segments_done = 0;
    std::size_t segments = 0;
    std::int64_t bars = 0;
    Duration remaining{0};
};
using OnBatchProgress = std::function<void(const BatchProgress&)>;

/// The verbs of the data family that ask the venue for price history. Errors are those of one symbol and never stop
/// another. Without a source every call fails with "history.none" (config).
class HistoryDesk {
public:
    struct Parts {
        runtime::Loop& loop;
        store::MarketStore& store;
        Instruments& instruments;
        DataDesk& data;
        history::BarLoader* loader; ///< null where the venue has no price history
        std::string venue;          ///< its name, for messages
    };
    explicit HistoryDesk(Parts parts) : parts_(std::move(parts)) {}

    /// Null where the venue has no price history.
    const history::BarLoader* loader() const { return parts_.loader; }

    /// Loads the symbols side by side. Cancelling the caller ends every load after what is in flight was saved.
    runtime::Task<Result<LoadBatch>> load(LoadWanted wanted, OnBatchProgress on_progress);
    /// What `load` would ask for. Only what a plan needs is stored: unknown instruments, heads of series.
    runtime::Task<Result<PlanBatch>> plan(LoadWanted wanted);

    /// Fills the holes of stored series of the venue, inside what is stored or the range that is wished.
    runtime::Task<Result<LoadBatch>> heal(LoadWanted wanted, OnBatchProgress on_progress);
    runtime::Task<Result<PlanBatch>> plan_healing(LoadWanted wanted);

private:
    /// A request and how many slots it finds missing, where that is known before.
    struct Prepared {
        history::LoadRequest request;
        std::size_t missing = 0;
    };
    using Prepare = runtime::Task<Result<Prepared>> (HistoryDesk::*)(const std::string& symbol,
                                                                     const LoadWanted& wanted);
    using LoadOne = runtime::Task<LoadOutcome> (HistoryDesk::*)(const std::string& symbol, const LoadWanted& wanted,
                                                                history::OnProgress on_progress);
    runtime::Task<Result<Prepared>> prepare_load(const std::string& symbol, const LoadWanted& wanted);
    runtime::Task<Result<Prepared>> prepare_heal(const std::string& symbol, const LoadWanted& wanted);
    runtime::Task<bool> has_adjusted_bars(InstrumentId instrument);
    runtime::Task<LoadOutcome> load_one(const std::string& symbol, const LoadWanted& wanted,
                                        history::OnProgress on_progress);
    runtime::Task<LoadOutcome> heal_one(const std::string& symbol, const LoadWanted& wanted,
                                        history::OnProgress on_progress);
    runtime::Task<Result<LoadBatch>> run(const LoadWanted& wanted, LoadOne load_one, OnBatchProgress on_progress);
    runtime::Task<Result<PlanBatch>> make_plans(const LoadWanted& wanted, Prepare prepare);
    runtime::Task<Result<Instrument>> resolve(const std::string& symbol, const std::string& exchange);
    runtime::Task<Result<Instrument>> describe_and_store(const std::string& symbol);
    runtime::Task<Result<SeriesExamination>> examine_own(const std::string& symbol, const LoadWanted& wanted);
    Result<void> check_source() const;

    Parts parts_;
};

} // namespace tradesh::engine
