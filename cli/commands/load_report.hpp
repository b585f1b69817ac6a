#pragma once

#include "cli/commands/command.hpp"
#include "cli/commands/data_words.hpp"
#include "core/engine/history_desk.hpp"

#include <functional>
#include <string>
#include <vector>

/// What `data load` and `data heal` have in common: how a load is watched, and how its plan and its failures are told.
namespace tradesh::cli {

using StartLoad = std::function<runtime::Task<Result<engine::LoadBatch>>(engine::OnBatchProgress)>;

/// A load and whether the command was cancelled meanwhile; then what was saved stays.
struct WatchedLoad {
    engine::LoadBatch batch;
    bool cancelled = false;
};

/// Runs a load beside the command, which shows progress and, when it is cancelled, ends the load in good order.
runtime::Task<Result<WatchedLoad>> watch_load(CommandContext& context, std::string what, StartLoad start);

/// A table of the symbols and the total. The error of a plan that could not be made is told and makes it partial.
runtime::Task<Result<void>> report_plan(CommandContext& context, const engine::PlanBatch& plans,
                                        const std::vector<NamedSymbol>& symbols, Timeframe timeframe);

bool has_failures(const engine::LoadBatch& batch);

/// The table "failed": what got no answer in the end, and symbols that could not be loaded at all.
runtime::Task<Result<void>> report_failed(CommandContext& context, const engine::LoadBatch& batch, Timeframe timeframe);

/// Notes for people: what was said on the way, and that prices are made up where they are.
void add_load_notes(CommandContext& context, const engine::LoadBatch& batch, Timeframe timeframe);

/// The error of the whole, if there is one: cancelled; every symbol failed; some of it failed (partial).
Result<void> load_verdict(CommandContext& context, const WatchedLoad& load, const std::vector<NamedSymbol>& symbols);

} // namespace tradesh::cli
