#include "core/orders/order_executions.hpp"

#include <algorithm>

namespace tradesh::orders {
namespace {

/// A fill of one leg of a combo moves a position and costs its fee, but it is the fill of the combo that moves the
/// order.
void count(Order& order, const Fill& fill, int times) {
    if (fill.of != FillOf::leg) {
        order.filled += Decimal(times) * fill.quantity;
        order.filled_notional += Decimal(times) * fill.quantity * fill.price;
    }
    order.fees += Decimal(times) * fill.fee.amount;
}

void add(Order& order, const Fill& fill) {
    order.fills.push_back(fill);
    if (fill.of != FillOf::combo) {
        order.fee_currency = fill.fee.currency;
    }
    count(order, fill, 1);
}

/// What had been inferred of the executions up to now gives way to the real one.
void replace_inferred(Order& order, const Fill& real) {
    Decimal open = real.quantity;
    for (Fill& fill : order.fills) {
        if (is_inferred(fill.execution) && real.of != FillOf::leg && real.time <= fill.time) {
            Fill part = fill;
            part.quantity = std::min(open, fill.quantity);
            count(order, part, -1);
            fill.quantity -= part.quantity;
            open -= part.quantity;
        }
    }
    std::erase_if(order.fills, [](const Fill& fill) { return fill.quantity.is_zero(); });
}

/// Fills move an order unless its end, or a state that FIX ranks above a partial fill, stands against it.
void stand_as_filled(Order& order) {
    if (order.filled >= order.request.quantity) {
        order.stands = OrderState::filled;
        return;
    }
    const bool keeps = is_ended(order) || order.stands == OrderState::stopped ||
                       order.stands == OrderState::calculated || order.stands == OrderState::done_for_day;
    if (!keeps) {
        order.stands = live_state(order);
    }
}

} // namespace

OrderState live_state(const Order& order) {
    return order.filled.is_zero() ? OrderState::working : OrderState::partially_filled;
}

bool is_unsent(OrderState state) { return state == OrderState::not_sent || state == OrderState::denied; }
bool is_ended(const Order& order) { return is_final(order.stands) && !is_unsent(order.stands); }

Applied add_execution(Order& order, const Fill& fill) {
    if (!order.executions.insert(fill.execution).second) {
        return Applied::duplicate;
    }
    if (!is_inferred(fill.execution)) {
        replace_inferred(order, fill);
    }
    add(order, fill);
    if (fill.of != FillOf::leg) {
        stand_as_filled(order);
    }
    return Applied::changed;
}

Applied correct_execution(Order& order, const venue::ExecutionCorrected& fact) {
    const auto corrected = std::ranges::find(order.fills, fact.corrected, &Fill::execution);
    const bool is_bust = fact.fill.quantity.is_zero();
    const bool was_corrected = order.executions.contains(fact.corrected) && corrected == order.fills.end();
    if (was_corrected || (!is_bust && order.executions.contains(fact.fill.execution))) {
        return Applied::duplicate;
    }
    if (corrected == order.fills.end() && order.external) {
        return Applied::out_of_place; // it may be part of what was filled before we knew the order
    }
    order.executions.insert(fact.corrected); // where it has not been told yet: should it be, it counts no more
    if (corrected != order.fills.end()) {
        count(order, *corrected, -1);
        order.fills.erase(corrected);
    }
    if (!is_bust) {
        order.executions.insert(fact.fill.execution);
        add(order, fact.fill);
    }
    // What was filled and is no more counts as open until the venue says otherwise.
    if (order.stands == OrderState::filled || order.stands == OrderState::partially_filled) {
        order.stands = live_state(order);
    }
    if (!order.filled.is_zero()) {
        stand_as_filled(order);
    }
    return Applied::changed;
}

} // namespace tradesh::orders
