#include "cli/commands/order_exit.hpp"

#include "cli/parse/values.hpp"
#include "core/engine/engine.hpp"
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

/// An order that the key made before is shown again, with the exit that it was given then.
Task<bool> is_used(TradingDesk& desk, const std::string& key) {
    if (key.empty()) {
        co_return false;
    }
    const Result<ClientOrderId> order = co_await desk.manager().resolve(key);
    co_return order.has_value();
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
    const bool used = co_await is_used(desk, options.key);
    if (word == nullptr || used) {
        Result<orders::Placed> placed = co_await desk.place(std::move(form), std::move(options), permission);
        co_return placed;
    }
    const Result<Duration> holding = read_holding(*word, form);
    if (!holding) {
        co_return fail(holding.error());
    }
    engine::TriggerWanted wanted{.rule = engine::ExitOf{.order_key = options.key,
                                                        .symbol = form.symbol,
                                                        .entry_side = form.side,
                                                        .holding = *holding},
                                 .live = permission.live_option || permission.armed,
                                 .correlation = context.correlation};
    Result<engine::Armed> armed = co_await triggers.arm(std::move(wanted));
    if (!armed) {
        co_return fail(std::move(armed.error()).attempting("arm the exit of the order").at(word->where()));
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
        context.report.note(exit + " closes what fills " + to_text(*holding) + " after each fill; see: when show " +
                            exit);
    }
    co_return placed;
}

} // namespace tradesh::cli
