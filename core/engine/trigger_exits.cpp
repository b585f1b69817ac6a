// The half of TriggerDesk that watches the exits which a core keeps.

#include "core/engine/trigger_desk.hpp"
#include "core/orders/order_manager.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace tradesh::engine {

using runtime::Task;
using runtime::TaskInfo;

namespace {

using namespace std::chrono_literals;

/// After something that could not be recorded.
constexpr Duration pause_after_failure = 30s;
constexpr Duration exit_every = quote_every;
constexpr Duration look_again = 50ms;
/// How long the venue may take to confirm that it let go of an order's exits.
constexpr Duration release_limit = 5s;

std::string close_line(const ExitOf& exit, const ExitDecision& decision) {
    return "order close " + exit.symbol + " " + decision.quantity.to_string() + "sh " +
           (decision.limit ? "limit " + decision.limit->to_string() + " tif ioc" : std::string("market"));
}

} // namespace

/// Looks the order up, and the exits that the venue holds for it. What is open, or ended lately, is in memory.
Task<Result<void>> TriggerDesk::follow_order(const ExitOf& exit, FollowedOrder& followed) {
    if (!followed.order || !is_final(followed.order->state)) {
        Result<std::optional<orders::Order>> order = co_await order_of_key(exit.order_key);
        if (!order) {
            co_return fail(std::move(order.error()));
        }
        followed.order = std::move(*order);
    }
    if (!followed.order) {
        co_return Result<void>();
    }
    if (!followed.exits) {
        Result<std::vector<orders::Order>> linked = co_await parts_.manager.linked_to(*followed.order);
        if (!linked) {
            co_return fail(std::move(linked.error()));
        }
        std::erase_if(*linked,
                      [&](const orders::Order& each) { return each.request.parent != followed.order->request.id; });
        followed.exits = std::move(*linked);
    }
    for (orders::Order& each : *followed.exits) {
        if (const orders::Order* now = parts_.manager.ledger().find(each.request.id)) {
            each = *now;
        }
    }
    co_return Result<void>();
}

Task<Result<ExitView>> TriggerDesk::view_exit(EntryPointer entry, const FollowedOrder& followed) {
    const ExitOf exit = std::get<ExitOf>(entry->trigger.rule);
    ExitView view{.now = parts_.loop.clock().now()};
    for (std::int64_t i = 1; i <= exit.begun; ++i) {
        std::string key = fmt::format("{}.{}", entry->trigger.id, i);
        const Result<std::optional<orders::Order>> closing = co_await order_of_key(std::move(key));
        if (!closing) {
            co_return fail(closing.error());
        }
        if (*closing) { // what is on its way, or may be, is not sent again
            view.closed += is_final((*closing)->state) ? (*closing)->filled : (*closing)->request.quantity;
        }
    }
    if (followed.order) {
        view.fills = followed.order->fills;
        view.order_ended = is_final(followed.order->state);
        for (const orders::Order& each : *followed.exits) {
            view.closed += each.filled;
        }
    }
    if (exit.target || exit.protect || exit.trailing) {
        Result<Quote> quote = co_await fresh_quote(exit.symbol);
        entry->doubt = quote ? "" : quote.error().describe();
        if (quote) {
            view.quote = std::move(*quote);
        }
    }
    if (const Result<Decimal> best = Decimal::parse(entry->mark); !entry->mark.empty() && best) {
        view.best = *best;
    }
    co_return view;
}

/// The best price so far is durable before a stop is moved by it.
Task<void> TriggerDesk::keep_best(EntryPointer entry, Decimal best) {
    const std::string mark = best.to_string();
    auto keep = [id = entry->trigger.id, mark](store::JournalFile& file) {
        return store::keep_trigger_mark(file, id, mark);
    };
    const Result<void> kept = co_await parts_.journal.with_file(keep);
    if (kept) {
        entry->mark = mark;
    }
}

/// What is held of the symbol on the side of the entry; nothing when the venue does not tell.
Task<std::optional<Decimal>> TriggerDesk::held_of(const ExitOf& exit) {
    const Result<venue::TradingSnapshot> snapshot = co_await parts_.venue.trading().snapshot(parts_.loop.clock().now());
    if (!snapshot) {
        co_return std::nullopt;
    }
    const auto position = std::ranges::find(snapshot->positions, exit.symbol, &Position::symbol);
    const Decimal quantity = position == snapshot->positions.end() ? Decimal(0) : position->quantity;
    co_return exit.entry_side == Side::buy ? quantity : -quantity;
}

/// Before the core closes anything of an order whose exits the venue holds, the venue lets go of these: else both would
/// sell. The core takes their prices over first, for what is not due yet and in case that the closing is refused. An
/// error leaves them where they are.
Task<Result<void>> TriggerDesk::release_exits(EntryPointer entry, std::vector<orders::Order> exits) {
    const orders::TradingStanding& standing = parts_.manager.risk().standing();
    if (standing.state == orders::TradingState::halted) { // nothing could be closed, and they guard meanwhile
        co_return fail(ErrorKind::refused, "risk.halted", "trading is HALTED: " + standing.reason);
    }
    const Result<Quote> quote = co_await fresh_quote(std::get<ExitOf>(entry->trigger.rule).symbol);
    if (!quote) {
        co_return fail(quote.error());
    }
    Trigger next = entry->trigger;
    ExitOf& kept = std::get<ExitOf>(next.rule);
    std::set<ClientOrderId> ids;
    for (const orders::Order& each : exits) {
        ids.insert(each.request.id);
        if (const auto* target = std::get_if<LimitPrice>(&each.request.price)) {
            kept.target = target->limit;
        } else if (const auto* protect = std::get_if<StopPrice>(&each.request.price)) {
            kept.protect = protect->stop;
        } else if (const auto* trailing = std::get_if<TrailingStop>(&each.request.price)) {
            kept.trailing = *trailing;
        }
    }
    if (entry->busy || entry->trigger.state != TriggerState::armed) {
        co_return fail(ErrorKind::refused, "trigger.firing", entry->trigger.id + " is being taken back");
    }
    entry->busy = true;
    const Result<void> recorded = co_await record(entry, std::move(next), "trigger.exits_taken_over");
    entry->busy = false;
    if (!recorded) {
        co_return fail(recorded.error());
    }
    orders::PlaceOptions options;
    options.correlation = entry->trigger.id;
    const Result<std::vector<orders::Order>> released = co_await parts_.manager.release(
        std::move(ids), entry->trigger.id + " closes the position", options, release_limit);
    co_return released ? Result<void>() : fail(released.error());
}

/// True once no exit of the order is left at the venue.
Task<bool> TriggerDesk::has_released(EntryPointer entry, const FollowedOrder& followed) {
    std::vector<orders::Order> open;
    for (const orders::Order& each : *followed.exits) {
        if (!is_final(each.state)) {
            open.push_back(each);
        }
    }
    if (open.empty()) {
        co_return true;
    }
    const Result<void> released = co_await release_exits(entry, std::move(open));
    if (!released) {
        count_failure(*entry);
        entry->doubt = released.error().describe();
        if (entry->failures == 1) {
            parts_.notify(entry->trigger.id + " is due and waits, the exits at the venue stand: " +
                          released.error().describe() + "; it is tried again");
        }
    }
    co_return false; // what they filled meanwhile is counted first
}

/// Returns how long to wait before the next look.
Task<Duration> TriggerDesk::act_on(EntryPointer entry, ExitDecision decision, const FollowedOrder& followed) {
    if (decision.over) {
        const bool has_filled = !followed.order->fills.empty();
        const bool ended =
            co_await run_out(entry, has_filled ? "everything is closed" : "its order ended without a fill");
        co_return ended ? exit_every : pause_after_failure;
    }
    if (decision.quantity.is_zero() || waits_to_retry(*entry)) {
        co_return exit_every;
    }
    const ExitOf kept = std::get<ExitOf>(entry->trigger.rule);
    const std::optional<Decimal> held = co_await held_of(kept);
    if (held && !held->is_positive() && !is_final(followed.order->state)) {
        co_return exit_every; // closed otherwise; what still fills of the order needs the exit
    }
    if (held && !held->is_positive()) {
        const bool ended = co_await run_out(entry, "the position was closed otherwise");
        co_return ended ? exit_every : pause_after_failure;
    }
    const bool released = co_await has_released(entry, followed);
    if (!released) {
        co_return entry->failures == 0 ? look_again : exit_every;
    }
    Trigger due = entry->trigger;
    ExitOf& exit = std::get<ExitOf>(due.rule);
    decision.quantity = held ? std::min(decision.quantity, *held) : decision.quantity;
    due.occurrence = fmt::format("{}.{}", due.id, ++exit.begun);
    due.command = close_line(exit, decision) + " # " + decision.reason;
    std::string line = due.command;
    co_await fire(entry, std::move(due), std::move(line));
    co_return exit_every;
}

/// One look; returns how long to wait before the next.
Task<Duration> TriggerDesk::look_at_exit(EntryPointer entry, FollowedOrder& followed) {
    const ExitOf exit = std::get<ExitOf>(entry->trigger.rule);
    const Result<void> found = co_await follow_order(exit, followed);
    if (found && !followed.order && entry->from_before) {
        co_await run_out(entry, "its order was never sent");
        co_return exit_every;
    }
    if (!found) {
        entry->doubt = found.error().describe();
        co_return exit_every;
    }
    const Result<ExitView> view = co_await view_exit(entry, followed);
    if (!view) { // nothing is sold on the word of half a journal
        entry->doubt = view.error().describe();
        co_return exit_every;
    }
    const ExitDecision decision = decide(exit, *view);
    if (decision.best && decision.best != view->best) {
        co_await keep_best(entry, *decision.best);
    }
    const Duration wait = co_await act_on(entry, decision, followed);
    co_return wait;
}

Task<void> TriggerDesk::watch_exit(EntryPointer entry, TaskInfo& info) {
    FollowedOrder followed;
    for (;;) {
        info.awaits = "fills and quotes of " + std::get<ExitOf>(entry->trigger.rule).symbol;
        const Duration wait = co_await look_at_exit(entry, followed);
        const bool waits = co_await pause(entry, wait);
        if (!waits) {
            co_return;
        }
    }
}

} // namespace tradesh::engine
