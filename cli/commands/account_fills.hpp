#pragma once

#include "cli/commands/command.hpp"
#include "cli/commands/time_range.hpp"
#include "core/market/order.hpp"

#include <string>

namespace tradesh::cli {

struct FillFilter {
    TimeRange range;
    std::string symbol{};  ///< empty: every one
    ClientOrderId order{}; ///< empty: every one

    bool fits(const Fill& fill) const {
        return range.contains(fill.time) && (symbol.empty() || fill.symbol == symbol) &&
               (order.value.empty() || fill.order == order);
    }
};
/// The fills that fit as one table, from the journal and in its own time.
runtime::Task<Result<void>> report_fills(CommandContext& context, FillFilter filter);

CommandSpec account_fills_command();

} // namespace tradesh::cli
