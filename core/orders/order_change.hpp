#pragma once

#include "core/orders/order.hpp"
#include "core/orders/order_form.hpp"

#include <optional>
#include <string>

/// A change of a working order as a person asks for it, and how it becomes a new quantity and price.
namespace tradesh::orders {

/// "quantity 50", "limit +1t", "stop 95 limit 94", "trail 1pct". What is not named stays what it is.
struct OrderChange {
    std::optional<Decimal> quantity{}; ///< the new total, filled part included
    std::optional<PriceWord> limit{};  ///< `present` counts from the order's own limit
    std::optional<PriceWord> stop{};   ///< `present` counts from the order's own stop
    std::optional<TrailForm> trail{};

    // Of the exits that hang on the order; they are changes of those orders.
    std::optional<PriceWord> target{};    ///< `present` counts from the target's limit
    std::optional<ProtectForm> protect{}; ///< `present` counts from the stop's price
    bool protect_entry = false;           ///< "protect entry": the stop goes to the average price of the entry

    bool changes_order() const { return quantity || limit || stop || trail; }
    bool changes_exits() const { return target || protect || protect_entry; }
};

/// "limit +1t quantity 50": canonical, so that a key can stand for it.
std::string to_text(const OrderChange& change);
bool needs_quote(const OrderChange& change);
/// True when an order with this price has every price that the change names.
bool has_prices(const PriceRule& rule, const OrderChange& change);

/// What goes to the venue in the place of the order.
struct Replacement {
    Decimal quantity;
    PriceRule price;
    bool operator==(const Replacement&) const = default;
};

/// The order's own change (not that of its exits). Refusals, with their numbers: a price of another type than the
/// order's ("modify.other_type"), a total not above what has filled ("modify.below_filled"), nothing new
/// ("modify.nothing_new", not_found), an order that is final or an exit whose quantity follows its entry
/// ("modify.exit_quantity"), and those of resolve.
Result<Replacement> resolve_change(const OrderChange& change, const Order& order, const Instrument& instrument,
                                   const MarketView& view);

/// The change of an exit that `change`, made to its entry, asks for; nothing when it asks for none. `entry` tells the
/// average price for "protect entry", which is refused before anything has filled. Usage errors where target and stop
/// do not fit what the exit is are not made here: pick the exit by `is_target`.
std::optional<OrderChange> change_of_exit(const OrderChange& change, bool is_target);
/// A limit is a target; everything else protects.
bool is_target(const OrderRequest& exit);
/// "protect entry": the stop at the average price of the entry, to the tick, away from loss.
Result<OrderChange> protect_at_entry(const Order& entry, const Instrument& instrument);

/// Refused ("modify.exit_side") where the exit would trade at once instead of waiting: beyond the market once its entry
/// has filled something, before that beyond the entry's own price. Whoever wants out at once says `close`. Without a
/// price to compare with nothing is refused; a trailing stop keeps its distance by itself.
Result<void> check_exit_side(const Order& exit, const PriceRule& wanted, const Order& entry,
                             const std::optional<Quote>& quote);

/// The same for the entry: refused where its new price would lie beyond an open exit of it, as on placing.
Result<void> check_entry_side(const Order& entry, const PriceRule& wanted, const Order& exit,
                              const PriceRule& exit_price);

} // namespace tradesh::orders
