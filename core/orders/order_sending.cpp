// The part of OrderManager that sends: intent to disk, then the wire, then the outcome to disk, then whoever waits.

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

/// How long an order that should fill at once may take before `place` answers that it is working.
constexpr Duration fill_grace = 2s;

/// True until the venue has answered or the answer has been given up.
bool awaits_answer(const Order& order) { return is_unanswered(order) && order.stands != OrderState::unknown; }

/// Market orders and those that never rest are expected to end at once.
bool fills_at_once(const OrderRequest& request) {
    return std::holds_alternative<MarketPrice>(request.price) || request.time_in_force == TimeInForce::ioc ||
           request.time_in_force == TimeInForce::fok;
}

std::string advice_for(const OrderRequest& request, const std::string& key) {
    return "order " + request.id.value + " (" + describe(request) + ")" + (key.empty() ? "" : "; key " + key) +
           ": look with 'order show " + request.id.value + "' before sending it again";
}

} // namespace

OrderManager::SendState OrderManager::begin_send(Prepared prepared, PlaceOptions options, std::string form,
                                                 Duration received) {
    std::vector<OrderIntended> intended;
    intended.push_back({{.request = std::move(prepared.request),
                         .key = options.key,
                         .form = std::move(form),
                         .checks = std::move(prepared.checks),
                         .group = options.group,
                         .leg = options.leg,
                         .flattens = options.flattens ? parts_.risk.standing().halts : 0}});
    for (OrderRequest& exit : prepared.exits) {
        std::string text = describe(exit);
        intended.push_back({{.request = std::move(exit),
                             .key = "",
                             .form = std::move(text),
                             .group = options.group,
                             .leg = options.leg}});
    }
    const auto state = std::make_shared<Sending>();
    state->only_reduce = prepared.only_reduces;
    state->received = received;
    state->checked = parts_.loop.clock().elapsed();
    for (const OrderIntended& each : intended) {
        ledger_.apply(OrderEvent{.time = parts_.loop.clock().now(), .source = FactSource::user, .fact = each});
        in_hand_.insert(each.request.id);
        being_sent_.emplace(each.request.id, state);
    }
    options.announce_effect(advice_for(intended.front().request, options.key));
    tasks_.spawn("send " + intended.front().request.id.value,
                 [this, intended = std::move(intended), state, options](TaskInfo& info) {
                     return send(intended, state, options, info);
                 });
    return state;
}

/// Orders that belong together share one commit and one message to the venue.
Task<void> OrderManager::send(std::vector<OrderIntended> intended, SendState state, PlaceOptions options,
                              TaskInfo& info) {
    const Clock& clock = parts_.loop.clock();
    Holds kept;
    std::vector<OrderEvent> intents;
    for (const OrderIntended& each : intended) {
        kept.push_back(ledger_.hold(each.request.id.value));
        intents.push_back({.time = clock.now(), .source = FactSource::user, .fact = each});
    }
    info.awaits = "the intent on disk";
    const auto urgency = state->only_reduce ? store::Journal::Urgency::essential : store::Journal::Urgency::ordinary;
    const Result<void> durable = co_await record(std::move(intents), options.correlation, urgency);
    if (!durable) {
        drop_unrecorded(intended, *state, durable.error());
        co_return;
    }
    state->durable = clock.elapsed();
    times_.intent.record(*state->durable - state->checked);
    if (const Result<void> unheard = mark_sending(intended, options.correlation); !unheard) {
        state->failure = unheard.error();
        end_sending(intended);
        wake_waiters(intended.front().request.id);
        co_return;
    }
    info.awaits = "the wire of " + std::string(parts_.venue.name());
    state->on_wire = clock.elapsed(); // handed over; later, where the call is back before the answer
    Result<void> sent = co_await submit(intended);
    if (!state->heard) {
        state->on_wire = clock.elapsed();
    }
    times_.wire.record(*state->on_wire - *state->durable);
    if (sent) {
        info.awaits = "the answer of " + std::string(parts_.venue.name());
        co_await await_answers(intended, options);
    } else {
        state->failure = sent.error();
        co_await note_failure(intended, std::move(sent.error()), options.correlation);
    }
    times_.answer.record(clock.elapsed() - *state->on_wire);
    end_sending(intended);
}

/// The last look before they go out. An order of which the venue has spoken already is not ours: it has our id.
Result<void> OrderManager::mark_sending(const std::vector<OrderIntended>& intended, const std::string& correlation) {
    for (const OrderIntended& each : intended) {
        const std::string& id = each.request.id.value;
        if (ledger_.find(each.request.id)->stands != OrderState::intent) {
            parts_.log.write(LogLevel::error, "orders", "order.id_taken", correlation, {{"order", id}});
            return fail(Error(ErrorKind::refused, "order.id_taken",
                              "the venue already has an order " + id + " that this journal did not know")
                            .advise("nothing was sent; look with 'order show " + id + "' and send it again"));
        }
    }
    for (const OrderIntended& each : intended) {
        ledger_.mark_sending(each.request.id);
        parts_.log.write(LogLevel::info, "orders", "order.sending", correlation, {{"order", each.request.id.value}});
    }
    return {};
}

void OrderManager::end_sending(const std::vector<OrderIntended>& intended) {
    for (const OrderIntended& each : intended) {
        being_sent_.erase(each.request.id);
        release(each.request.id);
        if (is_unanswered(*ledger_.find(each.request.id))) {
            settle_wanted_.set();
        }
    }
}

Task<Result<void>> OrderManager::submit(const std::vector<OrderIntended>& intended) {
    if (intended.size() == 1) {
        Result<void> sent = co_await parts_.venue.trading().submit(intended.front().request);
        co_return sent;
    }
    std::vector<OrderRequest> requests;
    for (const OrderIntended& each : intended) {
        requests.push_back(each.request);
    }
    Result<void> sent = co_await parts_.venue.trading().submit_linked(std::move(requests));
    co_return sent;
}

/// Waits for the venue's word on each of them; what is still unanswered then is unknown.
Task<void> OrderManager::await_answers(const std::vector<OrderIntended>& intended, PlaceOptions options) {
    const Duration end = parts_.loop.clock().elapsed() + options.timeout;
    std::vector<OrderFact> silences;
    for (const OrderIntended& each : intended) {
        const ClientOrderId id = each.request.id;
        const Wake wake = co_await await_answer(id, end - parts_.loop.clock().elapsed());
        if (wake == Wake::timeout) {
            silences.push_back(OutcomeUnknown{id, "no answer within " + tradesh::to_text(options.timeout)});
        }
    }
    if (!silences.empty()) {
        co_await note(std::move(silences), FactSource::venue, options.correlation);
    }
}

Task<void> OrderManager::note_failure(const std::vector<OrderIntended>& intended, Error why, std::string correlation) {
    std::vector<OrderFact> facts;
    for (const OrderIntended& each : intended) {
        if (why.unknown_effect()) {
            facts.push_back(OutcomeUnknown{each.request.id, why.message});
        } else {
            facts.push_back(OrderNotSent{each.request.id, why.code, why.message});
        }
    }
    co_await note(std::move(facts), FactSource::venue, correlation);
}

/// The intent is not on the disk: the orders never existed, and their key is free.
void OrderManager::drop_unrecorded(const std::vector<OrderIntended>& intended, Sending& state, Error why) {
    state.failure = std::move(why);
    for (const OrderIntended& each : intended) {
        const ClientOrderId& id = each.request.id;
        being_sent_.erase(id);
        release(id);
        ledger_.forget(id);
        wake_waiters(id);
    }
}

/// Adds how long sending took to the first word that the venue says of an order: in the same commit, it costs nothing.
void OrderManager::add_timing(std::vector<OrderEvent>& news) {
    const Duration heard = parts_.loop.clock().elapsed();
    std::set<ClientOrderId> timed;
    for (std::size_t i = 0, count = news.size(); i < count; ++i) {
        const ClientOrderId id = order_of(news[i].fact);
        const auto sending = being_sent_.find(id);
        if (sending == being_sent_.end() || !sending->second->on_wire || ledger_.find(id)->times ||
            !timed.insert(id).second) {
            continue;
        }
        const Sending& stages = *sending->second;
        sending->second->heard = true;
        news.push_back({.time = news[i].time,
                        .source = FactSource::user,
                        .fact = OrderTimed{.order = id,
                                           .checked = stages.checked - stages.received,
                                           .durable = *stages.durable - stages.checked,
                                           .wire = *stages.on_wire - *stages.durable,
                                           .answer = heard - *stages.on_wire}});
    }
}

/// Records what became of sending; a journal that fails is logged, and the next settlement tells it again.
Task<void> OrderManager::note(std::vector<OrderFact> facts, FactSource source, std::string correlation) {
    std::vector<OrderEvent> events;
    for (OrderFact& fact : facts) {
        events.push_back({.time = parts_.loop.clock().now(), .source = source, .fact = std::move(fact)});
    }
    const Result<void> noted = co_await record(std::move(events), std::move(correlation));
    if (!noted) {
        parts_.log.error("orders", "journal.failed", noted.error());
    }
}

/// Waits for the venue's first word on an order; `signalled` when it came, or when the order could not be recorded and
/// is gone.
Task<Wake> OrderManager::await_answer(ClientOrderId id, Duration limit) {
    const Duration end = parts_.loop.clock().elapsed() + limit;
    Wake wake = Wake::signalled;
    for (const Order* order = ledger_.find(id); wake == Wake::signalled && order != nullptr && awaits_answer(*order);
         order = ledger_.find(id)) {
        wake = co_await await_change(id, end - parts_.loop.clock().elapsed());
    }
    co_return wake;
}

Task<Result<Placed>> OrderManager::await_outcome(ClientOrderId id, PlaceOptions options, SendState state) {
    const Clock& clock = parts_.loop.clock();
    const OrderLedger::Hold kept = ledger_.hold(id.value);
    const Duration asked = clock.elapsed();
    Wake wake = Wake::signalled;
    while (wake == Wake::signalled) {
        const Order* order = ledger_.find(id);
        const bool is_over = order == nullptr || is_final(order->state) || order->stands == OrderState::unknown;
        if (is_over || (state && state->was_refused())) {
            break;
        }
        // The sender decides when an unanswered order becomes unknown; a waiter only adds a margin to that.
        Duration limit = options.timeout + 5s;
        if (!awaits_answer(*order) && order->stands != OrderState::pending_new) {
            const bool wait_longer =
                options.wait == WaitFor::filled || (options.wait == WaitFor::outcome && fills_at_once(order->request));
            if (!wait_longer) {
                break;
            }
            limit = options.wait == WaitFor::filled ? options.timeout : std::min(options.timeout, fill_grace);
        }
        wake = co_await await_change(id, asked + limit - clock.elapsed());
    }
    Result<Placed> placed = outcome_of(id, options, wake, state.get());
    co_return placed;
}

Error OrderManager::unknown_outcome(const Order& order, std::string why) const {
    return Error(ErrorKind::unknown, "order.unknown",
                 "it is not known whether order " + order.request.id.value + " reached the venue: " + std::move(why))
        .attempting("place the order")
        .on(describe(order.request))
        .advise("do not send it again; 'order show " + order.request.id.value +
                "' tells once the venue has been asked");
}

/// `state` tells why it was not sent, where this process has just tried; null otherwise.
Result<Placed> OrderManager::outcome_of(const ClientOrderId& id, const PlaceOptions& options, Wake last_wake,
                                        const Sending* state) const {
    const Order* order = ledger_.find(id);
    if (order == nullptr) {
        options.settle_effect();
        return fail(Error(state->failure.value()).attempting("record the order before sending it").on(options.key));
    }
    if (state != nullptr && state->was_refused()) {
        options.settle_effect();
        return fail(Error(*state->failure).attempting("place the order").on(describe(order->request)));
    }
    if (awaits_answer(*order)) { // the waiting ended before the answer came
        return fail(unknown_outcome(*order, last_wake == Wake::cancelled ? "the waiting was interrupted"
                                                                         : "no answer came in time"));
    }
    if (order->stands == OrderState::unknown) {
        return fail(unknown_outcome(*order, order->reason));
    }
    options.settle_effect();
    if (order->state == OrderState::rejected) {
        return fail(Error(ErrorKind::rejected, "order.rejected", "the venue rejected order " + id.value)
                        .attempting("place the order")
                        .on(describe(order->request))
                        .from_venue(order->reason_code, order->reason)
                        .advise(order->key.empty()
                                    ? "nothing was traded; change the order and send it again"
                                    : "nothing was traded; change the order and send it with a new key"));
    }
    if (order->state == OrderState::not_sent) {
        Error error(ErrorKind::connection, order->reason_code, order->reason);
        if (state != nullptr && state->failure) {
            error = *state->failure;
        }
        const std::string free = options.key.empty() ? "it may be sent again" : "the same key may be sent now";
        return fail(std::move(error)
                        .attempting("send order " + id.value)
                        .on(describe(order->request))
                        .advise("nothing was sent and nothing traded: " + free));
    }
    return Placed{.order = *order,
                  .exits = linked_in_memory(*order),
                  .replayed = false,
                  .still_open = options.wait == WaitFor::filled && !is_final(order->state),
                  .interrupted = last_wake == Wake::cancelled};
}

} // namespace tradesh::orders
