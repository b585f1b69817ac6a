#include "core/exchange/exchange.hpp"
#include "core/market/option_payoff.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace tradesh::exchange {

Claim Exchange::claim_of(const Order& order) const {
    Claim claim;
    if (!order.live()) {
        return claim;
    }
    if (order.is_exit()) {
        claim.exits = order.workable();
        return claim;
    }
    const Listing& listing = listings_[order.listing];
    const Decimal price =
        listing.price_of(listing.is_combo() ? order.reference : order.limit.value_or(order.reference));
    claim.open = order.open();
    claim.value = listing.value_of(claim.open, price);
    const Decimal value = order.filled_value * listing.instrument.multiplier + claim.value;
    claim.fees = std::max(Decimal(0), fees_.due(listing.quantity_of(order.quantity), value) - order.fees);
    return claim;
}

Claims Exchange::claims_of(const Group& group) const {
    ClaimsOfGroup greatest;
    for (const std::uint64_t number : group.members) {
        const Order& order = orders_.at(number);
        greatest.add(order.request.side, claim_of(order));
    }
    return greatest.claims();
}

/// What a combo may cost counts whichever way it goes.
Side Exchange::claim_side(const Order& order) const {
    return listings_[order.listing].is_combo() ? Side::buy : order.request.side;
}

/// After each change of an order's quantity, price, fills or state.
void Exchange::update_claim(Order& order) {
    Account& account = accounts_[order.account];
    if (account.exposures.size() <= order.listing) {
        account.exposures.resize(order.listing + 1);
    }
    Claims& claims = account.exposures[order.listing].claims;
    if (order.is_grouped()) {
        Group& group = account.groups.at(order.request.oco_group);
        claims -= group.claims;
        group.claims = claims_of(group);
        claims += group.claims;
    } else {
        Claim& side = claims.of(claim_side(order));
        side -= order.claim;
        order.claim = claim_of(order);
        side += order.claim;
    }
    update_reserved(order.account, order.listing);
}

void Exchange::update_reserved(AccountIndex index, ListingIndex listing) {
    Account& account = accounts_[index];
    Exposure& exposure = account.exposures[listing];
    const Decimal needed = Exposure::needed(exposure.claims, holding(index, listing).quantity);
    account.reserved += needed - exposure.reserved;
    exposure.reserved = needed;
}

/// As if the order, and those it may cancel, were not there.
Decimal Exchange::reserved_without(const Order& order) const {
    const Account& account = accounts_[order.account];
    const Exposure& exposure = account.exposures[order.listing];
    Claims claims = exposure.claims;
    if (order.is_grouped()) {
        claims -= account.groups.at(order.request.oco_group).claims;
    } else {
        claims.of(claim_side(order)) -= order.claim;
    }
    const Decimal needed = Exposure::needed(claims, holding(order.account, order.listing).quantity);
    return account.reserved - exposure.reserved + needed;
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

/// Options of one underlying never need more than the largest loss that they can make together.
Decimal Exchange::held_for_shorts(const Account& account) const {
    struct Options {
        std::vector<OptionHolding> held;
        Decimal for_shorts;
    };
    Decimal sum;
    if (account.short_count == 0) {
        return sum;
    }
    std::map<std::string_view, Options> by_underlying;
    for (const auto& [index, holding] : account.holdings) {
        const Listing& listing = listings_[index];
        const Lots sold = std::max<Lots>(0, -holding.quantity);
        const Decimal for_short =
            sold == 0 ? Decimal(0) : listing.value_of(sold, mark(listing, holding)) * short_held_share;
        if (const auto* option = std::get_if<Option>(&listing.instrument.kind)) {
            Options& options = by_underlying[option->underlying];
            options.held.push_back(
                {.option = *option, .units = listing.quantity_of(holding.quantity) * listing.instrument.multiplier});
            options.for_shorts += for_short;
        } else {
            sum += for_short;
        }
    }
    for (const auto& [underlying, options] : by_underlying) {
        const ExpiryLoss loss = largest_loss_at_expiry(options.held);
        sum += loss.bounded ? std::min(loss.amount, options.for_shorts) : options.for_shorts;
    }
    return sum;
}

Decimal Exchange::buying_power(AccountIndex account) const {
    return (accounts_[account].cash - accounts_[account].reserved - held_for_shorts(accounts_[account])).normalized();
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
                          .cash = account.cash.normalized(),
                          .reserved = account.reserved.normalized(),
                          .position_value = value.normalized(),
                          .net_liquidation = (account.cash + value).normalized(),
                          .buying_power = buying_power(index)};
}

Lots Exchange::affordable(const Order& order, Lots lots, Ticks price) const {
    if (order.request.side == Side::sell || order.limit || order.is_exit()) {
        return lots; // a limit buy has reserved all it can cost
    }
    const Listing& listing = listings_[order.listing];
    const Account& account = accounts_[order.account];
    const Lots covering = std::min(lots, std::max<Lots>(0, -holding(order.account, order.listing).quantity));
    const Decimal at = listing.price_of(price);
    const Decimal value = order.filled_value * listing.instrument.multiplier + listing.value_of(lots, at);
    const Decimal fee = fees_.due(listing.quantity_of(order.filled + lots), value) - order.fees;
    const Decimal means = account.cash - reserved_without(order) - held_for_shorts(account) - fee;
    if (!means.is_positive()) {
        return covering;
    }
    const Decimal opening = Decimal::divide(means, listing.value_of(1, at), 0, Rounding::floor);
    return opening >= Decimal(lots - covering) ? lots : covering + opening.to_whole();
}

} // namespace tradesh::exchange
