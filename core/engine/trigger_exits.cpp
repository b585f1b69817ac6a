// The half of TriggerDesk that watches the exits which a core keeps.

#include "core/engine/trigger_desk.hpp"
#include "core/orders/fill_reader.hpp"
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
/// A symbol that is traded without a pause: after so many looks an exit acts on what was counted last.
constexpr int looks_on_the_move_max = 20;
/// How long the venue may take to confirm that it let go of an order's exits.
constexpr Duration release_limit = 5s;

std::string close_line(const ExitOf& exit, const ExitDecision& decision) {
    return "order close " + exit.symbol + " " + decision.quantity.to_string() + "sh " +
           (decision.limit ? "limit " + decision.limit->to_string() + " tif ioc" : std::string("market"));
}

/// An exit that stands armed for the same side of the same symbol.
bool is_beside(const Trigger& trigger, const ExitOf& exit) {
    const auto* other = std::get_if<ExitOf>(&trigger.rule);
    return other != nullptr && is_live(trigger.state) && other->symbol == exit.symbol &&
           other->entry_side == exit.entry_side;
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

/// What is held in the direction of the entry, by the positions that orders are checked against.
Decimal TriggerDesk::held_on_book(const ExitOf& exit) const {
    const orders::HeldPositions& positions = parts_.manager.risk().positions();
    const auto held = positions.find(exit.symbol);
    const Decimal quantity = held == positions.end() ? Decimal(0) : held->second.quantity;
    return exit.entry_side == Side::buy ? quantity : -quantity;
}

/// What a fill did to the position, and to which exit it belongs: those that stand armed beside this one know theirs by
/// the keys of their orders.
Movement TriggerDesk::movement_of(const orders::RecordedFill& recorded, const ExitOf& exit) const {
    const Fill& fill = recorded.fill;
    Movement movement{.of = Movement::Of::other,
                      .quantity = fill.side == exit.entry_side ? fill.quantity : -fill.quantity};
    for (const auto& [id, other] : entries_) {
        if (recorded.key.empty() || !is_beside(other->trigger, exit)) {
            continue;
        }
        const bool is_entry = recorded.key == std::get<ExitOf>(other->trigger.rule).order_key;
        if (is_entry || recorded.key.starts_with(id + ".")) {
            movement.of = is_entry ? Movement::Of::entry : Movement::Of::exit;
            movement.keeper = id;
        }
    }
    return movement;
}

/// Counts what others closed, again whenever something has moved. False while positions and executions are on the
/// move: they are not of one moment then.
Task<Result<bool>> TriggerDesk::count_lost(EntryPointer entry, FollowedOrder& followed,
                                           std::set<ClientOrderId> closings) {
    const ExitOf exit = std::get<ExitOf>(entry->trigger.rule);
    if (!followed.order || followed.order->fills.empty()) {
        co_return true;
    }
    const runtime::Wake settled = co_await parts_.manager.wait_settled(Duration(0));
    if (settled != runtime::Wake::signalled) {
        co_return false; // positions are not known before that
    }
    const auto standing = [&] { return std::pair(parts_.manager.ledger().moves(exit.symbol), held_on_book(exit)); };
    const std::pair<std::uint64_t, Decimal> before = standing();
    if (followed.counted == before) {
        co_return true;
    }
    Instant from = followed.order->fills.front().time;
    for (const Fill& fill : followed.order->fills) {
        from = std::min(from, fill.time);
    }
    for (const auto& [id, other] : entries_) { // shares that others keep were bought before they may be sold
        from = is_beside(other->trigger, exit) ? std::min(from, other->trigger.created) : from;
    }
    const ClientOrderId order = followed.order->request.id;
    std::vector<Movement> movements;
    orders::FillReader reader(parts_.journal, from);
    for (;;) {
        const Result<std::vector<orders::RecordedFill>> page = co_await reader.next();
        if (!page) {
            co_return fail(page.error());
        }
        if (page->empty()) {
            break;
        }
        for (const orders::RecordedFill& recorded : *page) {
            const Fill& fill = recorded.fill;
            if (fill.symbol != exit.symbol || fill.of == FillOf::combo || fill.time < from) {
                continue;
            }
            Movement movement = movement_of(recorded, exit);
            if (fill.order == order || closings.contains(fill.order)) {
                movement.of = fill.order == order ? Movement::Of::entry : Movement::Of::exit;
                movement.keeper = entry->trigger.id;
            }
            movements.push_back(std::move(movement));
        }
    }
    const bool stood_still = before == standing();
    const bool is_settled = stood_still && followed.moved_to == before;
    followed.moved_to = standing();
    if (is_settled) {
        followed.lost = closed_by_others(entry->trigger.id, before.second, movements);
        followed.counted = before;
    }
    followed.looks_on_the_move = is_settled ? 0 : followed.looks_on_the_move + 1;
    co_return is_settled || followed.looks_on_the_move > looks_on_the_move_max;
}

/// Nothing, while what it is decided by is on the move.
Task<Result<std::optional<ExitView>>> TriggerDesk::view_exit(EntryPointer entry, FollowedOrder& followed) {
    const ExitOf exit = std::get<ExitOf>(entry->trigger.rule);
    ExitView view{.now = parts_.loop.clock().now()};
    std::set<ClientOrderId> closings;
    for (std::int64_t i = 1; i <= exit.begun; ++i) {
        std::string key = fmt::format("{}.{}", entry->trigger.id, i);
        const Result<std::optional<orders::Order>> closing = co_await order_of_key(std::move(key));
        if (!closing) {
            co_return fail(closing.error());
        }
        const bool is_ours =
            *closing && (*closing)->request.symbol == exit.symbol && (*closing)->request.side != exit.entry_side;
        if (is_ours) { // what is on its way, or may be, is not sent again
            closings.insert((*closing)->request.id);
            view.closed += is_final((*closing)->state) ? (*closing)->filled : (*closing)->request.quantity;
        }
    }
    if (followed.order) {
        view.fills = followed.order->fills;
        view.order_ended = is_final(followed.order->state);
        for (const orders::Order& each : *followed.exits) {
            closings.insert(each.request.id);
            view.closed += each.filled;
        }
    }
    const Result<bool> counted = co_await count_lost(entry, followed, std::move(closings));
    if (!counted) {
        co_return fail(counted.error());
    }
    if (!*counted) {
        co_return std::nullopt;
    }
    view.closed += followed.lost;
    if (exit.target || exit.protect || exit.trailing) {
        Result<Quote> quote = co_await fresh_quote(exit.symbol);
        if (!quote || entry->failures == 0) { // else what is in its way stays told
            entry->doubt = quote ? "" : quote.error().describe();
        }
        if (quote) {
            view.quote = std::move(*quote);
        }
    }
    if (const Result<Decimal> best = Decimal::parse(entry->mark); !entry->mark.empty() && best) {
        view.best = *best;
    }
    co_return std::optional(std::move(view));
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

/// Cuts what is to be closed down to what other open orders leave of the position. False when they leave nothing: it is
/// tried again, for they may end.
bool TriggerDesk::fit_to_room(EntryPointer entry, ExitDecision& decision) {
    const ExitOf& exit = std::get<ExitOf>(entry->trigger.rule);
    const Side closing = exit.entry_side == Side::buy ? Side::sell : Side::buy;
    const Decimal held = held_on_book(exit);
    const Decimal reserved = parts_.manager.ledger().open_quantity(exit.symbol, closing);
    const Decimal free = held > reserved ? held - reserved : Decimal(0);
    const std::string wanted = decision.quantity.normalized().to_string();
    if (free >= decision.quantity) {
        return true;
    }
    if (free.is_positive()) {
        decision.quantity = free;
        decision.reason += ", " + free.normalized().to_string() + " of " + wanted + ": other open orders hold the rest";
        return true;
    }
    count_failure(*entry);
    entry->doubt = "due, and cannot close " + wanted + " " + exit.symbol + ": open orders hold all " +
                   held.normalized().to_string() + " that are held; it is tried again (orders --symbol " + exit.symbol +
                   ")";
    if (entry->failures == 1) {
        parts_.notify(entry->trigger.id + " is " + entry->doubt);
    }
    return false;
}

/// Returns how long to wait before the next look.
Task<Duration> TriggerDesk::act_on(EntryPointer entry, ExitDecision decision, const FollowedOrder& followed) {
    if (decision.over) {
        const bool has_filled = !followed.order->fills.empty();
        const std::string lost = followed.lost.normalized().to_string() + " of its shares";
        const std::string why = !has_filled               ? "its order ended without a fill"
                                : followed.lost.is_zero() ? "everything is closed"
                                                          : "the position was closed otherwise (" + lost + ")";
        const bool ended = co_await run_out(entry, why);
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
    decision.quantity = held ? std::min(decision.quantity, *held) : decision.quantity;
    const bool has_room = fit_to_room(entry, decision);
    if (!has_room) {
        co_return exit_every;
    }
    entry->doubt.clear();
    Trigger due = entry->trigger;
    ExitOf& exit = std::get<ExitOf>(due.rule);
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
    const Result<std::optional<ExitView>> view = co_await view_exit(entry, followed);
    if (!view) { // nothing is sold on the word of half a journal
        entry->doubt = view.error().describe();
        co_return exit_every;
    }
    if (!*view) {
        co_return look_again;
    }
    const ExitDecision decision = decide(exit, **view);
    if (decision.best && decision.best != (*view)->best) {
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
