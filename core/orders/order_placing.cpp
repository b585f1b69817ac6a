// The half of OrderManager that places orders: from the form to the outcome.

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

ClientOrderId OrderManager::next_id() { return ClientOrderId(id_prefix_ + std::to_string(next_number_++)); }

Task<Result<MarketView>> OrderManager::view_market(const OrderForm& form, const Instrument& instrument) {
    MarketView view;
    view.now = parts_.loop.clock().now();
    if (needs_quote(form) || parts_.risk.wants_quote(form.symbol)) {
        const Result<Quote> quote = co_await parts_.venue.market_data().quote(instrument);
        if (quote) {
            view.quote = *quote;
            parts_.risk.quoted(*quote);
        } else if (needs_quote(form)) { // otherwise the checks say what they miss
            co_return fail(quote.error());
        }
    }
    view.account_asked = parts_.loop.clock().elapsed();
    const Result<venue::TradingSnapshot> snapshot = co_await parts_.venue.trading().snapshot(parts_.loop.clock().now());
    if (!snapshot) {
        co_return fail(snapshot.error());
    }
    view.account = snapshot->account;
    if (view.quote) {
        view.quote_age = age_of(*view.quote, parts_.loop.clock());
    }
    co_return view;
}

/// Everything from here to the ledger entry happens in one turn of the loop, so two orders never count on the same
/// position or limit.
Result<OrderManager::Prepared> OrderManager::prepare(const OrderForm& form, const Instrument& instrument,
                                                     MarketView& view, const PlaceOptions& options) const {
    const HeldPositions& positions = parts_.risk.positions();
    if (const auto held = positions.find(form.symbol); held != positions.end()) {
        view.position_quantity = held->second.quantity;
        const Side reducing = view.position_quantity.is_positive() ? Side::sell : Side::buy;
        view.open_reducing_quantity = ledger_.open_quantity(form.symbol, reducing);
    }
    view.open_quantity = ledger_.open_quantity(form.symbol, Side::buy) + ledger_.open_quantity(form.symbol, Side::sell);
    Result<OrderRequest> request = orders::resolve(form, instrument, view);
    if (!request) {
        return fail(std::move(request.error()));
    }
    const Result<std::vector<OrderRequest>> exits = resolve_exits(form, *request, instrument, view);
    if (!exits) {
        return fail(exits.error());
    }
    if (!exits->empty()) {
        return fail(Error(ErrorKind::refused, "order.no_exits", "exits are not placed yet").on(form.symbol));
    }
    Prepared prepared{.request = std::move(*request), .notional = std::nullopt, .checks = {}};
    prepared.notional = notional_of(prepared.request, instrument, view.quote);
    const venue::Capabilities capabilities = parts_.venue.capabilities();
    const RiskPurpose closing = form.closes ? RiskPurpose::reduce : RiskPurpose::open;
    prepared.checks = parts_.risk.check(AskedOrder{.request = prepared.request,
                                                   .instrument = instrument,
                                                   .purpose = options.flattens ? RiskPurpose::flatten : closing,
                                                   .keyed = !options.key.empty(),
                                                   .quote = view.quote,
                                                   .quote_age = view.quote_age,
                                                   .account = view.account,
                                                   .account_asked = view.account_asked,
                                                   .positions = positions,
                                                   .ledger = ledger_,
                                                   .capabilities = capabilities});
    return prepared;
}

/// The order that the key already stands for; null when the key is free.
Result<const Order*> OrderManager::find_replay(const PlaceOptions& options, const std::string& form) const {
    const Order* first = options.key.empty() ? nullptr : ledger_.find_by_key(options.key);
    if (first == nullptr) {
        return nullptr;
    }
    if (first->form != form) {
        return fail(Error(ErrorKind::refused, "order.key_used",
                          "key '" + options.key + "' already stands for another order: " + first->form)
                        .attempting("place the order")
                        .on(form)
                        .advise("use a new key for a new order"));
    }
    using std::chrono::days;
    const bool same_day =
        std::chrono::floor<days>(first->created) == std::chrono::floor<days>(parts_.loop.clock().now());
    if (!same_day && !options.replay_old) {
        return fail(
            Error(ErrorKind::refused, "order.key_old",
                  "key '" + options.key + "' was used on an earlier trading day, at " + to_rfc3339(first->created))
                .attempting("place the order")
                .on(form)
                .advise("put the date into the key, or add --replay-old to see the first outcome again"));
    }
    return first;
}

Task<Result<Rehearsal>> OrderManager::rehearse(OrderForm form, Instrument instrument, PlaceOptions options) {
    const Result<void> ready = co_await wait_ready();
    if (!ready) {
        co_return fail(ready.error());
    }
    Result<MarketView> view = co_await view_market(form, instrument);
    if (!view) {
        co_return fail(std::move(view.error()));
    }
    Result<Prepared> prepared = prepare(form, instrument, *view, options);
    if (!prepared) {
        co_return fail(std::move(prepared.error()));
    }
    Rehearsal rehearsal{.request = std::move(prepared->request),
                        .notional = prepared->notional,
                        .quote = view->quote,
                        .checks = std::move(prepared->checks)};
    co_return rehearsal;
}

Task<Result<Placed>> OrderManager::place(OrderForm form, Instrument instrument, PlaceOptions options) {
    const Duration received = parts_.loop.clock().elapsed();
    const std::string text = to_text(form);
    const Result<void> ready = co_await wait_ready();
    if (!ready) {
        co_return fail(ready.error());
    }
    const OrderLedger::Hold kept = ledger_.hold(options.key); // whoever uses the key meanwhile stays in sight
    Result<void> recalled = co_await recall_key(options.key);
    if (!recalled) {
        co_return fail(std::move(recalled.error()).attempting("look up the key of the order").on(options.key));
    }
    Result<const Order*> replay = find_replay(options, text);
    std::optional<MarketView> view;
    if (replay && *replay == nullptr) {
        Result<MarketView> seen = co_await view_market(form, instrument);
        if (!seen) {
            co_return fail(std::move(seen.error()));
        }
        view = std::move(*seen);
        replay = find_replay(options, text); // somebody may have used the key meanwhile
    }
    if (!replay) {
        co_return fail(std::move(replay.error()));
    }
    if (*replay != nullptr) {
        const ClientOrderId first = (*replay)->request.id;
        const auto sending = being_sent_.find(first);
        const SendFailure failure = sending == being_sent_.end() ? nullptr : sending->second;
        Result<Placed> placed = co_await await_outcome(first, options, failure);
        if (placed) {
            placed->replayed = true;
        }
        co_return placed;
    }
    Result<Prepared> prepared = prepare(form, instrument, *view, options);
    if (!prepared) {
        co_return fail(std::move(prepared.error()));
    }
    const Result<void> allowed = verdict_of(prepared->checks, prepared->request);
    if (!allowed) {
        co_return fail(allowed.error());
    }
    prepared->request.id = next_id();
    const ClientOrderId id = prepared->request.id;
    parts_.risk.sent(prepared->request, instrument, prepared->notional);
    times_.check.record(parts_.loop.clock().elapsed() - received);
    const SendFailure failure = begin_send(std::move(prepared->request), options, text);
    Result<Placed> placed = co_await await_outcome(id, options, failure);
    co_return placed;
}

OrderManager::SendFailure OrderManager::begin_send(OrderRequest request, PlaceOptions options, std::string form) {
    const ClientOrderId id = request.id;
    OrderIntended intended{{.request = std::move(request), .key = options.key, .form = std::move(form)}};
    ledger_.apply(OrderEvent{.time = parts_.loop.clock().now(), .source = FactSource::user, .fact = intended});
    in_hand_.insert(id);
    const SendFailure failure = std::make_shared<std::optional<Error>>();
    being_sent_.emplace(id, failure);
    options.announce_effect(advice_for(intended.request, options.key));
    tasks_.spawn("send " + id.value, [this, intended = std::move(intended), options](TaskInfo& info) {
        return send(intended, options, info);
    });
    return failure;
}

Task<void> OrderManager::send(OrderIntended intended, PlaceOptions options, TaskInfo& info) {
    const Clock& clock = parts_.loop.clock();
    const ClientOrderId id = intended.request.id;
    const OrderLedger::Hold kept = ledger_.hold(id.value);
    const Duration checked = clock.elapsed();
    info.awaits = "the intent on disk";
    const std::vector<OrderEvent> intent{{.time = clock.now(), .source = FactSource::user, .fact = intended}};
    const Result<void> durable = co_await record(intent, options.correlation);
    if (!durable) {
        drop_unrecorded(id, durable.error());
        co_return;
    }
    const Duration written = clock.elapsed();
    times_.intent.record(written - checked);
    ledger_.mark_sending(id);
    info.awaits = "the wire of " + std::string(parts_.venue.name());
    parts_.log.write(LogLevel::info, "orders", "order.sending", options.correlation, {{"order", id.value}});
    const Result<void> sent = co_await parts_.venue.trading().submit(intended.request);
    times_.wire.record(clock.elapsed() - written);
    if (sent) {
        info.awaits = "the answer of " + std::string(parts_.venue.name());
        const Wake wake = co_await await_answer(id, options.timeout);
        if (wake == Wake::timeout) {
            const OutcomeUnknown silence{id, "no answer within " + tradesh::to_text(options.timeout)};
            co_await note(silence, options.correlation);
        }
    } else {
        *being_sent_.at(id) = sent.error();
        OrderFact failure = OutcomeUnknown{id, sent.error().message};
        if (!sent.error().unknown_effect()) {
            failure = OrderNotSent{id, sent.error().code, sent.error().message};
        }
        co_await note(failure, options.correlation);
    }
    times_.answer.record(clock.elapsed() - written);
    being_sent_.erase(id);
    release(id);
    if (is_unanswered(*ledger_.find(id))) {
        settle_wanted_.set();
    }
}

/// The intent is not on the disk: the order never existed, and its key is free.
void OrderManager::drop_unrecorded(const ClientOrderId& id, Error why) {
    *being_sent_.at(id) = std::move(why);
    being_sent_.erase(id);
    release(id);
    ledger_.forget(id);
    wake_waiters(id);
}

/// Records what became of sending an order; a journal that fails is logged, and the next settlement tells it again.
Task<void> OrderManager::note(OrderFact fact, std::string correlation) {
    const std::vector<OrderEvent> event{
        {.time = parts_.loop.clock().now(), .source = FactSource::venue, .fact = std::move(fact)}};
    const Result<void> noted = co_await record(event, correlation);
    if (!noted) {
        parts_.log.error("orders", "journal.failed", noted.error());
    }
}

/// Waits for the venue's first word on an order; `signalled` when it came.
Task<Wake> OrderManager::await_answer(ClientOrderId id, Duration limit) {
    const Duration end = parts_.loop.clock().elapsed() + limit;
    Wake wake = Wake::signalled;
    while (wake == Wake::signalled && awaits_answer(*ledger_.find(id))) {
        wake = co_await await_change(id, end - parts_.loop.clock().elapsed());
    }
    co_return wake;
}

Task<Result<Placed>> OrderManager::await_outcome(ClientOrderId id, PlaceOptions options, SendFailure failure) {
    const Clock& clock = parts_.loop.clock();
    const OrderLedger::Hold kept = ledger_.hold(id.value);
    const Duration asked = clock.elapsed();
    Wake wake = Wake::signalled;
    while (wake == Wake::signalled) {
        const Order* order = ledger_.find(id);
        if (order == nullptr || is_final(order->state) || order->stands == OrderState::unknown) {
            break;
        }
        // The sender decides when an unanswered order becomes unknown; a waiter only adds a margin to that.
        Duration limit = options.timeout + 5s;
        if (!awaits_answer(*order)) {
            const bool wait_longer =
                options.wait == WaitFor::filled || (options.wait == WaitFor::outcome && fills_at_once(order->request));
            if (!wait_longer) {
                break;
            }
            limit = options.wait == WaitFor::filled ? options.timeout : std::min(options.timeout, fill_grace);
        }
        wake = co_await await_change(id, asked + limit - clock.elapsed());
    }
    Result<Placed> placed = outcome_of(id, options, wake, failure.get());
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

/// `failure` tells why it was not sent, where this process has just tried; null otherwise.
Result<Placed> OrderManager::outcome_of(const ClientOrderId& id, const PlaceOptions& options, Wake last_wake,
                                        const std::optional<Error>* failure) const {
    const Order* order = ledger_.find(id);
    if (order == nullptr) {
        options.settle_effect();
        return fail(Error(failure->value()).attempting("record the order before sending it").on(options.key));
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
                        .advise("nothing was traded; change the order and send it again"));
    }
    if (order->state == OrderState::not_sent) {
        Error error(ErrorKind::connection, order->reason_code, order->reason);
        if (failure != nullptr && *failure) {
            error = **failure;
        }
        return fail(std::move(error).attempting("send order " + id.value).on(describe(order->request)));
    }
    return Placed{.order = *order,
                  .replayed = false,
                  .still_open = options.wait == WaitFor::filled && !is_final(order->state),
                  .interrupted = last_wake == Wake::cancelled};
}

} // namespace tradesh::orders
