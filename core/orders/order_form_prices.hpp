#pragma once

#include "core/orders/order_form.hpp"

/// Price words against the market: how an order form's prices become numbers.
namespace tradesh::orders {

/// A refusal on our side: nothing was sent.
std::unexpected<Error> refuse_form(std::string_view code, std::string message, const OrderForm& form,
                                   std::string_view hint);
/// Without trailing zeros, for messages.
std::string plain(Decimal value);

/// True when the word needs a quote.
bool needs_quote(const PriceWord& word);

/// The quote, when it may be used for a price: there, live, fresh, two-sided, neither crossed nor too wide. Refusals
/// "quote.*" say why not, with the numbers.
Result<Quote> usable_quote(const OrderForm& form, const Instrument& instrument, const MarketView& view);

/// A price word as a price on the instrument's tick. What was computed is rounded as told; what was typed is never
/// moved, and refused when it is off the tick. `present` is what "+2pct" is counted from.
Result<Decimal> resolve_price(const PriceWord& word, const OrderForm& form, Rounding rounding,
                              const Instrument& instrument, const MarketView& view, std::optional<Decimal> present);

/// The price rule of an order on that side. Computed limits and stops are rounded away from aggression: down for a buy,
/// up for a sell.
Result<PriceRule> resolve_rule(const PriceForm& price, const OrderForm& form, Side side, const Instrument& instrument,
                               const MarketView& view);

/// A trailing distance that the venue can keep: above zero, on the tick, below a hundred percent.
Result<TrailingStop> resolve_trail(const TrailForm& trail, const OrderForm& form, const Instrument& instrument);

/// What one unit is reckoned with: the limit, else the stop, else the far side of the quote.
Result<Decimal> reference_price(const PriceRule& rule, Side side, const OrderForm& form, const Instrument& instrument,
                                const MarketView& view);

} // namespace tradesh::orders
