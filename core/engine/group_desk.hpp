#pragma once

#include "core/engine/trading_desk.hpp"
#include "core/orders/group_journal.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/task_scope.hpp"
#include "core/store/journal.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::engine {

struct GroupLeg {
    orders::OrderForm form;
    std::string key;
    bool size_has_unit = true;
};

struct GroupRequest {
    std::string name;
    std::vector<GroupLeg> legs;
    bool all_filled = false; ///< a leg that has not filled in time fails the group
    std::string key{};       ///< of the whole group; empty: none
};

struct LegOutcome {
    std::optional<orders::Order> order;     ///< as it stands at the end; none when it was never made
    std::optional<Error> failure;           ///< why it was not placed
    std::vector<orders::Order> withdrawn{}; ///< to make room for it (OrderManager::place)
};

struct GroupOutcome {
    std::vector<LegOutcome> legs;
    std::optional<Error> failure; ///< why the group was withdrawn; none when every leg stands
    bool replayed = false;        ///< the key had been used for this group before: nothing was sent
};

/// Several orders of which all stand in the end, or none.
///
/// Every key and every leg is checked before the first is sent. Then they are sent one after the other; when the venue
/// refuses one, or its fate is unknown, the others are withdrawn. What had filled by then stays filled, and the outcome
/// tells of it. A group once begun is brought to its end although the client that asked for it goes away, or the core:
/// the next one withdraws what it finds cut off. The key of a group stands for the whole of it.
class GroupDesk {
public:
    struct Parts {
        runtime::Loop& loop;
        runtime::Log& log;
        store::Journal& journal;
        orders::OrderManager& manager;
        std::string account;
        std::string venue;
        std::function<runtime::Task<Result<orders::Placed>>(orders::OrderForm, orders::PlaceOptions, Permission)> place;
        std::function<runtime::Task<Result<orders::Rehearsal>>(orders::OrderForm, orders::PlaceOptions, Permission)>
            rehearse;
        /// A line for every prompt.
        std::function<void(const std::string&)> notify = [](const std::string&) {};
    };

    explicit GroupDesk(Parts parts);

    /// Reads which groups an earlier core left in the middle; once journal and venue are settled, they are brought to
    /// their end in the background.
    runtime::Task<Result<void>> start();
    runtime::Task<void> stop();

    /// The error is of what came before the first leg was sent, with the leg that is to blame. `options` are those of
    /// every leg, without the key. Waits for fills at most `options.timeout`.
    runtime::Task<Result<GroupOutcome>> commit(GroupRequest request, orders::PlaceOptions options,
                                               Permission permission);
    /// What `commit` would say of the keys: true when it would tell a first outcome and send nothing. Error refused
    /// when a key stands for something else.
    runtime::Task<Result<bool>> would_replay(GroupRequest request, orders::PlaceOptions options);

    /// Waits until what an earlier core left has been seen to once.
    runtime::Task<runtime::Wake> wait_recovered(Duration limit);
    /// What was found at the start and nobody has been told yet.
    std::vector<std::string> take_findings();
    std::vector<runtime::TaskInfo> tasks() const { return tasks_.list(); }

private:
    using SharedOutcome = std::shared_ptr<GroupOutcome>;
    using Orders = std::vector<std::optional<orders::Order>>; ///< one a leg
    /// A key that is in use by a commit; free again when the last copy is gone.
    using Turn = std::shared_ptr<const std::string>;
    using Turns = std::map<std::string, std::shared_ptr<runtime::Event>, std::less<>>;
    /// A group that its key stands for, and its orders.
    struct FirstRun {
        orders::BegunGroup group;
        Orders orders;
    };

    // group_desk.cpp
    runtime::Task<Result<void>> check_legs(const GroupRequest& request, const orders::PlaceOptions& options,
                                           const Permission& permission);
    runtime::Task<Result<GroupOutcome>> send(GroupRequest request, orders::PlaceOptions options, Permission permission,
                                             Turn turn);
    runtime::Task<void> carry_out(GroupRequest request, orders::BegunGroup begun, orders::PlaceOptions options,
                                  Permission permission, SharedOutcome outcome);
    runtime::Task<void> send_leg(const GroupLeg& leg, orders::PlaceOptions options, Permission permission,
                                 LegOutcome& outcome);
    runtime::Task<void> await_fills(GroupOutcome& outcome, const GroupRequest& request, Duration limit);
    runtime::Task<void> withdraw(GroupOutcome& outcome, const orders::BegunGroup& begun,
                                 const orders::PlaceOptions& options);

    // group_keys.cpp
    runtime::Task<Result<Turn>> take_turn(std::string key);
    runtime::Task<Result<std::optional<FirstRun>>> find_first(const GroupRequest& request,
                                                              const orders::PlaceOptions& options);
    runtime::Task<Result<std::optional<orders::BegunGroup>>> begun_with(std::string key);
    runtime::Task<Result<void>> check_keys_free(const GroupRequest& request);
    runtime::Task<Result<Orders>> orders_of(const orders::BegunGroup& group);
    static GroupOutcome first_outcome(const FirstRun& first);

    // group_recovery.cpp
    runtime::Task<Result<orders::BegunGroup>> record_begun(const GroupRequest& request,
                                                           const orders::PlaceOptions& options);
    runtime::Task<bool> record_ended(const orders::BegunGroup& group, std::optional<Error> failure, std::string text);
    void finish_later(orders::BegunGroup group, Error why, bool at_start);
    runtime::Task<void> finish(orders::BegunGroup group, Error why, bool at_start, runtime::TaskInfo& info);
    runtime::Task<void> cancel_open(const Orders& legs, std::string reason, std::string correlation);
    void tell(const std::string& finding);
    void seen_to();

    Parts parts_;
    std::shared_ptr<Turns> turns_ = std::make_shared<Turns>();
    std::deque<std::string> findings_;
    std::size_t left_to_see_ = 0; ///< groups of an earlier core
    bool stopping_ = false;       ///< what is not at its end is left to the next core
    runtime::Event recovered_;
    runtime::TaskScope tasks_;
};

orders::GroupTerms terms_of(const GroupRequest& request);

/// Whether the venue may still fill the order, or has: what holds the group's key.
bool reached_venue(const std::optional<orders::Order>& order);

/// What to trade to be where one was before the fills of a group: "sell KO 100 market", one a symbol.
std::vector<std::string> hedge_lines(const std::vector<LegOutcome>& legs);

} // namespace tradesh::engine
