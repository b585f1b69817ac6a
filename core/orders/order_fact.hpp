#pragma once

#include "core/market/order.hpp"
#include "core/orders/risk_check.hpp"
#include "core/venue/trading.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What can happen to an order: each fact is a row of the journal, and `apply` (order.hpp) moves an order by it.
namespace tradesh::orders {

// Facts of our own side; those of the venue are the structs of core/venue/trading.hpp.

/// An order as it was asked for and looked at, before anything goes out.
struct Submission {
    OrderRequest request;
    std::string key;  ///< the caller's idempotency key, empty when none was given
    std::string form; ///< the request as it was asked for, in canonical words: what the key stands for
    std::vector<RiskCheck> checks{};
    std::string group{};  ///< the orders that were begun together, empty for an order of its own
    std::int64_t leg = 0; ///< its place in the group, from 1; 0 outside of one
};
/// We are about to send this order. Durable before the first byte goes out.
struct OrderIntended : Submission {};
/// Our own risk checks refused it: the order ends before it left. Its key stays free.
struct OrderDenied : Submission {
    std::string code; ///< of the check that denied
    std::string message;
};
/// It certainly never left: the order ends here.
struct OrderNotSent {
    ClientOrderId order;
    std::string code;
    std::string message;
};
/// No answer came in time; it is asked for, never resent.
struct OutcomeUnknown {
    ClientOrderId order;
    std::string reason;
};
/// The user asked for a cancel; it is about to go out.
struct CancelIntended {
    ClientOrderId order;
    std::string reason{}; ///< empty: by request
};
/// The user asked for another quantity or price; the replacement is about to go out.
struct ReplaceIntended {
    ClientOrderId order;
    Decimal quantity; ///< the new total, filled part included
    PriceRule price;
    std::string key{};
    std::string form{}; ///< as asked for: what the key stands for
};
/// The venue holds an order that our journal does not know: another program placed it.
struct OrderAdopted {
    VenueOrder order;
};
/// How long sending took, stage by stage. Written in the commit of the venue's first answer.
struct OrderTimed {
    ClientOrderId order;
    Duration checked{0}; ///< command received -> resolved and checked
    Duration durable{0}; ///< -> intent on disk
    Duration wire{0};    ///< -> handed to the wire
    Duration answer{0};  ///< -> first answer heard
    bool operator==(const OrderTimed&) const = default;
};

using OrderFact =
    std::variant<OrderIntended, OrderNotSent, OutcomeUnknown, CancelIntended, OrderAdopted, venue::OrderAccepted,
                 venue::OrderRejected, venue::OrderFilled, venue::OrderCancelled, venue::OrderExpired,
                 venue::CancelRejected, OrderDenied, ReplaceIntended, venue::OrderReplaced, venue::ReplaceRejected,
                 venue::OrderStateReported, venue::ExecutionCorrected, OrderTimed>;

/// Who told us.
enum class FactSource : std::uint8_t { user, venue, reconciliation };
std::string_view name_of(FactSource source);

struct OrderEvent {
    Instant time; ///< the venue's own time where it gave one
    FactSource source = FactSource::venue;
    OrderFact fact;
};

/// The order an event is about.
const ClientOrderId& order_of(const OrderFact& fact);
/// True for the facts that start an order: OrderIntended, OrderDenied, OrderAdopted.
bool begins_order(const OrderFact& fact);
/// What was asked for, of an OrderIntended or OrderDenied; null for other facts.
const Submission* submission_of(const OrderFact& fact);
/// The execution that the fact adds to its order; null when it adds none.
const ExecutionId* added_execution(const OrderFact& fact);
/// "intended", "accepted", "filled" ...: the stable name in the journal and on the screen.
std::string_view name_of(const OrderFact& fact);
/// What a line of the order's history says beside the name; may be empty.
std::string detail_of(const OrderFact& fact);

/// An execution that nobody reported: the venue says how much has filled and no longer lists how. Its id is made from
/// the order and the quantity, so that the same gap gives the same id; it yields to the real executions.
ExecutionId inferred_execution(const ClientOrderId& order, const Decimal& filled_after);
bool is_inferred(const ExecutionId& execution);

} // namespace tradesh::orders
