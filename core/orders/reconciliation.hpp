#pragma once

#include "core/orders/order_ledger.hpp"
#include "core/venue/trading.hpp"

#include <set>
#include <string>
#include <vector>

namespace tradesh::orders {

/// What journal and venue disagree on, settled in favour of the venue. Pure: the manager journals `events` and shows
/// `findings`. Settling twice finds nothing the second time.
struct Settlement {
    std::vector<OrderEvent> events;
    std::vector<std::string> findings;     ///< one sentence each, for people
    std::vector<ClientOrderId> not_listed; ///< ours, not final, and not among the venue's open orders: ask for each one
};

/// Compares the ledger with a snapshot: missing fills, missing acknowledgements, cancels that never arrived, orders
/// that others placed. Orders in hand are being sent or cancelled right now: only their fills are looked at.
Settlement settle(const OrderLedger& ledger, const venue::TradingSnapshot& snapshot,
                  const std::multiset<ClientOrderId>& in_hand, Instant now);

/// What the venue's record of one order, asked for by our id, adds to ours.
Settlement settle_found(const Order& order, const VenueOrder& found, Instant now);

/// The venue has been asked often enough and knows nothing of the order: one that it never answered never arrived, one
/// that it had acknowledged is gone.
Settlement settle_lost(const Order& order, Instant now);

} // namespace tradesh::orders
