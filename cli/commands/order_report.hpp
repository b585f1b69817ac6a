#pragma once

#include "cli/commands/command.hpp"
#include "core/engine/profile.hpp"
#include "core/orders/order_manager.hpp"

#include <initializer_list>
#include <optional>
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

/// What became of an order that was placed or waited for. Where its fill was waited for: exit 13 when it did not come,
/// 15 when the order ended without it.
runtime::Task<Result<void>> report_placed(CommandContext& context, const orders::Placed& placed, orders::WaitFor wait);
/// The error of an order whose fill was waited for; nothing when it filled, or the waiting was interrupted.
std::optional<Error> unfilled(const orders::Placed& placed, orders::WaitFor wait);

/// The checks that let an order pass and of which the person is to be told. `of` says which of several orders it is.
void warn_of(CommandContext& context, const std::vector<orders::RiskCheck>& checks, std::string_view of = {});

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
