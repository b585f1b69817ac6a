#pragma once

#include "core/engine/exit_keeper.hpp"
#include "core/engine/quote_condition.hpp"
#include "core/engine/trigger.hpp"
#include "core/orders/fill_reader.hpp"
#include "core/orders/order.hpp"
#include "core/orders/trading_state.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/task_scope.hpp"
#include "core/runtime/workers.hpp"
#include "core/store/journal.hpp"
#include "core/store/trigger_store.hpp"
#include "core/venue/venue.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tradesh::orders {
class OrderManager;
}

namespace tradesh::engine {

/// A line whose moment has come. It is text to the engine; the interpreter runs it.
struct CommandDue {
    std::string trigger; ///< id
    std::string key;     ///< idempotency key for the order that it sends
    std::string line;
    bool live = false; ///< it has leave to trade by live rules
};
struct CommandOutcome {
    int exit_code = 0;
    std::string words; ///< the first line that it showed
};
using RunLine = std::function<runtime::Task<CommandOutcome>(CommandDue)>;

using FindTraded = std::function<runtime::Task<Result<Instrument>>(std::string symbol)>;
/// Tells whether a program over bars holds for a symbol, whenever that changes: the last stored bar and the one in
/// progress count, as for `scan watch --live`. What cannot be told is an error. Goes on until the calling task is
/// cancelled or it cannot go on.
using OnTruth = std::function<void(Result<bool> holds)>;
using FollowBars =
    std::function<runtime::Task<Result<void>>(expression::Program program, std::string symbol, OnTruth on_truth)>;

/// What is to be armed; the commands have checked the line.
struct TriggerWanted {
    TriggerRule rule;
    std::string command{};
    bool live = false;
    bool reduces = false; ///< the command can only make positions and open orders smaller
    std::string correlation{};
};

struct Armed {
    Trigger trigger;
    bool true_now = false; ///< its condition holds already, so it fires at once
    std::string doubt;     ///< why its condition cannot be told now; empty: it can
};

/// More that wait at the same time are a mistake.
inline constexpr std::size_t triggers_max = 200;
/// Those that ended are kept in memory so far back; the journal has all.
inline constexpr std::size_t ended_triggers_kept = 100;
/// What comes due later than this after its moment is missed, not fired: a machine that slept. So is what came due
/// before the core was there.
inline constexpr Duration lateness_max = std::chrono::seconds(5);
/// How often conditions look at quotes.
inline constexpr Duration quote_every = std::chrono::milliseconds(500);

/// The verbs of `when`, `schedule` and of exits that the core keeps.
///
/// Invariants:
///  1. A trigger is armed for its user only once that is durable; a line runs only once `firing` is durable.
///  2. An occurrence fires once: its line carries a key of its own, and a core that finds `firing` at its start never
///     runs the line again: the order with that key settles whether it was sent.
///  3. Nothing fires late: what came due while no serving core was there is recorded and told as missed. Exits alone
///     act when the core is back, because they are about what is held now.
///  4. Only a core that serves arms or fires.
///  5. An exit stays armed until what its order filled is closed, or until somebody takes it back. A line that is
///     refused (trading is halted, a quote is stale, the link is down) is tried again for as long as that takes. The
///     venue has let go of the exits that it holds for the order before the core closes any of it.
class TriggerDesk {
public:
    struct Parts {
        runtime::Loop& loop;
        runtime::Log& log;
        runtime::Workers& workers;
        store::Journal& journal;
        orders::OrderManager& manager;
        venue::Venue& venue;
        FindTraded find_instrument;
        FollowBars follow_bars;
        std::string account;
        std::string profile; ///< for advice
        bool serving = false;
        std::function<void(const std::string&)> notify = [](const std::string&) {};
    };
    explicit TriggerDesk(Parts parts);
    ~TriggerDesk();

    /// Reads what the journal has armed. Nothing fires before `begin`.
    runtime::Task<Result<void>> start();
    /// From now on moments are waited for and lines run. What was missed, or was firing as the last core ended, is
    /// settled first, in the background, once orders are settled with the venue.
    void begin(RunLine run_line);
    /// Ends every wait. Lines that run are the interpreter's to end before.
    runtime::Task<void> stop();

    /// Errors: refused "trigger.not_serving", "trigger.too_many", usage "trigger.past", "schedule.name_taken", those of
    /// the rule and of unknown symbols.
    runtime::Task<Result<Armed>> arm(TriggerWanted wanted);
    /// Takes one back, by id or by the name of a schedule entry. Errors: not_found "trigger.unknown", refused
    /// "trigger.firing", "trigger.ended".
    runtime::Task<Result<Trigger>> remove(std::string text);
    Result<Trigger> find(std::string_view text) const;
    /// Those that are live, and the newest that ended, by kind and number.
    std::vector<Trigger> list() const;
    /// Why the condition of an armed trigger cannot be told at the moment; empty where it can.
    std::string doubt_of(const std::string& id) const;

    std::size_t armed() const;
    /// Armed exits that nobody watches, because this core does not serve: one sentence each, with the cure.
    std::vector<std::string> unwatched_exits() const;
    /// Whose last moment was missed, within the last day.
    std::size_t missed_lately() const;

    bool serving() const { return parts_.serving; }
    /// A line runs right now.
    bool is_running() const { return running_ > 0; }
    /// What was missed and nobody has been told yet, one sentence each.
    std::vector<std::string> take_missed();
    std::vector<runtime::TaskInfo> tasks() const { return tasks_.list(); }

private:
    struct Entry {
        explicit Entry(runtime::Loop& loop) : changed(loop) {}
        Trigger trigger;
        runtime::Event changed;   ///< it is not armed any more, or the desk ends
        std::string mark;         ///< best price of a trailing stop
        std::string doubt;        ///< see doubt_of
        bool from_before = false; ///< armed by an earlier core: what is true at first sight may have become so long ago
        bool durable = false;     ///< before that nobody is told of it
        bool busy = false;        ///< being fired or taken back: nobody else may
        int failures = 0;         ///< of its lines, or to record that one begins; one after the other
        bool unrecorded = false;  ///< they were failures to record
        Duration retry_at{0};     ///< elapsed time at which an exit that failed is tried again ..
        orders::TradingStanding failed_in{}; ///< .. or as soon as trading stands otherwise than it did then
    };
    using EntryPointer = std::shared_ptr<Entry>;

    // trigger_desk.cpp
    std::string serve_line() const;
    Error not_serving() const;
    runtime::Task<Result<void>> prepare(TriggerRule& rule);
    Result<void> check_free_name(const TriggerRule& rule) const;
    runtime::Task<void> look_first(const TriggerRule& rule, Armed& armed);
    runtime::Task<Result<void>> record(EntryPointer entry, Trigger next, std::string kind,
                                       std::string correlation = "");
    void watch(const EntryPointer& entry);
    void forget_oldest();

    // trigger_firing.cpp
    runtime::Task<void> settle(runtime::TaskInfo& info);
    runtime::Task<void> settle_firing(EntryPointer entry);
    runtime::Task<bool> fire(EntryPointer entry, Trigger due, std::string line);
    runtime::Task<void> conclude(EntryPointer entry, CommandOutcome outcome);
    runtime::Task<void> record_outcome(EntryPointer entry, Trigger next, std::string kind);
    void count_failure(Entry& entry);
    bool waits_to_retry(const Entry& entry) const;
    runtime::Task<bool> miss(EntryPointer entry, Trigger due, std::string words, std::int64_t moments);
    runtime::Task<bool> run_out(EntryPointer entry, std::string words);
    runtime::Task<Result<std::optional<orders::Order>>> order_of_key(std::string key);
    runtime::Task<Result<std::vector<orders::Order>>> orders_of_line(std::string key);
    runtime::Task<Result<std::vector<orders::Order>>> settled_orders_of_line(std::string key);
    runtime::Task<void> keep_best(EntryPointer entry, Decimal best);

    // trigger_watching.cpp
    runtime::Task<void> watch_quotes(EntryPointer entry, Condition condition, runtime::TaskInfo& info);
    runtime::Task<bool> follow(EntryPointer entry, const Condition& condition, expression::Program program,
                               runtime::TaskInfo& info);
    bool is_over(const Trigger& trigger) const;
    runtime::Task<void> watch_bars(EntryPointer entry, Condition condition, runtime::TaskInfo& info);
    runtime::Task<void> watch_time(EntryPointer entry, runtime::TaskInfo& info);
    runtime::Task<void> watch_when(EntryPointer entry, runtime::TaskInfo& info);
    runtime::Task<bool> judge(EntryPointer entry, bool is_true, std::optional<Duration>& since);
    runtime::Task<bool> pause(EntryPointer entry, Duration span);
    runtime::Task<Result<Quote>> fresh_quote(std::string symbol);

    // trigger_exits.cpp
    /// The order that an exit is of, as far as it is known.
    struct FollowedOrder {
        std::optional<orders::Order> order;
        std::optional<std::vector<orders::Order>> exits; ///< those at the venue; looked up once the order is there
        /// What `lost` was counted from: executions in the symbol, and what is held.
        std::optional<std::pair<std::uint64_t, Decimal>> counted;
        std::optional<std::pair<std::uint64_t, Decimal>> moved_to; ///< seen last; it counts once it has stood still
        int looks_on_the_move = 0;
        Decimal lost; ///< closed by others of what the order filled
    };
    runtime::Task<void> watch_exit(EntryPointer entry, runtime::TaskInfo& info);
    runtime::Task<Duration> look_at_exit(EntryPointer entry, FollowedOrder& followed);
    runtime::Task<Result<void>> follow_order(const ExitOf& exit, FollowedOrder& followed);
    runtime::Task<Result<std::optional<ExitView>>> view_exit(EntryPointer entry, FollowedOrder& followed);
    Movement movement_of(const orders::RecordedFill& recorded, const ExitOf& exit) const;
    runtime::Task<Result<bool>> count_lost(EntryPointer entry, FollowedOrder& followed,
                                           std::set<ClientOrderId> closings);
    Decimal held_on_book(const ExitOf& exit) const;
    bool fit_to_room(EntryPointer entry, ExitDecision& decision);
    runtime::Task<std::optional<Decimal>> held_of(const ExitOf& exit);
    runtime::Task<Duration> act_on(EntryPointer entry, ExitDecision decision, const FollowedOrder& followed);
    runtime::Task<bool> has_released(EntryPointer entry, const FollowedOrder& followed);
    runtime::Task<Result<void>> release_exits(EntryPointer entry, std::vector<orders::Order> exits);

    Parts parts_;
    runtime::TaskScope tasks_;
    std::map<std::string, EntryPointer, std::less<>> entries_;
    std::map<std::string, std::int64_t, std::less<>> numbers_; ///< last one of each kind
    std::deque<std::string> untold_;
    RunLine run_line_;
    int running_ = 0;
    Instant began_{}; ///< when it began to watch
    bool stopping_ = false;
};

} // namespace tradesh::engine
