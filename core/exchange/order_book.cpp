#include "core/exchange/order_book.hpp"

#include <algorithm>
#include <cassert>

namespace tradesh::exchange {

OrderBook::Slot OrderBook::take_slot() {
    if (free_ == no_slot) {
        pool_.emplace_back();
        return static_cast<Slot>(pool_.size() - 1);
    }
    const Slot slot = free_;
    free_ = pool_[slot].next;
    return slot;
}

std::vector<OrderBook::Level>::iterator OrderBook::place_of(Side side, Ticks price) {
    if (side == Side::buy) {
        return std::ranges::lower_bound(bids_, price, std::ranges::less(), &Level::price);
    }
    return std::ranges::lower_bound(asks_, price, std::ranges::greater(), &Level::price);
}

OrderBook::Slot OrderBook::rest(Side side, Ticks price, Lots quantity, std::uint64_t order, std::uint32_t owner) {
    assert(quantity > 0);
    const Slot slot = take_slot();
    auto level = place_of(side, price);
    if (level == levels(side).end() || level->price != price) {
        level = levels(side).insert(level, Level{.price = price});
    }
    pool_[slot] = Resting{.order = order,
                          .open = quantity,
                          .price = price,
                          .previous = level->last,
                          .next = no_slot,
                          .owner = owner,
                          .side = side};
    (level->last == no_slot ? level->first : pool_[level->last].next) = slot;
    level->last = slot;
    return slot;
}

void OrderBook::remove(Slot slot) {
    const Resting gone = pool_[slot];
    const auto level = place_of(gone.side, gone.price);
    assert(level != levels(gone.side).end() && level->price == gone.price);
    (gone.previous == no_slot ? level->first : pool_[gone.previous].next) = gone.next;
    (gone.next == no_slot ? level->last : pool_[gone.next].previous) = gone.previous;
    if (level->first == no_slot) {
        levels(gone.side).erase(level);
    }
    pool_[slot].next = free_;
    free_ = slot;
}

void OrderBook::reduce(Slot slot, Lots by) {
    assert(by < pool_[slot].open);
    pool_[slot].open -= by;
}

std::optional<Ticks> OrderBook::best_price(Side side) const {
    if (empty(side)) {
        return std::nullopt;
    }
    return levels(side).back().price;
}

} // namespace tradesh::exchange
