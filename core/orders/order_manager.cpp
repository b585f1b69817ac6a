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

/// The execution that a correction replaces.
std::optional<Fill> fill_taken_back(const Order* order, const OrderFact& fact) {
    const auto* correction = std::get_if<venue::ExecutionCorrected>(&fact);
    if (order == nullptr || correction == nullptr) {
        return std::nullopt;
    }
    const auto found = std::ranges::find(order->fills, correction->corrected, &Fill::execution);
    return found == order->fills.end() ? std::nullopt : std::optional(*found);
}

} // namespace

OrderManager::OrderManager(Parts parts)
    : parts_(std::move(parts)),
      tasks_(parts_.loop),
      ready_(parts_.loop),
      settle_wanted_(parts_.loop),
      link_back_(parts_.loop),
      settled_(parts_.loop),
      recorded_(parts_.loop),
      inquiry_changed_(parts_.loop),
      ends_changed_(parts_.loop) {
    settled_.set();
}

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

// Recording ----------------------------------------------------------------------------------------------------------

Task<Result<void>> OrderManager::record(std::vector<OrderEvent> events, std::string correlation,
                                        store::Journal::Urgency urgency) {
    std::vector<store::JournalEvent> rows;
    for (const OrderEvent& event : events) {
        rows.push_back(encode(event));
    }
    for (const OrderEvent& event : events) {
        if (const ExecutionId* execution = added_execution(event.fact)) {
            recording_.emplace(*execution, order_of(event.fact));
        }
    }
    const Result<void> written = co_await write(std::move(rows), urgency, std::move(correlation));
    for (const OrderEvent& event : events) {
        if (const ExecutionId* execution = added_execution(event.fact)) {
            recording_.erase(*execution);
            recorded_.set();
        }
    }
    if (!written) {
        settle_wanted_.set(); // what the venue repeated meanwhile was taken for recorded
        co_return fail(written.error());
    }
    for (const OrderEvent& event : events) {
        applied(event);
    }
    co_return Result<void>();
}

Task<Result<void>> OrderManager::write(std::vector<store::JournalEvent> rows, store::Journal::Urgency urgency,
                                       std::string correlation) {
    for (store::JournalEvent& row : rows) {
        row.venue = parts_.venue.name();
        row.account = parts_.account;
        row.session = session_;
        row.correlation = correlation;
    }
    const Result<std::int64_t> written = co_await parts_.journal.append(std::move(rows), urgency);
    co_return written ? Result<void>() : fail(written.error());
}

/// An event that is durable becomes visible.
void OrderManager::applied(const OrderEvent& event) {
    const ClientOrderId& id = order_of(event.fact);
    const std::optional<Fill> replaced = fill_taken_back(ledger_.find(id), event.fact);
    const Applied outcome = ledger_.apply(event);
    if (outcome == Applied::out_of_place) {
        parts_.log.write(LogLevel::warning, "orders", "event.out_of_place", "",
                         {{"order", id.value}, {"event", std::string(name_of(event.fact))}});
        parts_.notify("the venue reports '" + std::string(name_of(event.fact)) + "' for order " + id.value +
                      ", which does not fit what is known; 'order reconcile' settles it");
        settle_wanted_.set();
    }
    if (outcome == Applied::changed) {
        parts_.risk.recorded(event, replaced ? &*replaced : nullptr);
        const auto* filled = std::get_if<venue::OrderFilled>(&event.fact);
        if (filled != nullptr) {
            tell_fill(*ledger_.find(id), filled->fill);
        }
        if (std::holds_alternative<venue::ExecutionCorrected>(event.fact)) {
            parts_.notify("order " + id.value + ": execution " + detail_of(event.fact));
            settle_wanted_.set(); // what it does to the order and to the position, the venue knows
        }
    }
    const Order* order = ledger_.find(id);
    const bool moves = outcome == Applied::changed || begins_order(event.fact);
    if (moves && order != nullptr && order->request.valid_until) {
        ends_changed_.set(); // also when a cancel that was to end it turns out to be lost
    }
    moved(id);
    wake_waiters(id);
}

void OrderManager::tell_fill(const Order& order, const Fill& fill) {
    if (counted_.erase(fill.execution) == 0) {
        if (!settled_.is_set()) {
            heard_while_settling_.push_back(fill);
        }
        if (fill.of != FillOf::combo && !is_inferred(fill.execution)) {
            parts_.risk.moved(fill);
        }
    }
    parts_.notify("filled: " + std::string(name_of(fill.side)) + " " + fill.symbol + " " + fill.quantity.to_string() +
                  " @ " + fill.price.to_string() + " (order " + order.request.id.value + ")");
}

/// Ends one reason why the order is in hand; a send and a cancel may both hold it.
void OrderManager::release(const ClientOrderId& id) {
    in_hand_.erase(in_hand_.find(id));
    moved(id);
}

/// What the venue is being asked at this moment may be answered with less than is known now.
void OrderManager::moved(const ClientOrderId& id) {
    inquiry_.moved(id);
    if (!settled_.is_set()) {
        moved_while_settling_.insert(id);
    }
}

/// True while an execution of the order is on its way to the disk.
bool OrderManager::records_of(const ClientOrderId& id) const {
    return std::ranges::any_of(recording_, [&](const auto& each) { return each.second == id; });
}

} // namespace tradesh::orders
