#include "core/exchange/exchange.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::exchange {

/// Puts a live order where it waits: among the stops, in the line of market orders, or in the book.
void Exchange::rest(Listing& listing, Order& order) {
    if (listing.is_combo()) {
        combos_.push_back(order.number);
    } else if (order.is_trailing() && !order.triggered) {
        listing.trailing.push_back(order.number);
    } else if (order.waits_for_stop()) {
        order.queued_at = order.stop;
        (order.request.side == Side::buy ? listing.buy_stops : listing.sell_stops).emplace(*order.stop, order.number);
    } else if (!order.limit) {
        listing.waiting.push_back(order.number);
    } else if (const Lots workable = order.workable(); workable > 0) {
        order.slot = listing.book.rest(order.request.side, *order.limit, workable, order.number, order.account);
    }
}

void Exchange::activate(Order& order, Instant now) {
    order.priority = ++last_priority_;
    note_change(order);
    Listing& listing = listings_[order.listing];
    if (listing.is_combo()) {
        enter_combo(order, now);
    } else if (order.waits_for_stop()) {
        rest(listing, order);
    } else {
        enter(order, now);
    }
    run_stops(listing, now);
}

Lots Exchange::fillable_now(const Order& order) const {
    const Listing& listing = listings_[order.listing];
    const Side side = order.request.side;
    const Ticks limit = order.limit.value_or(OrderBook::no_limit(side));
    Lots fillable = 0;
    Ticks worst = 0;
    std::vector<std::pair<AccountIndex, std::string>> groups;
    listing.book.visit(opposite(side), [&](const OrderBook::Resting& maker) {
        const bool beyond = side == Side::buy ? maker.price > limit : maker.price < limit;
        if (beyond || maker.owner == order.account || fillable >= order.open()) {
            return false;
        }
        Lots offered = maker.open;
        if (maker.owner != house) {
            const Order& other = orders_.at(maker.order);
            offered = other.is_exit() ? std::min(offered, closable_by(other)) : offered;
            if (other.is_grouped()) { // a second order of a group gives nothing that the first has not given
                std::pair group(maker.owner, other.request.oco_group);
                const bool counted = std::ranges::find(groups, group) != groups.end();
                offered = counted ? 0 : offered;
                groups.push_back(std::move(group));
            }
        }
        fillable += offered;
        worst = maker.price;
        return true;
    });
    fillable = std::min(fillable, order.open());
    return fillable == 0 ? 0 : affordable(order, fillable, worst);
}

/// An active order meets the book; what is left of it waits, or ends with the reason.
void Exchange::enter(Order& order, Instant now) {
    const TimeInForce time_in_force = order.request.time_in_force;
    Listing& listing = listings_[order.listing];
    if (time_in_force == TimeInForce::fok) {
        if (const Lots fillable = fillable_now(order); fillable < order.open()) {
            finish(order, OrderState::cancelled,
                   "fill or kill: only " + listing.quantity_of(fillable).to_string() + " could fill at once", now,
                   Reach::group);
            return;
        }
    }
    const std::optional<std::string> ended = execute(order, now);
    if (!order.live()) {
        return;
    }
    if (ended) {
        finish(order, OrderState::cancelled, *ended, now, Reach::group);
    } else if (time_in_force == TimeInForce::ioc) {
        finish(order, OrderState::cancelled, "immediate or cancel: nothing more could fill at once", now, Reach::group);
    } else {
        rest(listing, order);
    }
}

void Exchange::shorten_maker(OrderBook::Resting& maker) {
    if (maker.owner == house) {
        return;
    }
    Order& order = orders_.at(maker.order);
    if (order.is_exit() && order.workable() > closable_by(order)) {
        take_off(order, order.workable() - closable_by(order), "no position is left to exit", Reach::group);
    }
    maker.open = std::min(maker.open, order.workable());
    if (maker.open == 0) {
        order.slot = OrderBook::no_slot;
    }
}

void Exchange::trade_with(Listing& listing, const OrderBook::Resting& maker, Lots lots, Instant now) {
    if (maker.owner != house) {
        book_trade(orders_.at(maker.order), lots, maker.price, now);
    } else if (lots == maker.open) {
        listing.house_slots[maker.order] = OrderBook::no_slot;
    }
}

std::optional<std::string> Exchange::execute(Order& order, Instant now) {
    if (order.is_exit() && !trim_to_position(order, now)) {
        return std::nullopt;
    }
    Listing& listing = listings_[order.listing];
    const Side side = order.request.side;
    std::optional<std::string> ended;
    const auto trade = [&](OrderBook::Resting& maker, Lots offered) -> Lots {
        if (maker.owner == order.account) {
            ended = "self-trade prevention: would meet own order " + orders_.at(maker.order).request.id.value;
            return 0;
        }
        shorten_maker(maker);
        offered = std::min(offered, maker.open);
        const Lots lots = affordable(order, offered, maker.price);
        if (lots < offered) {
            ended = "insufficient buying power for the rest";
        }
        if (lots > 0) {
            listing.last = maker.price;
            book_trade(order, lots, maker.price, now);
            trade_with(listing, maker, lots, now);
        }
        return lots;
    };
    listing.book.match(side, order.limit.value_or(OrderBook::no_limit(side)), order.workable(), trade);
    apply_shrinks(now);
    return ended;
}

void Exchange::book_position(AccountIndex account_index, ListingIndex index, Side side, Lots lots, Decimal price,
                             Decimal fee) {
    Account& account = accounts_[account_index];
    const Listing& listing = listings_[index];
    const Decimal value = listing.value_of(lots, price);
    account.cash -= (side == Side::buy ? value : -value) + fee;
    account.changed = true;
    Holding& held = account.holdings[index];
    account.short_count -= held.quantity < 0 ? 1 : 0;
    held.trade(side, lots, price, listing.instrument.lot, listing.instrument.multiplier);
    held.fees += fee;
    account.short_count += held.quantity < 0 ? 1 : 0;
    changed_holdings_.emplace(account_index, index);
    if (index < account.exposures.size()) { // what closes and what opens has changed
        update_reserved(account_index, index);
    }
}

void Exchange::tell_fill(AccountIndex account, const ClientOrderId& order, Fill fill) {
    fill.execution = ExecutionId(id_prefix_ + "-x" + std::to_string(++last_execution_));
    fill.order = order;
    const Instant time = fill.time;
    tell(account, time, Filled{std::move(fill)});
}

/// One side of a trade: order, cash, fee and position of its owner. The book is the caller's business.
void Exchange::book_trade(Order& order, Lots lots, Ticks ticks, Instant now) {
    const Listing& listing = listings_[order.listing];
    const Decimal price = listing.price_of(ticks);
    const Decimal quantity = listing.quantity_of(lots);
    order.filled += lots;
    order.filled_value += price * quantity;
    const Decimal due =
        fees_.due(listing.quantity_of(order.filled), order.filled_value * listing.instrument.multiplier);
    const Decimal fee = due - order.fees;
    order.fees = due;
    book_position(order.account, order.listing, order.request.side, lots, price, fee);
    tell_fill(order.account, order.request.id,
              Fill{.execution = {},
                   .order = {},
                   .symbol = order.request.symbol,
                   .side = order.request.side,
                   .quantity = quantity.normalized(),
                   .price = price,
                   .fee = Money{.amount = fee, .currency = listing.instrument.currency},
                   .time = now});
    if (order.is_grouped()) {
        take_from_group(order, lots);
    }
    if (order.has_exits) {
        parents_.push_back(order.number);
    }
    if (order.workable() == 0) { // the book drops what has nothing left
        order.slot = OrderBook::no_slot;
    }
    if (order.open() == 0) {
        mark_final(order, OrderState::filled, now);
        return;
    }
    order.state = OrderState::partially_filled;
    order.updated = now;
    note_change(order);
    update_claim(order);
}

void Exchange::lay(Listing& listing, Side side, std::span<const HouseLevel> levels, Instant now) {
    for (const HouseLevel& level : levels) {
        const Lots rest = listing.book.match(side, level.price, level.quantity, [&](auto& maker, Lots offered) {
            shorten_maker(maker);
            const Lots lots = std::min(offered, maker.open);
            if (lots > 0) {
                listing.last = maker.owner == house ? listing.last : maker.price;
                trade_with(listing, maker, lots, now);
            }
            return lots;
        });
        apply_shrinks(now);
        if (rest > 0) {
            const auto index = listing.house_slots.size();
            listing.house_slots.push_back(listing.book.rest(side, level.price, rest, index, house));
        }
    }
}

void Exchange::set_quotes(ListingIndex index, const HouseQuotes& quotes, Instant now) {
    Listing& listing = listings_[index];
    for (const OrderBook::Slot slot : listing.house_slots) {
        if (slot != OrderBook::no_slot) {
            listing.book.remove(slot);
        }
    }
    listing.house_slots.clear();
    listing.last = quotes.last ? quotes.last : listing.last;
    const auto best = [](const std::vector<HouseLevel>& side) {
        return side.empty() ? std::nullopt : std::optional(side.front().price);
    };
    listing.house_bid = best(quotes.bids);
    listing.house_ask = best(quotes.asks);
    lay(listing, Side::sell, quotes.asks, now);
    lay(listing, Side::buy, quotes.bids, now);
    listing.last = quotes.last ? quotes.last : listing.last; // what has just filled on the way is past already
    run_waiting(listing, now);
    run_stops(listing, now);
    settle(now);
}

void Exchange::run_waiting(Listing& listing, Instant now) {
    const std::vector<std::uint64_t> line = std::move(listing.waiting);
    listing.waiting.clear();
    for (const std::uint64_t number : line) {
        Order& order = orders_.at(number);
        if (!order.live()) { // another of its group filled
            continue;
        }
        const std::optional<std::string> ended = execute(order, now);
        if (!order.live()) {
            continue;
        }
        if (ended) {
            finish(order, OrderState::cancelled, *ended, now, Reach::group);
        } else {
            listing.waiting.push_back(number);
        }
    }
}

} // namespace tradesh::exchange
