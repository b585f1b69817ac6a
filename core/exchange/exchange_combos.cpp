#include "core/exchange/exchange.hpp"
#include "core/market/option_payoff.hpp"

#include <algorithm>

namespace tradesh::exchange {

/// Finds the legs among the listings; false when one is missing.
bool Exchange::resolve_legs(Listing& combo) {
    combo.legs.clear();
    for (const ComboLeg& leg : std::get<Combo>(combo.instrument.kind).legs) {
        const std::optional<ListingIndex> listing = find_listing(leg.symbol);
        if (!listing) {
            return false;
        }
        combo.legs.push_back(Listing::Leg{.listing = *listing, .ratio = leg.ratio});
    }
    return true;
}

/// Of an order for a combo: what it must not be, and what its legs must be.
std::optional<Exchange::Refusal> Exchange::check_combo(const OrderRequest& request, Listing& combo) {
    const auto refuse = [&](std::string code, const std::string& why) {
        return Refusal{std::move(code), request.symbol + " is a combo: " + why};
    };
    const bool resting_stop =
        !std::holds_alternative<MarketPrice>(request.price) && !std::holds_alternative<LimitPrice>(request.price);
    const bool auction = request.time_in_force == TimeInForce::opg || request.time_in_force == TimeInForce::cls;
    if (resting_stop || auction || !request.parent.value.empty() || !request.oco_group.empty()) {
        return refuse("unsupported", "it takes market and limit orders that stand alone, day, gtc, ioc or fok");
    }
    const bool known = combo.live_count > 0 || resolve_legs(combo);
    if (!known || combo.legs.size() < 2) {
        return refuse("not_tradable", "it needs two legs or more, all of them listed here");
    }
    for (const Listing::Leg& leg : combo.legs) {
        const Instrument& instrument = listings_[leg.listing].instrument;
        const bool tradable = !std::holds_alternative<Index>(instrument.kind) &&
                              !std::holds_alternative<Combo>(instrument.kind) &&
                              instrument.currency == combo.instrument.currency && leg.ratio != 0;
        if (!tradable) {
            return refuse("not_tradable", "its leg " + instrument.symbol + " cannot be traded in it");
        }
        const Decimal quantity = request.quantity * leg.ratio;
        if (!quantity.is_multiple_of(instrument.lot)) {
            return refuse("bad_lot", quantity.to_string() + " of its leg " + instrument.symbol +
                                         " is not a multiple of the lot " + instrument.lot.to_string());
        }
    }
    return std::nullopt;
}

/// What the house offers for each leg now, best level alone; none unless it does for all of them.
std::optional<Exchange::ComboOffer> Exchange::combo_offer(const Order& order) const {
    const Listing& combo = listings_[order.listing];
    ComboOffer offer{.lots = order.open(), .net = 0, .legs = {}};
    for (const Listing::Leg& leg : combo.legs) {
        const Listing& listing = listings_[leg.listing];
        const Side side = leg.ratio > 0 ? order.request.side : opposite(order.request.side);
        OrderBook::Slot best = OrderBook::no_slot;
        listing.book.visit(opposite(side), [&](const OrderBook::Resting& resting) {
            best = resting.owner == house ? listing.house_slots[resting.order] : OrderBook::no_slot;
            return best == OrderBook::no_slot;
        });
        if (best == OrderBook::no_slot) {
            return std::nullopt;
        }
        const OrderBook::Resting& resting = listing.book.at(best);
        const Decimal a_combo = combo.instrument.lot * std::abs(leg.ratio);
        const Lots lots_a_combo = Decimal::divide(a_combo, listing.instrument.lot, 0, Rounding::up).to_whole();
        offer.lots = std::min(offer.lots, resting.open / lots_a_combo);
        offer.net += listing.price_of(resting.price) * listing.instrument.multiplier * leg.ratio;
        offer.legs.push_back(ComboOffer::Leg{.slot = best, .price = resting.price, .side = side, .lots = lots_a_combo});
    }
    offer.net = Decimal::divide(offer.net, combo.instrument.multiplier, 8, Rounding::half_even).normalized();
    return offer.lots > 0 ? std::optional(std::move(offer)) : std::nullopt;
}

/// What a combo may cost, in its own ticks: its net price, and the largest loss of the options that it sells short
/// together with those that it buys.
std::optional<Exchange::Refusal> Exchange::reserve_combo(Order& order) const {
    const std::optional<ComboOffer> offer = combo_offer(order);
    if (!offer) {
        return Refusal{"no_market", "nobody offers the other side of all legs of " + order.request.symbol};
    }
    const Listing& combo = listings_[order.listing];
    const Decimal net = order.limit ? combo.price_of(*order.limit) : offer->net;
    std::vector<OptionHolding> opened;
    Decimal held_back; // for what is no option
    for (std::size_t i = 0; i < combo.legs.size(); ++i) {
        const Listing& listing = listings_[combo.legs[i].listing];
        const ComboOffer::Leg& leg = offer->legs[i];
        const Lots held = std::max<Lots>(0, holding(order.account, combo.legs[i].listing).quantity);
        const Lots wanted = leg.lots * order.open();
        const Lots opens = leg.side == Side::buy ? wanted : std::min<Lots>(0, held - wanted);
        if (const auto* option = std::get_if<Option>(&listing.instrument.kind)) {
            opened.push_back({.option = *option, .units = listing.quantity_of(opens) * listing.instrument.multiplier});
        } else if (opens < 0) {
            held_back += listing.value_of(-opens, listing.price_of(leg.price)) * short_held_share;
        }
    }
    held_back += largest_loss_at_expiry(opened).amount;
    const Decimal cost =
        net * sign_of(order.request.side) +
        Decimal::divide(held_back, combo.quantity_of(order.open()) * combo.instrument.multiplier, 8, Rounding::up);
    order.reference = std::max<Ticks>(0, Decimal::divide(cost, combo.instrument.tick, 0, Rounding::ceiling).to_whole());
    return std::nullopt;
}

/// All legs at once, at or better than the net limit, or nothing; as often as the house's best levels allow.
void Exchange::trade_combo(Order& order, Instant now) {
    const bool all_or_nothing = order.request.time_in_force == TimeInForce::fok;
    while (order.live()) {
        const std::optional<ComboOffer> offer = combo_offer(order);
        const Decimal limit = listings_[order.listing].price_of(order.limit.value_or(0));
        const bool within =
            offer && (!order.limit || (order.request.side == Side::buy ? offer->net <= limit : offer->net >= limit));
        if (!within || (all_or_nothing && offer->lots < order.open())) {
            return;
        }
        book_combo(order, *offer, now);
    }
}

void Exchange::book_combo(Order& order, const ComboOffer& offer, Instant now) {
    const Listing& combo = listings_[order.listing];
    for (std::size_t i = 0; i < offer.legs.size(); ++i) {
        const ComboOffer::Leg& leg = offer.legs[i];
        const ListingIndex index = combo.legs[i].listing;
        Listing& listing = listings_[index];
        const Lots lots = leg.lots * offer.lots;
        const Decimal price = listing.price_of(leg.price);
        const Decimal quantity = listing.quantity_of(lots);
        const Decimal fee = fees_.due(quantity, listing.value_of(lots, price));
        if (lots < listing.book.at(leg.slot).open) {
            listing.book.reduce(leg.slot, lots);
        } else {
            listing.house_slots[listing.book.at(leg.slot).order] = OrderBook::no_slot;
            listing.book.remove(leg.slot);
        }
        listing.last = leg.price;
        order.fees += fee;
        book_position(order.account, index, leg.side, lots, price, fee);
        tell_fill(order.account, order.request.id,
                  Fill{.execution = {},
                       .order = {},
                       .symbol = listing.instrument.symbol,
                       .side = leg.side,
                       .quantity = quantity.normalized(),
                       .price = price,
                       .fee = Money{.amount = fee, .currency = listing.instrument.currency},
                       .time = now,
                       .of = FillOf::leg});
    }
    const Decimal quantity = combo.quantity_of(offer.lots);
    order.filled += offer.lots;
    order.filled_value += offer.net * quantity;
    tell_fill(order.account, order.request.id,
              Fill{.execution = {},
                   .order = {},
                   .symbol = order.request.symbol,
                   .side = order.request.side,
                   .quantity = quantity.normalized(),
                   .price = offer.net,
                   .fee = Money{.amount = 0, .currency = combo.instrument.currency},
                   .time = now,
                   .of = FillOf::combo});
    if (order.open() == 0) {
        mark_final(order, OrderState::filled, now);
        return;
    }
    order.state = OrderState::partially_filled;
    order.updated = now;
    note_change(order);
    update_claim(order);
}

void Exchange::enter_combo(Order& order, Instant now) {
    trade_combo(order, now);
    if (!order.live()) {
        return;
    }
    const TimeInForce time_in_force = order.request.time_in_force;
    if (time_in_force == TimeInForce::ioc || time_in_force == TimeInForce::fok) {
        finish(order, OrderState::cancelled, "the house offers no more of all legs at once at " + to_text(order.price),
               now, Reach::alone);
    } else {
        rest(listings_[order.listing], order);
    }
}

void Exchange::match_combos(Instant now) {
    const std::vector<std::uint64_t> line = combos_;
    for (const std::uint64_t number : line) {
        trade_combo(orders_.at(number), now);
    }
    settle(now);
}

} // namespace tradesh::exchange
