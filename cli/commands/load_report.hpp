#pragma once

#include "cli/commands/command.hpp"
#include "cli/commands/data_words.hpp"
#include "core/engine/history_desk.hpp"

#include <functional>
#include <string>
#include <vector>

/// What `data load` and `data heal` have in common: how a load is watched, and how its plan and its failures are told.
namespace tradesh::cli {

/// The symbols of a command and what is wanted of them.
struct LoadWords {
    SymbolList list;
    engine::LoadWanted wanted;
};
/// Reads what both have in common: symbols, timeframe, range, hours, adjustment, exchange and --recheck.
Result<LoadWords> read_load_words(const Arguments& arguments, Instant now);

/// In what they differ.
struct LoadVerb {
    std::string doing; ///< "loading"
    runtime::Task<Result<engine::PlanBatch>> (engine::HistoryDesk::*plan)(engine::LoadWanted wanted);
    runtime::Task<Result<engine::LoadBatch>> (engine::HistoryDesk::*load)(engine::LoadWanted wanted,
                                                                          engine::OnBatchProgress on_progress);
    /// The table of what was done.
    runtime::Task<Result<void>> (*report)(CommandContext& context, const engine::LoadBatch& batch);
    /// What is still to be said where nothing went wrong.
    Result<void> (*verdict)(const engine::LoadBatch& batch);
};

/// Runs the command, or shows its plan: --plan, --dry-run. The load runs beside it with its progress shown; a command
/// that is cancelled ends it in good order.
runtime::Task<Result<void>> run_load_verb(CommandContext& context, LoadVerb verb, LoadWords words);

} // namespace tradesh::cli
