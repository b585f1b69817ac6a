#include "core/orders/reconciliation.hpp"

#include <algorithm>

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

void settle_accepted(const Order& ours, const VenueOrder& theirs, Instant now, Settlement& settlement) {
    const OrderRequest& request = ours.request;
    if (is_unanswered(ours)) {
        settlement.events.push_back(settled(now, venue::OrderAccepted{request.id, theirs.venue_id}));
        settlement.findings.push_back(label(request) + " had reached the venue and is working");
    } else if (ours.state == OrderState::not_sent) {
        settlement.events.push_back(settled(now, venue::OrderAccepted{request.id, theirs.venue_id}));
        settlement.findings.push_back(label(request) +
                                      " was counted as never sent, but the venue holds it: it is live");
    }
    if (ours.state == OrderState::cancelling) {
        settlement.events.push_back(
            settled(now, venue::CancelRejected{request.id, "cancel.lost", "the venue never received the cancel"}));
        settlement.findings.push_back(label(request) + " is still working: its cancel never arrived");
    }
}

/// An order placed elsewhere. The fills that the snapshot lists follow as events of their own; the adopted order itself
/// tells of those before.
VenueOrder before_fills(VenueOrder theirs, const std::vector<Fill>& fills) {
    Decimal notional = theirs.filled * theirs.average_price.value_or(0);
    for (const Fill& fill : fills) {
        if (fill.order == theirs.request.id) {
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

bool is_listed(const Order& order, const venue::TradingSnapshot& snapshot) {
    return std::ranges::any_of(snapshot.open_orders, [&](const VenueOrder& theirs) {
        return theirs.request.id == order.request.id ||
               (!theirs.venue_id.value.empty() && theirs.venue_id == order.venue_id);
    });
}

} // namespace

Settlement settle(const OrderLedger& ledger, const venue::TradingSnapshot& snapshot,
                  const std::multiset<ClientOrderId>& in_hand, Instant now) {
    Settlement settlement;
    for (const VenueOrder& theirs : snapshot.open_orders) {
        const Order* ours = ledger.find(theirs.request.id);
        if (ours == nullptr && !theirs.venue_id.value.empty()) {
            ours = ledger.find_by_venue_id(theirs.venue_id);
        }
        if (ours == nullptr) {
            adopt(theirs, snapshot.fills, now, settlement);
        } else if (!in_hand.contains(ours->request.id)) {
            settle_accepted(*ours, theirs, now, settlement);
        }
    }
    for (const Fill& fill : snapshot.fills) {
        const Order* order = ledger.find(fill.order);
        if (order != nullptr && !order->executions.contains(fill.execution)) {
            settle_fill(order->request, fill, settlement);
        }
    }
    for (const Order* order : ledger.open()) {
        if (!in_hand.contains(order->request.id) && !is_listed(*order, snapshot)) {
            settlement.not_listed.push_back(order->request.id);
        }
    }
    return settlement;
}

Settlement settle_found(const Order& order, const VenueOrder& found, Instant now) {
    Settlement settlement;
    const ClientOrderId& id = order.request.id;
    if (is_final(order.state)) {
        return settlement;
    }
    if (!is_final(found.state)) {
        settle_accepted(order, found, now, settlement);
        return settlement;
    }
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

} // namespace tradesh::orders
