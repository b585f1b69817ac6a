#pragma once

#include "cli/commands/command.hpp"
#include "core/engine/profile.hpp"
#include "core/orders/order_manager.hpp"

#include <vector>

/// How orders look in reports; the same fields in every order command.
namespace tradesh::cli {

/// One order as a record, with what it comes to.
std::vector<Field> order_fields(const orders::Order& order, const engine::Profile& profile);

/// Orders as rows of one table.
std::vector<Column> order_columns();
std::vector<Cell> order_cells(const orders::Order& order);

/// How long `--wait fill` and `order wait` wait unless --timeout says otherwise.
inline constexpr Duration order_wait_limit = std::chrono::seconds(30);

/// What became of an order that was placed or waited for; exit 13 when its end was waited for and did not come.
runtime::Task<Result<void>> report_placed(CommandContext& context, const orders::Placed& placed);

/// The rehearsed order and its checks.
runtime::Task<Result<void>> report_rehearsal(Report& report, const orders::Rehearsal& rehearsal,
                                             const engine::Profile& profile);

} // namespace tradesh::cli
