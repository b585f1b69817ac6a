#include "cli/commands/order_lookup.hpp"

#include "cli/commands/order_exit.hpp"
#include "cli/commands/order_export.hpp"
#include "cli/commands/order_history.hpp"
#include "cli/commands/order_report.hpp"
#include "cli/render/exit_code.hpp"
#include "core/base/counted.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/trading_desk.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace tradesh::cli {
namespace {

using orders::Order;
using runtime::Task;

Task<Result<void>> run_list(CommandContext& context) {
    warn_of_unwatched_exits(context);
    engine::TradingDesk& desk = context.engine().trading();
    std::optional<orders::OrderLedger> every_order;
    if (context.arguments.has("all")) {
        Result<orders::OrderLedger> loaded = co_await desk.manager().load_all();
        if (!loaded) {
            co_return fail(std::move(loaded.error()).attempting("list every order"));
        }
        every_order = std::move(*loaded);
    }
    const std::vector<const Order*> chosen = every_order ? every_order->all() : desk.ledger().open();
    const std::string_view symbol = context.arguments.text_or("symbol", "");
    std::vector<std::vector<Cell>> rows;
    for (const Order* order : chosen) {
        if (symbol.empty() || order->request.symbol == symbol) {
            rows.push_back(order_cells(desk.manager().as_known(*order)));
        }
    }
    context.report.table(order_columns());
    for (std::vector<Cell>& row : rows) {
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    if (rows.empty()) {
        context.report.note(context.arguments.has("all") ? "no orders yet" : "no open orders; --all shows the others");
    }
    co_return Result<void>();
}

/// "0.5 s": as precise as people care for.
std::string in_seconds(Duration wait) {
    const auto tenths = (wait + std::chrono::milliseconds(50)) / std::chrono::milliseconds(100);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

/// A key is free as long as no order stands for it: what was never sent does not use it up.
Task<Result<void>> note_free_key(CommandContext& context, const Order& order) {
    const bool left_it = order.state == OrderState::not_sent || order.state == OrderState::denied;
    if (order.key.empty() || !left_it) {
        co_return Result<void>();
    }
    const Result<std::optional<Order>> holder = co_await context.engine().trading().manager().find_by_key(order.key);
    if (!holder) {
        co_return fail(holder.error());
    }
    if (!*holder) {
        context.report.note("nothing was sent under the key '" + order.key + "': it is free, and may be used again");
    }
    co_return Result<void>();
}

void note_inquiry(CommandContext& context, const orders::UnknownInquiry::Case& asked) {
    const Duration wait = std::max(asked.next - context.engine().clock().elapsed(), Duration(0));
    context.report.note("the venue has been asked about this order " + counted(asked.tries, "time") + " and found it " +
                        counted(asked.times - asked.misses, "time") + "; it is asked again in " + in_seconds(wait) +
                        ", and nothing is sent again");
}

Task<Result<void>> run_show(CommandContext& context) {
    orders::OrderManager& manager = context.engine().trading().manager();
    const Word& name = context.arguments.required("order");
    Result<ClientOrderId> id = co_await manager.look_up(name.text);
    if (!id) {
        co_return fail(std::move(id.error()).at(name.where()));
    }
    const Result<Order> order = co_await manager.find(*id);
    if (!order) {
        co_return fail(order.error());
    }
    const Result<std::vector<Order>> linked = co_await manager.linked_to(*order);
    if (!linked) {
        co_return fail(linked.error());
    }
    const bool with_history = context.arguments.has("history");
    const bool with_timing = context.arguments.has("timing");
    Result<void> shown =
        co_await context.report.record(order_fields(manager.as_known(*order), *linked, context.engine().profile()),
                                       with_history || with_timing ? "order" : "");
    if (const orders::UnknownInquiry::Case* asked = manager.inquiry_of(*id)) {
        note_inquiry(context, *asked);
    }
    if (shown) {
        shown = co_await note_free_key(context, *order);
    }
    if (shown && with_history) {
        shown = co_await report_history(context, *id);
    }
    if (shown && with_history && !order->checks.empty()) { // an order placed elsewhere has none
        shown = co_await report_checks(context.report, order->checks);
    }
    if (shown && with_timing) {
        shown = co_await report_timing(context, *order);
    }
    co_return shown;
}

Task<Result<void>> run_wait(CommandContext& context) {
    engine::TradingDesk& desk = context.engine().trading();
    const Word& name = context.arguments.required("order");
    Result<ClientOrderId> id = co_await desk.manager().look_up(name.text);
    if (!id) {
        co_return fail(std::move(id.error()).at(name.where()));
    }
    context.task.awaits = "the end of order " + id->value;
    const Result<Order> order =
        co_await desk.manager().wait_final(*id, context.options.timeout.value_or(order_wait_limit));
    if (!order) {
        co_return fail(order.error());
    }
    Result<std::vector<Order>> linked = co_await desk.manager().linked_to(*order);
    if (!linked) {
        co_return fail(std::move(linked.error()));
    }
    const orders::Placed placed{
        .order = desk.manager().as_known(*order), .exits = std::move(*linked), .still_open = !is_final(order->state)};
    const Result<void> shown = co_await report_placed(context, placed, orders::WaitFor::filled);
    co_return shown;
}

/// The orders that the settlement could not settle: exit 11.
Error in_doubt(const std::vector<ClientOrderId>& orders) {
    std::string names;
    for (const ClientOrderId& id : orders) {
        names += (names.empty() ? "" : ", ") + id.value;
    }
    return Error(ErrorKind::unknown, "order.in_doubt", "it is not known yet what became of " + names)
        .attempting("reconcile")
        .advise("the venue is asked about " + std::string(orders.size() == 1 ? "it" : "them") +
                " again and again, and nothing is sent again; 'order reconcile' tells once it is known");
}

Task<Result<void>> run_reconcile(CommandContext& context) {
    const Result<std::vector<std::string>> findings = co_await context.engine().trading().manager().reconcile();
    if (!findings) {
        co_return fail(findings.error());
    }
    context.report.table({{"finding", CellType::text}});
    for (const std::string& finding : *findings) {
        std::vector<Cell> row{finding};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    const std::vector<ClientOrderId> doubtful = context.engine().trading().manager().in_doubt();
    if (!doubtful.empty()) {
        co_return fail(in_doubt(doubtful));
    }
    if (findings->empty()) {
        context.report.note("journal and venue agree");
    }
    co_return Result<void>();
}

} // namespace

ArgumentSpec order_argument() {
    return {.name = "order", .help = "its id, a short form of it, or its key", .kind = ValueKind::order_id};
}

OptionSpec order_symbol_option() {
    return {.name = "symbol", .value_name = "SYMBOL", .help = "only orders in this", .kind = ValueKind::symbol};
}

std::vector<CommandSpec> order_lookup_commands() {
    return {
        {.family = "order",
         .verb = "list",
         .summary = "List open orders",
         .options = {{.name = "all", .value_name = "", .help = "also those that ended"}, order_symbol_option()},
         .examples = {{"orders", "what is open"},
                      {"order list --all --symbol GOOG", "every order there ever was in GOOG"},
                      {"order list --all --csv -o orders.csv", "all of them into a file"}},
         .schema = "order.list@1",
         .run = run_list,
         .quick = "orders"},
        {.family = "order",
         .verb = "show",
         .summary = "Show one order",
         .arguments = {order_argument()},
         .options = {{.name = "history",
                      .value_name = "",
                      .help = "every step with its time, source and execution; and the risk checks"},
                     {.name = "timing", .value_name = "", .help = "how long each stage took"}},
         .examples = {{"order show 3-12", "by the end of its id"},
                      {"order show eod-2026-11-21", "by its key"},
                      {"order show $_ --history", "the one just placed, with every step"}},
         .schema = "order.show@1",
         .run = run_show},
        {.family = "order",
         .verb = "wait",
         .summary = "Wait for the end of an order",
         .arguments = {order_argument()},
         .examples = {{"order wait $_", "the one just placed"},
                      {"order wait 3-12 --timeout 2m", "at most two minutes (exit 13 when it is still working)"},
                      {"order wait eod-2026-11-21 --json", "by key, for a script"}},
         .schema = "order.place@1",
         .run = run_wait,
         .details = "Exit 0 only when it has filled wholly; an order that ended otherwise is exit 15.",
         .further_exit_codes = {exit_codes::unknown_effect, exit_codes::still_working, exit_codes::not_filled}},
        {.family = "order",
         .verb = "reconcile",
         .summary = "Settle the journal with the venue",
         .examples = {{"order reconcile", "what the two disagreed on"},
                      {"order reconcile --json", "the same for a script"},
                      {"try order reconcile", "in a script that goes on either way"}},
         .schema = "order.reconcile@1",
         .run = run_reconcile,
         .details = "Exit 11 while it is not known of some orders what became of them; their ids are told.",
         .further_exit_codes = {exit_codes::unknown_effect}},
        order_export_command(),
    };
}

} // namespace tradesh::cli
