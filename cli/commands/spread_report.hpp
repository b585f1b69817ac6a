#pragma once

#include "cli/commands/command.hpp"
#include "core/engine/option_desk.hpp"

#include <optional>
#include <string>
#include <vector>

/// How option spreads are told.
namespace tradesh::cli {

/// A spread that was found and the symbol it was found of; both outlive it.
struct ShownSpread {
    const engine::SpreadsFound* of = nullptr;
    const scan::RankedSpread* ranked = nullptr;
};

/// The best of all symbols, at most `count`, the highest rank first.
std::vector<ShownSpread> best_spreads(const engine::SpreadsBatch& batch, std::size_t count);

/// Where the last candidates of an underlying went, or nullopt where some matched or its own filters let none through.
std::optional<std::string> why_none_matched(const engine::SpreadsFound& found);

/// A row a spread: what it costs, can gain and lose, and how likely.
runtime::Task<Result<void>> report_spreads(Report& report, const std::vector<ShownSpread>& spreads, std::string name);
/// A row a spread: what it risks with its multiplier, its Greeks with their bands and the parts of its score.
runtime::Task<Result<void>> report_spread_greeks(Report& report, const std::vector<ShownSpread>& spreads,
                                                 std::string name);
/// A row a step and filter, of each symbol: how many were looked at and how many passed.
runtime::Task<Result<void>> report_spread_counts(Report& report, const engine::SpreadsBatch& batch, std::string name);

} // namespace tradesh::cli
