#pragma once

#include "core/market/order.hpp"
#include "core/venue/trading.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// One order from intent to its end, and the events that move it.
///
/// Invariants, kept by `apply` and walked by the tests:
///  1. A final state is left only when the venue proves it wrong: by a fill it reports late, towards more filled
///     quantity, and `not_sent` also by word that the venue holds the order.
///  2. `filled` never falls, and an execution id counts once.
///  3. `filled` >= quantity exactly when the state is `filled`.
///  4. An order whose intent is journalled is never without a state: what is not known is `unknown`, never absent.
///  5. A refused cancel leaves the order where it would stand without the cancel.
namespace tradesh::orders {

// Facts of our own side; those of the venue are the structs of core/venue/trading.hpp.

/// We are about to send this order. Durable before the first byte goes out.
struct OrderIntended {
    OrderRequest request;
    std::string key;  ///< the caller's idempotency key, empty when none was given
    std::string form; ///< the request as it was asked for, in canonical words: what the key stands for
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
};
/// The venue holds an order that our journal does not know: another program placed it.
struct OrderAdopted {
    VenueOrder order;
};

using OrderFact = std::variant<OrderIntended, OrderNotSent, OutcomeUnknown, CancelIntended, OrderAdopted,
                               venue::OrderAccepted, venue::OrderRejected, venue::OrderFilled, venue::OrderCancelled,
                               venue::OrderExpired, venue::CancelRejected>;

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
/// True for the facts that start an order: OrderIntended, OrderAdopted.
bool begins_order(const OrderFact& fact);
/// "intended", "accepted", "filled" ...: the stable name in the journal and on the screen.
std::string_view name_of(const OrderFact& fact);

/// One line of `order show --history`.
struct Transition {
    Instant time;
    std::string event;
    FactSource source = FactSource::venue;
    OrderState state = OrderState::intent; ///< after the event
    std::string detail;
};

struct Order {
    OrderRequest request;
    OrderState state = OrderState::intent;
    OrderState before_cancel = OrderState::intent; ///< while `cancelling`: where it stands if the cancel is refused
    VenueOrderId venue_id;
    std::string key;
    std::string form;
    bool external = false;   ///< adopted, not placed by us
    Decimal filled;          ///< quantity
    Decimal filled_notional; ///< sum of price * quantity, for the average
    Decimal fees;
    Currency fee_currency;
    std::string reason_code; ///< why it was refused or withdrawn, in the venue's words
    std::string reason;
    Instant created;
    Instant updated;
    std::set<ExecutionId> executions;
    std::vector<Fill> fills;
    std::vector<Transition> history;

    Decimal remaining() const { return request.quantity > filled ? request.quantity - filled : Decimal(0); }
    /// Average fill price, rounded half-even to two digits more than the prices have; nullopt without fills.
    std::optional<Decimal> average_price() const;
};

enum class Applied : std::uint8_t {
    changed,
    duplicate,   ///< nothing new: the same execution, or a state already reached
    out_of_place ///< contradicts what is known; the order is left alone and the caller must tell the user
};

/// Where the order stands apart from a cancel that is under way.
OrderState standing(const Order& order);

/// True while the venue has said nothing of the order: it stands at intent, sending or unknown.
bool is_unanswered(const Order& order);

/// "buy GOOG 10 limit 99.50".
std::string describe(const OrderRequest& request);

/// A new order from the fact that starts one (OrderIntended, OrderAdopted).
Order begin_order(const OrderEvent& event);

/// Moves an order by one event.
Applied apply(Order& order, const OrderEvent& event);

} // namespace tradesh::orders
