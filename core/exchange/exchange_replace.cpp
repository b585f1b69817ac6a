#include "core/exchange/exchange.hpp"

namespace tradesh::exchange {

std::optional<Exchange::Refusal> Exchange::check_replacement(const Order& order, Decimal quantity,
                                                             const PriceRule& price) const {
    const Listing& listing = listings_[order.listing];
    if (name_of(price) != name_of(order.price)) {
        return Refusal{"unsupported", "a " + std::string(name_of(order.price)) + " order cannot become a " +
                                          std::string(name_of(price)) + " order"};
    }
    if (order.triggered && price != order.price) {
        return Refusal{"unsupported", "the stop has triggered; only the quantity can change"};
    }
    if (std::optional<Refusal> refusal = check_numbers(listing, quantity, price)) {
        return refusal;
    }
    if (!order.is_exit()) {
        return listing.lots_of(quantity) == order.quantity || has_one_unit_of_exits(order)
                   ? std::nullopt
                   : std::optional(Refusal{"unsupported", "its exits share its quantity; change or cancel them first"});
    }
    const auto parent = accounts_[order.account].ids.find(order.request.parent.value);
    const bool more_may_fill = parent != accounts_[order.account].ids.end() && orders_.at(parent->second).live();
    const Lots most = more_may_fill ? orders_.at(parent->second).quantity - order.taken : order.allotted - order.taken;
    if (listing.lots_of(quantity) > most) {
        return Refusal{"bad_quantity", "it is an exit of " + order.request.parent.value + ", which allows " +
                                           listing.quantity_of(most).to_string() + " at most"};
    }
    return std::nullopt;
}

/// As much or more than the new quantity has filled: there is nothing left to work.
void Exchange::shorten_to_filled(Order& order, Instant now) {
    withdraw(order);
    order.quantity = order.filled;
    mark_final(order, OrderState::filled, now);
    order.reason = "reduced to what had filled";
    tell(order.account, now,
         Replaced{.order = order.request.id,
                  .quantity = listings_[order.listing].quantity_of(order.filled).normalized(),
                  .price = order.price});
    settle(now);
}

void Exchange::replace(AccountIndex account, const ClientOrderId& id, Decimal quantity, const PriceRule& price,
                       Instant now) {
    const auto refuse = [&](const Refusal& why) {
        tell(account, now, ReplaceRejected{.order = id, .code = why.code, .message = why.message});
    };
    const std::expected<Order*, Refusal> found = find_live(account, id);
    if (!found) {
        refuse(found.error());
        return;
    }
    Order& order = **found;
    if (const std::optional<Refusal> why = check_replacement(order, quantity, price)) {
        refuse(*why);
        return;
    }
    Listing& listing = listings_[order.listing];
    if (listing.lots_of(quantity) <= order.filled) {
        shorten_to_filled(order, now);
        return;
    }
    const Decimal reserved_before = reserved_without(order);
    const auto before = std::tuple(order.quantity, order.price, order.limit, order.stop, order.reference);
    order.quantity = listing.lots_of(quantity);
    order.price = price;
    price_in_ticks(listing, order);
    std::optional<Refusal> why = order.is_exit() ? std::nullopt : check_market(order);
    if (!why) {
        update_claim(order);
        Order* const replaced = &order;
        why = check_means(std::span(&replaced, 1), reserved_before);
    }
    if (why) {
        std::tie(order.quantity, order.price, order.limit, order.stop, order.reference) = before;
        update_claim(order);
        refuse(*why);
        return;
    }
    order.updated = now;
    note_change(order);
    tell(account, now, Replaced{.order = id, .quantity = quantity, .price = price});
    resize_exits(order, order.quantity - std::get<0>(before), now);
    const bool waits = order.state == OrderState::held || order.auction;
    if (waits || (price == std::get<1>(before) && order.quantity <= std::get<0>(before))) {
        shorten_resting(order);
    } else {
        withdraw(order);
        activate(order, now);
    }
    settle(now);
}

} // namespace tradesh::exchange
