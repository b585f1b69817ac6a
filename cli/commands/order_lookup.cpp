#include "cli/commands/order_lookup.hpp"

#include "cli/commands/order_exit.hpp"
#include "cli/commands/order_export.hpp"
#include "cli/commands/order_history.hpp"
#include "cli/commands/order_report.hpp"
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
            rows.push_back(order_cells(*order));
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

Task<Result<void>> run_show(CommandContext& context) {
    orders::OrderManager& manager = context.engine().trading().manager();
    const Word& name = context.arguments.required("order");
    Result<ClientOrderId> id = co_await manager.resolve(name.text);
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
    Result<void> shown = co_await context.report.record(order_fields(*order, *linked, context.engine().profile()),
                                                        with_history || with_timing ? "order" : "");
    if (const orders::UnknownInquiry::Case* asked = manager.inquiry_of(*id)) {
        const Duration wait = std::max(asked->next - context.engine().clock().elapsed(), Duration(0));
        context.report.note("the venue has been asked about this order " + std::to_string(asked->tries) +
                            " times and found it " + std::to_string(asked->times - asked->misses) +
                            " times; it is asked again in " + to_text(wait) + ", and nothing is sent again");
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
    Result<ClientOrderId> id = co_await desk.manager().resolve(name.text);
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
    const orders::Placed placed{.order = *order, .exits = std::move(*linked), .still_open = !is_final(order->state)};
    const Result<void> shown = co_await report_placed(context, placed);
    co_return shown;
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
    if (context.engine().trading().manager().inquires()) {
        context.report.note("some orders are still in doubt; the venue is asked about them again and again");
    } else if (findings->empty()) {
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
         .run = run_wait},
        {.family = "order",
         .verb = "reconcile",
         .summary = "Settle the journal with the venue",
         .examples = {{"order reconcile", "what the two disagreed on"},
                      {"order reconcile --json", "the same for a script"},
                      {"try order reconcile", "in a script that goes on either way"}},
         .schema = "order.reconcile@1",
         .run = run_reconcile},
        order_export_command(),
    };
}

} // namespace tradesh::cli
