#pragma once

#include "core/base/error.hpp"
#include "core/base/time.hpp"
#include "core/market/order.hpp"
#include "core/runtime/task.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tradesh::venue {

// What a venue reports of our orders, in the order in which it happened there.

struct OrderAccepted {
    ClientOrderId order;
    VenueOrderId venue_id;
};
struct OrderRejected {
    ClientOrderId order;
    std::string code; ///< the venue's own
    std::string message;
};
struct OrderFilled {
    Fill fill;
};
struct OrderCancelled {
    ClientOrderId order;
    std::string reason; ///< "by request", or why the venue withdrew it
};
struct OrderExpired {
    ClientOrderId order;
};
struct CancelRejected { ///< the order stays what it was
    ClientOrderId order;
    std::string code;
    std::string message;
};
/// Also without being asked, where the venue takes quantity off: an order of a group as another one of it fills, an
/// exit whose order ended with part of its quantity. A quantity equal to what has filled means that the order is done,
/// filled.
struct OrderReplaced {
    ClientOrderId order;
    Decimal quantity; ///< the new total, filled part included
    PriceRule price;
    VenueOrderId venue_id{}; ///< where the venue made a new order of it; empty: it kept its id
};
struct ReplaceRejected {
    ClientOrderId order;
    std::string code;
    std::string message;
};
/// The venue moved the order between states that none of the other events tell of: pending_new, accepted_for_bidding,
/// held, working, stopped, calculated, done_for_day.
struct OrderStateReported {
    ClientOrderId order;
    OrderState state = OrderState::working;
    std::string venue_state; ///< in the venue's own word
};
/// The venue took an execution back, or changed its price or quantity.
struct ExecutionCorrected {
    ExecutionId corrected;
    Fill fill; ///< what counts instead, under its own execution id; quantity zero: nothing (a bust)
};
/// The link to the venue went down or came back. While it is down the fate of what was sent may be unknown; after it
/// came back, `snapshot` and `find` tell.
struct LinkChanged {
    bool up = false;
    std::string reason;
};

struct TradingEvent {
    Instant time; ///< the venue's own time, or ours where it gives none
    std::variant<OrderAccepted, OrderRejected, OrderFilled, OrderCancelled, OrderExpired, CancelRejected, OrderReplaced,
                 ReplaceRejected, OrderStateReported, ExecutionCorrected, LinkChanged>
        what;
};

/// Who we trade as, as the venue itself says.
struct AccountIdentity {
    std::string account;
    bool simulated = true; ///< paper money
};

/// The venue's own view at one moment.
struct TradingSnapshot {
    std::vector<VenueOrder> open_orders; ///< all of them, ours or not
    std::vector<Fill> fills;             ///< executions since the asked moment
    std::vector<Position> positions;
    AccountSummary account;
};

/// Orders on one account of one venue. Submitting is asynchronous: a call returns once the request is on the wire (or
/// failed to get there), and everything the venue answers arrives in `next_event`, in order, fills never dropped.
///
/// The error of submit, replace and cancel tells what may have happened: kind `unknown` when the request may have
/// reached the venue, any other kind when it certainly did not.
class Trading {
public:
    virtual ~Trading() = default;

    virtual runtime::Task<Result<void>> submit(OrderRequest request) = 0;
    /// Orders that belong together, an entry before its exits: the venue takes all of them or rejects all of them.
    /// Only where Capabilities::linked_orders; each of them is answered by events of its own.
    virtual runtime::Task<Result<void>> submit_linked(std::vector<OrderRequest> requests) {
        (void)requests;
        co_return fail(ErrorKind::refused, "venue.no_linked_orders", "this venue takes no orders that belong together");
    }
    virtual runtime::Task<Result<void>> replace(ClientOrderId order, Decimal quantity, PriceRule price) = 0;
    virtual runtime::Task<Result<void>> cancel(ClientOrderId order) = 0;

    /// The venue's record of an order by our id; nullopt when it knows none (which proves nothing before its own
    /// delay).
    virtual runtime::Task<Result<std::optional<VenueOrder>>> find(ClientOrderId order) = 0;
    virtual runtime::Task<Result<TradingSnapshot>> snapshot(Instant fills_since) = 0;

    /// Waits for the next event; one reader only. nullopt when the venue is closed or the reader cancelled.
    virtual runtime::Task<std::optional<TradingEvent>> next_event() = 0;
    /// The next event when it has already arrived: what came together is recorded together.
    virtual std::optional<TradingEvent> ready_event() = 0;
};

} // namespace tradesh::venue
