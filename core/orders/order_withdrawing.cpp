// The part of OrderManager that takes orders back: one when it is asked to, all of them in an emergency, and those
// whose time has come where the venue does not end them by itself.

#include "core/orders/order_manager.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::orders {
namespace {

using namespace std::chrono_literals;
using runtime::LogLevel;
using runtime::Task;
using runtime::TaskInfo;
using runtime::Wake;

/// Pauses between attempts to withdraw while the venue does not confirm.
constexpr Duration withdraw_pause_first = 500ms;
constexpr Duration withdraw_pause_max = 5s;
/// How long one round of cancels is waited for.
constexpr Duration withdraw_round = 2s;
/// How many cancels are handed to the venue at the same time.
constexpr std::size_t cancel_lanes_max = 32;
/// The clock is looked at again so often, should somebody have set it.
constexpr Duration clock_check = 30s;
constexpr Duration never = std::chrono::hours(24 * 365);

Error never_recorded(const ClientOrderId& id) {
    return Error(ErrorKind::not_found, "order.never_recorded",
                 "order " + id.value + " could not be written to the journal and was never sent");
}

} // namespace

/// A cancel must not overtake its order: waits until the order is on its way, and refuses what cannot be cancelled.
Task<Result<void>> OrderManager::wait_cancellable(ClientOrderId id, Duration limit) {
    const Order* order = ledger_.find(id);
    while (order != nullptr && order->state == OrderState::intent) {
        const Wake wake = co_await await_change(id, limit);
        if (wake != Wake::signalled) {
            co_return fail(Error(wake == Wake::cancelled ? ErrorKind::cancelled : ErrorKind::timeout,
                                 "order.still_being_recorded",
                                 "order " + id.value + " is still being written to the journal; no cancel was sent")
                               .attempting("cancel the order")
                               .advise("try again"));
        }
        order = ledger_.find(id);
    }
    if (order == nullptr) {
        co_return fail(never_recorded(id).attempting("cancel the order"));
    }
    if (is_final(order->state)) {
        co_return fail(Error(ErrorKind::refused, "order.final",
                             "order " + id.value + " is already " + std::string(name_of(order->state)))
                           .attempting("cancel the order")
                           .on(describe(order->request)));
    }
    co_return Result<void>();
}

Task<Result<Order>> OrderManager::cancel(ClientOrderId id, PlaceOptions options) {
    if (!options.before_settlement) {
        const Result<void> ready = co_await wait_ready();
        if (!ready) {
            co_return fail(ready.error());
        }
    }
    Result<Order> cancelled = co_await cancel_because(id, "", options);
    co_return cancelled;
}

Task<Result<Order>> OrderManager::cancel_because(ClientOrderId id, std::string reason, PlaceOptions options) {
    const std::set<ClientOrderId> ids{id};
    const Result<Holds> kept = co_await recall(ids);
    if (!kept) {
        co_return fail(kept.error());
    }
    const Result<void> cancellable = co_await wait_cancellable(id, options.timeout);
    if (!cancellable) {
        co_return fail(cancellable.error());
    }
    const std::vector<OrderEvent> intent{
        {.time = parts_.loop.clock().now(), .source = FactSource::user, .fact = CancelIntended{id, std::move(reason)}}};
    in_hand_.insert(id);
    Result<void> durable = co_await record(intent, options.correlation);
    if (!durable) {
        release(id);
        co_return fail(std::move(durable.error()).attempting("record the cancel before sending it").on(id.value));
    }
    options.announce_effect("the cancel of order " + id.value + " may be at the venue: look with 'order show " +
                            id.value + "'");
    Result<Order> cancelled = co_await send_cancel(id, options.timeout);
    release(id);
    if (cancelled || !cancelled.error().unknown_effect()) {
        options.settle_effect();
    }
    const Order& order = *ledger_.find(id);
    if (order.state == OrderState::cancelling || is_unanswered(order)) {
        settle_wanted_.set();
    }
    co_return cancelled;
}

Task<Result<Order>> OrderManager::send_cancel(ClientOrderId id, Duration limit) {
    Result<void> sent = co_await parts_.venue.trading().cancel(id);
    if (!sent) {
        co_return fail(std::move(sent.error()).attempting("cancel order " + id.value));
    }
    const Duration end = parts_.loop.clock().elapsed() + limit;
    Wake wake = Wake::signalled;
    while (wake == Wake::signalled && ledger_.find(id)->state == OrderState::cancelling) {
        wake = co_await await_change(id, end - parts_.loop.clock().elapsed());
    }
    const Order* order = ledger_.find(id);
    if (order->state == OrderState::cancelling) {
        co_return fail(Error(ErrorKind::unknown, "order.cancel_unknown",
                             "the venue has not answered the cancel of order " + id.value)
                           .attempting("cancel the order")
                           .on(describe(order->request))
                           .advise("it may still fill; 'order show " + id.value + "' tells"));
    }
    if (!is_final(order->state)) {
        co_return fail(
            Error(ErrorKind::rejected, "order.cancel_rejected", "the venue refused to cancel order " + id.value)
                .attempting("cancel the order")
                .on(describe(order->request))
                .from_venue(order->reason_code, order->reason));
    }
    if (order->state == OrderState::filled) {
        co_return fail(Error(ErrorKind::rejected, "order.cancel_too_late",
                             "order " + id.value + " was filled before the cancel arrived")
                           .attempting("cancel the order")
                           .on(describe(order->request))
                           .advise("'pos' shows what is held now"));
    }
    co_return *order;
}

// Withdrawing --------------------------------------------------------------------------------------------------------

/// Open orders that a cancel can reach: not those whose intent is still on its way to the disk.
std::vector<ClientOrderId> OrderManager::withdrawable(const OrderFilter& passes) const {
    std::vector<ClientOrderId> ids;
    for (const Order* order : ledger_.open()) {
        const bool being_recorded = order->stands == OrderState::intent && being_sent_.contains(order->request.id);
        if (!being_recorded && passes(*order)) {
            ids.push_back(order->request.id);
        }
    }
    return ids;
}

Task<Withdrawal> OrderManager::withdraw(OrderFilter passes, std::string reason, PlaceOptions options, Duration limit) {
    const Clock& clock = parts_.loop.clock();
    const Duration end = clock.elapsed() + limit;
    const auto cancels = std::make_shared<Cancels>(runtime::Event(parts_.loop), end);
    std::set<ClientOrderId> asked;
    Holds kept;
    bool confirmed = false;
    for (Duration pause = withdraw_pause_first;; pause = std::min(pause * 2, withdraw_pause_max)) {
        const std::vector<ClientOrderId> open = withdrawable(passes);
        for (const ClientOrderId& id : open) {
            if (asked.insert(id).second) {
                kept.push_back(ledger_.hold(id.value));
            }
        }
        co_await send_cancels(open, reason, options.correlation, cancels);
        // The venue's own list says what is left: cancels that were lost, and orders that we did not know of.
        const bool settled = co_await settle_within(end - clock.elapsed());
        confirmed = settled && withdrawable(passes).empty();
        if (confirmed || clock.elapsed() >= end) {
            break;
        }
        const bool slept = co_await runtime::sleep_for(parts_.loop, std::min(pause, end - clock.elapsed()));
        if (!slept) {
            break;
        }
    }
    if (!confirmed) {
        settle_wanted_.set();
    }
    Withdrawal withdrawal;
    for (const ClientOrderId& id : asked) {
        const Order* order = ledger_.find(id);
        if (order != nullptr) {
            (is_final(order->state) ? withdrawal.ended : withdrawal.still_open).push_back(*order);
        }
    }
    co_return withdrawal;
}

/// Settles, but waits no longer than `limit`: false when it failed or is still under way.
Task<bool> OrderManager::settle_within(Duration limit) {
    struct Outcome {
        runtime::Event done;
        bool settled = false;
    };
    if (stopping_) {
        co_return false;
    }
    const auto outcome = std::make_shared<Outcome>(runtime::Event(parts_.loop));
    tasks_.spawn("settle after cancels", [this, outcome](TaskInfo& info) -> Task<void> {
        info.awaits = "the venue's answers";
        std::vector<std::string> findings;
        const Result<void> settled = co_await settle_alone(findings);
        tell(findings);
        outcome->settled = settled.has_value();
        outcome->done.set();
    });
    co_await outcome->done.wait_for(std::max(limit, Duration(0)));
    co_return outcome->settled;
}

/// One round: what can be recorded is, and every cancel goes out whether or not it could be. Waits for the answers, but
/// for no more than a round. What has not gone out by then is still on its way in the next.
Task<void> OrderManager::send_cancels(std::vector<ClientOrderId> ids, std::string reason, std::string correlation,
                                      std::shared_ptr<Cancels> cancels) {
    const Clock& clock = parts_.loop.clock();
    const Duration end = std::min(cancels->end, clock.elapsed() + withdraw_round);
    std::erase_if(ids, [&](const ClientOrderId& id) { return cancels->under_way.contains(id); });
    std::vector<OrderEvent> intents;
    for (const ClientOrderId& id : ids) {
        in_hand_.insert(id);
        intents.push_back({.time = clock.now(), .source = FactSource::user, .fact = CancelIntended{id, reason}});
    }
    if (!intents.empty()) {
        const Result<void> durable = co_await record(std::move(intents), correlation);
        if (!durable) {
            parts_.log.error("orders", "journal.failed", durable.error());
        }
    }
    for (const ClientOrderId& id : ids) {
        in_hand_.insert(id); // until it has gone out, which may take longer than the round
        cancels->under_way.insert(id);
        cancels->waiting.push_back(id);
    }
    for (; !stopping_ && cancels->lanes < std::min(cancel_lanes_max, cancels->waiting.size()); ++cancels->lanes) {
        cancels->all_out.reset();
        tasks_.spawn("cancel orders", [this, cancels](TaskInfo& info) { return run_cancels(cancels, info); });
    }
    Wake wake = Wake::signalled;
    if (!ids.empty()) {
        wake = co_await cancels->all_out.wait_for(std::max(end - clock.elapsed(), Duration(0)));
    }
    for (const ClientOrderId& id : ids) {
        while (wake == Wake::signalled && ledger_.find(id) != nullptr &&
               ledger_.find(id)->state == OrderState::cancelling && clock.elapsed() < end) {
            wake = co_await await_change(id, end - clock.elapsed());
        }
        release(id);
    }
}

/// One of the lanes in which cancels go out side by side: a venue that answers slowly costs its time once, not once for
/// each order. None goes out after the end of the withdrawal.
Task<void> OrderManager::run_cancels(std::shared_ptr<Cancels> cancels, TaskInfo& info) {
    while (!cancels->waiting.empty()) {
        const ClientOrderId id = cancels->waiting.front();
        cancels->waiting.pop_front();
        const Order* order = ledger_.find(id);
        if (order != nullptr && !is_final(order->state) && parts_.loop.clock().elapsed() < cancels->end) {
            info.awaits = "the venue, to cancel " + id.value;
            const Result<void> sent = co_await parts_.venue.trading().cancel(id);
            if (!sent) {
                parts_.log.error("orders", "cancel.failed", sent.error());
            }
        }
        cancels->under_way.erase(id);
        release(id);
    }
    if (--cancels->lanes == 0) {
        cancels->all_out.set();
    }
}

// Ending in time -----------------------------------------------------------------------------------------------------

/// When the next order has to be ended by us; nullopt when none has.
std::optional<Instant> OrderManager::next_end() const {
    std::optional<Instant> next;
    for (const Order* order : ledger_.open()) {
        if (order->request.valid_until && !order->cancel_pending) {
            next = next ? std::min(*next, *order->request.valid_until) : *order->request.valid_until;
        }
    }
    return next;
}

/// Ends orders at their `valid_until` where the venue does not. The ledger is the timer: it survives a restart, and
/// what is overdue then is ended at once.
Task<void> OrderManager::end_in_time(TaskInfo& info) {
    const Clock& clock = parts_.loop.clock();
    info.awaits = "the first settlement";
    const Wake ready = co_await ready_.wait();
    const Instant began = clock.now();
    if (ready != Wake::signalled || parts_.venue.capabilities().valid_until) {
        co_return;
    }
    for (;;) {
        ends_changed_.reset();
        const std::optional<Instant> next = next_end();
        if (!next || *next > clock.now()) {
            info.awaits = next ? "the next order's time" : "an order that ends by itself";
            Duration wait = never;
            if (next) {
                wait = std::min<Duration>(*next - clock.now(), clock_check);
            }
            const Wake wake = co_await ends_changed_.wait_for(wait);
            if (wake == Wake::cancelled) {
                co_return;
            }
            continue;
        }
        const Instant now = clock.now();
        const auto is_due = [now](const Order& order) {
            return order.request.valid_until && *order.request.valid_until <= now;
        };
        for (const ClientOrderId& id : withdrawable(is_due)) {
            const Order& order = *ledger_.find(id);
            const bool late = *order.request.valid_until < began;
            tell({"order " + id.value + " (" + describe(order.request) + ") was to end at " +
                  to_rfc3339(*order.request.valid_until) +
                  (late ? ", while nobody was there: cancelled now" : ": cancelled")});
        }
        info.awaits = "the venue's answers to cancels";
        const PlaceOptions options;
        co_await withdraw(is_due, "its time had come", options, withdraw_round * 5);
        const bool slept = co_await runtime::sleep_for(parts_.loop, withdraw_pause_first);
        if (!slept) {
            co_return;
        }
    }
}

} // namespace tradesh::orders
