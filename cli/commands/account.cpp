#include "cli/commands/account.hpp"

#include "cli/commands/account_fills.hpp"
#include "cli/commands/account_pnl.hpp"
#include "cli/commands/cents.hpp"
#include "cli/commands/order_exit.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/trading_desk.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

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
    warn_of_unwatched_exits(context);
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
    const bool closed_too = context.arguments.has("all");
    std::size_t closed = 0;
    for (const engine::ValuedPosition& held : holdings->positions) {
        const Position& position = held.position;
        if (position.quantity.is_zero() && !closed_too) {
            ++closed;
            continue;
        }
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
    if (closed == holdings->positions.size()) {
        context.report.note(closed == 0 ? "no positions" : "no open positions; --all shows the closed ones");
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
         .summary = "List open positions with what they are worth now",
         .options = {{.name = "all", .value_name = "", .help = "the closed ones too, with what they realised"}},
         .examples = {{"pos", "what is held"},
                      {"pos --json", "for a script"},
                      {"account positions --csv -o positions.csv", "into a file"}},
         .schema = "account.positions@1",
         .run = run_positions,
         .quick = "pos"},
        account_pnl_command(),
        account_fills_command(),
    };
}

} // namespace tradesh::cli
