#include "cli/commands/order_modify.hpp"

#include "cli/commands/order_change_words.hpp"
#include "cli/commands/order_lookup.hpp"
#include "cli/commands/order_placement.hpp"
#include "cli/commands/order_report.hpp"
#include "core/engine/engine.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {
namespace {

using engine::PlannedChange;
using runtime::Task;

Task<Result<void>> report_checks(CommandContext& context, const std::vector<PlannedChange>& planned) {
    std::vector<Column> columns = check_columns();
    columns.insert(columns.begin(), {"order"});
    context.report.table(std::move(columns), "checks");
    for (const PlannedChange& change : planned) {
        for (const orders::RiskCheck& check : change.checks) {
            std::vector<Cell> row = check_cells(check);
            row.insert(row.begin(), Cell(change.order.request.id.value));
            const Result<void> shown = co_await context.report.row(std::move(row));
            if (!shown) {
                co_return shown;
            }
        }
    }
    co_return Result<void>();
}

/// `--dry-run`: each order as it would then stand, with every check, and the error of the real run where that would be
/// refused.
Task<Result<void>> report_planned(CommandContext& context, const std::vector<PlannedChange>& planned) {
    context.report.table(order_columns(), "orders");
    for (const PlannedChange& change : planned) {
        orders::Order after = change.order;
        after.request.quantity = change.replacement.quantity;
        after.request.price = change.replacement.price;
        std::vector<Cell> row = order_cells(after);
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
        if (change.replayed) {
            context.report.note("the key has made this very change of order " + after.request.id.value +
                                ": nothing would be sent");
        }
    }
    const Result<void> checks = co_await report_checks(context, planned);
    if (!checks) {
        co_return checks;
    }
    const auto refused =
        std::ranges::find_if(planned, [](const PlannedChange& change) { return change.refusal.has_value(); });
    const bool goes = refused == planned.end();
    context.report.note(goes ? "rehearsed only: nothing was sent" : "rehearsed only: it would be refused");
    co_return goes ? Result<void>() : Result<void>(fail(*refused->refusal));
}

/// The key with its dates; its words need the exchange of the order's symbol.
Task<Result<std::string>> key_of_change(CommandContext& context, std::string name) {
    orders::OrderManager& manager = context.engine().trading().manager();
    const Result<ClientOrderId> id = co_await manager.resolve(std::move(name));
    if (!id) {
        co_return fail(id.error());
    }
    const Result<orders::Order> order = co_await manager.find(*id);
    if (!order) {
        co_return fail(order.error());
    }
    Result<std::string> key = co_await expanded_key(context, "", order->request.symbol);
    co_return key;
}

Task<Result<void>> run_modify(CommandContext& context) {
    const Word& name = context.arguments.required("order");
    Result<orders::OrderChange> change = parse_change_words(context.arguments);
    if (!change) {
        co_return fail(std::move(change.error()));
    }
    engine::TradingDesk& desk = context.engine().trading();
    const Result<std::string> key = co_await key_of_change(context, name.text);
    if (!key) {
        co_return fail(key.error());
    }
    orders::PlaceOptions options = place_options(context, {});
    options.key = *key;
    const engine::Permission allowed = permission(context, quantity_has_unit(context.arguments));
    if (context.options.dry_run) {
        const Result<std::vector<PlannedChange>> planned =
            co_await desk.rehearse_change(name.text, std::move(*change), std::move(options), allowed);
        if (!planned) {
            co_return fail(planned.error());
        }
        const Result<void> shown = co_await report_planned(context, *planned);
        co_return shown;
    }
    options.warn = [&context, name = name.text](const orders::RiskCheck& check) { warn_of(context, {check}, name); };
    context.task.awaits = "the venue's answer to the change of order " + name.text;
    const Result<std::vector<engine::ChangedOrder>> changed =
        co_await desk.modify(name.text, std::move(*change), std::move(options), allowed);
    if (!changed) {
        co_return fail(changed.error());
    }
    context.report.table(order_columns());
    for (const engine::ChangedOrder& change_made : *changed) {
        const orders::Order& order = change_made.order;
        context.session.last_result = order.request.id.value;
        const Result<void> shown = co_await context.report.row(order_cells(order));
        if (!shown) {
            co_return shown;
        }
        if (change_made.replayed) {
            context.report.note("replayed: the key had been used for this very change of order " +
                                order.request.id.value);
        }
    }
    co_return Result<void>();
}

} // namespace

std::vector<CommandSpec> order_modify_commands() {
    return {
        {.family = "order",
         .verb = "modify",
         .summary = "Change a working order",
         .arguments = {order_argument(),
                       {.name = "terms",
                        .help =
                            "quantity N | limit P | stop P | trail A | target P | protect P|trail A|entry; P also as "
                            "a step from what it is now: limit +1t",
                        .kind = ValueKind::price,
                        .repeatable = true}},
         .examples = {{"order modify 3-12 limit +1t", "one tick up from where its limit is"},
                      {"modify $_ quantity 50 limit 99.50", "a new total and a new limit, by one replacement"},
                      {"order modify 3-12 protect entry", "the protecting stop to the average price of the entry"}},
         .schema = "order.list@1",
         .run = run_modify,
         .check =
             [](const Arguments& arguments) {
                 const Result<orders::OrderChange> change = parse_change_words(arguments);
                 return change ? Result<void>() : fail(change.error());
             },
         .quick = "modify",
         .effects = Effects::orders,
         .details = "The quantity is the new total, filled part included; one that is not above what has filled is "
                    "refused, because that is what cancel does. target and protect move the exits that hang on the "
                    "order. Of two orders that cancel one another a quantity changes both, and a price under their key "
                    "is that "
                    "of the one that has such a price. An order keeps its type and its id; 'order show ID --history' "
                    "tells of every change."},
    };
}

} // namespace tradesh::cli
