#pragma once

#include "core/orders/order_fact.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

/// One order from intent to its end, and how facts move it.
///
/// Invariants, kept by `apply` and walked by the tests:
///  1. A final state is left only when the venue proves it wrong: by a fill it reports late, towards more filled
///     quantity; `filled` also by a corrected execution or a replacement that leaves something to fill; `not_sent` and
///     `denied` also by any word that the venue has, or had, the order.
///  2. `filled` never falls but by a corrected execution, and an execution id counts once.
///  3. `filled` >= quantity exactly when the state is `filled`.
///  4. An order whose intent is journalled is never without a state: what is not known is `unknown`, never absent.
///  5. A refused cancel or replacement leaves the order where it would stand without it: `cancelling` is shown exactly
///     while a cancel is under way, `replacing` while a replacement is and no cancel, and never of a final order.
///  6. `filled`, `filled_notional` and `fees` are the sums of `fills`, over what an adopted order had before. (Fills of
///     the legs of a combo count in the fees alone.)
///  7. Quantity and price change by OrderReplaced alone.
///  8. A final order has nothing remaining.
///  9. A fact that changes nothing leaves no trace; one that changes something is the last line of the history
///     (timings apart).
namespace tradesh::orders {

/// One line of `order show --history`.
struct Transition {
    Instant time;
    std::string event;
    FactSource source = FactSource::venue;
    OrderState state = OrderState::intent; ///< after the event
    std::string detail;
};

/// What became of a replacement that was asked for.
enum class RevisionOutcome : std::uint8_t {
    pending,
    made,
    refused, ///< by the venue, or the order ended first
    not_sent ///< it certainly never arrived
};
std::string_view name_of(RevisionOutcome outcome);

/// A replacement asked for by us.
struct Revision {
    Decimal quantity;
    PriceRule price;
    std::string key;
    std::string form;
    Instant time;
    RevisionOutcome outcome = RevisionOutcome::pending;
    std::string code; ///< why it was refused, in the venue's words
    std::string message;
};

struct Order {
    OrderRequest request;
    OrderState state = OrderState::intent;  ///< what is shown: `stands`, or the cancel or replacement under way
    OrderState stands = OrderState::intent; ///< apart from a cancel and a replacement under way
    bool cancel_pending = false;
    Instant cancel_asked;            ///< the last time
    std::vector<Revision> revisions; ///< the last of them may be pending
    VenueOrderId venue_id;
    std::string venue_state; ///< in the venue's own word, where it told one
    std::string key;
    std::string form;
    std::string group;
    std::int64_t leg = 0;
    std::int64_t flattens = 0; ///< the halt after which it closes a position; 0: none
    std::vector<RiskCheck> checks;
    bool external = false;   ///< adopted, not placed by us
    Decimal filled;          ///< quantity
    Decimal filled_notional; ///< sum of price * quantity, for the average
    Decimal fees;
    Currency fee_currency;
    std::string reason_code; ///< why it was refused or withdrawn, in the venue's words
    std::string reason;
    Instant created;
    Instant updated;
    std::set<ExecutionId> executions; ///< all that were ever told, also those taken back
    std::vector<Fill> fills;          ///< those that count
    std::vector<Transition> history;
    std::optional<OrderTimed> times;

    /// What may still fill: nothing once the order is final.
    Decimal remaining() const {
        return request.quantity > filled && !is_final(stands) ? request.quantity - filled : Decimal(0);
    }
    /// Average fill price, rounded half-even to two digits more than the prices (where none is known: what they add up
    /// to) have; nullopt when nothing has filled.
    std::optional<Decimal> average_price() const;
    /// The replacement under way; null when there is none.
    const Revision* replacement() const;
};

enum class Applied : std::uint8_t {
    changed,
    duplicate,   ///< nothing new: the same execution, or a state already reached
    out_of_place ///< contradicts what is known; the order is left alone and the caller must tell the user
};

/// True while the venue has said nothing of the order: it stands at intent, sending or unknown.
bool is_unanswered(const Order& order);

/// The OrdStatus (tag 39) of FIX 4.4; nullopt for the states that are ours alone.
std::optional<char> fix_status(OrderState state);

/// The order that this one went out with, first of them: its entry, or the first of two that cancel one another; its
/// own id where there is none.
ClientOrderId first_of_linked(const OrderRequest& request);

/// "buy GOOG 10 limit 99.50".
std::string describe(const OrderRequest& request);

/// A new order from the fact that starts one.
Order begin_order(const OrderEvent& event);

/// Moves an order by one event.
Applied apply(Order& order, const OrderEvent& event);

/// Moves an intent to `sending` as its first byte goes out; not journalled, because after a crash an intent without an
/// outcome means the same.
void mark_sending(Order& order);

} // namespace tradesh::orders
