#pragma once

#include "core/engine/instruments.hpp"
#include "core/engine/profile.hpp"
#include "core/orders/order_manager.hpp"
#include "core/orders/risk_book.hpp"
#include "core/orders/risk_journal.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/task_scope.hpp"
#include "core/runtime/workers.hpp"
#include "core/store/journal.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tradesh::engine {

/// A position that `panic --flatten` tried to close.
struct Flattened {
    std::string symbol;
    Decimal quantity; ///< held before, signed
    Result<orders::Placed> outcome;
};

/// A limit as `risk show` has it.
struct LimitStanding {
    orders::Limit limit{};
    orders::LimitScope scope;
    orders::LimitValue value;
    bool in_force = true; ///< false: another scope, or a tighter value, holds
    std::string used;     ///< now, with its unit; empty where nothing is counted
};

/// What a change of a limit would do, and did.
struct LimitChange {
    orders::LimitSetting setting;
    std::vector<orders::LimitValue> before;  ///< in force for the scope until then
    std::vector<orders::LimitValue> after{}; ///< in force for the scope from then on
    bool loosens = false;
};

/// The verbs of the risk family, and the watch that halts trading by itself.
///
/// A halt holds from the turn of the loop in which it is decided; it is recorded as soon as the journal takes it, and
/// orders that were open then are withdrawn again and again until the venue has confirmed the end of each.
class RiskDesk {
public:
    struct Parts {
        runtime::Loop& loop;
        runtime::Log& log;
        runtime::Workers& workers;
        store::Journal& journal;
        venue::Venue& venue;
        Instruments& instruments;
        orders::RiskBook& book;
        orders::OrderManager& manager;
        const Profile& profile;
        const Place& place;
        std::function<void(const std::string&)> notify; ///< a line for every prompt
        /// A sentence that everybody must be told, and `status` as well.
        std::function<void(const std::string&)> warn = [](const std::string&) {};
    };
    explicit RiskDesk(Parts parts);
    ~RiskDesk();

    /// Takes up what the journal says, before the manager starts: a halt holds from the first moment.
    runtime::Task<Result<void>> load();
    /// Begins to watch, once the manager knows the orders.
    void begin();
    runtime::Task<void> stop();

    /// Refuses new orders from now on. The withdrawal of what is open goes on behind it; `await_withdrawal` waits.
    /// An error means that the halt holds but could not be recorded yet: a restart would not know of it. It is tried
    /// again for as long as the halt stands.
    runtime::Task<Result<void>> halt(std::string reason, std::string correlation);
    runtime::Task<Result<void>> reduce(std::string reason, std::string correlation);
    /// Refused (risk.cause_stands) while what halted trading would halt it again at once.
    runtime::Task<Result<void>> resume(std::string reason, std::string correlation);
    /// Waits until everything that was open when trading halted has ended, at most for `limit`.
    runtime::Task<orders::Withdrawal> await_withdrawal(Duration limit);
    /// True once the venue has confirmed that nothing is open any more.
    bool is_withdrawn() const { return withdrawn_.is_set(); }
    /// Closes every position at the market, whatever the trading state.
    runtime::Task<Result<std::vector<Flattened>>> flatten(orders::PlaceOptions options);

    /// A limit for a symbol or an account that does not exist would guard nothing: error not_found, with the nearest.
    runtime::Task<Result<void>> check_scope(orders::LimitScope scope);
    /// What the change would do; refused for what may not be set.
    Result<LimitChange> plan_limit(orders::NamedLimit name, std::string_view value, orders::LimitScope scope,
                                   std::string reason) const;
    runtime::Task<Result<void>> set_limit(LimitChange change, std::string correlation);
    std::vector<LimitStanding> limits() const;

    const orders::TradingStanding& standing() const { return parts_.book.standing(); }
    orders::RiskBook& book() { return parts_.book; }
    /// True while a halt is in force that is not in the journal: this process alone knows of it, and must not leave.
    bool is_unrecorded() const { return unrecorded_.has_value(); }
    /// Open orders that are being withdrawn.
    std::size_t being_withdrawn() const { return withdrawing_.size(); }
    /// Reads what an order in the instrument is checked by and what may have changed: rates, trading hours.
    runtime::Task<void> look_up(Instrument instrument);
    /// Asks for quotes, side by side, of whatever else the limits in force are measured by and has no price yet, which
    /// is all of it in a core that has just started. Waits for them two seconds at most: what is missing then stays
    /// so, and the checks say it.
    runtime::Task<void> price_held();
    std::vector<runtime::TaskInfo> tasks() const { return tasks_.list(); }

private:
    runtime::Task<Result<void>> record(store::JournalEvent row, std::string correlation);
    runtime::Task<Result<void>> change_state(orders::TradingState state, std::string reason, std::string correlation);
    void tripped(const orders::Halt& halt);
    std::string without_protection() const;
    runtime::Task<void> record_halt(orders::TradingStanding standing);
    void keep_recording(orders::TradingStanding standing);
    runtime::Task<void> record_again(runtime::TaskInfo& info);
    void begin_withdrawal();
    runtime::Task<void> withdraw(runtime::TaskInfo& info);
    bool is_to_be_withdrawn(const orders::Order& order) const;
    void choose_for_withdrawal();
    runtime::Task<void> follow_settlement(runtime::TaskInfo& info);
    runtime::Task<void> watch(runtime::TaskInfo& info);
    runtime::Task<void> verify_journal(runtime::TaskInfo& info);
    void journal_is_broken(const Error& error);
    bool is_watched() const;
    runtime::Task<void> sample();
    runtime::Task<void> sample_quote(std::string symbol, bool has_orders);
    std::map<std::string, bool> followed() const;
    std::vector<std::string> unpriced() const;
    runtime::Task<void> price(std::string symbol);
    runtime::Task<void> keep_day();
    std::string used_of(orders::Limit limit, const orders::LimitScope& scope) const;
    std::string worth_used(orders::Limit limit) const;

    Parts parts_;
    runtime::TaskScope tasks_;
    runtime::Event withdrawn_;    ///< set while nothing is being withdrawn
    runtime::Event watch_wanted_; ///< a limit that needs watching may have been set
    runtime::Event priced_;       ///< set while `being_priced_` is empty
    std::set<std::string> being_priced_;
    std::set<ClientOrderId> withdrawing_;
    std::set<ClientOrderId> chosen_; ///< to be withdrawn at some time since trading halted
    bool withdrawal_runs_ = false;
    std::optional<orders::TradingStanding> unrecorded_; ///< a halt that the journal did not take
    bool records_again_ = false;
    bool stopping_ = false; ///< a cancellation is seen by one wait alone, and not by those after it
    std::map<std::string, Duration, std::less<>> seen_; ///< when a quote of the symbol was last seen, or first missed
    std::string day_kept_;
};

} // namespace tradesh::engine
