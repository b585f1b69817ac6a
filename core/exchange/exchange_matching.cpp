#include "core/exchange/exchange.hpp"

#include <algorithm>

namespace tradesh::exchange {

Ticks Exchange::ticks_of(const Listing& listing, Decimal price) {
    return Decimal::divide(price, listing.instrument.tick, 0, Rounding::half_even).to_whole();
}

/// Puts a live order where it waits: among the stops, in the line of market orders, or in the book.
void Exchange::rest(Listing& listing, Order& order) {
    if (order.waits_for_stop()) {
        listing.stops.insert(order.number);
    } else if (const std::optional<Decimal> limit = order.limit()) {
        order.slot =
            listing.book.rest(order.request.side, ticks_of(listing, *limit), order.open(), order.number, order.account);
    } else {
        listing.waiting.push_back(order.number);
    }
}

void Exchange::activate(Order& order, Instant now) {
    order.priority = ++last_priority_;
    changed_orders_.insert(order.number);
    Listing& listing = listings_[order.listing];
    if (order.waits_for_stop()) {
        rest(listing, order);
    } else {
        enter(order, now);
    }
    run_stops(listing, now);
}

Lots Exchange::fillable_now(const Order& order) const {
    const Listing& listing = listings_[order.listing];
    const Side side = order.request.side;
    const std::optional<Decimal> limit = order.limit();
    const Ticks limit_ticks = limit ? ticks_of(listing, *limit) : OrderBook::no_limit(side);
    Lots fillable = 0;
    Ticks worst = 0;
    listing.book.visit(opposite(side), [&](const OrderBook::Resting& maker) {
        const bool beyond = side == Side::buy ? maker.price > limit_ticks : maker.price < limit_ticks;
        if (beyond || maker.owner == order.account || fillable >= order.open()) {
            return false;
        }
        fillable += maker.open;
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
                   "fill or kill: only " + listing.quantity_of(fillable).to_string() + " could fill at once", now);
            return;
        }
    }
    const std::optional<std::string> ended = execute(order, now);
    if (!order.live()) {
        return;
    }
    if (ended) {
        finish(order, OrderState::cancelled, *ended, now);
    } else if (time_in_force == TimeInForce::ioc) {
        finish(order, OrderState::cancelled, "immediate or cancel: nothing more could fill at once", now);
    } else {
        rest(listing, order);
    }
}

std::optional<std::string> Exchange::execute(Order& order, Instant now) {
    Listing& listing = listings_[order.listing];
    const Side side = order.request.side;
    const std::optional<Decimal> limit = order.limit();
    const Ticks limit_ticks = limit ? ticks_of(listing, *limit) : OrderBook::no_limit(side);
    std::optional<std::string> ended;
    listing.book.match(side, limit_ticks, order.open(), [&](const OrderBook::Resting& maker, Lots offered) -> Lots {
        if (maker.owner == order.account) {
            ended = "self-trade prevention: would meet own order " + orders_.at(maker.order).request.id.value;
            return 0;
        }
        const Lots lots = affordable(order, offered, maker.price);
        if (lots < offered) {
            ended = "insufficient buying power for the rest";
        }
        if (lots == 0) {
            return 0;
        }
        listing.last = maker.price;
        book_trade(order, lots, maker.price, now);
        if (maker.owner != house) {
            book_trade(orders_.at(maker.order), lots, maker.price, now);
        } else if (lots == maker.open) {
            listing.house_slots[maker.order] = OrderBook::no_slot;
        }
        return lots;
    });
    return ended;
}

/// One side of a trade: order, cash, fee and position of its owner. The book is the caller's business.
void Exchange::book_trade(Order& order, Lots lots, Ticks ticks, Instant now) {
    Listing& listing = listings_[order.listing];
    Account& account = accounts_[order.account];
    const Decimal price = listing.price_of(ticks);
    const Decimal quantity = listing.quantity_of(lots);
    order.filled += lots;
    order.filled_value = (order.filled_value + price * quantity).normalized();
    const Decimal due =
        fees_.due(listing.quantity_of(order.filled), order.filled_value * listing.instrument.multiplier);
    const Decimal fee = due - order.fees;
    order.fees = due;
    const Decimal value = listing.value_of(lots, price);
    account.cash = (account.cash - (order.request.side == Side::buy ? value : -value) - fee).normalized();
    Holding& held = account.holdings[order.listing];
    held.trade(order.request.side, lots, price, listing.instrument.lot, listing.instrument.multiplier);
    held.fees += fee;
    changed_orders_.insert(order.number);
    changed_accounts_.insert(order.account);
    changed_holdings_.emplace(order.account, order.listing);
    tell(order.account, now,
         Filled{Fill{.execution = ExecutionId(id_prefix_ + "-x" + std::to_string(++last_execution_)),
                     .order = order.request.id,
                     .symbol = order.request.symbol,
                     .side = order.request.side,
                     .quantity = quantity.normalized(),
                     .price = price,
                     .fee = Money{.amount = fee, .currency = listing.instrument.currency},
                     .time = now}});
    order.updated = now;
    if (order.open() == 0) {
        mark_final(order, OrderState::filled, now);
    } else {
        order.state = OrderState::partially_filled;
    }
}

void Exchange::mark_final(Order& order, OrderState state, Instant now) {
    order.state = state;
    order.updated = now;
    order.slot = OrderBook::no_slot;
    --live_count_;
    --listings_[order.listing].live_count;
    changed_orders_.insert(order.number);
}

void Exchange::withdraw(Order& order) {
    Listing& listing = listings_[order.listing];
    if (order.slot != OrderBook::no_slot) {
        listing.book.remove(order.slot);
        order.slot = OrderBook::no_slot;
    }
    std::erase(listing.waiting, order.number);
    listing.stops.erase(order.number);
}

void Exchange::finish(Order& order, OrderState state, std::string reason, Instant now) {
    withdraw(order);
    mark_final(order, state, now);
    order.reason = std::move(reason);
    if (state == OrderState::expired) {
        tell(order.account, now, Expired{.order = order.request.id});
    } else {
        tell(order.account, now, Cancelled{.order = order.request.id, .reason = order.reason});
    }
}

void Exchange::lay(Listing& listing, Side side, std::span<const HouseLevel> levels, Instant now) {
    for (const HouseLevel& level : levels) {
        const Lots rest =
            listing.book.match(side, level.price, level.quantity, [&](const OrderBook::Resting& maker, Lots offered) {
                if (maker.owner != house) {
                    listing.last = maker.price;
                    book_trade(orders_.at(maker.order), offered, maker.price, now);
                } else if (offered == maker.open) {
                    listing.house_slots[maker.order] = OrderBook::no_slot;
                }
                return offered;
            });
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
    run_waiting(listing, now);
    run_stops(listing, now);
}

void Exchange::run_waiting(Listing& listing, Instant now) {
    const std::vector<std::uint64_t> line = std::move(listing.waiting);
    listing.waiting.clear();
    for (const std::uint64_t number : line) {
        Order& order = orders_.at(number);
        const std::optional<std::string> ended = execute(order, now);
        if (!order.live()) {
            continue;
        }
        if (ended) {
            finish(order, OrderState::cancelled, *ended, now);
        } else {
            listing.waiting.push_back(number);
        }
    }
}

/// A triggered stop may trade and so trigger the next one, hence the search starts over each time.
void Exchange::run_stops(Listing& listing, Instant now) {
    const auto reached = [&](std::uint64_t number) {
        const Order& order = orders_.at(number);
        const Ticks stop = ticks_of(listing, std::get<StopPrice>(order.price).stop);
        if (order.request.side == Side::buy) {
            return (listing.last && *listing.last >= stop) || (listing.house_bid && *listing.house_bid >= stop);
        }
        return (listing.last && *listing.last <= stop) || (listing.house_ask && *listing.house_ask <= stop);
    };
    for (auto next = std::ranges::find_if(listing.stops, reached); next != listing.stops.end();
         next = std::ranges::find_if(listing.stops, reached)) {
        Order& order = orders_.at(*next);
        listing.stops.erase(next);
        order.triggered = true;
        order.priority = ++last_priority_;
        order.updated = now;
        changed_orders_.insert(order.number);
        enter(order, now);
    }
}

std::optional<Instant> Exchange::next_expiry() const {
    std::optional<Instant> next;
    for (const auto& [number, order] : orders_) {
        if (order.live() && order.expires && (!next || *order.expires < *next)) {
            next = order.expires;
        }
    }
    return next;
}

void Exchange::expire(Instant now) {
    for (std::optional<Instant> due = next_expiry(); due && *due <= now; due = next_expiry()) {
        for (auto& [number, order] : orders_) {
            if (order.live() && order.expires == due) {
                finish(order, OrderState::expired, "its session ended", *due);
            }
        }
    }
}

} // namespace tradesh::exchange
