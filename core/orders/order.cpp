#include "core/orders/order.hpp"

#include "core/base/overloaded.hpp"

#include <array>
#include <cassert>
#include <utility>

namespace tradesh::orders {
namespace {

/// The state of an order that the venue holds live.
OrderState live_state(const Order& order) {
    return order.filled.is_zero() ? OrderState::working : OrderState::partially_filled;
}

bool is_unanswered(OrderState state) {
    return state == OrderState::intent || state == OrderState::sending || state == OrderState::unknown;
}

/// Moves the order apart from a cancel that is under way.
Applied stand(Order& order, OrderState state) {
    (order.state == OrderState::cancelling ? order.before_cancel : order.state) = state;
    return Applied::changed;
}

/// Ends an order, keeping what the venue said about it.
Applied finish(Order& order, OrderState state, std::string_view code, std::string_view reason) {
    if (is_final(order.state)) {
        return order.state == state ? Applied::duplicate : Applied::out_of_place;
    }
    order.reason_code = code;
    order.reason = reason;
    order.state = state;
    return Applied::changed;
}

Applied on(Order& order, const venue::OrderAccepted& fact) {
    order.venue_id = fact.venue_id;
    if (!is_unanswered(order) && order.state != OrderState::not_sent) {
        return Applied::duplicate;
    }
    return stand(order, live_state(order));
}

Applied on(Order& order, const venue::OrderFilled& fact) {
    if (!order.executions.insert(fact.fill.execution).second) {
        return Applied::duplicate;
    }
    order.fills.push_back(fact.fill);
    order.filled += fact.fill.quantity;
    order.filled_notional += fact.fill.quantity * fact.fill.price;
    order.fees += fact.fill.fee.amount;
    order.fee_currency = fact.fill.fee.currency;
    if (order.filled >= order.request.quantity) {
        order.state = OrderState::filled;
    } else if (!is_final(order.state) || order.state == OrderState::not_sent) {
        stand(order, OrderState::partially_filled);
    }
    return Applied::changed;
}

Applied on(Order& order, const CancelIntended&) {
    if (is_final(order.state)) {
        return Applied::out_of_place;
    }
    if (order.state == OrderState::cancelling) {
        return Applied::duplicate;
    }
    order.before_cancel = order.state;
    order.state = OrderState::cancelling;
    return Applied::changed;
}

Applied on(Order& order, const venue::CancelRejected& fact) {
    if (order.state != OrderState::cancelling) {
        return Applied::duplicate;
    }
    order.reason_code = fact.code;
    order.reason = fact.message;
    order.state = order.before_cancel;
    return Applied::changed;
}

Applied on(Order& order, const OutcomeUnknown& fact) {
    if (!is_unanswered(order) || standing(order) == OrderState::unknown) {
        return Applied::duplicate; // the answer came while we gave up on it
    }
    order.reason = fact.reason;
    return stand(order, OrderState::unknown);
}

std::string detail_of(const OrderFact& fact) {
    return std::visit(Overloaded{
                          [](const venue::OrderFilled& f) {
                              return f.fill.quantity.to_string() + " @ " + f.fill.price.to_string() + " (" +
                                     f.fill.execution.value + ")";
                          },
                          [](const venue::OrderAccepted& f) { return "venue id " + f.venue_id.value; },
                          [](const venue::OrderRejected& f) { return f.code + ": " + f.message; },
                          [](const venue::CancelRejected& f) { return f.code + ": " + f.message; },
                          [](const venue::OrderCancelled& f) { return f.reason; },
                          [](const OrderNotSent& f) { return f.message; },
                          [](const OutcomeUnknown& f) { return f.reason; },
                          [](const OrderIntended& f) { return f.form; },
                          [](const auto&) { return std::string(); },
                      },
                      fact);
}

void remember(Order& order, const OrderEvent& event) {
    order.updated = event.time;
    order.history.push_back(Transition{.time = event.time,
                                       .event = std::string(name_of(event.fact)),
                                       .source = event.source,
                                       .state = order.state,
                                       .detail = detail_of(event.fact)});
}

} // namespace

std::string_view name_of(FactSource source) {
    constexpr std::array<std::string_view, 3> names{"user", "venue", "reconciliation"};
    return names[static_cast<std::size_t>(source)];
}

const ClientOrderId& order_of(const OrderFact& fact) {
    return std::visit(Overloaded{[](const OrderIntended& f) -> const ClientOrderId& { return f.request.id; },
                                 [](const OrderAdopted& f) -> const ClientOrderId& { return f.order.request.id; },
                                 [](const venue::OrderFilled& f) -> const ClientOrderId& { return f.fill.order; },
                                 [](const auto& f) -> const ClientOrderId& { return f.order; }},
                      fact);
}

bool begins_order(const OrderFact& fact) {
    return std::holds_alternative<OrderIntended>(fact) || std::holds_alternative<OrderAdopted>(fact);
}

std::string_view name_of(const OrderFact& fact) {
    constexpr std::array<std::string_view, std::variant_size_v<OrderFact>> names{
        "intended", "not_sent", "unknown",   "cancel_intended", "adopted",        "accepted",
        "rejected", "filled",   "cancelled", "expired",         "cancel_rejected"};
    return names[fact.index()];
}

std::optional<Decimal> Order::average_price() const {
    if (filled.is_zero()) {
        return std::nullopt;
    }
    int scale = 0;
    for (const Fill& fill : fills) {
        scale = std::max(scale, fill.price.normalized().scale());
    }
    const int digits = std::min(scale + 2, Decimal::scale_max);
    return Decimal::divide(filled_notional, filled, digits, Rounding::half_even).normalized();
}

OrderState standing(const Order& order) {
    return order.state == OrderState::cancelling ? order.before_cancel : order.state;
}

bool is_unanswered(const Order& order) { return is_unanswered(standing(order)); }

std::string describe(const OrderRequest& request) {
    return std::string(name_of(request.side)) + " " + request.symbol + " " + request.quantity.to_string() + " " +
           to_text(request.price);
}

Order begin_order(const OrderEvent& event) {
    Order order;
    order.created = event.time;
    if (const auto* intended = std::get_if<OrderIntended>(&event.fact)) {
        order.request = intended->request;
        order.key = intended->key;
        order.form = intended->form;
    } else {
        const auto& adopted = std::get<OrderAdopted>(event.fact).order;
        order.request = adopted.request;
        order.venue_id = adopted.venue_id;
        order.external = true;
        order.filled = adopted.filled;
        order.filled_notional = adopted.filled * adopted.average_price.value_or(0);
        order.state = live_state(order);
    }
    remember(order, event);
    return order;
}

Applied apply(Order& order, const OrderEvent& event) {
    assert(order_of(event.fact) == order.request.id);
    const Applied applied = std::visit(
        Overloaded{
            [&](const venue::OrderRejected& f) { return finish(order, OrderState::rejected, f.code, f.message); },
            [&](const venue::OrderCancelled& f) { return finish(order, OrderState::cancelled, "", f.reason); },
            [&](const venue::OrderExpired&) { return finish(order, OrderState::expired, "", "its time ran out"); },
            [&](const OrderNotSent& f) { return finish(order, OrderState::not_sent, f.code, f.message); },
            [](const OrderIntended&) { return Applied::duplicate; },
            [](const OrderAdopted&) { return Applied::duplicate; }, [&](const auto& f) { return on(order, f); }},
        event.fact);
    if (applied == Applied::changed) {
        remember(order, event);
    }
    return applied;
}

} // namespace tradesh::orders
