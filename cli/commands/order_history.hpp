#pragma once

#include "cli/commands/command.hpp"
#include "core/orders/order.hpp"

namespace tradesh::cli {

/// The part "history": every step of an order with who told of it, its execution and its place in the journal.
runtime::Task<Result<void>> report_history(CommandContext& context, ClientOrderId id);

/// The part "timing": the stages from the command to the end, and how long each took.
runtime::Task<Result<void>> report_timing(CommandContext& context, orders::Order order);

} // namespace tradesh::cli
