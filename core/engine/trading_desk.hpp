#pragma once

#include "core/engine/instruments.hpp"
#include "core/engine/profile.hpp"
#include "core/engine/risk_desk.hpp"
#include "core/orders/order_change.hpp"
#include "core/orders/order_manager.hpp"
#include "core/runtime/workers.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradesh::engine {

/// Leave to trade, as the client that types has it. Live rules hold on live profiles and on those that rehearse live.
struct Permission {
    bool live_option = false;  ///< `--live` was given
    bool paper_option = false; ///< `--paper` was given
    bool armed = false;        ///< the client is armed with the account's id
    bool typed = false;        ///< at a prompt, by a person; otherwise a script or a one-shot
    bool size_has_unit = true; ///< "100sh", not "100"
    bool from_argv = false;    ///< a Unix shell has been over the words
};

/// A position with what it is worth now.
struct ValuedPosition {
    Position position;
    std::optional<Decimal> mark; ///< the price it is valued at; nullopt without a usable quote
    std::optional<Decimal> value;
    std::optional<Decimal> unrealised;
    QuoteKind mark_kind = QuoteKind::realtime;
};

struct Holdings {
    AccountSummary account;
    std::vector<ValuedPosition> positions;
};

/// One order and what is to stand in its place.
struct PlannedChange {
    orders::Order order;
    orders::Replacement replacement;
    std::vector<orders::RiskCheck> checks{}; ///< of a rehearsal
    std::optional<Error> refusal{};          ///< what the real run would end with, because a check denies
    bool replayed = false;                   ///< the key had been used for this very change: it is not made again
};

struct ChangedOrder {
    orders::Order order;
    bool replayed = false; ///< the key had been used for this very change
};

/// The verbs of the order and account families.
class TradingDesk {
public:
    TradingDesk(const Profile& profile, const Clock& clock, runtime::Workers& workers, Instruments& instruments,
                venue::Venue& venue, orders::OrderManager& manager, RiskDesk& risk)
        : profile_(profile),
          clock_(clock),
          workers_(workers),
          instruments_(instruments),
          venue_(venue),
          manager_(manager),
          risk_(risk) {}

    runtime::Task<Result<orders::Placed>> place(orders::OrderForm form, orders::PlaceOptions options,
                                                Permission permission);
    /// Everything `place` would check, and nothing sent.
    runtime::Task<Result<orders::Rehearsal>> rehearse(orders::OrderForm form, orders::PlaceOptions options,
                                                      Permission permission);
    /// Makes the spread of these contracts known, so that it can be ordered under its symbol.
    runtime::Task<Result<void>> list_spread(std::string underlying, std::vector<ComboLeg> legs);
    /// The key with dates in place of its words (core/orders/order_key.hpp); the symbol says on which exchange.
    runtime::Task<Result<std::string>> expand_key(std::string key, std::string symbol);
    runtime::Task<Result<orders::Order>> cancel(std::string order, orders::PlaceOptions options);
    /// The open orders that cancel one another with this one, exits of an entry apart.
    std::vector<orders::Order> open_siblings(const orders::Order& order) const;
    /// Changes a working order, and the exits that hang on it, one after the other; each as it then stands. `name` may
    /// be an exit when the change is "protect entry". With a key the same words come to the first outcome again.
    runtime::Task<Result<std::vector<ChangedOrder>>> modify(std::string name, orders::OrderChange change,
                                                            orders::PlaceOptions options, Permission permission);
    /// Everything `modify` would check, and nothing sent.
    runtime::Task<Result<std::vector<PlannedChange>>>
    rehearse_change(std::string name, orders::OrderChange change, orders::PlaceOptions options, Permission permission);
    runtime::Task<Result<Holdings>> holdings();
    runtime::Task<Result<Quote>> quote(std::string symbol);
    /// Moves a simulated price; refused where prices are real. Returns the quote after it.
    runtime::Task<Result<Quote>> move_anchor(std::string symbol, Decimal price);

    const orders::OrderLedger& ledger() const { return manager_.ledger(); }
    orders::OrderManager& manager() { return manager_; }

private:
    /// `what` is the order in words.
    Result<void> permit(const std::string& what, const orders::PlaceOptions& options,
                        const Permission& permission) const;
    /// One order that a change is about.
    struct ChangeTarget {
        orders::Order order;
        orders::OrderChange change; ///< of that order
        std::string words;          ///< what was asked of it: a key stands for them
    };
    struct Change {
        Instrument instrument;
        std::vector<ChangeTarget> targets;
    };
    runtime::Task<Result<Change>> begin_change(std::string name, orders::OrderChange change,
                                               orders::PlaceOptions options, Permission permission);
    runtime::Task<Result<Change>> find_targets(std::string name, orders::OrderChange change, bool keyed);
    void add_own_targets(const std::string& name, const orders::Order& order, const orders::OrderChange& own,
                         bool keyed, Change& found) const;
    runtime::Task<Result<void>> check_side(const orders::Order& exit, const PriceRule& wanted,
                                           const Instrument& instrument, const std::vector<PlannedChange>& before);
    Result<void> check_entry(const std::vector<PlannedChange>& planned) const;
    bool has_open_exits(const Change& change) const;
    /// `before`: what is changed before it, and does not stand yet as it will.
    runtime::Task<Result<PlannedChange>> plan(const ChangeTarget& target, const Instrument& instrument,
                                              const std::vector<PlannedChange>& before);
    runtime::Task<Result<PlannedChange>> rehearse_target(const ChangeTarget& target, const Instrument& instrument,
                                                         const std::vector<PlannedChange>& before_it,
                                                         orders::PlaceOptions options);
    /// Brings in what the checks of an order in the instrument look at, once positions are known. `closes`: whoever
    /// leaves a position does not wait for prices of others.
    runtime::Task<Result<void>> prepare_checks(Instrument instrument, bool closes);
    runtime::Task<Result<std::vector<PlannedChange>>> rehearse_targets(const Change& change,
                                                                       orders::PlaceOptions options);
    /// The instrument of a form, and the moments that its words name looked up.
    runtime::Task<Result<Instrument>> look_up(orders::OrderForm& form);

    const Profile& profile_;
    const Clock& clock_;
    runtime::Workers& workers_;
    Instruments& instruments_;
    venue::Venue& venue_;
    orders::OrderManager& manager_;
    RiskDesk& risk_;
};

} // namespace tradesh::engine
