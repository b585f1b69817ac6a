#pragma once

#include "core/exchange/order_book.hpp"
#include "core/market/order.hpp"

namespace tradesh::exchange {

/// An order inside the exchange. `request` stays as it came, for telling a repeated request from another one with the
/// same id; `quantity` and `price` are what it is now.
struct Order {
    std::uint64_t number = 0;    ///< ascending in order of arrival
    std::uint32_t account = 0;   ///< index of the account
    std::uint32_t listing = ~0U; ///< index of the instrument; ~0 when it names none
    OrderRequest request;
    VenueOrderId venue_id;
    OrderState state = OrderState::working;
    Lots quantity = 0;
    Lots filled = 0;
    PriceRule price;
    Decimal filled_value; ///< price x units of what has traded
    Decimal fees;
    Ticks reference = 0;        ///< what a market or stop order reserves a unit at
    std::uint64_t priority = 0; ///< place in time; a replaced order gets a new one
    bool triggered = false;     ///< a stop that has become an active order
    Instant entered;
    Instant updated;
    std::optional<Instant> expires;
    std::string code;   ///< of the rejection
    std::string reason; ///< why it was rejected, cancelled or expired
    OrderBook::Slot slot = OrderBook::no_slot;

    Lots open() const { return quantity - filled; }
    bool live() const { return !is_final(state); }
    /// The limit it trades within, when it has one.
    std::optional<Decimal> limit() const {
        if (const auto* rule = std::get_if<LimitPrice>(&price)) {
            return rule->limit;
        }
        const auto* stop = std::get_if<StopPrice>(&price);
        return stop != nullptr ? stop->limit : std::nullopt;
    }
    bool waits_for_stop() const { return std::holds_alternative<StopPrice>(price) && !triggered; }
};

} // namespace tradesh::exchange
