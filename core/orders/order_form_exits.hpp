#pragma once

#include "core/orders/order_form.hpp"

/// Exits of an order: where they stand against its entry.
namespace tradesh::orders {

/// How far the protecting stop lies from the entry, in the instrument's currency; above zero. Refused without a
/// protecting stop.
Result<Decimal> protect_distance(const OrderForm& form, Side side, const PriceRule& rule, const Instrument& instrument,
                                 const MarketView& view);

} // namespace tradesh::orders
