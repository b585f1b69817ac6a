#include "cli/commands/order_exit.hpp"

#include "cli/parse/values.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/instruments.hpp"
#include "core/engine/trigger_desk.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using engine::TradingDesk;
using engine::TriggerDesk;
using runtime::Task;

Result<Duration> read_holding(const Word& word, const orders::OrderForm& form) {
    if (form.side == Side::sell && !form.may_open_short) {
        return fail(Error(ErrorKind::usage, "exit.reduces", "this sale opens nothing that could be closed later")
                        .at(word.where())
                        .advise("leave --exit-after away, or add --short to open a short position"));
    }
    return parse_span(word);
}

/// What the venue cannot hold becomes part of the exit that the core keeps; prices are counted from the order as it
/// would stand now.
Task<Result<void>> take_over_exits(CommandContext& context, orders::OrderForm& form, engine::ExitOf& exit,
                                   const orders::PlaceOptions& options, engine::Permission permission) {
    orders::OrderForm alone = form;
    alone.target.reset();
    alone.protect.reset();
    const Result<orders::Rehearsal> rehearsal =
        co_await context.engine().trading().rehearse(alone, options, permission);
    if (!rehearsal) {
        co_return fail(rehearsal.error());
    }
    const Result<Instrument> instrument = co_await context.engine().instruments().find(form.symbol);
    if (!instrument) {
        co_return fail(instrument.error());
    }
    orders::MarketView view;
    view.quote = rehearsal->quote;
    view.now = context.engine().clock().now();
    const Result<std::vector<OrderRequest>> exits = orders::resolve_exits(form, rehearsal->request, *instrument, view);
    if (!exits) {
        co_return fail(exits.error());
    }
    for (const OrderRequest& each : *exits) {
        if (const auto* target = std::get_if<LimitPrice>(&each.price)) {
            exit.target = target->limit;
        } else if (const auto* protect = std::get_if<StopPrice>(&each.price)) {
            exit.protect = protect->stop;
        } else if (const auto* trailing = std::get_if<TrailingStop>(&each.price)) {
            exit.trailing = *trailing;
        }
    }
    form = std::move(alone);
    co_return Result<void>();
}

/// An order that the key made before is shown again, with the exit that it was given then.
Task<Result<bool>> is_used(TradingDesk& desk, const std::string& key) {
    const Result<std::optional<orders::Order>> order = co_await desk.manager().find_by_key(key);
    co_return order ? Result<bool>(order->has_value()) : fail(order.error());
}

} // namespace

OptionSpec exit_after_option() {
    return {.name = "exit-after",
            .value_name = "SPAN",
            .help = "close what fills so long after each fill, such as 30m; kept by a core that serves",
            .kind = ValueKind::duration};
}

Task<Result<orders::Placed>> place_with_exit(CommandContext& context, orders::OrderForm form,
                                             orders::PlaceOptions options, engine::Permission permission) {
    TradingDesk& desk = context.engine().trading();
    TriggerDesk& triggers = context.engine().triggers();
    const Word* word = context.arguments.find("exit-after");
    // Prices stay at the venue where it can hold them: they guard also while no core is there.
    const bool venue_holds = context.engine().venue().capabilities().linked_orders;
    const bool core_holds = (form.target || form.protect) && !venue_holds;
    if (word == nullptr && !core_holds) {
        Result<orders::Placed> placed = co_await desk.place(std::move(form), std::move(options), permission);
        co_return placed;
    }
    const Result<bool> used = co_await is_used(desk, options.key);
    if (!used) {
        co_return fail(used.error());
    }
    if (*used) { // the exits were armed then
        if (core_holds) {
            form.target.reset();
            form.protect.reset();
        }
        Result<orders::Placed> placed = co_await desk.place(std::move(form), std::move(options), permission);
        co_return placed;
    }
    engine::ExitOf kept{.order_key = options.key, .symbol = form.symbol, .entry_side = form.side};
    if (word != nullptr) {
        const Result<Duration> holding = read_holding(*word, form);
        if (!holding) {
            co_return fail(holding.error());
        }
        kept.holding = *holding;
    }
    if (core_holds) {
        const Result<void> taken = co_await take_over_exits(context, form, kept, options, permission);
        if (!taken) {
            co_return fail(taken.error());
        }
    }
    engine::TriggerWanted wanted{.rule = std::move(kept),
                                 .live = permission.live_option || permission.armed,
                                 .correlation = context.correlation};
    Result<engine::Armed> armed = co_await triggers.arm(std::move(wanted));
    if (!armed) {
        co_return fail(std::move(armed.error()).attempting("arm the exit of the order"));
    }
    const std::string exit = armed->trigger.id;
    const bool may_lack_key = permission.typed || !context.engine().profile().live_rules();
    if (options.key.empty() && may_lack_key) {
        options.key = exit; // the exit finds its order by it
    }
    const std::string key = options.key;
    Result<orders::Placed> placed = co_await desk.place(std::move(form), std::move(options), permission);
    if (!placed && !placed.error().unknown_effect() && desk.ledger().find_by_key(key) == nullptr) {
        const Result<engine::Trigger> removed = co_await triggers.remove(exit);
        (void)removed; // else it ends by itself: its order is never found
    } else {
        context.report.note(exit + " stands armed in this core: " + describe(armed->trigger.rule));
    }
    co_return placed;
}

void warn_of_unwatched_exits(CommandContext& context) {
    for (const std::string& sentence : context.engine().triggers().unwatched_exits()) {
        context.report.warn(sentence);
    }
}

} // namespace tradesh::cli
