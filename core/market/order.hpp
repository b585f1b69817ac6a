#pragma once

#include "core/base/decimal.hpp"
#include "core/base/money.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tradesh {

/// Our id of an order: given by us before the venue hears of it, at most 36 characters, unique per account for ever.
using ClientOrderId = StrongId<struct ClientOrderIdTag, std::string>;
/// The venue's id of the same order, known once it answered.
using VenueOrderId = StrongId<struct VenueOrderIdTag, std::string>;
/// The venue's id of one execution; the same id twice is the same fill.
using ExecutionId = StrongId<struct ExecutionIdTag, std::string>;

enum class Side : std::uint8_t { buy, sell };
std::string_view name_of(Side side);
/// +1 for buy, -1 for sell.
inline int sign_of(Side side) { return side == Side::buy ? 1 : -1; }
inline Side opposite(Side side) { return side == Side::buy ? Side::sell : Side::buy; }

enum class TimeInForce : std::uint8_t {
    day, ///< until the session ends
    gtc, ///< until cancelled
    ioc, ///< what fills at once; the rest is cancelled
    fok, ///< all at once or nothing
    opg, ///< in the opening of the next session, or not at all
    cls, ///< in the close of the session, or not at all
};
std::string_view name_of(TimeInForce time_in_force);
Result<TimeInForce> parse_time_in_force(std::string_view text);

struct MarketPrice {
    bool operator==(const MarketPrice&) const = default;
};
struct LimitPrice {
    Decimal limit;
    bool operator==(const LimitPrice&) const = default;
};
/// Becomes a market order (or a limit order, when `limit` is set) once the market trades at or through `stop`.
struct StopPrice {
    Decimal stop;
    std::optional<Decimal> limit;
    bool operator==(const StopPrice&) const = default;
};
/// A stop that follows the market: it keeps its distance from the best price since the order began to work and never
/// moves back. Once the market trades at or through it the order becomes a market order.
struct TrailingStop {
    Decimal distance;     ///< > 0, in currency or percent of the best price
    bool percent = false; ///< what `distance` is
    bool operator==(const TrailingStop&) const = default;
};
using PriceRule = std::variant<MarketPrice, LimitPrice, StopPrice, TrailingStop>;
/// "market", "limit", "stop", "stop-limit", "trail".
std::string_view name_of(const PriceRule& rule);
/// "market", "limit 99.50", "stop 90 limit 89", "trail 1.50", "trail 2pct".
std::string to_text(const PriceRule& rule);

/// An order as it goes to a venue: everything resolved, nothing left to guess.
struct OrderRequest {
    ClientOrderId id;
    std::string symbol;
    Side side = Side::buy;
    Decimal quantity; ///< > 0, a multiple of the instrument's lot
    PriceRule price = MarketPrice{};
    TimeInForce time_in_force = TimeInForce::day;
    bool may_open_short = false;          ///< otherwise a sell only reduces
    std::optional<Instant> valid_until{}; ///< the order ends then, if `time_in_force` has not ended it before
    /// Not empty: an exit of that order, on its other side. It is held until that one fills, works as far as that one
    /// has filled, and ends when that one ends without a fill; after a part fill it goes on with that quantity. It only
    /// reduces a position: what is beyond that is cancelled.
    ClientOrderId parent{};
    /// Orders of one group cancel one another: what fills of one is taken off the others, and those with nothing left
    /// are cancelled. When one ends otherwise (expired, withdrawn by the venue) the others end with it; its own cancel
    /// leaves them. All of a group are in one instrument.
    std::string oco_group{};
    bool operator==(const OrderRequest&) const = default;
};

/// Where an order stands. A superset of FIX 4.4 OrdStatus (its codes in brackets); core/orders has the transitions.
enum class OrderState : std::uint8_t {
    intent,               ///< in the journal, not yet given to the venue
    denied,               ///< done: our own risk checks refused it, and nothing was sent
    sending,              ///< may be on the wire; no answer yet
    pending_new,          ///< [A] the venue has it and has not accepted it yet
    accepted_for_bidding, ///< [D] accepted, not yet at work
    held,                 ///< [9] accepted and not at work: an exit whose order has not filled, a suspended order
    working,              ///< [0] acknowledged and live
    partially_filled,     ///< [1] live, some of it filled
    stopped,              ///< [7] live, its fill guaranteed and still to come
    calculated,           ///< [B] filled for today, some sums still to come
    done_for_day,         ///< [3] live, no more fills today
    cancelling,           ///< [6] live, a cancel is on its way
    replacing,            ///< [E] live, a replacement is on its way
    filled,               ///< [2] done: all of it
    cancelled,            ///< [4] done: the rest was withdrawn
    rejected,             ///< [8] done: the venue refused it
    expired,              ///< [C] done: its time ran out
    not_sent,             ///< done: it certainly never reached the venue
    unknown,              ///< the venue's answer was lost; being asked for, never resent
};
std::string_view name_of(OrderState state);
Result<OrderState> parse_order_state(std::string_view text);
/// True when nothing more can happen to the order.
bool is_final(OrderState state);

/// What a fill moves (FIX 442). An order for a combo is told of by a fill of each leg, then one of the combo.
enum class FillOf : std::uint8_t {
    single, ///< the order and a position
    leg,    ///< a position alone: one leg of a combo, in the leg's symbol, side, quantity and price
    combo,  ///< the order alone: combos at their net price, which may be below zero; its fee is zero
};
std::string_view name_of(FillOf of);
Result<FillOf> parse_fill_of(std::string_view text);

struct Fill {
    ExecutionId execution;
    ClientOrderId order;
    std::string symbol;
    Side side = Side::buy;
    Decimal quantity;
    Decimal price;
    Money fee;
    Instant time; ///< the venue's own time of the trade
    FillOf of = FillOf::single;
    bool operator==(const Fill&) const = default;
};

/// An order as a venue reports it in a snapshot.
struct VenueOrder {
    OrderRequest request;
    VenueOrderId venue_id;
    OrderState state = OrderState::working;
    Decimal filled;
    std::optional<Decimal> average_price;
    std::string reason; ///< why it was rejected or cancelled, in the venue's words
    Instant updated;
};

/// A position: signed quantity, average entry price.
struct Position {
    std::string symbol;
    Decimal quantity; ///< negative when short
    Decimal average_price;
    Currency currency;
    Decimal multiplier = 1;
    Decimal realised; ///< profit and loss of what was closed, fees not included
    Decimal fees;
    bool operator==(const Position&) const = default;
};

/// Cash and what it can buy.
struct AccountSummary {
    std::string account;
    Currency currency;
    Decimal cash;
    Decimal reserved;        ///< held back for open orders
    Decimal position_value;  ///< at the venue's own prices
    Decimal net_liquidation; ///< cash + position_value
    Decimal buying_power;
};

} // namespace tradesh
