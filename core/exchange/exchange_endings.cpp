#include "core/exchange/exchange.hpp"

#include <algorithm>

namespace tradesh::exchange {

void Exchange::withdraw(Order& order) {
    Listing& listing = listings_[order.listing];
    if (listing.is_combo()) {
        std::erase(combos_, order.number);
    } else if (order.is_resting()) {
        listing.book.remove(order.slot);
        order.slot = OrderBook::no_slot;
    } else if (order.queued_at) {
        (order.request.side == Side::buy ? listing.buy_stops : listing.sell_stops)
            .erase(Listing::Stop(*order.queued_at, order.number));
        order.queued_at.reset();
    } else if (order.is_trailing() && !order.triggered) {
        std::erase(listing.trailing, order.number);
    } else if (!order.limit) {
        std::erase(listing.waiting, order.number);
    }
}

/// An order for a combo counts in its legs too, so that they stay quoted.
void Exchange::count_live(const Order& order, bool more) {
    const auto count = [more](std::size_t& live) { live = more ? live + 1 : live - 1; };
    Listing& listing = listings_[order.listing];
    count(live_count_);
    count(accounts_[order.account].live_count);
    count(listing.live_count);
    for (const Listing::Leg& leg : listing.legs) {
        count(listings_[leg.listing].live_count);
    }
}

void Exchange::mark_final(Order& order, OrderState state, Instant now) {
    order.state = state;
    order.updated = now;
    order.slot = OrderBook::no_slot;
    count_live(order, false);
    if (listings_[order.listing].is_combo()) {
        std::erase(combos_, order.number);
    }
    if (order.expires) {
        expiries_.erase({*order.expires, order.number});
    }
    if (order.auction) {
        auctions_.erase({*order.auction, order.listing, order.number});
    }
    update_claim(order);
    detach(order);
    if (order.has_exits) {
        parents_.push_back(order.number);
    }
    final_orders_.push_back(order.number);
    note_change(order);
}

void Exchange::finish(Order& order, OrderState state, const std::string& reason, Instant now, Reach reach) {
    std::vector<std::uint64_t> others;
    if (order.is_grouped() && reach == Reach::group) {
        others = accounts_[order.account].groups.at(order.request.oco_group).members;
    }
    withdraw(order);
    mark_final(order, state, now);
    order.reason = reason;
    if (state == OrderState::expired) {
        tell(order.account, now, Expired{.order = order.request.id});
    } else {
        tell(order.account, now, Cancelled{.order = order.request.id, .reason = order.reason});
    }
    for (const std::uint64_t number : others) {
        Order& other = orders_.at(number);
        const bool ends_by_itself = state == OrderState::expired && other.expires && *other.expires <= now;
        if (other.live() && !ends_by_itself) {
            finish(other, OrderState::cancelled,
                   "one cancels other: " + order.request.id.value + " " + std::string(name_of(state)), now,
                   Reach::alone);
        }
    }
}

void Exchange::settle_in_cash(ListingIndex index, Decimal price, Instant now) {
    const auto concerns = [index](const Listing::Leg& leg) { return leg.listing == index; };
    for (const Order* known : orders()) {
        Order& order = orders_.at(known->number);
        if (order.live() && (order.listing == index || std::ranges::any_of(listings_[order.listing].legs, concerns))) {
            finish(order, OrderState::expired, listings_[index].instrument.symbol + " has expired", now, Reach::alone);
        }
    }
    for (AccountIndex account = 0; account < accounts_.size(); ++account) {
        const Lots held = holding(account, index).quantity;
        if (held == 0) {
            continue;
        }
        const Listing& listing = listings_[index];
        const Side side = held > 0 ? Side::sell : Side::buy;
        book_position(account, index, side, std::abs(held), price, 0);
        tell_fill(account, ClientOrderId(),
                  Fill{.execution = {},
                       .order = {},
                       .symbol = listing.instrument.symbol,
                       .side = side,
                       .quantity = listing.quantity_of(std::abs(held)).normalized(),
                       .price = price,
                       .fee = Money{.amount = 0, .currency = listing.instrument.currency},
                       .time = now,
                       .of = FillOf::leg});
    }
    settle(now);
}

std::optional<Instant> Exchange::next_expiry() const {
    return expiries_.empty() ? std::nullopt : std::optional(expiries_.begin()->first);
}

void Exchange::expire(Instant now) {
    while (!expiries_.empty() && expiries_.begin()->first <= now) {
        const auto [due, number] = *expiries_.begin();
        Order& order = orders_.at(number);
        const bool by_request = order.request.valid_until == due;
        finish(order, OrderState::expired, by_request ? "it was valid until then" : "its session ended", due,
               Reach::group);
        settle(due);
    }
}

std::optional<Exchange::Auction> Exchange::next_auction() const {
    if (auctions_.empty()) {
        return std::nullopt;
    }
    const auto& [time, listing, number] = *auctions_.begin();
    return Auction{.time = time, .listing = listing};
}

void Exchange::hold_auction(ListingIndex index, std::optional<Ticks> price, Instant now) {
    std::vector<std::uint64_t> due;
    for (const auto& [time, listing, number] : auctions_) {
        if (time <= now && listing == index) {
            due.push_back(number);
        }
    }
    Listing& listing = listings_[index];
    listing.last = price ? price : listing.last;
    const std::string at = price ? " at " + listing.price_of(*price).to_string() : " without a price";
    for (const std::uint64_t number : due) {
        Order& order = orders_.at(number);
        if (!order.live()) {
            continue;
        }
        const bool buys = order.request.side == Side::buy;
        const bool within = price && (!order.limit || (buys ? *price <= *order.limit : *price >= *order.limit));
        const Lots lots = within ? affordable(order, order.workable(), *price) : 0;
        if (lots > 0) {
            book_trade(order, lots, *price, now);
        }
        if (order.live()) {
            finish(order, OrderState::expired,
                   (within ? "insufficient buying power for the rest in the auction" : "not filled in the auction") +
                       at,
                   now, Reach::group);
        }
    }
    run_stops(listing, now);
    settle(now);
}

} // namespace tradesh::exchange
