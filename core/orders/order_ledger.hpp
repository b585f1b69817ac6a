#pragma once

#include "core/orders/order.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::orders {

/// Every order of one account, rebuilt from the journal and kept up to date by the same events. In memory, loop thread.
class OrderLedger {
public:
    /// Applies one event; begins the order when the fact starts one. An event about an order nobody began is
    /// out_of_place.
    Applied apply(const OrderEvent& event);

    const Order* find(const ClientOrderId& id) const;
    const Order* find_by_key(std::string_view key) const;
    const Order* find_by_venue_id(const VenueOrderId& id) const;

    /// Orders whose client id is `text`, or ends with it after a dash ("3-12" finds "k4x9-3-12"), or whose key or venue
    /// id is `text`. Error not_found, or usage when several fit.
    Result<ClientOrderId> resolve(std::string_view text) const;

    /// In the order in which they began.
    std::vector<const Order*> all() const;
    std::vector<const Order*> open() const;

    /// Quantity of the symbol still open on one side.
    Decimal open_quantity(std::string_view symbol, Side side) const;

    /// The time of the newest fill; the epoch when there is none.
    Instant last_fill_time() const { return last_fill_time_; }

    /// Moves an order to `sending` as its first byte goes out; not journalled, because after a crash an intent without
    /// an outcome means the same.
    void mark_sending(const ClientOrderId& id);
    /// Drops the newest order, whose intent could not be made durable: it never existed, and its key is free.
    void forget(const ClientOrderId& id);

private:
    std::map<ClientOrderId, Order> orders_;
    std::vector<ClientOrderId> sequence_;
    std::map<std::string, ClientOrderId, std::less<>> keys_;
    std::map<VenueOrderId, ClientOrderId> venue_ids_;
    Instant last_fill_time_{};
};

} // namespace tradesh::orders
