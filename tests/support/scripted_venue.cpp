#include "tests/support/scripted_venue.hpp"

#include "core/runtime/event.hpp"

#include <stdexcept>
#include <utility>

namespace tradesh::test {

using runtime::Task;
using Script = ScriptedExchange::Script;

// Scripts ------------------------------------------------------------------------------------------------------------

Script& Script::then_ack() {
    return then([](ScriptedExchange& exchange, const ClientOrderId& id) { exchange.accept(id, true); });
}

Script& Script::drop_ack() {
    return then([](ScriptedExchange& exchange, const ClientOrderId& id) { exchange.accept(id, false); });
}

Script& Script::then_fill(Decimal amount, Decimal price) {
    return then(
        [amount, price](ScriptedExchange& exchange, const ClientOrderId& id) { exchange.fill(id, amount, price); });
}

Script& Script::duplicate_fill() {
    return then([](ScriptedExchange& exchange, const ClientOrderId&) { exchange.repeat_last_fill(); });
}

Script& Script::then_reject(std::string code, std::string words) {
    return then([code, words, of = kind](ScriptedExchange& exchange, const ClientOrderId& id) {
        if (of == Kind::cancel) {
            exchange.tell({.time = exchange.now(), .what = venue::CancelRejected{id, code, words}});
            return;
        }
        if (of == Kind::replace) {
            exchange.tell({.time = exchange.now(), .what = venue::ReplaceRejected{id, code, words}});
            return;
        }
        exchange.orders_[id] = VenueOrder{.request = exchange.requests_.at(id),
                                          .venue_id = {},
                                          .state = OrderState::rejected,
                                          .filled = 0,
                                          .average_price = std::nullopt,
                                          .reason = words,
                                          .updated = exchange.now()};
        exchange.tell({.time = exchange.now(), .what = venue::OrderRejected{id, code, words}});
        exchange.end_exits_of(id);
    });
}

Script& Script::then_cancel() {
    return then([](ScriptedExchange& exchange, const ClientOrderId& id) { exchange.withdraw(id, "by request"); });
}

Script& Script::then_replace() {
    return then([](ScriptedExchange& exchange, const ClientOrderId& id) {
        const VenueOrder* order = exchange.find(id);
        const auto& [wanted, price] = exchange.wishes_.at(id);
        if (order == nullptr || is_final(order->state) || wanted <= order->filled) {
            exchange.tell({.time = exchange.now(), .what = venue::ReplaceRejected{id, "no_such_order", "not open"}});
            return;
        }
        exchange.change(id, wanted, price);
    });
}

Script& Script::fail_before_wire() {
    failure = Error(ErrorKind::connection, "scripted.no_link", "the link broke before the request left");
    arrives = false;
    return *this;
}

Script& Script::fail_unknown(bool it_arrives) {
    failure = Error(ErrorKind::unknown, "scripted.link_lost", "the link broke while the request was on its way");
    arrives = it_arrives;
    return *this;
}

Script& Script::vanish() {
    arrives = false;
    return *this;
}

// Exchange -----------------------------------------------------------------------------------------------------------

Script& ScriptedExchange::expect_submit(std::string symbol, Decimal quantity) {
    const auto& script = scripts_.emplace_back(std::make_shared<Script>());
    script->symbol = std::move(symbol);
    script->quantity = quantity;
    return *script;
}

Script& ScriptedExchange::expect_cancel() {
    const auto& script = scripts_.emplace_back(std::make_shared<Script>());
    script->kind = Kind::cancel;
    return *script;
}

Script& ScriptedExchange::expect_replace() {
    const auto& script = scripts_.emplace_back(std::make_shared<Script>());
    script->kind = Kind::replace;
    return *script;
}

std::shared_ptr<Script> ScriptedExchange::script_for(Kind kind, const std::string& symbol, Decimal quantity) {
    for (const std::shared_ptr<Script>& script : scripts_) {
        const bool fits = script->kind == kind &&
                          (kind != Kind::submit || (script->symbol == symbol && script->quantity == quantity));
        if (fits && !script->used) {
            script->used = true;
            return script;
        }
    }
    const auto usual = std::make_shared<Script>();
    switch (kind) {
    case Kind::submit: usual->then_ack(); break;
    case Kind::cancel: usual->then_cancel(); break;
    case Kind::replace: usual->then_replace(); break;
    }
    return usual;
}

void ScriptedExchange::submitted(const OrderRequest& request, std::shared_ptr<Script> script) {
    ++submits_[request.id];
    requests_.emplace(request.id, request);
    run(std::move(script), request.id);
}

void ScriptedExchange::cancelled(const ClientOrderId& id, std::shared_ptr<Script> script) {
    ++cancels_;
    run(std::move(script), id);
}

void ScriptedExchange::asked_to_replace(const ClientOrderId& id, Decimal quantity, PriceRule price,
                                        std::shared_ptr<Script> script) {
    ++replaces_;
    wishes_.insert_or_assign(id, std::pair(quantity, std::move(price)));
    run(std::move(script), id);
}

void ScriptedExchange::run(std::shared_ptr<Script> script, ClientOrderId id) {
    if (script->steps.empty()) {
        return;
    }
    ++running_;
    loop_.post([this, script = std::move(script), id = std::move(id)] {
        --running_;
        const Script::Step step = std::move(script->steps.front());
        script->steps.pop_front();
        step(*this, id);
        run(script, id);
    });
}

void ScriptedExchange::accept(const ClientOrderId& id, bool told) {
    const VenueOrderId venue_id("V" + std::to_string(++venue_ids_));
    orders_[id] = VenueOrder{.request = requests_.at(id),
                             .venue_id = venue_id,
                             .state = OrderState::working,
                             .filled = 0,
                             .average_price = std::nullopt,
                             .reason = "",
                             .updated = now()};
    if (told) {
        tell({.time = now(), .what = venue::OrderAccepted{id, venue_id}});
    }
}

void ScriptedExchange::fill(const ClientOrderId& id, Decimal quantity, Decimal price) {
    VenueOrder& order = orders_.at(id);
    const Decimal before = order.filled * order.average_price.value_or(0);
    order.filled += quantity;
    order.average_price = Decimal::divide(before + quantity * price, order.filled, 6, Rounding::half_even);
    order.state = order.filled < order.request.quantity ? OrderState::partially_filled : OrderState::filled;
    order.updated = now();
    fills_.push_back(Fill{.execution = ExecutionId("E" + std::to_string(fills_.size() + 1)),
                          .order = id,
                          .symbol = order.request.symbol,
                          .side = order.request.side,
                          .quantity = quantity,
                          .price = price,
                          .fee = Money{.amount = Decimal::of(35, 2), .currency = Currency("USD")},
                          .time = now()});
    tell({.time = now(), .what = venue::OrderFilled{fills_.back()}});
}

void ScriptedExchange::repeat_last_fill() { tell({.time = now(), .what = venue::OrderFilled{fills_.back()}}); }

void ScriptedExchange::expire(const ClientOrderId& id) {
    orders_.at(id).state = OrderState::expired;
    orders_.at(id).updated = now();
    tell({.time = now(), .what = venue::OrderExpired{id}});
    end_exits_of(id);
}

void ScriptedExchange::withdraw(const ClientOrderId& id, std::string reason) {
    const auto order = orders_.find(id);
    if (order == orders_.end() || is_final(order->second.state)) {
        tell({.time = now(), .what = venue::CancelRejected{id, "no_such_order", "nothing to cancel"}});
        return;
    }
    order->second.state = OrderState::cancelled;
    order->second.reason = reason;
    order->second.updated = now();
    tell({.time = now(), .what = venue::OrderCancelled{id, reason}});
    end_exits_of(id);
}

void ScriptedExchange::change(const ClientOrderId& id, Decimal quantity, PriceRule price) {
    VenueOrder& order = orders_.at(id);
    const Decimal more = quantity - order.request.quantity;
    order.request.quantity = quantity;
    order.request.price = price;
    order.updated = now();
    tell({.time = now(), .what = venue::OrderReplaced{id, quantity, std::move(price), {}}});
    for (auto& [exit_id, exit] : orders_) {
        if (exit.request.parent == id && !is_final(exit.state) && !more.is_zero()) {
            exit.request.quantity += more;
            exit.updated = now();
            tell({.time = now(), .what = venue::OrderReplaced{exit_id, exit.request.quantity, exit.request.price, {}}});
        }
    }
}

void ScriptedExchange::correct_last_fill(Decimal quantity) {
    Fill& last = fills_.back();
    const ExecutionId before = last.execution;
    VenueOrder& order = orders_.at(last.order);
    order.filled += quantity - last.quantity;
    last.execution = ExecutionId(before.value + "c");
    last.quantity = quantity;
    if (!is_final(order.state) || order.state == OrderState::filled) {
        order.state = order.filled.is_zero()                  ? OrderState::working
                      : order.filled < order.request.quantity ? OrderState::partially_filled
                                                              : OrderState::filled;
    }
    tell({.time = now(), .what = venue::ExecutionCorrected{before, last}});
    if (quantity.is_zero()) {
        fills_.pop_back();
    }
}

/// Exits end with an order that ends unfilled.
void ScriptedExchange::end_exits_of(const ClientOrderId& id) {
    std::vector<ClientOrderId> exits;
    for (const auto& [exit, order] : orders_) {
        if (order.request.parent == id && !is_final(order.state) && orders_.at(id).filled.is_zero()) {
            exits.push_back(exit);
        }
    }
    for (const ClientOrderId& exit : exits) {
        withdraw(exit, "its order ended");
    }
}

void ScriptedExchange::rest(OrderRequest request) {
    const ClientOrderId id = request.id;
    requests_.emplace(id, std::move(request));
    accept(id, true);
}

void ScriptedExchange::forget(const ClientOrderId& id) { orders_.erase(id); }

int ScriptedExchange::submits(const ClientOrderId& id) const {
    const auto found = submits_.find(id);
    return found == submits_.end() ? 0 : found->second;
}

int ScriptedExchange::submits() const {
    int all = 0;
    for (const auto& [id, count] : submits_) {
        all += count;
    }
    return all;
}

const VenueOrder* ScriptedExchange::find(const ClientOrderId& id) const {
    const auto found = orders_.find(id);
    return found == orders_.end() ? nullptr : &found->second;
}

void ScriptedExchange::tell(venue::TradingEvent event) {
    if (listener_ == nullptr || !listener_->up_) {
        return;
    }
    if (!listener_->events_.try_push(std::move(event))) {
        throw std::runtime_error("the scripted venue's listener does not keep up");
    }
}

std::vector<Position> ScriptedExchange::positions() const {
    std::map<std::string, Decimal> held = elsewhere_;
    for (const Fill& fill : fills_) {
        held[fill.symbol] += Decimal(sign_of(fill.side)) * fill.quantity;
    }
    std::vector<Position> positions;
    for (const auto& [symbol, quantity] : held) {
        Position& position = positions.emplace_back();
        position.symbol = symbol;
        position.quantity = quantity;
        position.currency = Currency("USD");
    }
    return positions;
}

// Connection ---------------------------------------------------------------------------------------------------------

ScriptedVenue::ScriptedVenue(runtime::Loop& loop, ScriptedExchange& exchange)
    : loop_(loop),
      exchange_(exchange),
      events_(loop, 100'000) {
    exchange_.listener_ = this;
    quote_now.kind = QuoteKind::simulated;
    quote_now.bid = Decimal::of(9990, 2);
    quote_now.ask = Decimal::of(10010, 2);
    quote_now.last = Decimal(100);
}

ScriptedVenue::~ScriptedVenue() { cut(); }

void ScriptedVenue::cut() {
    cut_ = true;
    if (exchange_.listener_ == this) {
        exchange_.listener_ = nullptr;
    }
}

void ScriptedVenue::link_down(std::string reason) {
    exchange_.tell({.time = exchange_.now(), .what = venue::LinkChanged{.up = false, .reason = std::move(reason)}});
    up_ = false;
}

void ScriptedVenue::link_up() {
    up_ = true;
    exchange_.tell({.time = exchange_.now(), .what = venue::LinkChanged{.up = true, .reason = ""}});
}

Task<Result<venue::AccountIdentity>> ScriptedVenue::open() {
    co_return venue::AccountIdentity{.account = "T1", .simulated = true};
}

Task<void> ScriptedVenue::close() {
    events_.close();
    co_return;
}

Task<void> ScriptedVenue::lag(Duration delay) {
    if (delay > Duration(0)) {
        co_await runtime::sleep_for(loop_, delay);
    }
}

Task<Result<void>> ScriptedVenue::reach(Duration delay) {
    co_await lag(delay);
    const auto there = std::make_shared<runtime::Event>(loop_);
    loop_.post([there] { there->set(); });
    co_await there->wait();
    if (cut_) {
        runtime::Event never(loop_);
        co_await never.wait();
        co_return fail(ErrorKind::unknown, "scripted.cut", "the process is gone");
    }
    if (!up_) {
        co_return fail(ErrorKind::connection, "scripted.link_down", "the link to the venue is down");
    }
    co_return Result<void>();
}

Task<Result<void>> ScriptedVenue::submit(OrderRequest request) {
    Result<void> reached = co_await reach(exchange_.delays.submit);
    if (!reached) {
        co_return reached;
    }
    const std::shared_ptr<Script> script =
        exchange_.script_for(ScriptedExchange::Kind::submit, request.symbol, request.quantity);
    if (script->arrives) {
        exchange_.submitted(request, script);
    }
    co_await lag(exchange_.delays.submit);
    if (script->failure) {
        co_return fail(*script->failure);
    }
    co_return Result<void>();
}

/// The script of the first order decides whether they arrive; each one then goes its own way.
Task<Result<void>> ScriptedVenue::submit_linked(std::vector<OrderRequest> requests) {
    Result<void> reached = co_await reach(exchange_.delays.submit);
    if (!reached) {
        co_return reached;
    }
    std::vector<std::shared_ptr<Script>> scripts;
    for (const OrderRequest& request : requests) {
        scripts.push_back(exchange_.script_for(ScriptedExchange::Kind::submit, request.symbol, request.quantity));
    }
    for (std::size_t i = 0; i < requests.size() && scripts.front()->arrives; ++i) {
        exchange_.submitted(requests[i], scripts[i]);
    }
    if (scripts.front()->failure) {
        co_return fail(*scripts.front()->failure);
    }
    co_return Result<void>();
}

Task<Result<void>> ScriptedVenue::replace(ClientOrderId order, Decimal quantity, PriceRule price) {
    Result<void> reached = co_await reach(exchange_.delays.replace);
    if (!reached) {
        co_return reached;
    }
    const std::shared_ptr<Script> script = exchange_.script_for(ScriptedExchange::Kind::replace, "", 0);
    if (script->arrives) {
        exchange_.asked_to_replace(order, quantity, std::move(price), script);
    }
    if (script->failure) {
        co_return fail(*script->failure);
    }
    co_return Result<void>();
}

Task<Result<void>> ScriptedVenue::cancel(ClientOrderId order) {
    Result<void> reached = co_await reach(exchange_.delays.cancel);
    if (!reached) {
        co_return reached;
    }
    const std::shared_ptr<Script> script = exchange_.script_for(ScriptedExchange::Kind::cancel, "", 0);
    if (script->arrives) {
        exchange_.cancelled(order, script);
    }
    if (script->failure) {
        co_return fail(*script->failure);
    }
    co_return Result<void>();
}

Task<Result<std::optional<VenueOrder>>> ScriptedVenue::find(ClientOrderId order) {
    const Result<void> reached = co_await reach();
    if (!reached) {
        co_return fail(reached.error());
    }
    ++exchange_.finds_;
    const VenueOrder* record = exchange_.find(order);
    const std::optional<VenueOrder> found = record == nullptr ? std::nullopt : std::optional<VenueOrder>(*record);
    co_await lag(exchange_.delays.find);
    co_return found;
}

Task<Result<venue::TradingSnapshot>> ScriptedVenue::snapshot(Instant fills_since) {
    const Result<void> reached = co_await reach();
    if (!reached) {
        co_return fail(reached.error());
    }
    venue::TradingSnapshot snapshot;
    for (const auto& [id, order] : exchange_.orders()) {
        if (!is_final(order.state)) {
            snapshot.open_orders.push_back(order);
        }
    }
    for (std::size_t i = exchange_.listed_from_; i < exchange_.fills_.size(); ++i) {
        const Fill& fill = exchange_.fills_[i];
        if (fill.time >= fills_since) {
            snapshot.fills.push_back(fill);
        }
    }
    snapshot.positions = exchange_.positions();
    snapshot.account.account = "T1";
    snapshot.account.currency = Currency("USD");
    snapshot.account.buying_power = buying_power;
    co_await lag(exchange_.delays.snapshot);
    co_return snapshot;
}

Task<Result<Quote>> ScriptedVenue::quote(Instrument instrument) {
    if (const auto delay = quote_delays.find(instrument.symbol); delay != quote_delays.end()) {
        const bool slept = co_await runtime::sleep_for(loop_, delay->second);
        if (!slept) {
            co_return fail(ErrorKind::cancelled, "quote.cancelled", "nobody waits for it any more");
        }
    }
    Quote quote = quote_now;
    quote.symbol = instrument.symbol;
    quote.received_elapsed = loop_.clock().elapsed();
    co_return quote;
}

} // namespace tradesh::test
