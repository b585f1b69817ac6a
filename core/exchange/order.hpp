#pragma once

#include "core/exchange/exposure.hpp"
#include "core/market/order.hpp"

#include <algorithm>

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
    std::optional<Ticks> best;  ///< a trailing stop's: the best price since it began to work
    Lots allotted = 0;          ///< an exit's: what its order has filled for it
    Lots taken = 0;             ///< an exit's or group member's: what others of its group filled in its stead
    Lots given = 0;             ///< of what it filled: allotted to its exits
    Instant entered;
    Instant updated;
    std::optional<Instant> expires;
    std::optional<Instant> auction; ///< the opening or close in which it trades
    std::string code;               ///< of the rejection
    std::string reason;             ///< why it was rejected, cancelled or expired

    // Follows from the above and from the other orders; not kept in files.
    OrderBook::Slot slot = OrderBook::no_slot;
    std::optional<Ticks> limit;     ///< that it trades within
    std::optional<Ticks> stop;      ///< at which it triggers; none yet while a trailing stop has seen no price
    std::optional<Ticks> queued_at; ///< its place among the stops
    Claim claim;                    ///< as it counts in its account's exposure, unless its group counts for it
    bool has_exits = false;
    bool changed = false; ///< since the changes were last taken

    Lots open() const { return quantity - filled; }
    bool live() const { return !is_final(state); }
    bool is_exit() const { return !request.parent.value.empty(); }
    bool is_grouped() const { return !request.oco_group.empty(); }
    /// What of it may trade now: an exit works as far as its order has filled.
    Lots workable() const {
        return is_exit() ? std::max<Lots>(0, std::min(quantity, allotted - taken) - filled) : open();
    }
    bool is_trailing() const { return std::holds_alternative<TrailingStop>(price); }
    bool waits_for_stop() const { return !triggered && (std::holds_alternative<StopPrice>(price) || is_trailing()); }
    bool is_resting() const { return slot != OrderBook::no_slot; }
};

} // namespace tradesh::exchange
