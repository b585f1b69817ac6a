#include "core/exchange/exchange.hpp"

#include <algorithm>

namespace tradesh::exchange {

/// Where a trailing stop stands, given the best price: never nearer to it than the distance.
std::optional<Ticks> Exchange::trailed_stop(const Listing& listing, const Order& order) {
    if (!order.best) {
        return std::nullopt;
    }
    const auto& trail = std::get<TrailingStop>(order.price);
    const Decimal best = listing.price_of(*order.best);
    const Decimal distance = trail.percent ? best * trail.distance * Decimal::of(1, 2) : trail.distance;
    const bool buys = order.request.side == Side::buy;
    return Decimal::divide(buys ? best + distance : best - distance, listing.instrument.tick, 0,
                           buys ? Rounding::ceiling : Rounding::floor)
        .to_whole();
}

/// Moves a trailing stop after the market; true when it is reached.
bool Exchange::follow(const Listing& listing, Order& order) {
    const bool buys = order.request.side == Side::buy;
    const std::optional<Ticks> best = buys ? listing.lowest() : listing.highest();
    const std::optional<Ticks> worst = buys ? listing.highest() : listing.lowest();
    if (!best) {
        return false;
    }
    if (!order.best || (buys ? *best < *order.best : *best > *order.best)) {
        order.best = best;
        order.stop = trailed_stop(listing, order);
        note_change(order);
    }
    return buys ? *worst >= *order.stop : *worst <= *order.stop;
}

/// The stop that the market reached first; of several at one price the oldest.
std::optional<std::uint64_t> Exchange::next_triggered(Listing& listing) {
    const std::optional<Ticks> highest = listing.highest();
    const std::optional<Ticks> lowest = listing.lowest();
    if (highest && !listing.buy_stops.empty() && listing.buy_stops.begin()->first <= *highest) {
        return listing.buy_stops.begin()->second;
    }
    if (lowest && !listing.sell_stops.empty() && listing.sell_stops.rbegin()->first >= *lowest) {
        return listing.sell_stops.lower_bound({listing.sell_stops.rbegin()->first, 0})->second;
    }
    const auto reached = [&](std::uint64_t number) { return follow(listing, orders_.at(number)); };
    const auto found = std::ranges::find_if(listing.trailing, reached);
    return found == listing.trailing.end() ? std::nullopt : std::optional(*found);
}

/// A triggered stop may trade and so trigger the next one, hence the search starts over each time.
void Exchange::run_stops(Listing& listing, Instant now) {
    while (const std::optional<std::uint64_t> number = next_triggered(listing)) {
        Order& order = orders_.at(*number);
        withdraw(order);
        order.triggered = true;
        order.priority = ++last_priority_;
        order.updated = now;
        note_change(order);
        enter(order, now);
    }
}

} // namespace tradesh::exchange
