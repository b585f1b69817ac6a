#pragma once

#include "cli/commands/command.hpp"
#include "core/engine/profile.hpp"
#include "core/orders/order_manager.hpp"

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

/// How orders look in reports; the same fields in every order command.
namespace tradesh::cli {

/// One order as a record, with what it comes to and the orders that went out with it (OrderManager::linked_to).
std::vector<Field> order_fields(const orders::Order& order, const std::vector<orders::Order>& linked,
                                const engine::Profile& profile);

/// Orders as rows of one table.
std::vector<Column> order_columns();
std::vector<Cell> order_cells(const orders::Order& order);
/// Where several orders are placed at once: whether a row tells of an earlier one, and nothing was sent.
inline Column replayed_column() { return {"replayed", CellType::boolean}; }
/// A row of that table with these cells, by the names of their columns; the others are empty.
std::vector<Cell> order_row(std::initializer_list<std::pair<std::string_view, Cell>> cells);
/// The cell of a row for a column of that name.
Cell& order_cell(std::vector<Cell>& row, std::string_view column);

/// How long `--wait fill` and `order wait` wait unless --timeout says otherwise.
inline constexpr Duration order_wait_limit = std::chrono::seconds(30);

/// What became of an order that was placed or waited for; exit 13 when its end was waited for and did not come.
runtime::Task<Result<void>> report_placed(CommandContext& context, const orders::Placed& placed);

/// Tells which orders were withdrawn to make room for closing all of a position, and what of it is still held. `label`
/// says whose, where there are several: "KO: ".
void note_closing(Report& report, const orders::Placed& placed, const std::string& label = "");
void note_withdrawn(Report& report, const std::vector<orders::Order>& withdrawn, const std::string& label);
/// What a rehearsed close would withdraw.
void note_withdrawals(Report& report, const orders::Rehearsal& rehearsal, const std::string& label = "");

/// The part "checks": each risk check with the numbers that decided it.
runtime::Task<Result<void>> report_checks(Report& report, const std::vector<orders::RiskCheck>& checks);
/// Risk checks as rows of one table.
std::vector<Column> check_columns();
std::vector<Cell> check_cells(const orders::RiskCheck& check);

/// The rehearsed order and its checks; the error of the real run where that would be refused.
runtime::Task<Result<void>> report_rehearsal(Report& report, const orders::Rehearsal& rehearsal,
                                             const engine::Profile& profile);

} // namespace tradesh::cli
