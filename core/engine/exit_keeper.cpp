#include "core/engine/exit_keeper.hpp"

#include <algorithm>

namespace tradesh::engine {
namespace {

/// What is held because of the order, seen from the side that closes it.
struct Held {
    Decimal filled{};
    Decimal open{}; ///< not closed yet
};

Held held_by(const ExitView& view) {
    Held held;
    for (const Fill& fill : view.fills) {
        held.filled = held.filled + fill.quantity;
    }
    held.open = held.filled > view.closed ? held.filled - view.closed : Decimal(0);
    return held;
}

/// Of the open quantity, what was held for long enough: the oldest fills are closed first.
Decimal overdue(const ExitOf& exit, const ExitView& view) {
    Decimal due;
    for (const Fill& fill : view.fills) {
        due = fill.time + *exit.holding <= view.now ? due + fill.quantity : due;
    }
    return due > view.closed ? due - view.closed : Decimal(0);
}

Decimal trailing_stop(const TrailingStop& trailing, Decimal best, bool is_long) {
    const Decimal distance = trailing.percent ? best * trailing.distance * Decimal::of(1, 2) : trailing.distance;
    return is_long ? best - distance : best + distance;
}

/// What is held because of one exit's order.
struct Kept {
    std::string keeper;
    Decimal open{};
    Decimal lost{};
};

Kept& kept_by(std::string_view keeper, std::vector<Kept>& kept) {
    const auto found = std::ranges::find(kept, keeper, &Kept::keeper);
    return found == kept.end() ? kept.emplace_back(std::string(keeper)) : *found;
}

} // namespace

Decimal closed_by_others(std::string_view keeper, Decimal position, const std::vector<Movement>& movements) {
    Decimal free = position; // what no exit keeps; below zero: short
    for (const Movement& each : movements) {
        free = free - each.quantity;
    }
    std::vector<Kept> kept; // the order that filled first at the front
    for (const Movement& each : movements) {
        if (each.of == Movement::Of::entry) {
            kept_by(each.keeper, kept).open += each.quantity;
        } else if (each.of == Movement::Of::exit) {
            Decimal& open = kept_by(each.keeper, kept).open;
            const Decimal closed = std::min(-each.quantity, open);
            open -= closed;
            free += each.quantity + closed;
        } else {
            free += each.quantity;
        }
        for (Kept& one : kept) {
            const Decimal taken = free.is_negative() ? std::min(-free, one.open) : Decimal(0);
            one.open -= taken;
            one.lost += taken;
            free += taken;
        }
    }
    return kept_by(keeper, kept).lost;
}

ExitDecision decide(const ExitOf& exit, const ExitView& view) {
    const Held held = held_by(view);
    ExitDecision decision;
    decision.best = view.best;
    decision.over = view.order_ended && held.open.is_zero();
    if (held.open.is_zero()) {
        return decision;
    }
    const bool is_long = exit.entry_side == Side::buy;
    const std::optional<Decimal> price = !view.quote ? std::nullopt : is_long ? view.quote->bid : view.quote->ask;
    const auto reached = [&](Decimal level, bool from_below) { return from_below ? *price >= level : *price <= level; };
    if (price && exit.trailing) {
        const bool better = !view.best || (is_long ? *price > *view.best : *price < *view.best);
        decision.best = better ? price : view.best;
    }
    if (exit.holding) {
        decision.quantity = overdue(exit, view);
    }
    if (!decision.quantity.is_zero()) {
        decision.reason = "held for " + to_text(*exit.holding);
        return decision;
    }
    if (!price) {
        return decision;
    }
    const std::string at = " reached at " + price->to_string();
    if (exit.protect && reached(*exit.protect, !is_long)) {
        decision.quantity = held.open;
        decision.reason = "protect " + exit.protect->to_string() + at;
    } else if (exit.trailing && reached(trailing_stop(*exit.trailing, *decision.best, is_long), !is_long)) {
        const Decimal stop = trailing_stop(*exit.trailing, *decision.best, is_long);
        decision.quantity = held.open;
        decision.reason = to_text(PriceRule(*exit.trailing)) + ", stop " + stop.normalized().to_string() + at;
    } else if (exit.target && reached(*exit.target, is_long)) {
        decision.quantity = held.open;
        decision.limit = exit.target;
        decision.reason = "target " + exit.target->to_string() + at;
    }
    return decision;
}

} // namespace tradesh::engine
