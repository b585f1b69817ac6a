#pragma once

#include "core/market/order.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace tradesh::exchange {

using Ticks = std::int64_t; ///< a price in multiples of the instrument's tick
using Lots = std::int64_t;  ///< a quantity in multiples of the instrument's lot

/// The resting limit orders of one instrument, matched by price, then by time of arrival.
///
/// Orders live in a pool and hang in one list a price level; levels are sorted with the best price at the back, where
/// nearly all changes happen. Nothing is allocated once the pool has grown. The book knows no money and no rules: who
/// may trade with whom, and how much, is decided by the caller's `trade` function.
class OrderBook {
public:
    using Slot = std::uint32_t;
    static constexpr Slot no_slot = std::numeric_limits<Slot>::max();

    struct Resting {
        std::uint64_t order = 0; ///< the caller's number
        Lots open = 0;
        Ticks price = 0;
        Slot previous = no_slot;
        Slot next = no_slot;
        std::uint32_t owner = 0;
        Side side = Side::buy;
    };

    /// The limit that every price satisfies.
    static constexpr Ticks no_limit(Side taker) {
        return taker == Side::buy ? std::numeric_limits<Ticks>::max() : std::numeric_limits<Ticks>::min();
    }

    /// Adds an order behind all others of its price. It must not cross: call `match` first.
    Slot rest(Side side, Ticks price, Lots quantity, std::uint64_t order, std::uint32_t owner);
    void remove(Slot slot);
    /// Takes `by` (less than what is open) off an order, which keeps its place.
    void reduce(Slot slot, Lots by);

    const Resting& at(Slot slot) const { return pool_[slot]; }
    std::optional<Ticks> best_price(Side side) const;
    bool empty(Side side) const { return levels(side).empty(); }

    /// Offers the opposite side, best price and oldest first, while it is within `limit` and `quantity` lasts.
    /// `trade(maker, offered)` returns how many lots it took, after lowering `maker.open` where less is left of the
    /// order than the book knew; an order of which nothing is left leaves the book. Taking less than there is ends the
    /// match. `trade` must not touch the book otherwise. Returns what is left of `quantity`.
    template <class Trade>
    Lots match(Side taker, Ticks limit, Lots quantity, Trade&& trade);

    /// Calls `visit(resting)` for each order of a side, best first, until it returns false.
    template <class Visit>
    void visit(Side side, Visit&& visit) const;

private:
    struct Level {
        Ticks price = 0;
        Slot first = no_slot;
        Slot last = no_slot;
    };

    std::vector<Level>& levels(Side side) { return side == Side::buy ? bids_ : asks_; }
    const std::vector<Level>& levels(Side side) const { return side == Side::buy ? bids_ : asks_; }
    std::vector<Level>::iterator place_of(Side side, Ticks price);
    Slot take_slot();

    std::vector<Resting> pool_;
    Slot free_ = no_slot;     ///< head of the list of unused slots, chained by `next`
    std::vector<Level> bids_; ///< ascending
    std::vector<Level> asks_; ///< descending
};

template <class Trade>
Lots OrderBook::match(Side taker, Ticks limit, Lots quantity, Trade&& trade) {
    std::vector<Level>& opposite_levels = levels(opposite(taker));
    while (quantity > 0 && !opposite_levels.empty()) {
        Level& best = opposite_levels.back();
        if (taker == Side::buy ? best.price > limit : best.price < limit) {
            break;
        }
        const Slot slot = best.first;
        Resting& maker = pool_[slot];
        const Lots taken = trade(maker, quantity < maker.open ? quantity : maker.open);
        quantity -= taken;
        maker.open -= taken;
        if (maker.open > 0) {
            break;
        }
        best.first = maker.next; // as `remove` does, without looking for the level
        if (best.first == no_slot) {
            opposite_levels.pop_back();
        } else {
            pool_[best.first].previous = no_slot;
        }
        maker.next = free_;
        free_ = slot;
    }
    return quantity;
}

template <class Visit>
void OrderBook::visit(Side side, Visit&& visit) const {
    const std::vector<Level>& all = levels(side);
    for (auto level = all.rbegin(); level != all.rend(); ++level) {
        for (Slot slot = level->first; slot != no_slot; slot = pool_[slot].next) {
            if (!visit(pool_[slot])) {
                return;
            }
        }
    }
}

} // namespace tradesh::exchange
