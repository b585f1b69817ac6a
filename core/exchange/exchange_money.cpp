#include "core/exchange/exchange.hpp"

#include <algorithm>

namespace tradesh::exchange {
namespace {

const Decimal short_held_share = Decimal::of(15, 1);   ///< of the value of what is sold short: proceeds + half
const Decimal short_opening_share = Decimal::of(5, 1); ///< what opening a short needs beyond its own proceeds

/// How much of a position the orders looked at so far would close; what goes beyond opens.
struct Cover {
    Lots buys = 0;
    Lots sells = 0;
};

} // namespace

Decimal Exchange::reserved(AccountIndex account, std::uint64_t without_order) const {
    std::map<ListingIndex, Cover> covers;
    Decimal total;
    for (const auto& [number, order] : orders_) {
        if (order.account != account || !order.live() || number == without_order) {
            continue;
        }
        const Listing& listing = listings_[order.listing];
        auto [cover, fresh] = covers.try_emplace(order.listing);
        if (fresh) {
            const Lots held = holding(account, order.listing).quantity;
            cover->second = Cover{.buys = std::max<Lots>(0, -held), .sells = std::max<Lots>(0, held)};
        }
        const bool buys = order.request.side == Side::buy;
        Lots& closable = buys ? cover->second.buys : cover->second.sells;
        const Lots closing = std::min(closable, order.open());
        closable -= closing;
        const Lots opening = order.open() - closing;
        const Decimal price = order.limit().value_or(listing.price_of(order.reference));
        const Decimal opening_value = listing.value_of(opening, price);
        total += buys ? opening_value : opening_value * short_opening_share;
        if (buys || opening > 0) { // what closes a long pays its fee from the proceeds
            const Decimal value =
                order.filled_value * listing.instrument.multiplier + listing.value_of(order.open(), price);
            total += fees_.due(listing.quantity_of(order.quantity), value) - order.fees;
        }
    }
    return total.normalized();
}

Decimal Exchange::mark(const Listing& listing, const Holding& holding) {
    if (holding.quantity < 0 && listing.house_ask) {
        return listing.price_of(*listing.house_ask);
    }
    if (holding.quantity > 0 && listing.house_bid) {
        return listing.price_of(*listing.house_bid);
    }
    return listing.last ? listing.price_of(*listing.last) : holding.average_price(listing.instrument.lot);
}

Decimal Exchange::held_for_shorts(const Account& account) const {
    Decimal held;
    for (const auto& [index, holding] : account.holdings) {
        if (holding.quantity < 0) {
            const Listing& listing = listings_[index];
            held += listing.value_of(-holding.quantity, mark(listing, holding)) * short_held_share;
        }
    }
    return held;
}

Decimal Exchange::buying_power(AccountIndex account) const {
    return (accounts_[account].cash - reserved(account) - held_for_shorts(accounts_[account])).normalized();
}

AccountSummary Exchange::summary(AccountIndex index) const {
    const Account& account = accounts_[index];
    Decimal value;
    for (const auto& [listing_index, holding] : account.holdings) {
        if (holding.quantity != 0) {
            const Listing& listing = listings_[listing_index];
            value += listing.value_of(holding.quantity, mark(listing, holding));
        }
    }
    return AccountSummary{.account = account.name,
                          .currency = account.currency,
                          .cash = account.cash,
                          .reserved = reserved(index),
                          .position_value = value.normalized(),
                          .net_liquidation = (account.cash + value).normalized(),
                          .buying_power = buying_power(index)};
}

Lots Exchange::affordable(const Order& order, Lots lots, Ticks price) const {
    if (order.request.side == Side::sell || order.limit()) {
        return lots; // a limit buy has reserved all it can cost
    }
    const Listing& listing = listings_[order.listing];
    const Account& account = accounts_[order.account];
    const Lots covering = std::min(lots, std::max<Lots>(0, -holding(order.account, order.listing).quantity));
    const Decimal at = listing.price_of(price);
    const Decimal value = order.filled_value * listing.instrument.multiplier + listing.value_of(lots, at);
    const Decimal fee = fees_.due(listing.quantity_of(order.filled + lots), value) - order.fees;
    const Decimal means = account.cash - reserved(order.account, order.number) - held_for_shorts(account) - fee;
    if (!means.is_positive()) {
        return covering;
    }
    const Decimal opening = Decimal::divide(means, listing.value_of(1, at), 0, Rounding::floor);
    return opening >= Decimal(lots - covering) ? lots : covering + opening.to_whole();
}

} // namespace tradesh::exchange
