#pragma once

#include "core/orders/order.hpp"
#include "core/store/journal_event.hpp"

#include <optional>
#include <string>

/// The journal in the words of a trader: one sentence an event, with its reason.
namespace tradesh::orders {

/// What has to be known of an order to tell of what happened to it.
struct OrderHead {
    std::string symbol;
    std::string words; ///< "buy GOOG 10 limit 99.50"
    std::string key;   ///< empty: none
};
/// From the event that began the order; an unknown order has an empty head.
OrderHead head_of(const OrderFact& beginning);

struct Activity {
    std::int64_t seq = 0;
    Instant time;
    std::string event;  ///< the kind of the journal: "order.filled"
    std::string source; ///< who told: user, venue, reconciliation, or what the event names
    std::string order;  ///< client order id; empty: about no order
    std::string symbol;
    std::string key;
    std::string text; ///< without a full stop
    std::string correlation;
    std::string payload; ///< all of it, as the journal has it: JSON
};

/// nullopt for rows that say nothing to a person: measurements. Error "journal.unreadable".
Result<std::optional<Activity>> tell(const store::JournalRow& row, const OrderHead& head);

} // namespace tradesh::orders
