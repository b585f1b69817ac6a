#include "cli/commands/order_modify.hpp"

#include "cli/commands/order_change_words.hpp"
#include "cli/commands/order_lookup.hpp"
#include "cli/commands/order_placement.hpp"
#include "cli/commands/order_report.hpp"
#include "core/engine/engine.hpp"
#include "core/orders/order_key.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using engine::PlannedChange;
using runtime::Task;

/// `--dry-run`: each order as it would then stand.
Task<Result<void>> report_planned(CommandContext& context, const std::vector<PlannedChange>& planned) {
    for (const PlannedChange& change : planned) {
        orders::Order after = change.order;
        after.request.quantity = change.replacement.quantity;
        after.request.price = change.replacement.price;
        std::vector<Cell> row = order_cells(after);
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    context.report.note("rehearsed only: nothing was sent");
    co_return Result<void>();
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

Task<Result<void>> report_replayed(CommandContext& context, const orders::Order& order) {
    context.report.table(order_columns());
    context.report.note("replayed: the key had been used for this very change");
    const Result<void> shown = co_await context.report.row(order_cells(order));
    co_return shown;
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
    orders::PlaceOptions keyed = place_options(context, {});
    keyed.key = *key;
    const Result<std::optional<orders::Order>> before = co_await desk.modified_before(name.text, *change, keyed);
    if (!before) {
        co_return fail(before.error());
    }
    if (*before) {
        const Result<void> shown = co_await report_replayed(context, **before);
        co_return shown;
    }
    const Result<std::vector<PlannedChange>> planned = co_await desk.plan_change(name.text, std::move(*change));
    if (!planned) {
        co_return fail(planned.error());
    }
    context.report.table(order_columns());
    if (context.options.dry_run) {
        const Result<void> shown = co_await report_planned(context, *planned);
        co_return shown;
    }
    for (const PlannedChange& one : *planned) {
        orders::PlaceOptions options = keyed;
        const ClientOrderId id = one.order.request.id;
        if (planned->size() > 1 && !key->empty()) {
            options.key = orders::child_key(*key, id.value);
        }
        const engine::Permission allowed = permission(context, true);
        context.task.awaits = "the venue's answer to the change of order " + id.value;
        const Result<orders::Order> changed = co_await desk.modify(one, std::move(options), allowed);
        if (!changed) {
            co_return fail(changed.error());
        }
        context.session.last_result = id.value;
        const Result<void> shown = co_await context.report.row(order_cells(*changed));
        if (!shown) {
            co_return shown;
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
                      {"order modify $_ quantity 50 limit 99.50", "a new total and a new limit, by one replacement"},
                      {"order modify 3-12 protect entry", "the protecting stop to the average price of the entry"}},
         .schema = "order.list@1",
         .run = run_modify,
         .check =
             [](const Arguments& arguments) {
                 const Result<orders::OrderChange> change = parse_change_words(arguments);
                 return change ? Result<void>() : fail(change.error());
             },
         .effects = Effects::orders,
         .details = "The quantity is the new total, filled part included; one that is not above what has filled is "
                    "refused, because that is what cancel does. target and protect move the exits that hang on the "
                    "order. An order keeps its type and its id; 'order show ID --history' tells of every change."},
    };
}

} // namespace tradesh::cli
