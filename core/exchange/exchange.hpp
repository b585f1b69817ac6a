#pragma once

#include "core/exchange/event.hpp"
#include "core/exchange/fee_model.hpp"
#include "core/exchange/holding.hpp"
#include "core/exchange/order.hpp"
#include "core/market/instrument.hpp"

#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace tradesh::exchange {

using AccountIndex = std::uint32_t;
using ListingIndex = std::uint32_t;
inline constexpr ListingIndex no_listing = ~0U;
/// Owner of the house's orders in a book; never an account.
inline constexpr AccountIndex house = ~0U;
inline constexpr std::size_t live_orders_max = 1'000;

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

struct AccountState {
    std::string name;
    Currency currency;
    Decimal cash;
};
struct HoldingState {
    AccountIndex account = 0;
    std::string symbol;
    Holding holding;
};

/// Everything that must survive a restart. House quotes are not part of it.
struct ExchangeState {
    std::vector<Instrument> instruments;
    std::vector<AccountState> accounts;
    std::vector<HoldingState> holdings;
    std::vector<Order> orders; ///< live ones; final ones only if ids must stay known
    std::uint64_t last_order = 0;
    std::uint64_t last_execution = 0;
    std::uint64_t last_priority = 0;
};

/// What happened since the last call of `take_changes`: events in order, and the new values of what they changed.
struct Changes {
    std::vector<Event> events;
    std::vector<Order> orders;
    std::vector<HoldingState> holdings;
    std::vector<AccountState> accounts;
    bool empty() const { return events.empty() && orders.empty() && holdings.empty() && accounts.empty(); }
};

/// A simulated exchange: price-time matching between accounts and a house, order rules, fees, cash and positions.
///
/// Pure: no clock, no files, no randomness. Time comes with every call and must not go back; the same calls give the
/// same events. Orders are refused with the exchange's own codes:
///   unknown_instrument not_tradable currency_mismatch bad_quantity bad_lot bad_price bad_tick unsupported no_market
///   insufficient_buying_power short_not_allowed too_many_orders unknown_order order_final
///
/// Money: buying power = cash - what open orders reserve - 150 % of the value of what is sold short (the proceeds and
/// half as much again). Every kind of instrument is paid in full; there is no credit, no margin call and no interest.
/// A buy reserves its limit, or for market and stop orders the worst price in sight; a market order that outruns the
/// cash is cancelled for the rest. When an order would meet one of its own account, the newer one is cancelled for the
/// rest.
class Exchange {
public:
    /// Ids are "<prefix>-17" for orders and "<prefix>-x42" for executions: give each new exchange another prefix, so
    /// that its executions are never taken for older ones.
    Exchange(std::string id_prefix, FeeModel fees);

    /// Adds an instrument, or changes it; refused (failed, "exchange.instrument_in_use") while orders or positions
    /// depend on another tick, lot, multiplier or currency.
    Result<void> list(const Instrument& instrument);
    AccountIndex open_account(std::string name, Currency currency, Decimal cash);
    void restore(const ExchangeState& state);

    /// Accepts or rejects by event. The same id with the same request repeats the first answer and does nothing else;
    /// the same id with another request is an error (rejected, "exchange.duplicate_id") without an event.
    Result<void> submit(AccountIndex account, const OrderRequest& request, Instant now);
    void cancel(AccountIndex account, const ClientOrderId& id, Instant now);
    /// `quantity` is the new total, filled part included. Only a smaller quantity at the same price keeps its place.
    void replace(AccountIndex account, const ClientOrderId& id, Decimal quantity, const PriceRule& price, Instant now);

    /// Replaces all offers of the house. Resting orders that they meet fill at the resting price, waiting market orders
    /// go on, and stops trigger on the last price, on the house's bid (buy) or its ask (sell).
    void set_quotes(ListingIndex listing, const HouseQuotes& quotes, Instant now);

    /// Ends the orders whose time is over; each at its own moment.
    void expire(Instant now);
    std::optional<Instant> next_expiry() const;

    Changes take_changes();
    /// Drops final orders from memory; their ids are then no longer known here.
    void forget_final_orders();
    /// Brings back a final order that was forgotten, as its owner kept it, until the next `forget_final_orders`.
    void recall(const Order& order);

    std::optional<ListingIndex> find_listing(std::string_view symbol) const;
    const Instrument& instrument(ListingIndex listing) const { return listings_[listing].instrument; }
    std::size_t listing_count() const { return listings_.size(); }
    const Order* find(AccountIndex account, const ClientOrderId& id) const;
    const std::map<std::uint64_t, Order>& orders() const { return orders_; }
    bool has_live_orders() const { return live_count_ > 0; }
    bool has_live_orders(ListingIndex listing) const { return listings_[listing].live_count > 0; }
    const Holding& holding(AccountIndex account, ListingIndex listing) const;
    /// True when any account has a position in it.
    bool is_held(ListingIndex listing) const;
    const OrderBook& book(ListingIndex listing) const { return listings_[listing].book; }

    std::vector<Position> positions(AccountIndex account) const;
    AccountSummary summary(AccountIndex account) const;
    Decimal buying_power(AccountIndex account) const;
    VenueOrder describe(const Order& order) const;

    std::uint64_t last_order() const { return last_order_; }
    std::uint64_t last_execution() const { return last_execution_; }
    std::uint64_t last_priority() const { return last_priority_; }

private:
    struct Listing {
        Instrument instrument;
        OrderBook book;
        std::vector<OrderBook::Slot> house_slots;
        std::vector<std::uint64_t> waiting; ///< market orders with something left, in time order
        std::set<std::uint64_t> stops;      ///< not yet triggered, in order of arrival
        std::optional<Ticks> last;
        std::optional<Ticks> house_bid;
        std::optional<Ticks> house_ask;
        std::size_t live_count = 0;

        Decimal price_of(Ticks ticks) const { return instrument.tick * ticks; }
        Decimal quantity_of(Lots lots) const { return instrument.lot * lots; }
        Decimal value_of(Lots lots, Decimal price) const { return quantity_of(lots) * price * instrument.multiplier; }
    };
    struct Account {
        std::string name;
        Currency currency;
        Decimal cash;
        std::map<ListingIndex, Holding> holdings;
        std::unordered_map<std::string, std::uint64_t> ids; ///< client order id -> number
    };
    struct Refusal {
        std::string code;
        std::string message;
    };

    // order entry: exchange_entry.cpp
    std::optional<Refusal> check_words(const Account& account, const OrderRequest& request) const;
    std::optional<Refusal> check_numbers(const Listing& listing, Decimal quantity, const PriceRule& price) const;
    std::optional<Refusal> check_market(Order& order) const; ///< fills in the reference price
    std::optional<Refusal> check_means(const Order& order, Decimal reserved_before) const;
    std::optional<Refusal> check_replacement(const Order& order, Decimal quantity, const PriceRule& price) const;
    Result<void> repeat_answer(const Order& known, const OrderRequest& request, Instant now);
    std::optional<Ticks> worst_in_sight(const Listing& listing, Side side, Lots lots) const;
    void reject(Order& order, Refusal refusal, Instant now);
    /// The live order of that id, or why there is none.
    std::expected<Order*, Refusal> find_live(AccountIndex account, const ClientOrderId& id);

    Order& adopt(const Order& saved);

    // matching: exchange_matching.cpp
    static Ticks ticks_of(const Listing& listing, Decimal price);
    static void rest(Listing& listing, Order& order);
    void activate(Order& order, Instant now);
    void enter(Order& order, Instant now);
    /// Trades what it can; a text when the rest may not go on.
    std::optional<std::string> execute(Order& order, Instant now);
    Lots affordable(const Order& order, Lots lots, Ticks price) const;
    void book_trade(Order& order, Lots lots, Ticks price, Instant now);
    void lay(Listing& listing, Side side, std::span<const HouseLevel> levels, Instant now);
    void run_waiting(Listing& listing, Instant now);
    void run_stops(Listing& listing, Instant now);
    void withdraw(Order& order); ///< from the book, the waiting line and the stops
    void finish(Order& order, OrderState state, std::string reason, Instant now);
    void mark_final(Order& order, OrderState state, Instant now);
    Lots fillable_now(const Order& order) const;

    // money: exchange_money.cpp
    Decimal reserved(AccountIndex account, std::uint64_t without_order = 0) const;
    Decimal held_for_shorts(const Account& account) const;
    static Decimal mark(const Listing& listing, const Holding& holding);

    void tell(AccountIndex account, Instant time, decltype(Event::what) what) {
        events_.push_back(Event{.time = time, .account = account, .what = std::move(what)});
    }

    std::string id_prefix_;
    FeeModel fees_;
    std::vector<Listing> listings_;
    std::unordered_map<std::string, ListingIndex> by_symbol_;
    std::vector<Account> accounts_;
    std::map<std::uint64_t, Order> orders_; ///< by number; references stay valid
    std::size_t live_count_ = 0;
    std::uint64_t last_order_ = 0;
    std::uint64_t last_execution_ = 0;
    std::uint64_t last_priority_ = 0;

    std::vector<Event> events_;
    std::set<std::uint64_t> changed_orders_;
    std::set<std::pair<AccountIndex, ListingIndex>> changed_holdings_;
    std::set<AccountIndex> changed_accounts_;
};

} // namespace tradesh::exchange
