#pragma once

#include "core/orders/order_form.hpp"

/// Sizes against account and position: how an order form's size becomes a quantity.
namespace tradesh::orders {

/// What an order on this side may still take from the position, in units.
Decimal closable(const MarketView& view, Side side);

/// The quantity, in whole lots; zero when the size comes to less than one.
Result<Decimal> resolve_quantity(const OrderForm& form, Side side, const PriceRule& rule, const Instrument& instrument,
                                 const MarketView& view);

/// For a rebalance: side and quantity that bring the position to its share. Error not_found, "order.balanced", when it
/// is there already to the lot.
struct Difference {
    Side side = Side::buy;
    Decimal quantity;
};
Result<Difference> rebalancing(const OrderForm& form, const Instrument& instrument, const MarketView& view);

} // namespace tradesh::orders
