#include "cli/commands/account.hpp"

#include "core/engine/engine.hpp"
#include "core/engine/trading_desk.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

/// Money as an account statement shows it.
constexpr int money_decimals = 2;

Decimal in_cents(Decimal amount) { return amount.rescaled(money_decimals, Rounding::half_even); }

std::optional<Decimal> in_cents(const std::optional<Decimal>& amount) {
    return amount ? std::optional(in_cents(*amount)) : std::nullopt;
}

Task<Result<void>> run_summary(CommandContext& context) {
    const Result<engine::Holdings> holdings = co_await context.engine().trading().holdings();
    if (!holdings) {
        co_return fail(holdings.error());
    }
    const AccountSummary& account = holdings->account;
    const std::string currency(account.currency.code());
    std::vector<Field> fields{{"account", account.account},
                              {"venue", context.engine().profile().venue},
                              {"mode", context.engine().profile().mode()},
                              {"simulated", context.engine().account().simulated},
                              {"cash", in_cents(account.cash), currency},
                              {"reserved", in_cents(account.reserved), currency},
                              {"position_value", in_cents(account.position_value), currency},
                              {"net_liquidation", in_cents(account.net_liquidation), currency},
                              {"buying_power", in_cents(account.buying_power), currency},
                              {"positions", holdings->positions.size()}};
    const Result<void> shown = co_await context.report.record(std::move(fields));
    co_return shown;
}

Task<Result<void>> run_positions(CommandContext& context) {
    const Result<engine::Holdings> holdings = co_await context.engine().trading().holdings();
    if (!holdings) {
        co_return fail(holdings.error());
    }
    const std::string currency(holdings->account.currency.code());
    context.report.table({{"symbol", CellType::text},
                          {"quantity", CellType::decimal},
                          {"average_price", CellType::decimal},
                          {"mark", CellType::decimal},
                          {"mark_kind", CellType::text},
                          {"value", CellType::decimal},
                          {"unrealised", CellType::decimal},
                          {"realised", CellType::decimal},
                          {"fees", CellType::decimal},
                          {"currency", CellType::text}});
    for (const engine::ValuedPosition& held : holdings->positions) {
        const Position& position = held.position;
        std::vector<Cell> row{position.symbol,
                              position.quantity,
                              position.average_price,
                              held.mark,
                              held.mark ? std::optional(name_of(held.mark_kind)) : std::nullopt,
                              in_cents(held.value),
                              in_cents(held.unrealised),
                              in_cents(position.realised),
                              in_cents(position.fees),
                              position.currency.code()};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    if (holdings->positions.empty()) {
        context.report.note("no positions");
    }
    co_return Result<void>();
}

Task<Result<void>> run_fills(CommandContext& context) {
    Result<orders::OrderLedger> every_order = co_await context.engine().trading().manager().load_all();
    if (!every_order) {
        co_return fail(std::move(every_order.error()).attempting("list fills"));
    }
    std::vector<Fill> fills;
    for (const orders::Order* order : every_order->all()) {
        fills.insert(fills.end(), order->fills.begin(), order->fills.end());
    }
    std::ranges::sort(fills, {}, [](const Fill& fill) { return std::pair(fill.time, fill.execution); });
    context.report.table({{"time", CellType::time},
                          {"order", CellType::text},
                          {"side", CellType::text},
                          {"symbol", CellType::text},
                          {"quantity", CellType::decimal},
                          {"price", CellType::decimal},
                          {"fee", CellType::decimal},
                          {"currency", CellType::text},
                          {"execution", CellType::text}});
    for (const Fill& fill : fills) {
        std::vector<Cell> row{fill.time,           fill.order.value, name_of(fill.side), fill.symbol,
                              fill.quantity,       fill.price,       fill.fee.amount,    fill.fee.currency.code(),
                              fill.execution.value};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    if (fills.empty()) {
        context.report.note("no fills yet");
    }
    co_return Result<void>();
}

} // namespace

std::vector<CommandSpec> account_commands() {
    return {
        {.family = "account",
         .verb = "summary",
         .summary = "Show cash, buying power and net worth",
         .examples = {{"account summary", "the account at a glance"},
                      {"account summary --json", "for a script, numbers exact"},
                      {"account summary --fields cash,buying_power", "only these two"}},
         .schema = "account.summary@1",
         .run = run_summary},
        {.family = "account",
         .verb = "positions",
         .summary = "List positions with what they are worth now",
         .examples = {{"pos", "what is held"},
                      {"pos --json", "for a script"},
                      {"account positions --csv -o positions.csv", "into a file"}},
         .schema = "account.positions@1",
         .run = run_positions,
         .quick = "pos"},
        {.family = "account",
         .verb = "fills",
         .summary = "List every fill with its fee",
         .examples = {{"account fills", "oldest first"},
                      {"account fills --csv -o fills.csv", "into a file"},
                      {"account fills --json", "for a script"}},
         .schema = "account.fills@1",
         .run = run_fills},
    };
}

} // namespace tradesh::cli
