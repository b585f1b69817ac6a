#include "core/orders/reconciliation.hpp"

#include "core/orders/order_executions.hpp"

namespace tradesh::orders {
namespace {

std::string label(const OrderRequest& request) { return "order " + request.id.value + " (" + describe(request) + ")"; }

OrderEvent settled(Instant time, OrderFact fact) {
    return OrderEvent{.time = time, .source = FactSource::reconciliation, .fact = std::move(fact)};
}

void settle_fill(const OrderRequest& request, const Fill& fill, Settlement& settlement) {
    settlement.events.push_back(settled(fill.time, venue::OrderFilled{fill}));
    settlement.findings.push_back(label(request) + " filled " + fill.quantity.to_string() + " @ " +
                                  fill.price.to_string() + " while nobody was listening");
}

bool may_be_on_its_way(Instant asked, const SettleContext& context) {
    return context.now - asked < context.turns_up_within;
}

/// Quantity and price as the venue has them; true when the rest has to wait for a replacement that is on its way.
bool settle_terms(const Order& ours, const VenueOrder& theirs, const SettleContext& context, Settlement& settlement) {
    const OrderRequest& request = ours.request;
    const bool differs = theirs.request.quantity != request.quantity || theirs.request.price != request.price;
    const Revision* pending = ours.replacement();
    if (differs) {
        const bool as_asked = pending != nullptr && theirs.request.quantity == pending->quantity &&
                              theirs.request.price == pending->price;
        settlement.events.push_back(settled(context.now, venue::OrderReplaced{request.id, theirs.request.quantity,
                                                                              theirs.request.price, theirs.venue_id}));
        settlement.findings.push_back(label(request) +
                                      (as_asked ? " had been replaced: " : " stands otherwise at the venue: ") +
                                      describe(theirs.request));
        return false;
    }
    if (pending == nullptr) {
        return false;
    }
    if (may_be_on_its_way(pending->time, context)) {
        settlement.too_early = true;
        return true;
    }
    settlement.events.push_back(settled(
        context.now, venue::ReplaceRejected{request.id, "replace.lost", "the venue never received the replacement"}));
    settlement.findings.push_back(label(request) + " is unchanged: its replacement never arrived");
    return false;
}

/// The venue holds the order live.
void settle_live(const Order& ours, const VenueOrder& theirs, const SettleContext& context, Settlement& settlement) {
    const OrderRequest& request = ours.request;
    const auto add = [&](OrderFact fact, const std::string& finding) {
        settlement.events.push_back(settled(context.now, std::move(fact)));
        settlement.findings.push_back(label(request) + finding);
    };
    if (is_unanswered(ours)) {
        add(venue::OrderAccepted{request.id, theirs.venue_id}, " had reached the venue and is working");
    } else if (is_final(ours.stands)) {
        add(venue::OrderAccepted{request.id, theirs.venue_id},
            " was counted as never sent, but the venue holds it: it is live");
    }
    if (settle_terms(ours, theirs, context, settlement)) {
        return;
    }
    if (ours.cancel_pending && may_be_on_its_way(ours.cancel_asked, context)) {
        settlement.too_early = true;
    } else if (ours.cancel_pending) {
        add(venue::CancelRejected{request.id, "cancel.lost", "the venue never received the cancel"},
            " is still working: its cancel never arrived");
    }
}

/// An order placed elsewhere. The fills that the snapshot lists follow as events of their own; the adopted order itself
/// tells of those before.
VenueOrder before_fills(VenueOrder theirs, const std::vector<Fill>& fills) {
    Decimal notional = theirs.filled * theirs.average_price.value_or(0);
    for (const Fill& fill : fills) {
        if (fill.order == theirs.request.id && fill.of != FillOf::leg) {
            theirs.filled -= fill.quantity;
            notional -= fill.quantity * fill.price;
        }
    }
    if (theirs.filled.is_zero()) {
        theirs.average_price.reset();
    } else if (theirs.average_price) {
        theirs.average_price = Decimal::divide(notional, theirs.filled, 12, Rounding::half_even).normalized();
    }
    return theirs;
}

void adopt(const VenueOrder& theirs, const std::vector<Fill>& fills, Instant now, Settlement& settlement) {
    settlement.events.push_back(settled(now, OrderAdopted{before_fills(theirs, fills)}));
    settlement.findings.push_back(label(theirs.request) + " was placed elsewhere; adopted");
    for (const Fill& fill : fills) {
        if (fill.order == theirs.request.id) {
            settlement.events.push_back(settled(fill.time, venue::OrderFilled{fill}));
        }
    }
}

/// The fills of each order that the snapshot lists.
std::map<ClientOrderId, Decimal> filled_in(const OrderLedger& ledger, const venue::TradingSnapshot& snapshot,
                                           Settlement& settlement) {
    std::map<ClientOrderId, Decimal> news;
    for (const Fill& fill : snapshot.fills) {
        const Order* order = ledger.find(fill.order);
        if (order != nullptr && !order->executions.contains(fill.execution)) {
            settle_fill(order->request, fill, settlement);
            news[fill.order] += fill.of == FillOf::leg ? Decimal(0) : fill.quantity;
        }
    }
    return news;
}

/// Ours, by id or by the venue's own id; null when it was placed elsewhere.
const Order* ours_of(const OrderLedger& ledger, const VenueOrder& theirs) {
    const Order* ours = ledger.find(theirs.request.id);
    return ours != nullptr || theirs.venue_id.value.empty() ? ours : ledger.find_by_venue_id(theirs.venue_id);
}

} // namespace

Settlement settle(const OrderLedger& ledger, const venue::TradingSnapshot& snapshot, const SettleContext& context) {
    Settlement settlement;
    std::set<ClientOrderId> listed;
    for (const VenueOrder& theirs : snapshot.open_orders) {
        const Order* ours = ours_of(ledger, theirs);
        if (ours == nullptr) {
            adopt(theirs, snapshot.fills, context.now, settlement);
            continue;
        }
        listed.insert(ours->request.id);
        const bool may_be_live = !is_final(ours->stands) || is_unsent(ours->stands);
        if (!may_be_live || context.in_hand.contains(ours->request.id)) {
            continue;
        }
        if (!context.moved.contains(ours->request.id)) {
            settle_live(*ours, theirs, context, settlement);
            continue;
        }
        Settlement stale;
        settle_live(*ours, theirs, context, stale);
        settlement.too_early |= stale.too_early || !stale.events.empty();
    }
    const std::map<ClientOrderId, Decimal> news = filled_in(ledger, snapshot, settlement);
    for (const VenueOrder& theirs : snapshot.open_orders) {
        const Order* ours = ours_of(ledger, theirs);
        if (ours == nullptr || context.in_hand.contains(ours->request.id)) {
            continue;
        }
        const auto more = news.find(ours->request.id);
        if (theirs.filled > ours->filled + (more == news.end() ? Decimal(0) : more->second)) {
            settlement.doubtful.push_back(ours->request.id);
        }
    }
    for (const Order* order : ledger.open()) {
        if (context.in_hand.contains(order->request.id) || listed.contains(order->request.id)) {
            continue;
        }
        if (context.moved.contains(order->request.id)) {
            settlement.too_early = true;
        } else {
            settlement.doubtful.push_back(order->request.id);
        }
    }
    return settlement;
}

namespace {

void end_as_found(const Order& order, const VenueOrder& found, Instant now, Settlement& settlement) {
    const ClientOrderId& id = order.request.id;
    if (is_unanswered(order) && found.state != OrderState::rejected) {
        settlement.events.push_back(settled(now, venue::OrderAccepted{id, found.venue_id}));
    }
    switch (found.state) {
    case OrderState::cancelled:
        settlement.events.push_back(settled(found.updated, venue::OrderCancelled{id, found.reason}));
        break;
    case OrderState::expired: settlement.events.push_back(settled(found.updated, venue::OrderExpired{id})); break;
    case OrderState::rejected:
        settlement.events.push_back(settled(found.updated, venue::OrderRejected{id, "", found.reason}));
        break;
    default: break; // filled: its fills say so
    }
    if (!settlement.events.empty()) {
        settlement.findings.push_back(label(order.request) +
                                      " was found at the venue: " + std::string(name_of(found.state)) +
                                      (found.reason.empty() ? "" : " (" + found.reason + ")"));
    }
}

/// What the venue has filled and lists no more. Its time is the venue's own, as that of the executions it stands for:
/// those that come later on are told from them by it.
void infer_fill(const Order& order, const VenueOrder& found, Instant now, Settlement& settlement) {
    const Decimal quantity = found.filled - order.filled;
    const Decimal notional = found.filled * found.average_price.value_or(0) - order.filled_notional;
    const Fill fill{.execution = inferred_execution(order.request.id, found.filled),
                    .order = order.request.id,
                    .symbol = order.request.symbol,
                    .side = order.request.side,
                    .quantity = quantity,
                    .price = Decimal::divide(notional, quantity, 8, Rounding::half_even).normalized(),
                    .fee = {},
                    .time = found.updated == Instant() ? now : found.updated};
    settlement.events.push_back(settled(now, venue::OrderFilled{fill}));
    settlement.findings.push_back(label(order.request) + " filled " + quantity.to_string() +
                                  " more than the venue lists executions of; inferred at " + fill.price.to_string());
}

} // namespace

Settlement settle_found(const Order& order, const VenueOrder& found, bool infer, const SettleContext& context) {
    Settlement settlement;
    if (is_ended(order)) {
        return settlement;
    }
    const bool is_short = found.filled > order.filled;
    if (is_short && infer && found.average_price) {
        infer_fill(order, found, context.now, settlement);
    } else if (is_short) {
        settlement.doubtful.push_back(order.request.id);
        if (found.state == OrderState::filled) {
            return settlement;
        }
    }
    const ClientOrderId& id = order.request.id;
    if (context.in_hand.contains(id) || context.moved.contains(id)) {
        return settlement;
    }
    if (is_final(found.state)) {
        end_as_found(order, found, context.now, settlement);
    } else {
        settle_live(order, found, context, settlement);
    }
    return settlement;
}

Settlement settle_lost(const Order& order, Instant now) {
    Settlement settlement;
    const ClientOrderId& id = order.request.id;
    if (is_final(order.state)) {
        return settlement;
    }
    if (is_unanswered(order)) {
        settlement.events.push_back(
            settled(now, OrderNotSent{id, "venue.unknown_order", "the venue never received it"}));
        settlement.findings.push_back(label(order.request) + " never reached the venue; it was not sent again");
    } else {
        settlement.events.push_back(settled(now, venue::OrderCancelled{id, "the venue no longer knows the order"}));
        settlement.findings.push_back(label(order.request) +
                                      " was live, but the venue no longer knows it; counted as cancelled");
    }
    return settlement;
}

namespace {

/// What a fill does to a position; a combo's own fill does nothing.
void move_position(PositionGaps& positions, const Fill& fill, int times) {
    if (fill.of != FillOf::combo) {
        positions[fill.symbol] += Decimal(times * sign_of(fill.side)) * fill.quantity;
    }
}

} // namespace

PositionGaps find_gaps(const OrderLedger& ledger, const venue::TradingSnapshot& snapshot, const Settlement& settlement,
                       const std::vector<Fill>& unlisted) {
    PositionGaps gaps;
    for (const Position& position : snapshot.positions) {
        gaps[position.symbol] += position.quantity;
    }
    for (const auto& [symbol, quantity] : ledger.traded()) {
        gaps[symbol] -= quantity;
    }
    for (const OrderEvent& event : settlement.events) {
        if (const auto* filled = std::get_if<venue::OrderFilled>(&event.fact)) {
            move_position(gaps, filled->fill, -1);
        } else if (const auto* adopted = std::get_if<OrderAdopted>(&event.fact)) {
            const OrderRequest& request = adopted->order.request;
            gaps[request.symbol] -= Decimal(sign_of(request.side)) * adopted->order.filled;
        }
    }
    for (const Fill& fill : unlisted) {
        move_position(gaps, fill, 1);
    }
    std::erase_if(gaps, [](const auto& gap) { return gap.second.is_zero(); });
    return gaps;
}

PositionGaps certain_gaps(PositionGaps gaps, const PositionGaps& told, const OrderLedger& ledger,
                          const std::vector<ClientOrderId>& doubtful) {
    std::map<std::string, std::pair<Decimal, Decimal>> reaches; // how far down and up they may have moved a position
    for (const ClientOrderId& id : doubtful) {
        const Order* order = ledger.find(id);
        if (order == nullptr || ledger.traded(order->request.symbol).is_zero()) {
            return told; // a combo would move the positions of its legs
        }
        auto& [down, up] = reaches[order->request.symbol];
        (order->request.side == Side::buy ? up : down) += order->remaining();
    }
    for (const auto& [symbol, reach] : reaches) {
        const auto gap = gaps.find(symbol);
        const Decimal moved = gap == gaps.end() ? Decimal(0) : gap->second;
        if (moved > reach.second || -moved > reach.first) {
            continue;
        }
        gaps.erase(symbol);
        if (const auto before = told.find(symbol); before != told.end()) {
            gaps.insert(*before);
        }
    }
    return gaps;
}

} // namespace tradesh::orders
