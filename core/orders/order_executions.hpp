#pragma once

#include "core/orders/order.hpp"

/// The part of the state machine that counts executions. Each leaves `filled`, `filled_notional` and `fees` as the sums
/// of `fills`, and moves `stands` by them.
namespace tradesh::orders {

/// The state of an order that the venue holds live.
OrderState live_state(const Order& order);

/// True when the order has ended at the venue. One that ended by our own word alone (not sent, denied) has not: the
/// venue may prove it wrong.
bool is_ended(const Order& order);
bool is_unsent(OrderState state);

Applied add_execution(Order& order, const Fill& fill);
Applied correct_execution(Order& order, const venue::ExecutionCorrected& fact);

} // namespace tradesh::orders
