#pragma once

#include "core/orders/order_ledger.hpp"
#include "core/venue/trading.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tradesh::orders {

/// What journal and venue disagree on, settled in favour of the venue. Pure: the manager journals `events` and shows
/// `findings`. Settling twice finds nothing the second time.
struct Settlement {
    std::vector<OrderEvent> events;
    std::vector<std::string> findings;   ///< one sentence each, for people
    std::vector<ClientOrderId> doubtful; ///< ours, and the snapshot does not say enough of them: ask for each one
    bool too_early = false; ///< what is on its way, or newer than the snapshot, has to be settled a little later
};

/// What a settlement has to know beside ledger and snapshot.
struct SettleContext {
    const std::multiset<ClientOrderId>& in_hand; ///< being sent, changed or cancelled: only their fills are looked at
    Instant now;
    Duration turns_up_within{0}; ///< Capabilities::turns_up_within
    /// Orders that moved since the venue was asked: what it says may be older than what is known of them.
    std::set<ClientOrderId> moved{};
};

/// Compares the ledger with a snapshot: missing fills, missing acknowledgements, quantities and prices that differ,
/// cancels and replacements that never arrived, orders that others placed.
Settlement settle(const OrderLedger& ledger, const venue::TradingSnapshot& snapshot, const SettleContext& context);

/// What the venue's record of one order, asked for by our id, adds to ours. Where the venue has filled more than it
/// lists executions of, the rest is inferred, once `infer` says that asking again has not helped; before that the order
/// stays doubtful. Of an order in hand, or one that moved since the question went out, only the fills are looked at.
Settlement settle_found(const Order& order, const VenueOrder& found, bool infer, const SettleContext& context);

/// The venue has been asked often enough and knows nothing of the order: one that it never answered never arrived, one
/// that it had acknowledged is gone.
Settlement settle_lost(const Order& order, Instant now);

/// What the venue holds more, or less, than our orders traded, per symbol; no symbol without a difference.
using PositionGaps = std::map<std::string, Decimal, std::less<>>;

/// The gaps at the moment of the snapshot. `settled` are the events that the same snapshot led to, not yet in the
/// ledger; `unlisted` the fills that reached the ledger after the snapshot was asked for and are not in it.
PositionGaps find_gaps(const OrderLedger& ledger, const venue::TradingSnapshot& snapshot, const Settlement& settled,
                       const std::vector<Fill>& unlisted);

/// Those of the gaps that no fill of the orders in doubt can explain; where one can, what was told before stands.
PositionGaps certain_gaps(PositionGaps gaps, const PositionGaps& told, const OrderLedger& ledger,
                          const std::vector<ClientOrderId>& doubtful);

} // namespace tradesh::orders
