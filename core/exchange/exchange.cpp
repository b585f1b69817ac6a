#include "core/exchange/exchange.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tradesh::exchange {

Exchange::Exchange(std::string id_prefix, FeeModel fees) : id_prefix_(std::move(id_prefix)), fees_(fees) {}

Result<void> Exchange::list(const Instrument& instrument) {
    const std::optional<ListingIndex> known = find_listing(instrument.symbol);
    if (!known) {
        by_symbol_.emplace(instrument.symbol, static_cast<ListingIndex>(listings_.size()));
        listings_.emplace_back().instrument = instrument;
        return {};
    }
    Listing& listing = listings_[*known];
    const Instrument& now = listing.instrument;
    const bool same_units = now.tick == instrument.tick && now.lot == instrument.lot &&
                            now.multiplier == instrument.multiplier && now.currency == instrument.currency;
    if (!same_units && (listing.live_count > 0 || is_held(*known))) {
        return fail(Error(ErrorKind::failed, "exchange.instrument_in_use",
                          "tick, lot, multiplier or currency changed while orders or positions depend on them")
                        .attempting("change the instrument")
                        .on(instrument.symbol)
                        .advise("cancel its orders and close its position first"));
    }
    listing.instrument = instrument;
    if (!same_units) { // prices in the old ticks mean nothing now
        listing.book = OrderBook();
        listing.house_slots.clear();
        listing.last = listing.house_bid = listing.house_ask = std::nullopt;
    }
    return {};
}

AccountIndex Exchange::open_account(std::string name, Currency currency, Decimal cash) {
    Account& account = accounts_.emplace_back();
    account.name = std::move(name);
    account.currency = currency;
    account.cash = cash;
    account.changed = true;
    return static_cast<AccountIndex>(accounts_.size() - 1);
}

void Exchange::restore(const ExchangeState& state) {
    assert(listings_.empty() && accounts_.empty() && "only a new exchange can be restored");
    last_order_ = state.last_order;
    last_execution_ = state.last_execution;
    last_priority_ = state.last_priority;
    for (const Instrument& instrument : state.instruments) {
        by_symbol_.emplace(instrument.symbol, static_cast<ListingIndex>(listings_.size()));
        listings_.emplace_back().instrument = instrument;
    }
    for (const AccountState& account : state.accounts) {
        open_account(account.name, account.currency, account.cash);
        accounts_.back().changed = false;
    }
    for (const HoldingState& held : state.holdings) {
        Account& account = accounts_[held.account];
        account.holdings[by_symbol_.at(held.symbol)] = held.holding;
        account.short_count += held.holding.quantity < 0 ? 1 : 0;
    }
    for (Listing& listing : listings_) {
        if (listing.is_combo()) {
            resolve_legs(listing);
        }
    }
    std::vector<Order*> live;
    for (const Order& saved : state.orders) {
        Order& order = adopt(saved);
        if (order.live()) {
            live.push_back(&order);
        }
    }
    std::ranges::sort(live, std::ranges::less(), &Order::number);
    for (Order* order : live) {
        attach(*order);
        enlist(*order);
    }
    std::ranges::sort(live, std::ranges::less(), &Order::priority);
    for (Order* order : live) {
        if (order->state != OrderState::held && !order->auction) {
            rest(listings_[order->listing], *order);
        }
    }
}

/// Counts a live order among the others, with its claims and its end.
void Exchange::enlist(Order& order) {
    count_live(order, true);
    if (order.expires) {
        expiries_.emplace(*order.expires, order.number);
    }
    if (order.auction) {
        auctions_.emplace(*order.auction, order.listing, order.number);
    }
    update_claim(order);
}

Order& Exchange::adopt(const Order& saved) {
    Order& order = orders_.insert_or_assign(saved.number, saved).first->second;
    order.listing = find_listing(order.request.symbol).value_or(no_listing);
    order.slot = OrderBook::no_slot;
    order.claim = Claim();
    order.has_exits = order.changed = false;
    if (order.listing != no_listing) {
        price_in_ticks(listings_[order.listing], order);
    }
    accounts_[order.account].ids.emplace(order.request.id.value, order.number);
    return order;
}

/// The order's price rule in ticks.
void Exchange::price_in_ticks(const Listing& listing, Order& order) {
    order.limit = order.stop = std::nullopt;
    if (const auto* limit = std::get_if<LimitPrice>(&order.price)) {
        order.limit = listing.ticks_of(limit->limit);
    } else if (const auto* stop = std::get_if<StopPrice>(&order.price)) {
        order.stop = listing.ticks_of(stop->stop);
        if (stop->limit) {
            order.limit = listing.ticks_of(*stop->limit);
        }
    } else if (order.is_trailing()) {
        order.stop = trailed_stop(listing, order);
    }
}

void Exchange::recall(const Order& order) {
    assert(!order.live());
    adopt(order);
    final_orders_.push_back(order.number);
}

void Exchange::note_change(Order& order) {
    if (!order.changed) {
        order.changed = true;
        changed_orders_.push_back(order.number);
    }
}

Changes Exchange::take_changes() {
    Changes changes;
    changes.events = std::exchange(events_, {});
    std::ranges::sort(changed_orders_);
    for (const std::uint64_t number : changed_orders_) {
        Order& order = orders_.at(number);
        order.changed = false;
        changes.orders.push_back(order);
    }
    changed_orders_.clear();
    for (const auto& [account, listing] : changed_holdings_) {
        changes.holdings.push_back(HoldingState{.account = account,
                                                .symbol = listings_[listing].instrument.symbol,
                                                .holding = accounts_[account].holdings.at(listing)});
    }
    changed_holdings_.clear();
    for (Account& account : accounts_) {
        if (std::exchange(account.changed, false)) {
            changes.accounts.push_back(
                AccountState{.name = account.name, .currency = account.currency, .cash = account.cash.normalized()});
        }
    }
    return changes;
}

void Exchange::forget_final_orders() {
    std::erase_if(final_orders_, [this](std::uint64_t number) {
        const auto found = orders_.find(number);
        if (found == orders_.end() || found->second.changed) {
            return found == orders_.end();
        }
        const Order& order = found->second;
        accounts_[order.account].ids.erase(order.request.id.value);
        orders_.erase(found);
        return true;
    });
}

std::optional<ListingIndex> Exchange::find_listing(std::string_view symbol) const {
    const auto found = by_symbol_.find(std::string(symbol));
    return found == by_symbol_.end() ? std::nullopt : std::optional(found->second);
}

const Order* Exchange::find(AccountIndex account, const ClientOrderId& id) const {
    const auto found = accounts_[account].ids.find(id.value);
    return found == accounts_[account].ids.end() ? nullptr : &orders_.at(found->second);
}

std::vector<const Order*> Exchange::orders() const {
    std::vector<const Order*> all;
    all.reserve(orders_.size());
    for (const auto& [number, order] : orders_) {
        all.push_back(&order);
    }
    std::ranges::sort(all, std::ranges::less(), &Order::number);
    return all;
}

const Holding& Exchange::holding(AccountIndex account, ListingIndex listing) const {
    static const Holding none;
    const auto& holdings = accounts_[account].holdings;
    const auto found = holdings.find(listing);
    return found == holdings.end() ? none : found->second;
}

bool Exchange::is_held(ListingIndex listing) const {
    return std::ranges::any_of(accounts_, [listing](const Account& account) {
        const auto found = account.holdings.find(listing);
        return found != account.holdings.end() && found->second.quantity != 0;
    });
}

std::vector<Position> Exchange::positions(AccountIndex account) const {
    std::vector<Position> positions;
    for (const auto& [index, holding] : accounts_[account].holdings) {
        const Instrument& instrument = listings_[index].instrument;
        positions.push_back(Position{.symbol = instrument.symbol,
                                     .quantity = instrument.lot * holding.quantity,
                                     .average_price = holding.average_price(instrument.lot),
                                     .currency = instrument.currency,
                                     .multiplier = instrument.multiplier,
                                     .realised = holding.realised,
                                     .fees = holding.fees});
    }
    return positions;
}

VenueOrder Exchange::describe(const Order& order) const {
    VenueOrder described{.request = order.request,
                         .venue_id = order.venue_id,
                         .state = order.state,
                         .filled = 0,
                         .average_price = std::nullopt,
                         .reason = order.reason,
                         .updated = order.updated};
    described.request.price = order.price;
    if (order.listing != no_listing && order.quantity > 0) {
        const Listing& listing = listings_[order.listing];
        described.request.quantity = listing.quantity_of(order.quantity);
        described.filled = listing.quantity_of(order.filled);
        if (order.filled > 0) {
            described.average_price =
                Decimal::divide(order.filled_value, described.filled, 8, Rounding::half_even).normalized();
        }
    }
    return described;
}

} // namespace tradesh::exchange
