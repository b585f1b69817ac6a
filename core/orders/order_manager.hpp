#pragma once

#include "core/market/instrument.hpp"
#include "core/orders/order_form.hpp"
#include "core/orders/order_ledger.hpp"
#include "core/orders/reconciliation.hpp"
#include "core/orders/risk_book.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/histogram.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/task_scope.hpp"
#include "core/store/journal.hpp"
#include "core/venue/venue.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tradesh::orders {

/// What `place` waits for after the order is on the wire.
enum class WaitFor : std::uint8_t {
    outcome,      ///< the answer; orders that should fill at once also get a moment to do so
    acknowledged, ///< the venue's answer
    filled,       ///< the end of the order
};

struct PlaceOptions {
    std::string key;
    bool replay_old = false; ///< accept the replay of a key from an earlier trading day
    WaitFor wait = WaitFor::outcome;
    Duration timeout = std::chrono::seconds(5); ///< for the venue's answer, and for `filled`
    bool before_settlement = false;             ///< a cancel that does not wait for the first settlement
    bool flattens = false;                      ///< of `panic --flatten`: goes out although trading is halted
    std::string correlation;
    /// Called before anything may have an effect, with what to do should we vanish; and when the outcome is durable.
    std::function<void(std::string_view advice)> announce_effect = [](std::string_view) {};
    std::function<void()> settle_effect = [] {};
};

struct Placed {
    Order order;
    bool replayed = false;    ///< the key had been used for the same order before
    bool still_open = false;  ///< `filled` was waited for and did not come in time
    bool interrupted = false; ///< the waiting was ended by the user; the order lives
};

/// What `--dry-run` shows: the order as it would go out, and every check.
struct Rehearsal {
    OrderRequest request;
    std::optional<Money> notional;
    std::optional<Quote> quote;
    std::vector<RiskCheck> checks;
};

/// How long the stages of orders take.
struct OrderTimes {
    runtime::Histogram check;  ///< command received -> checked
    runtime::Histogram intent; ///< checked -> intent durable
    runtime::Histogram wire;   ///< intent durable -> on the wire
    runtime::Histogram answer; ///< on the wire -> answer durable
};

/// Orders on one account: intent to disk, then the wire, then the outcome to disk, then the person.
///
/// Invariants:
///  1. No order reaches the venue whose intent is not durable, and none reaches it twice.
///  2. An outcome is visible (to commands, notices, `find`) only once it is durable.
///  3. Sending belongs to the manager, not to the command: cancelling a command stops its waiting, never an order half
///     way out.
///  4. A key stands for one request for ever; an order that certainly never left (`not_sent`) does not use it up.
///  5. Nothing is traded before journal and venue have been settled once.
class OrderManager {
public:
    struct Parts {
        runtime::Loop& loop;
        runtime::Log& log;
        store::Journal& journal;
        venue::Venue& venue;
        std::string account;
        RiskBook& risk;
        std::size_t ended_kept = ended_orders_kept;
        /// A line for every prompt: fills, findings.
        std::function<void(const std::string&)> notify = [](const std::string&) {};
    };

    explicit OrderManager(Parts parts);
    ~OrderManager();

    /// Rebuilds the ledger, begins a session, listens to the venue and settles with it in the background.
    runtime::Task<Result<void>> start();
    /// Ends the manager's tasks; the journal stays the caller's to close.
    runtime::Task<void> stop();

    runtime::Task<Result<Placed>> place(OrderForm form, Instrument instrument, PlaceOptions options);
    runtime::Task<Result<Rehearsal>> rehearse(OrderForm form, Instrument instrument, PlaceOptions options = {});
    /// Asks the venue to withdraw an order and waits for its answer.
    runtime::Task<Result<Order>> cancel(ClientOrderId id, PlaceOptions options);
    /// Settles journal and venue; returns what it found, one sentence each.
    runtime::Task<Result<std::vector<std::string>>> reconcile();
    /// Waits until an order is final; the order as it then is, final or not.
    runtime::Task<Result<Order>> wait_final(ClientOrderId id, Duration limit);

    /// What is open and what ended lately.
    const OrderLedger& ledger() const { return ledger_; }
    /// As OrderLedger::resolve; what memory does not hold is looked for among every order there ever was.
    runtime::Task<Result<ClientOrderId>> resolve(std::string text);
    /// Any order there ever was.
    runtime::Task<Result<Order>> find(ClientOrderId id);
    /// Every order there ever was, from the journal. As large as the journal: for one report, not to be kept.
    runtime::Task<Result<OrderLedger>> load_all();
    /// Waits for the settlement that every start begins with.
    runtime::Task<runtime::Wake> wait_settled(Duration limit);
    /// What the last settlements found and nobody has been told yet.
    std::vector<std::string> take_findings();
    RiskBook& risk() { return parts_.risk; }
    const OrderTimes& times() const { return times_; }
    std::vector<runtime::TaskInfo> tasks() const { return tasks_.list(); }
    bool link_up() const { return link_up_; }

private:
    struct Replay {
        std::string installation;
        std::int64_t session = 0;
        OrderLedger ledger;
    };
    /// Why an order was not sent, once that is known; shared with those who wait for the outcome.
    using SendFailure = std::shared_ptr<std::optional<Error>>;
    struct Prepared {
        OrderRequest request;
        std::optional<Money> notional;
        std::vector<RiskCheck> checks;
    };

    runtime::Task<Result<Replay>> load_journal();
    runtime::Task<Result<void>> wait_ready();
    using Holds = std::vector<OrderLedger::Hold>;
    runtime::Task<Result<Holds>> recall(std::set<ClientOrderId> ids);
    runtime::Task<Result<void>> recall_key(std::string key);
    runtime::Task<Result<Holds>> recall_concerned(const venue::TradingSnapshot& snapshot);
    runtime::Task<Result<MarketView>> view_market(const OrderForm& form, const Instrument& instrument);
    Result<Prepared> prepare(const OrderForm& form, const Instrument& instrument, MarketView& view,
                             const PlaceOptions& options) const;
    Result<const Order*> find_replay(const PlaceOptions& options, const std::string& form) const;
    ClientOrderId next_id();

    SendFailure begin_send(OrderRequest request, PlaceOptions options, std::string form);
    runtime::Task<void> send(OrderIntended intended, PlaceOptions options, runtime::TaskInfo& info);
    void drop_unrecorded(const ClientOrderId& id, Error why);
    runtime::Task<void> note(OrderFact fact, std::string correlation);
    runtime::Task<runtime::Wake> await_answer(ClientOrderId id, Duration limit);
    runtime::Task<Result<Placed>> await_outcome(ClientOrderId id, PlaceOptions options, SendFailure failure);
    Result<Placed> outcome_of(const ClientOrderId& id, const PlaceOptions& options, runtime::Wake last_wake,
                              const std::optional<Error>* failure) const;
    runtime::Task<runtime::Wake> await_change(ClientOrderId id, Duration limit);
    void wake_waiters(const ClientOrderId& id);
    runtime::Task<Result<void>> wait_cancellable(ClientOrderId id, Duration limit);
    runtime::Task<Result<Order>> send_cancel(ClientOrderId id, Duration limit);
    Error unknown_outcome(const Order& order, std::string why) const;

    runtime::Task<Result<void>> record(std::vector<OrderEvent> events, std::string correlation);
    void applied(const OrderEvent& event);
    void release(const ClientOrderId& id);
    runtime::Task<void> listen(runtime::TaskInfo& info);
    void heard_link(const venue::LinkChanged& link);
    bool is_news(const OrderFact& fact) const;
    void cannot_record(const Error& why);
    runtime::Task<void> heard(std::vector<venue::TradingEvent> events);
    runtime::Task<Result<void>> settle_with_venue(std::vector<std::string>& findings);
    runtime::Task<Result<void>> settle_unlisted(ClientOrderId id, std::vector<std::string>& findings);
    runtime::Task<void> settle_in_background(runtime::TaskInfo& info);

    Parts parts_;
    runtime::TaskScope tasks_;
    OrderLedger ledger_;
    OrderTimes times_;
    std::map<ClientOrderId, std::shared_ptr<runtime::Event>> changes_; ///< only while somebody waits
    /// Fills that the positions (RiskBook::positions) already hold and the ledger does not. No other can change an
    /// order and be counted twice, and each leaves as it reaches the ledger: there are never more than one settlement
    /// found missing.
    std::set<ExecutionId> counted_;
    std::multiset<ClientOrderId> in_hand_; ///< being sent or cancelled right now; once for each
    std::map<ClientOrderId, SendFailure> being_sent_;
    std::deque<std::string> findings_;
    runtime::Event ready_;
    runtime::Event settle_wanted_;
    std::string id_prefix_;
    std::int64_t session_ = 0;
    std::int64_t next_number_ = 1;
    bool link_up_ = true;
};

} // namespace tradesh::orders
