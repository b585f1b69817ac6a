#pragma once

#include "core/market/order.hpp"

#include <string>
#include <variant>

namespace tradesh::exchange {

// What the exchange tells the owner of an order, in the order in which it happened.

struct Accepted {
    ClientOrderId order;
    VenueOrderId venue_id;
};
struct Rejected {
    ClientOrderId order;
    std::string code;
    std::string message;
};
struct Filled {
    Fill fill;
};
struct Cancelled {
    ClientOrderId order;
    std::string reason;
};
struct Expired {
    ClientOrderId order;
};
struct CancelRejected {
    ClientOrderId order;
    std::string code;
    std::string message;
};
/// Also without being asked, where quantity was taken off: see venue::OrderReplaced.
struct Replaced {
    ClientOrderId order;
    Decimal quantity;
    PriceRule price;
};
struct ReplaceRejected {
    ClientOrderId order;
    std::string code;
    std::string message;
};
/// The order waits in another way than by working (held, accepted_for_bidding), or works now.
struct StateReported {
    ClientOrderId order;
    OrderState state = OrderState::working;
};

struct Event {
    Instant time;
    std::uint32_t account = 0; ///< index of the account it is for
    std::variant<Accepted, Rejected, Filled, Cancelled, Expired, CancelRejected, Replaced, ReplaceRejected,
                 StateReported>
        what;
};

} // namespace tradesh::exchange
