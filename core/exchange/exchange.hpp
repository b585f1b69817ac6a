#pragma once

#include "core/exchange/event.hpp"
#include "core/exchange/fee_model.hpp"
#include "core/exchange/holding.hpp"
#include "core/exchange/listing.hpp"
#include "core/exchange/order.hpp"

#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace tradesh::exchange {

using AccountIndex = std::uint32_t;
using ListingIndex = std::uint32_t;
inline constexpr ListingIndex no_listing = ~0U;
/// Owner of the house's orders in a book; never an account.
inline constexpr AccountIndex house = ~0U;
inline constexpr std::size_t live_orders_max = 10'000; ///< of one account

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
///   unknown_instrument not_tradable currency_mismatch bad_quantity bad_lot bad_price bad_tick bad_time bad_parent
///   bad_group unsupported no_session no_market insufficient_buying_power short_not_allowed too_many_orders
///   linked_rejected unknown_order order_final
///
/// Money: buying power = cash - what open orders reserve - 150 % of the value of what is sold short (the proceeds and
/// half as much again; for options of one underlying never more than the largest loss that they can make together). A
/// combo reserves its net price and that loss. Every kind of instrument is paid in full; there is no credit, no margin
/// call and no interest.
/// A buy reserves its limit, or for market and stop orders the worst price in sight; exits reserve nothing, and a group
/// its dearest order. A market order that outruns the cash is cancelled for the rest. When an order would meet one of
/// its own account, the newer one is cancelled for the rest.
///
/// Stops trigger in the order in which the market reaches them. Orders on open and on close wait outside the book
/// (state accepted_for_bidding) and fill whole at the one price of the auction, or expire.
class Exchange {
public:
    /// Ids are "<prefix>-17" for orders and "<prefix>-x42" for executions: give each new exchange another prefix, so
    /// that its executions are never taken for older ones.
    Exchange(std::string id_prefix, FeeModel fees);

    /// Adds an instrument, or changes it; refused (failed, "exchange.instrument_in_use") while orders or positions
    /// depend on another tick, lot, multiplier or currency.
    Result<void> list(const Instrument& instrument);
    /// Tells when the instrument's exchange opens and closes; without it orders on open and on close are refused.
    void set_calendar(ListingIndex listing, const std::optional<SessionCalendar>& calendar) {
        listings_[listing].calendar = calendar;
    }
    AccountIndex open_account(std::string name, Currency currency, Decimal cash);
    void restore(const ExchangeState& state);

    /// Accepts or rejects by event. The same id with the same request repeats the first answer and does nothing else;
    /// the same id with another request is an error (rejected, "exchange.duplicate_id") without an event.
    Result<void> submit(AccountIndex account, const OrderRequest& request, Instant now) {
        return submit_linked(account, std::span(&request, 1), now);
    }
    /// Orders that belong together, each after the one it is an exit of: all are accepted, or all are rejected, those
    /// that nothing is wrong with as `linked_rejected`.
    Result<void> submit_linked(AccountIndex account, std::span<const OrderRequest> requests, Instant now);
    void cancel(AccountIndex account, const ClientOrderId& id, Instant now);
    /// `quantity` is the new total, filled part included. Only a smaller quantity at the same price keeps its place.
    /// Where as much or more has filled, the order becomes what has filled and is done.
    void replace(AccountIndex account, const ClientOrderId& id, Decimal quantity, const PriceRule& price, Instant now);

    /// Replaces all offers of the house. Resting orders that they meet fill at the resting price, waiting market orders
    /// go on, and stops trigger on the last price, on the house's bid (buy) or its ask (sell).
    void set_quotes(ListingIndex listing, const HouseQuotes& quotes, Instant now);

    /// Closes every position in an expired instrument at `price` without an order or a fee, told by a fill of no order
    /// (FillOf::leg), and ends the orders in it and in combos of it.
    void settle_in_cash(ListingIndex listing, Decimal price, Instant now);
    /// Trades the orders for combos that the house's quotes now allow; after the quotes of all legs are renewed.
    void match_combos(Instant now);

    /// Ends the orders whose time is over; each at its own moment.
    void expire(Instant now);
    std::optional<Instant> next_expiry() const;

    struct Auction {
        Instant time;
        ListingIndex listing = no_listing;
    };
    /// The earliest opening or close that orders wait for.
    std::optional<Auction> next_auction() const;
    /// Fills the orders that wait for an auction of the instrument up to `now` at its one price, those that the limit
    /// or the cash allows, and lets the others expire. Without a price all do.
    void hold_auction(ListingIndex listing, std::optional<Ticks> price, Instant now);

    Changes take_changes();
    /// Drops final orders from memory; their ids are then no longer known here.
    void forget_final_orders();
    /// Brings back a final order that was forgotten, as its owner kept it, until the next `forget_final_orders`.
    void recall(const Order& order);

    std::optional<ListingIndex> find_listing(std::string_view symbol) const;
    const Instrument& instrument(ListingIndex listing) const { return listings_[listing].instrument; }
    std::size_t listing_count() const { return listings_.size(); }
    const Order* find(AccountIndex account, const ClientOrderId& id) const;
    /// All that are known here, in order of arrival.
    std::vector<const Order*> orders() const;
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
    struct Account {
        std::string name;
        Currency currency;
        Decimal cash;
        Decimal reserved; ///< by all exposures
        std::map<ListingIndex, Holding> holdings;
        std::vector<Exposure> exposures;                    ///< by listing
        std::unordered_map<std::string, std::uint64_t> ids; ///< client order id -> number
        std::unordered_map<std::string, Group> groups;
        std::unordered_map<std::string, std::vector<std::uint64_t>> exits; ///< live ones, by the id of their order
        std::size_t live_count = 0;
        std::size_t short_count = 0; ///< of holdings below zero
        bool changed = false;
    };
    enum class Reach : std::uint8_t { alone, group };
    struct Refusal {
        std::string code;
        std::string message;
    };
    /// An order that lost quantity while the book was being matched; it is told of, and mended in the book, afterwards.
    struct Shrunk {
        std::uint64_t number = 0;
        std::string reason;
        Reach reach = Reach::alone; ///< whether its group ends with it when nothing is left of it
    };

    // order entry: exchange_entry.cpp, exchange_checks.cpp, exchange_replace.cpp
    Order& create(AccountIndex account, const OrderRequest& request, Instant now);
    void accept(Order& order);
    void tell_accepted(const Order& order, Instant now);
    std::optional<Refusal> check(Order& order, Instant now);
    std::optional<Refusal> check_words(const Account& account, const OrderRequest& request, Instant now) const;
    std::optional<Refusal> check_numbers(const Listing& listing, Decimal quantity, const PriceRule& price) const;
    std::optional<Refusal> check_times(Order& order, Instant now) const; ///< fills in when it ends
    std::optional<Refusal> check_market(Order& order) const;             ///< fills in the reference price
    std::optional<Refusal> check_links(const Order& order) const;
    std::optional<Refusal> check_position(const Order& order) const;
    std::optional<Refusal> check_means(std::span<Order* const> orders, Decimal reserved_before) const;
    bool only_closes(const Order& order) const;
    std::optional<Refusal> check_replacement(const Order& order, Decimal quantity, const PriceRule& price) const;
    Result<bool> repeat_answers(AccountIndex account, std::span<const OrderRequest> requests, Instant now);
    std::optional<Ticks> worst_in_sight(const Listing& listing, Side side, Lots lots) const;
    void reject_all(const Refusal& refusal, std::uint64_t refused, Instant now);
    void shorten_to_filled(Order& order, Instant now);
    /// The live order of that id, or why there is none.
    std::expected<Order*, Refusal> find_live(AccountIndex account, const ClientOrderId& id);
    Order& adopt(const Order& saved);
    void enlist(Order& order);
    static void price_in_ticks(const Listing& listing, Order& order);

    // matching: exchange_matching.cpp
    void rest(Listing& listing, Order& order);
    void activate(Order& order, Instant now);
    void enter(Order& order, Instant now);
    /// Trades what it can; a text when the rest may not go on.
    std::optional<std::string> execute(Order& order, Instant now);
    Lots affordable(const Order& order, Lots lots, Ticks price) const;
    void book_trade(Order& order, Lots lots, Ticks price, Instant now);
    void book_position(AccountIndex account, ListingIndex listing, Side side, Lots lots, Decimal price, Decimal fee);
    void tell_fill(AccountIndex account, const ClientOrderId& order, Fill fill);
    void count_live(const Order& order, bool more);
    /// Lowers what a resting order has in the book to what its group and position still allow.
    void shorten_maker(OrderBook::Resting& maker);
    void trade_with(Listing& listing, const OrderBook::Resting& maker, Lots lots, Instant now);
    void lay(Listing& listing, Side side, std::span<const HouseLevel> levels, Instant now);
    void run_waiting(Listing& listing, Instant now);
    Lots fillable_now(const Order& order) const;

    // combos: exchange_combos.cpp
    struct ComboOffer {
        struct Leg {
            OrderBook::Slot slot = OrderBook::no_slot;
            Ticks price = 0;
            Side side = Side::buy;
            Lots lots = 0; ///< in one lot of the combo
        };
        Lots lots = 0; ///< of the combo
        Decimal net;
        std::vector<Leg> legs;
    };
    bool resolve_legs(Listing& combo);
    std::optional<Refusal> check_combo(const OrderRequest& request, Listing& combo);
    std::optional<ComboOffer> combo_offer(const Order& order) const;
    std::optional<Refusal> reserve_combo(Order& order) const;
    void trade_combo(Order& order, Instant now);
    void book_combo(Order& order, const ComboOffer& offer, Instant now);
    void enter_combo(Order& order, Instant now);

    // stops: exchange_stops.cpp
    void run_stops(Listing& listing, Instant now);
    static std::optional<Ticks> trailed_stop(const Listing& listing, const Order& order);
    bool follow(const Listing& listing, Order& order);
    std::optional<std::uint64_t> next_triggered(Listing& listing);

    // ends: exchange_endings.cpp
    void withdraw(Order& order); ///< from wherever it waits
    void finish(Order& order, OrderState state, const std::string& reason, Instant now, Reach reach);
    void mark_final(Order& order, OrderState state, Instant now);

    // links: exchange_links.cpp
    void attach(Order& order);
    void detach(const Order& order);
    void share_of_group(Order& exit);
    Lots wanted_by_exits(const Order& parent) const;
    void shorten_resting(Order& order);
    void take_from_group(const Order& filled, Lots lots);
    void take_off(Order& order, Lots lots, std::string reason, Reach reach);
    void apply_shrinks(Instant now);
    Lots closable_by(const Order& exit) const;
    bool trim_to_position(Order& exit, Instant now);
    std::vector<Order*> exits_of(const Order& parent);
    bool has_one_unit_of_exits(const Order& parent) const;
    void resize_exits(const Order& parent, Lots more, Instant now);
    void share_out(Order& parent, std::span<Order* const> exits);
    void end_with_parent(Order& exit, Instant now);
    void begin_work(Order& exit, Instant now);
    void serve_exits(std::uint64_t parent, Instant now);
    /// Lets what happened reach the exits; the last thing every call does.
    void settle(Instant now);

    // money: exchange_money.cpp
    Claim claim_of(const Order& order) const;
    Side claim_side(const Order& order) const;
    void update_claim(Order& order);
    void update_reserved(AccountIndex account, ListingIndex listing);
    Decimal reserved_without(const Order& order) const;
    Claims claims_of(const Group& group) const;
    Decimal held_for_shorts(const Account& account) const;
    static Decimal mark(const Listing& listing, const Holding& holding);

    void note_change(Order& order);
    void tell(AccountIndex account, Instant time, decltype(Event::what) what) {
        events_.push_back(Event{.time = time, .account = account, .what = std::move(what)});
    }

    std::string id_prefix_;
    FeeModel fees_;
    std::vector<Listing> listings_;
    std::unordered_map<std::string, ListingIndex> by_symbol_;
    std::vector<Account> accounts_;
    std::unordered_map<std::uint64_t, Order> orders_; ///< by number; references stay valid
    std::set<std::pair<Instant, std::uint64_t>> expiries_;
    std::set<std::tuple<Instant, ListingIndex, std::uint64_t>> auctions_;
    std::size_t live_count_ = 0;
    std::uint64_t last_order_ = 0;
    std::uint64_t last_execution_ = 0;
    std::uint64_t last_priority_ = 0;

    std::vector<Order*> entering_;       ///< those that a call submits; empty between calls
    std::vector<Shrunk> shrunk_;         ///< empty between calls
    std::vector<std::uint64_t> parents_; ///< whose exits have something to hear; empty between calls

    std::vector<Event> events_;
    std::vector<std::uint64_t> changed_orders_;
    std::set<std::pair<AccountIndex, ListingIndex>> changed_holdings_;
    std::vector<std::uint64_t> combos_;       ///< live orders for combos, in time order
    std::vector<std::uint64_t> final_orders_; ///< still in memory
};

} // namespace tradesh::exchange
