#pragma once

#include "cli/commands/command.hpp"
#include "cli/commands/order_words.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Several orders from one command: one after the other, a row for each.
namespace tradesh::cli {

struct BatchEntry {
    std::string label; ///< names its row, and its key: "KO", "3"
    OrderWords words;
    std::optional<SourceSpan> where{};
};

struct BatchRules {
    std::string_view label_column;
    bool may_miss = false;    ///< nothing to do for some of them is no failure: `close @list`
    bool all_or_none = false; ///< they are legs of a group: one that is denied denies them all
    std::string key{};        ///< whose children they get; empty: that of --key
};

inline constexpr std::size_t batch_entries_max = 1'000;

/// Places (or with --dry-run rehearses) every entry; what fails does not keep the others from being tried, except an
/// order whose fate is unknown, which ends the batch. Under --key each order has its child key, KEY:LABEL. When all is
/// done: nothing placed is the first failure, some of it exit 7. A rehearsal that would be denied fails with exit 9.
runtime::Task<Result<void>> run_batch(CommandContext& context, std::vector<BatchEntry> entries, BatchRules rules);

} // namespace tradesh::cli
