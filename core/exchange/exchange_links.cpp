#include "core/exchange/exchange.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::exchange {

// Exits of one order share what it fills: a group of exits counts as one of them, since only one of its orders can fill
// any part. The first exit is served first.

void Exchange::attach(Order& order) {
    Account& account = accounts_[order.account];
    if (order.is_grouped()) {
        account.groups[order.request.oco_group].members.push_back(order.number);
    }
    if (order.is_exit()) {
        account.exits[order.request.parent.value].push_back(order.number);
        const auto parent = account.ids.find(order.request.parent.value);
        if (parent != account.ids.end()) {
            orders_.at(parent->second).has_exits = true;
        }
    }
}

void Exchange::detach(const Order& order) {
    Account& account = accounts_[order.account];
    if (order.is_grouped()) {
        const auto group = account.groups.find(order.request.oco_group);
        if (group != account.groups.end() && std::erase(group->second.members, order.number) > 0 &&
            group->second.members.empty()) {
            account.groups.erase(group);
        }
    }
    if (order.is_exit()) {
        const auto exits = account.exits.find(order.request.parent.value);
        if (exits != account.exits.end() && std::erase(exits->second, order.number) > 0 && exits->second.empty()) {
            account.exits.erase(exits);
        }
    }
}

/// One that joins a group of exits later has as much to do as the others have left.
void Exchange::share_of_group(Order& exit) {
    if (!exit.is_grouped()) {
        return;
    }
    const Group& group = accounts_[exit.account].groups.at(exit.request.oco_group);
    const Order& first = orders_.at(group.members.front());
    if (&first != &exit) {
        exit.allotted = first.allotted - first.taken - first.filled;
    }
}

/// What of their parent's fills the attached exits still wait for.
Lots Exchange::wanted_by_exits(const Order& parent) const {
    const auto& exits = accounts_[parent.account].exits.at(parent.request.id.value);
    Lots wanted = 0;
    std::vector<std::pair<std::string, Lots>> groups;
    for (const std::uint64_t number : exits) {
        const Order& exit = orders_.at(number);
        const Lots size = exit.quantity + exit.taken - exit.allotted;
        const auto same = std::ranges::find(groups, exit.request.oco_group, &std::pair<std::string, Lots>::first);
        if (!exit.is_grouped()) {
            wanted += size;
        } else if (same == groups.end()) {
            groups.emplace_back(exit.request.oco_group, size);
        } else {
            same->second = std::max(same->second, size);
        }
    }
    for (const auto& [group, size] : groups) {
        wanted += size;
    }
    return wanted;
}

/// The book may be in the middle of a match, so it is mended by `apply_shrinks`.
void Exchange::take_off(Order& order, Lots lots, std::string reason, Reach reach) {
    order.taken += lots;
    order.quantity -= std::min(lots, order.open());
    update_claim(order);
    note_change(order);
    shrunk_.push_back(Shrunk{.number = order.number, .reason = std::move(reason), .reach = reach});
}

void Exchange::take_from_group(const Order& filled, Lots lots) {
    const std::vector<std::uint64_t> members = accounts_[filled.account].groups.at(filled.request.oco_group).members;
    for (const std::uint64_t number : members) {
        if (number != filled.number) {
            take_off(orders_.at(number), lots, "one cancels other: " + filled.request.id.value + " filled",
                     Reach::alone);
        }
    }
}

void Exchange::shorten_resting(Order& order) {
    if (!order.is_resting()) {
        return;
    }
    OrderBook& book = listings_[order.listing].book;
    const Lots resting = book.at(order.slot).open;
    const Lots workable = order.workable();
    if (workable == 0) {
        book.remove(order.slot);
        order.slot = OrderBook::no_slot;
    } else if (workable < resting) {
        book.reduce(order.slot, resting - workable);
    }
}

void Exchange::apply_shrinks(Instant now) {
    while (!shrunk_.empty()) {
        for (const Shrunk& shrunk : std::exchange(shrunk_, {})) {
            Order& order = orders_.at(shrunk.number);
            if (!order.live()) {
                continue;
            }
            if (order.open() == 0) {
                finish(order, OrderState::cancelled, shrunk.reason, now, shrunk.reach);
                continue;
            }
            shorten_resting(order);
            order.updated = now;
            tell(order.account, now,
                 Replaced{.order = order.request.id,
                          .quantity = listings_[order.listing].quantity_of(order.quantity).normalized(),
                          .price = order.price});
        }
    }
}

Lots Exchange::closable_by(const Order& exit) const {
    const Lots position = holding(exit.account, exit.listing).quantity;
    return std::max<Lots>(0, exit.request.side == Side::buy ? -position : position);
}

/// An exit only reduces: what goes beyond the position is taken off it. False when that ends it.
bool Exchange::trim_to_position(Order& exit, Instant now) {
    const Lots closable = closable_by(exit);
    if (exit.workable() <= closable) {
        return true;
    }
    if (closable == 0) {
        finish(exit, OrderState::cancelled, "no position is left to exit", now, Reach::group);
        return false;
    }
    take_off(exit, exit.workable() - closable, "no position is left to exit", Reach::group);
    apply_shrinks(now);
    return exit.live();
}

std::vector<Order*> Exchange::exits_of(const Order& parent) {
    std::vector<Order*> exits;
    const Account& account = accounts_[parent.account];
    if (const auto found = account.exits.find(parent.request.id.value); found != account.exits.end()) {
        for (const std::uint64_t number : found->second) {
            exits.push_back(&orders_.at(number));
        }
    }
    return exits;
}

bool Exchange::has_one_unit_of_exits(const Order& parent) const {
    const Account& account = accounts_[parent.account];
    const auto found = account.exits.find(parent.request.id.value);
    if (found == account.exits.end() || found->second.size() == 1) {
        return true;
    }
    const std::string& group = orders_.at(found->second.front()).request.oco_group;
    return !group.empty() && std::ranges::all_of(found->second, [&](std::uint64_t number) {
        return orders_.at(number).request.oco_group == group;
    });
}

/// Exits grow and shrink with their order, as far as they were not served yet: what fills is never without them.
void Exchange::resize_exits(const Order& parent, Lots more, Instant now) {
    if (more == 0) {
        return;
    }
    for (Order* exit : exits_of(parent)) {
        const Lots served = std::max(exit->filled, exit->allotted - exit->taken);
        const Lots quantity = std::max(exit->quantity + more, std::min(exit->quantity, served));
        if (!exit->live() || quantity == exit->quantity) {
            continue;
        }
        if (quantity <= exit->filled) {
            finish(*exit, OrderState::cancelled, "its order was made smaller", now, Reach::alone);
            continue;
        }
        exit->quantity = quantity;
        exit->updated = now;
        update_claim(*exit);
        note_change(*exit);
        tell(exit->account, now,
             Replaced{.order = exit->request.id,
                      .quantity = listings_[exit->listing].quantity_of(quantity).normalized(),
                      .price = exit->price});
    }
}

void Exchange::share_out(Order& parent, std::span<Order* const> exits) {
    for (const Order* first : exits) {
        std::vector<Order*> unit;
        Lots room = 0;
        for (Order* exit : exits) {
            if (exit == first || (first->is_grouped() && exit->request.oco_group == first->request.oco_group)) {
                unit.push_back(exit);
                room = std::max(room, exit->quantity + exit->taken - exit->allotted);
            }
        }
        const Lots share = std::min(room, parent.filled - parent.given);
        if (share <= 0) {
            continue;
        }
        parent.given += share;
        note_change(parent);
        for (Order* exit : unit) {
            exit->allotted += share;
            note_change(*exit);
            update_claim(*exit);
        }
    }
}

/// Its order fills no more: what the exit was not allotted is off.
void Exchange::end_with_parent(Order& exit, Instant now) {
    const Lots never = exit.quantity - std::max(exit.filled, exit.allotted - exit.taken);
    if (never <= 0) {
        return;
    }
    if (never == exit.open()) {
        const std::string rest = exit.allotted > 0 ? "its order fills no more" : "its order ended without a fill";
        finish(exit, OrderState::cancelled, rest, now, Reach::alone);
        return;
    }
    exit.quantity -= never;
    exit.updated = now;
    note_change(exit);
    tell(exit.account, now,
         Replaced{.order = exit.request.id,
                  .quantity = listings_[exit.listing].quantity_of(exit.quantity).normalized(),
                  .price = exit.price});
}

void Exchange::begin_work(Order& exit, Instant now) {
    if (exit.state == OrderState::held) {
        exit.state = OrderState::working;
        exit.updated = now;
        tell(exit.account, now, StateReported{.order = exit.request.id, .state = OrderState::working});
        activate(exit, now);
        return;
    }
    const Listing& listing = listings_[exit.listing];
    const bool waits_for_more =
        !exit.waits_for_stop() && (!exit.is_resting() || listing.book.at(exit.slot).open < exit.workable());
    if (waits_for_more) {
        withdraw(exit);
        activate(exit, now);
    }
}

void Exchange::serve_exits(std::uint64_t number, Instant now) {
    Order& parent = orders_.at(number);
    share_out(parent, exits_of(parent));
    if (!parent.live()) {
        for (Order* exit : exits_of(parent)) {
            if (exit->live()) {
                end_with_parent(*exit, now);
            }
        }
    }
    for (Order* exit : exits_of(parent)) {
        if (exit->live() && exit->workable() > 0) {
            begin_work(*exit, now);
        }
    }
}

void Exchange::settle(Instant now) {
    apply_shrinks(now);
    while (!parents_.empty()) {
        const std::uint64_t next = parents_.front();
        parents_.erase(parents_.begin());
        serve_exits(next, now);
        apply_shrinks(now);
    }
}

} // namespace tradesh::exchange
