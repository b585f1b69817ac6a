#pragma once

#include "core/orders/order.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tradesh::orders {

/// How many ended orders stay in memory: those of the last minutes, which late words of the venue, repeated keys and
/// looks back are mostly about. Older ones are in the journal.
inline constexpr std::size_t ended_orders_kept = 128;

/// The orders of one account that are open, and the newest of those that ended; rebuilt from the journal and kept up to
/// date by the same events. In memory, loop thread.
class OrderLedger {
public:
    /// Keeps an order in memory, though it has ended, for as long as the hold lives. It may outlive the ledger.
    using Hold = std::shared_ptr<const std::string>;

    OrderLedger() = default;
    OrderLedger(OrderLedger&&) = default;
    OrderLedger& operator=(OrderLedger&&) = default;
    explicit OrderLedger(std::size_t ended_kept) : ended_kept_(ended_kept) {}

    /// Applies one event; begins the order when the fact starts one. An event about an order that is not in memory is
    /// out_of_place. Orders that are neither open, recent nor held leave memory here.
    Applied apply(const OrderEvent& event);
    /// Holds the order with this id or key, whether it is in memory already or comes into it later.
    Hold hold(std::string id_or_key);
    /// Brings an order back that has left memory, as the journal has it; nothing when it is there.
    void restore(Order order);

    /// What would be in memory without these orders, to look at what could be done once they have ended.
    OrderLedger without(const std::set<ClientOrderId>& ids) const;

    /// What orders that have left memory leave behind, and in which order those that ended did so.
    struct Past {
        std::size_t count = 0;
        std::map<std::string, Decimal, std::less<>> traded;
        Instant last_fill_time{};
        std::vector<ClientOrderId> ended;
    };
    Past past() const;
    /// Goes on with a past, once its orders are restored.
    void resume(Past past);

    const Order* find(const ClientOrderId& id) const;
    const Order* find_by_key(std::string_view key) const;
    const Order* find_by_venue_id(const VenueOrderId& id) const;

    /// Orders whose client id is `text`, or ends with it after a dash ("3-12" finds "k4x9-3-12"), or whose key or venue
    /// id is `text`. Error not_found, or usage when several fit.
    Result<ClientOrderId> resolve(std::string_view text) const;

    /// Those in memory, in the order in which they began.
    std::vector<const Order*> all() const;
    std::vector<const Order*> open() const;

    std::vector<const Order*> open_of(std::string_view symbol) const;
    std::size_t open_count() const { return open_.size(); }

    /// How many orders there ever were, in memory or not.
    std::size_t count() const { return count_; }

    /// Quantity of the symbol that open orders may still trade on one side. Orders that cancel one another count once,
    /// by the largest of them, and an exit no further than its order has filled.
    Decimal open_quantity(std::string_view symbol, Side side) const;

    /// What all the executions there ever were add up to: the position that our orders made.
    Decimal traded(std::string_view symbol) const;
    const std::map<std::string, Decimal, std::less<>>& traded() const { return traded_; }

    /// Another number after every execution in the symbol: whoever counts them knows when to look again.
    std::uint64_t moves(std::string_view symbol) const;

    /// What an open order may still trade by itself: an exit no more than its order has filled.
    Decimal reach(const Order& order) const;

    /// The time of the newest fill; the epoch when there is none.
    Instant last_fill_time() const { return last_fill_time_; }

    /// Moves an order to `sending` as its first byte goes out; not journalled, because after a crash an intent without
    /// an outcome means the same.
    void mark_sending(const ClientOrderId& id);
    /// Drops the newest order, whose intent could not be made durable: it never existed, and its key is free.
    void forget(const ClientOrderId& id);

private:
    using Age = std::pair<Instant, std::uint64_t>; ///< when it began, and which came first of the same moment
    /// An order and the places that lead to it.
    struct Entry {
        Order order;
        Age age;
        std::optional<std::list<ClientOrderId>::iterator> ended;
        std::vector<std::string> keys;
        std::vector<VenueOrderId> venue_ids;
        Decimal open_plain; ///< what it counts in its symbol's sum
    };
    using Ages = std::map<Age, const Order*>;
    /// The open orders of one symbol.
    struct OfSymbol {
        Ages open;
        Ages linked;       ///< those of them whose quantity depends on other orders
        Decimal plain_buy; ///< what the others may still buy
        Decimal plain_sell;
        Decimal& plain(Side side) { return side == Side::buy ? plain_buy : plain_sell; }
    };
    Entry& insert(Order order);
    void count_traded(const Order& order, const OrderFact& fact, int times);
    void index(Entry& entry);
    void index_keys(Entry& entry);
    void index_open(Entry& entry);
    void unindex_open(Entry& entry);
    void unindex_keys(Entry& entry);
    bool is_held(const Entry& entry) const;
    void drop_oldest();
    void drop(const ClientOrderId& id);

    std::size_t ended_kept_ = ended_orders_kept;
    std::size_t count_ = 0;
    std::uint64_t arrivals_ = 0;
    std::unordered_map<ClientOrderId, Entry> orders_;
    Ages by_age_;
    Ages open_;
    std::map<std::string, OfSymbol, std::less<>> of_symbol_;
    std::map<std::string, ClientOrderId, std::less<>> keys_;
    std::unordered_map<VenueOrderId, ClientOrderId> venue_ids_;
    std::list<ClientOrderId> ended_; ///< the one that was changed, or found to be held, last at the back
    std::map<std::string, Decimal, std::less<>> traded_;
    std::map<std::string, std::uint64_t, std::less<>> moves_;
    using HoldCounts = std::unordered_map<std::string, std::size_t>;
    std::shared_ptr<HoldCounts> holds_ = std::make_shared<HoldCounts>(); ///< outlives the ledger while a hold does
    Instant last_fill_time_{};
};

/// The one of several candidates that a text stands for. Error not_found, or usage when several fit.
Result<ClientOrderId> only_match(std::string_view text, const std::vector<ClientOrderId>& candidates);

/// True for what may stand for the end of an id: "12", "3-12".
bool may_end_an_id(std::string_view text);

} // namespace tradesh::orders
