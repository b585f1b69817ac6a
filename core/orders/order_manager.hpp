#pragma once

#include "core/market/instrument.hpp"
#include "core/orders/order_form.hpp"
#include "core/orders/order_ledger.hpp"
#include "core/orders/reconciliation.hpp"
#include "core/orders/risk_book.hpp"
#include "core/orders/unknown_inquiry.hpp"
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
    std::string group{};  ///< the orders that were begun together, as the journal shows them; empty for an order alone
    std::int64_t leg = 0; ///< the order's place in the group, from 1
    /// Of a change: told of each check that lets it pass and that the person is to know of.
    std::function<void(const RiskCheck&)> warn = [](const RiskCheck&) {};
    /// Called before anything may have an effect, with what to do should we vanish; and when the outcome is durable.
    std::function<void(std::string_view advice)> announce_effect = [](std::string_view) {};
    std::function<void()> settle_effect = [] {};
};

struct Placed {
    Order order;
    std::vector<Order> exits{};
    std::vector<Order> withdrawn{};    ///< that stood in the way of closing all, and were withdrawn before
    Decimal still_held{};              ///< of a position of which all was to be closed, as it now is; signed
    std::vector<RiskCheck> warnings{}; ///< checks that let the order pass, and of which the person is to be told
    bool replayed = false;             ///< the key had been used for the same order before
    bool still_open = false;           ///< `filled` was waited for and did not come in time
    bool interrupted = false;          ///< the waiting was ended by the user; the order lives
};

/// Another quantity and price for a working order.
struct ReplaceWish {
    Decimal quantity; ///< the new total, filled part included
    PriceRule price;
    std::string form{}; ///< as it was asked for, in canonical words: what the key stands for
};

/// What became of orders that were to be withdrawn, come what may.
struct Withdrawal {
    std::vector<Order> ended;      ///< cancelled, or filled before that
    std::vector<Order> still_open; ///< the venue has not confirmed these within the limit
};
using OrderFilter = std::function<bool(const Order&)>;

/// What `--dry-run` shows: the order as it would go out, and every check.
struct Rehearsal {
    OrderRequest request;
    std::optional<Money> notional;
    std::optional<Quote> quote;
    std::vector<RiskCheck> checks;
    std::vector<OrderRequest> exits{};
    std::vector<Order> withdraws{}; ///< that stand in the way of closing all, and would be withdrawn before
    /// What the real run would end with, because a check denies; nothing when the order would go out.
    std::optional<Error> refusal{};
    /// The order that the key stands for already: nothing would go out, and its first outcome be told again.
    std::optional<Order> replays{};
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
///  4. A key stands for one request for ever; what certainly never left (`not_sent`, `denied`) does not use it up.
///  5. Nothing is traded before journal and venue have been settled once. Withdrawing does not wait for that.
///  6. An order whose fate is not known is asked for until it is, and never sent again.
class OrderManager {
public:
    struct Parts {
        runtime::Loop& loop;
        runtime::Log& log;
        store::Journal& journal;
        venue::Venue& venue;
        std::string account;
        /// Four random characters, others at every start: order ids are "k4x9-12-3", with the session and a number. A
        /// journal that was put back counts its sessions again, and what it lost may still be known to the venue.
        std::string tag;
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

    /// Where all of a position is to be closed or reversed, open orders that only reduce it are withdrawn first, once
    /// it is known that the close would go out without them. Errors after that name them.
    runtime::Task<Result<Placed>> place(OrderForm form, Instrument instrument, PlaceOptions options);
    /// All that `place` would look at, its key too, and nothing sent or written.
    runtime::Task<Result<Rehearsal>> rehearse(OrderForm form, Instrument instrument, PlaceOptions options = {});
    /// Gives a working order another quantity and price. Refused while another change or a cancel of it is under way,
    /// while its own fate is unknown, at or below what has filled, and where the venue replaces nothing. Kind unknown
    /// when the answer is lost: the venue is asked, and `replacing` ends by itself.
    runtime::Task<Result<Order>> replace(ClientOrderId id, Instrument instrument, ReplaceWish wish,
                                         PlaceOptions options);
    /// All that `replace` would look at but its key, and nothing sent or written.
    runtime::Task<Result<Rehearsal>> rehearse_replacement(ClientOrderId id, Instrument instrument, ReplaceWish wish,
                                                          PlaceOptions options);
    /// What a change with this key and form came to before; nullopt while the key is free.
    runtime::Task<Result<std::optional<Order>>> replayed_change(ClientOrderId id, std::string form,
                                                                PlaceOptions options);
    /// Cancels every open order that passes, and again until the venue confirms it or `limit` is over. Needs no
    /// settlement and no journal: what cannot be recorded is withdrawn all the same. Orders that others placed count
    /// once a settlement has adopted them.
    runtime::Task<Withdrawal> withdraw(OrderFilter passes, std::string reason, PlaceOptions options, Duration limit);
    /// The same for these orders, before what they hold back is closed otherwise. Kind unknown
    /// ("order.not_released") unless the end of each is confirmed within the limit.
    runtime::Task<Result<std::vector<Order>>> release(std::set<ClientOrderId> ids, std::string reason,
                                                      PlaceOptions options, Duration limit);
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
    /// The same, and where the text is a key that is free again, the last order that bore it.
    runtime::Task<Result<ClientOrderId>> look_up(std::string text);
    /// Any order there ever was.
    runtime::Task<Result<Order>> find(ClientOrderId id);
    /// The order that the key stands for; nullopt while it is free.
    runtime::Task<Result<std::optional<Order>>> find_by_key(std::string key);
    /// The orders that went out together with this one: the exits of an entry, the entry and the other exit of an exit,
    /// the other of two that cancel one another.
    runtime::Task<Result<std::vector<Order>>> linked_to(Order order);
    /// Every order there ever was, from the journal. As large as the journal: for one report, not to be kept.
    runtime::Task<Result<OrderLedger>> load_all();
    /// Waits for the settlement that every start begins with.
    runtime::Task<runtime::Wake> wait_settled(Duration limit);
    /// The same for as long as a command that trades waits; then an error.
    runtime::Task<Result<void>> wait_ready();
    /// What the last settlements found and nobody has been told yet.
    std::vector<std::string> take_findings();
    RiskBook& risk() { return parts_.risk; }
    /// How far the venue has been asked about an order whose fate is in doubt; null when it is in none.
    const UnknownInquiry::Case* inquiry_of(const ClientOrderId& id) const { return inquiry_.find(id); }
    /// The orders of which something is in doubt.
    std::vector<ClientOrderId> in_doubt() const { return inquiry_.all(); }
    /// The order as people are shown it: an intent that nobody here sends any more, because an earlier core began to,
    /// is unknown until the venue has told.
    Order as_known(Order order) const;
    const OrderTimes& times() const { return times_; }
    std::vector<runtime::TaskInfo> tasks() const { return tasks_.list(); }
    bool link_up() const { return link_up_; }
    /// The number of this run in the journal.
    std::int64_t session() const { return session_; }

private:
    struct Replay {
        std::string id_prefix;
        std::int64_t session = 0;
        OrderLedger ledger{};
        PositionGaps gaps{};
    };
    /// Orders that go out together, shared with those who wait for the outcome.
    struct Sending {
        bool only_reduce = false;
        std::optional<Error> failure; ///< why they were not sent, once that is known
        Duration received{0};         ///< Clock::elapsed() at each stage
        Duration checked{0};
        std::optional<Duration> durable{}; ///< nullopt while it has not come to that
        std::optional<Duration> on_wire{}; ///< nullopt while they have not been handed to the venue
        bool heard = false;                ///< the venue has answered
        bool was_refused() const { return failure && !on_wire; }
    };
    using SendState = std::shared_ptr<Sending>;
    struct Prepared {
        OrderRequest request;
        std::vector<OrderRequest> exits;
        std::optional<Money> notional;
        std::vector<RiskCheck> checks;
        bool only_reduces = false;
    };
    struct Judgement {
        std::vector<RiskCheck> checks;
        bool only_reduces = false;
    };
    using Holds = std::vector<OrderLedger::Hold>;
    /// The cancels of one withdrawal, shared by those who send them and whoever waits: the venue may take longer.
    struct Cancels {
        runtime::Event all_out;
        Duration end{0}; ///< Clock::elapsed()
        std::deque<ClientOrderId> waiting{};
        std::set<ClientOrderId> under_way{}; ///< waiting, or being handed to the venue
        std::size_t lanes = 0;
    };

    // order_recall.cpp
    std::vector<Order> linked_in_memory(const Order& order) const;
    runtime::Task<Result<Holds>> recall(std::set<ClientOrderId> ids);
    runtime::Task<Result<Holds>> recall_when_ready(ClientOrderId id);
    runtime::Task<Result<void>> recall_key(std::string key);
    runtime::Task<Result<Holds>> recall_concerned(const venue::TradingSnapshot& snapshot);

    // order_placing.cpp
    enum class QuoteWish : std::uint8_t { needed, wanted, if_checked };
    static QuoteWish quote_wish(const OrderForm& form);
    runtime::Task<Result<MarketView>> view_market(QuoteWish wish, const Instrument& instrument);
    Result<Prepared> prepare(const OrderForm& form, const Instrument& instrument, MarketView& view,
                             const PlaceOptions& options, const OrderLedger& beside) const;
    Judgement judge(const OrderRequest& request, const Instrument& instrument, const MarketView& view,
                    const PlaceOptions& options, RiskPurpose purpose, const Order* replaces,
                    const OrderLedger& beside) const;
    runtime::Task<Result<Placed>> place_now(OrderForm form, Instrument instrument, MarketView view,
                                            PlaceOptions options, Duration received);
    Result<void> check_replay_day(const Order& first, const PlaceOptions& options, const std::string& form) const;
    Result<const Order*> find_replay(const PlaceOptions& options, const std::string& form) const;
    runtime::Task<Result<Placed>> replay(ClientOrderId first, PlaceOptions options);
    runtime::Task<Error> deny(Prepared prepared, PlaceOptions options, std::string form, Error why);
    ClientOrderId next_id();
    void give_ids(Prepared& prepared);

    // order_closing.cpp
    std::set<ClientOrderId> in_the_way(const OrderForm& form, const PlaceOptions& options) const;
    std::vector<Order> orders_of(const std::set<ClientOrderId>& ids) const;
    runtime::Task<Result<Placed>> clear_and_place(OrderForm form, Instrument instrument, MarketView view,
                                                  PlaceOptions options, Duration received);

    // order_sending.cpp
    SendState begin_send(Prepared prepared, PlaceOptions options, std::string form, Duration received);
    runtime::Task<void> send(std::vector<OrderIntended> intended, SendState state, PlaceOptions options,
                             runtime::TaskInfo& info);
    Result<void> mark_sending(const std::vector<OrderIntended>& intended, const std::string& correlation);
    void end_sending(const std::vector<OrderIntended>& intended);
    runtime::Task<Result<void>> submit(const std::vector<OrderIntended>& intended);
    runtime::Task<void> await_answers(const std::vector<OrderIntended>& intended, PlaceOptions options);
    runtime::Task<void> note_failure(const std::vector<OrderIntended>& intended, Error why, std::string correlation);
    void drop_unrecorded(const std::vector<OrderIntended>& intended, Sending& state, Error why);
    void add_timing(std::vector<OrderEvent>& news);
    runtime::Task<void> note(std::vector<OrderFact> facts, FactSource source, std::string correlation);
    runtime::Task<runtime::Wake> await_answer(ClientOrderId id, Duration limit);
    runtime::Task<Result<Placed>> await_outcome(ClientOrderId id, PlaceOptions options, SendState state);
    Result<Placed> outcome_of(const ClientOrderId& id, const PlaceOptions& options, runtime::Wake last_wake,
                              const Sending* state) const;
    Error unknown_outcome(const Order& order, std::string why) const;

    // order_replacing.cpp
    runtime::Task<Result<void>> wait_replaceable(ClientOrderId id, const ReplaceWish& wish, Duration limit);
    runtime::Task<Result<Rehearsal>> check_replacement(ClientOrderId id, const Instrument& instrument,
                                                       const ReplaceWish& wish, PlaceOptions options);
    runtime::Task<Result<Order>> send_replacement(ClientOrderId id, ReplaceWish wish, PlaceOptions options);
    runtime::Task<Result<Order>> await_replacement(ClientOrderId id, std::size_t revision, Duration limit);

    // order_withdrawing.cpp
    runtime::Task<Result<void>> wait_cancellable(ClientOrderId id, Duration limit);
    runtime::Task<Result<Order>> cancel_because(ClientOrderId id, std::string reason, PlaceOptions options);
    runtime::Task<Result<Order>> send_cancel(ClientOrderId id, Duration limit);
    std::vector<ClientOrderId> withdrawable(const OrderFilter& passes) const;
    runtime::Task<bool> settle_within(Duration limit);
    runtime::Task<void> send_cancels(std::vector<ClientOrderId> ids, std::string reason, std::string correlation,
                                     std::shared_ptr<Cancels> cancels);
    runtime::Task<void> run_cancels(std::shared_ptr<Cancels> cancels, runtime::TaskInfo& info);
    runtime::Task<void> end_in_time(runtime::TaskInfo& info);
    std::optional<Instant> next_end() const;

    // order_manager.cpp
    runtime::Task<runtime::Wake> await_change(ClientOrderId id, Duration limit);
    void wake_waiters(const ClientOrderId& id);
    runtime::Task<Result<void>> record(std::vector<OrderEvent> events, std::string correlation,
                                       store::Journal::Urgency urgency = store::Journal::Urgency::essential);
    runtime::Task<Result<void>> write(std::vector<store::JournalEvent> rows, store::Journal::Urgency urgency,
                                      std::string correlation);
    void applied(const OrderEvent& event);
    void tell_fill(const Order& order, const Fill& fill);
    void release(const ClientOrderId& id);
    void moved(const ClientOrderId& id);
    bool records_of(const ClientOrderId& id) const;

    // order_settlement.cpp
    static Result<Replay> begin_session(store::JournalFile& file, const std::string& tag);
    runtime::Task<Result<Replay>> load_journal();
    runtime::Task<Result<void>> keep_session();
    runtime::Task<void> listen(runtime::TaskInfo& info);
    void heard_link(const venue::LinkChanged& link);
    bool is_news(const OrderFact& fact, std::set<ExecutionId>& seen) const;
    void cannot_record(const Error& why);
    runtime::Task<void> heard(std::vector<venue::TradingEvent> events);
    runtime::Task<Result<void>> settle_with_venue(std::vector<std::string>& findings);
    runtime::Task<runtime::Wake> await_recorded(const std::vector<Fill>& fills);
    runtime::Task<Result<void>> settle_alone(std::vector<std::string>& findings);
    void hold_positions(const venue::TradingSnapshot& snapshot, const Settlement& settlement);
    runtime::Task<Result<void>> settle_gaps(PositionGaps gaps, std::vector<std::string>& findings);
    void settle_later(Duration delay);
    runtime::Task<void> settle_in_background(runtime::TaskInfo& info);
    void tell(const std::vector<std::string>& findings);

    // order_inquiry.cpp
    runtime::Task<Result<void>> ask_about(ClientOrderId id, std::vector<std::string>& findings);
    runtime::Task<void> ask_in_background(runtime::TaskInfo& info);

    Parts parts_;
    runtime::TaskScope tasks_;
    OrderLedger ledger_;
    OrderTimes times_;
    std::map<ClientOrderId, std::shared_ptr<runtime::Event>> changes_; ///< only while somebody waits
    /// Fills that the positions (RiskBook::positions) already hold and the ledger does not. No other can change an
    /// order and be counted twice, and each leaves as it reaches the ledger: there are never more than one settlement
    /// found missing.
    std::set<ExecutionId> counted_;
    std::vector<Fill> heard_while_settling_;         ///< fills that reached the ledger since the snapshot was asked for
    std::set<ClientOrderId> moved_while_settling_;   ///< what the snapshot says of these may be old already
    std::map<ExecutionId, ClientOrderId> recording_; ///< executions on their way to the disk
    PositionGaps gaps_;                              ///< those that have been told
    std::multiset<ClientOrderId> in_hand_;           ///< being sent, changed or cancelled right now; once for each
    std::map<ClientOrderId, SendState> being_sent_;
    UnknownInquiry inquiry_;
    std::deque<std::string> findings_;
    runtime::Event ready_;
    runtime::Event settle_wanted_;
    runtime::Event link_back_; ///< since the last settlement was begun
    runtime::Event settled_;   ///< no settlement is under way
    runtime::Event recorded_;  ///< fewer executions are on their way to the disk
    runtime::Event inquiry_changed_;
    runtime::Event ends_changed_; ///< an order with a time at which it ends has begun or moved
    std::string id_prefix_;
    std::int64_t session_ = 0;
    bool session_kept_ = false;
    std::int64_t next_number_ = 1;
    bool link_up_ = true;
    bool stopping_ = false; ///< no task is begun any more: it would not be cancelled
};

} // namespace tradesh::orders
