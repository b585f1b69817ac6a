#pragma once

#include "core/exchange/order_book.hpp"
#include "core/market/instrument.hpp"
#include "core/market/session_calendar.hpp"

#include <set>
#include <utility>
#include <vector>

namespace tradesh::exchange {

/// One price at which the house buys or sells, and how much.
struct HouseLevel {
    Ticks price = 0;
    Lots quantity = 0;
};

/// What the house (a market maker without an account) offers now, best first, and the price that last traded.
struct HouseQuotes {
    std::vector<HouseLevel> bids;
    std::vector<HouseLevel> asks;
    std::optional<Ticks> last;
};

/// An instrument as the exchange holds it: its book, and the orders that wait outside the book.
struct Listing {
    using Stop = std::pair<Ticks, std::uint64_t>; ///< where it triggers, and the order's number

    Instrument instrument;
    struct Leg {
        std::uint32_t listing = 0;
        std::int64_t ratio = 1;
    };
    std::vector<Leg> legs;                   ///< of a combo, once an order has asked for it
    std::optional<SessionCalendar> calendar; ///< where its exchange's sessions are known
    OrderBook book;
    std::vector<OrderBook::Slot> house_slots;
    std::vector<std::uint64_t> waiting; ///< market orders with something left, in time order
    std::set<Stop> buy_stops;           ///< not yet triggered
    std::set<Stop> sell_stops;
    std::vector<std::uint64_t> trailing; ///< not yet triggered, in order of arrival
    std::optional<Ticks> last;
    std::optional<Ticks> house_bid;
    std::optional<Ticks> house_ask;
    std::size_t live_count = 0;

    bool is_combo() const { return std::holds_alternative<Combo>(instrument.kind); }
    Decimal price_of(Ticks ticks) const { return instrument.tick * ticks; }
    Decimal quantity_of(Lots lots) const { return instrument.lot * lots; }
    Decimal value_of(Lots lots, Decimal price) const { return quantity_of(lots) * price * instrument.multiplier; }
    Ticks ticks_of(Decimal price) const {
        return Decimal::divide(price, instrument.tick, 0, Rounding::half_even).to_whole();
    }
    Lots lots_of(Decimal quantity) const {
        return Decimal::divide(quantity, instrument.lot, 0, Rounding::down).to_whole();
    }
    /// The best price that a buy stop has to meet, and a sell stop: what last traded, or what the house bids and asks.
    std::optional<Ticks> highest() const {
        return last && house_bid ? std::max(last, house_bid) : (last ? last : house_bid);
    }
    std::optional<Ticks> lowest() const {
        return last && house_ask ? std::min(last, house_ask) : (last ? last : house_ask);
    }
};

} // namespace tradesh::exchange
