#pragma once

#include "core/orders/risk_question.hpp"

#include <optional>
#include <string_view>

/// What would be held if every open order filled, on the side where that is worst. Pure.
namespace tradesh::orders {

/// Quantity that open orders of the symbol on one side can still add. Exits only take away and do not count; of orders
/// that cancel one another the largest counts. The order that is being replaced does not count.
Decimal open_on_side(const AskedOrder& asked, std::string_view symbol, Side side);

/// What the asked order can still fill.
Decimal remaining_of(const AskedOrder& asked);

/// The position in the asked symbol, signed, once the asked order and every open one on its side have filled.
Decimal position_after(const AskedOrder& asked);

/// What the asked order's instrument is worth: the middle of the quote, else the order's own price; nullopt when there
/// is neither.
std::optional<Decimal> reference_price(const AskedOrder& asked);

/// quantity * reference price * multiplier of the asked instrument; of a combo what that many can cost at most
/// (at_risk). nullopt without a price.
std::optional<Money> value_of(const AskedOrder& asked, Decimal quantity);

/// Values of all positions and of the worse side of all open orders, the asked one included, in one currency. Errors
/// name the symbol that has no price or the rate that is missing.
Result<Money> gross_exposure(const RiskQuestion& question, Currency currency);

/// What the asked order or, as a change, the one before it can cost at most: `request` is one of the two. nullopt
/// without a price.
std::optional<Money> cost_of(const AskedOrder& asked, const OrderRequest& request);

/// An amount in another currency by the question's rates and limits.
Result<Money> in_currency(const RiskQuestion& question, const Money& amount, Currency currency);

} // namespace tradesh::orders
