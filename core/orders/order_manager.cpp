#include "core/orders/order_manager.hpp"

#include "core/orders/order_event_codec.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::orders {
namespace {

using namespace std::chrono_literals;
using runtime::LogLevel;
using runtime::Task;
using runtime::Wake;

/// How long a command waits for the first settlement before it gives up.
constexpr Duration ready_limit = 15s;

Error never_recorded(const ClientOrderId& id) {
    return Error(ErrorKind::not_found, "order.never_recorded",
                 "order " + id.value + " could not be written to the journal and was never sent");
}

} // namespace

OrderManager::OrderManager(Parts parts)
    : parts_(std::move(parts)),
      tasks_(parts_.loop),
      ready_(parts_.loop),
      settle_wanted_(parts_.loop) {}

OrderManager::~OrderManager() = default;

std::vector<std::string> OrderManager::take_findings() {
    std::vector<std::string> taken(findings_.begin(), findings_.end());
    findings_.clear();
    return taken;
}

Task<Result<void>> OrderManager::wait_ready() {
    const Wake wake = co_await ready_.wait_for(ready_limit);
    if (wake == Wake::signalled) {
        co_return Result<void>();
    }
    co_return fail(Error(wake == Wake::cancelled ? ErrorKind::cancelled : ErrorKind::timeout, "orders.not_settled",
                         "journal and venue have not been settled yet, and nothing is traded before that")
                       .attempting("trade")
                       .on(parts_.venue.name())
                       .advise("look at 'status'; try again when the venue answers"));
}

// Waiting ------------------------------------------------------------------------------------------------------------

Task<Wake> OrderManager::await_change(ClientOrderId id, Duration limit) {
    std::shared_ptr<runtime::Event>& slot = changes_[id];
    if (!slot) {
        slot = std::make_shared<runtime::Event>(parts_.loop);
    }
    const std::shared_ptr<runtime::Event> change = slot; // outlives the map's entry while we wait
    const Wake wake = co_await change->wait_for(limit);
    const auto entry = changes_.find(id);
    if (entry != changes_.end() && entry->second == change && change.use_count() == 2) {
        changes_.erase(entry); // nobody else waits
    }
    co_return wake;
}

void OrderManager::wake_waiters(const ClientOrderId& id) {
    const auto waiter = changes_.find(id);
    if (waiter != changes_.end()) {
        const std::shared_ptr<runtime::Event> change = waiter->second;
        changes_.erase(waiter);
        change->set();
    }
}

Task<Result<Order>> OrderManager::wait_final(ClientOrderId id, Duration limit) {
    const Duration end = parts_.loop.clock().elapsed() + limit;
    const std::set<ClientOrderId> ids{id};
    const Result<Holds> kept = co_await recall(ids);
    if (!kept) {
        co_return fail(kept.error());
    }
    for (;;) {
        const Order* order = ledger_.find(id);
        if (order == nullptr) {
            co_return fail(never_recorded(id));
        }
        const Duration left = end - parts_.loop.clock().elapsed();
        if (is_final(order->state) || left <= Duration(0)) {
            co_return *order;
        }
        const Wake wake = co_await await_change(id, left);
        if (wake == Wake::cancelled) {
            co_return fail(ErrorKind::cancelled, "order.wait_interrupted",
                           "the waiting was interrupted; the order lives");
        }
    }
}

// Cancelling ---------------------------------------------------------------------------------------------------------

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
        {.time = parts_.loop.clock().now(), .source = FactSource::user, .fact = CancelIntended{id}}};
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

// Recording ----------------------------------------------------------------------------------------------------------

Task<Result<void>> OrderManager::record(std::vector<OrderEvent> events, std::string correlation) {
    std::vector<store::JournalEvent> rows;
    for (const OrderEvent& event : events) {
        store::JournalEvent& row = rows.emplace_back(encode(event));
        row.venue = parts_.venue.name();
        row.account = parts_.account;
        row.session = session_;
        row.correlation = correlation;
    }
    const bool begins = !events.empty() && std::holds_alternative<OrderIntended>(events.front().fact);
    const auto urgency = begins ? store::Journal::Urgency::ordinary : store::Journal::Urgency::essential;
    const Result<std::int64_t> written = co_await parts_.journal.append(std::move(rows), urgency);
    if (!written) {
        co_return fail(written.error());
    }
    for (const OrderEvent& event : events) {
        applied(event);
    }
    co_return Result<void>();
}

/// An event that is durable becomes visible.
void OrderManager::applied(const OrderEvent& event) {
    const ClientOrderId& id = order_of(event.fact);
    const Applied outcome = ledger_.apply(event);
    if (outcome == Applied::out_of_place) {
        parts_.log.write(LogLevel::warning, "orders", "event.out_of_place", "",
                         {{"order", id.value}, {"event", std::string(name_of(event.fact))}});
        parts_.notify("the venue reports '" + std::string(name_of(event.fact)) + "' for order " + id.value +
                      ", which does not fit what is known; 'order reconcile' settles it");
        settle_wanted_.set();
    }
    if (outcome == Applied::changed) {
        parts_.risk.recorded(event);
    }
    const auto* filled = std::get_if<venue::OrderFilled>(&event.fact);
    if (filled != nullptr && outcome == Applied::changed) {
        const Fill& fill = filled->fill;
        if (counted_.erase(fill.execution) == 0) {
            parts_.risk.moved(fill);
        }
        parts_.notify("filled: " + std::string(name_of(fill.side)) + " " + fill.symbol + " " +
                      fill.quantity.to_string() + " @ " + fill.price.to_string() + " (order " + id.value + ")");
    }
    wake_waiters(id);
}

/// Ends one reason why the order is in hand; a send and a cancel may both hold it.
void OrderManager::release(const ClientOrderId& id) { in_hand_.erase(in_hand_.find(id)); }

} // namespace tradesh::orders
