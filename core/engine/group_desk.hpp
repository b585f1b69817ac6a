#pragma once

#include "core/engine/trading_desk.hpp"
#include "core/runtime/task_scope.hpp"

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
};

struct LegOutcome {
    std::optional<orders::Order> order; ///< as it stands at the end; none when it was never made
    std::optional<Error> failure;       ///< why it was not placed
    bool replayed = false;
};

struct GroupOutcome {
    std::vector<LegOutcome> legs;
    std::optional<Error> failure; ///< why the group was withdrawn; none when every leg stands
};

/// Several orders of which all stand in the end, or none.
///
/// Every leg is checked before the first is sent. Then they are sent one after the other; when the venue refuses one,
/// or its fate is unknown, the others are withdrawn. What had filled by then stays filled, and the outcome tells of it.
/// A group once begun is brought to its end although the client that asked for it goes away.
class GroupDesk {
public:
    GroupDesk(runtime::Loop& loop, runtime::Log& log, TradingDesk& trading)
        : loop_(loop),
          log_(log),
          trading_(trading),
          tasks_(loop) {}

    /// The error is of what came before the first leg was sent, with the leg that is to blame. `options` are those of
    /// every leg, without the key. Waits for fills at most `options.timeout`.
    runtime::Task<Result<GroupOutcome>> commit(GroupRequest request, orders::PlaceOptions options,
                                               Permission permission);
    runtime::Task<void> stop();
    std::vector<runtime::TaskInfo> tasks() const { return tasks_.list(); }

private:
    using SharedOutcome = std::shared_ptr<GroupOutcome>;

    runtime::Task<Result<void>> check_legs(const GroupRequest& request, const orders::PlaceOptions& options,
                                           const Permission& permission);
    runtime::Task<void> carry_out(GroupRequest request, orders::PlaceOptions options, Permission permission,
                                  SharedOutcome outcome);
    runtime::Task<void> send_leg(const GroupLeg& leg, orders::PlaceOptions options, Permission permission,
                                 LegOutcome& outcome);
    runtime::Task<void> await_fills(GroupOutcome& outcome, const GroupRequest& request, Duration limit);
    runtime::Task<void> withdraw(GroupOutcome& outcome, const orders::PlaceOptions& options);

    runtime::Loop& loop_;
    runtime::Log& log_;
    TradingDesk& trading_;
    runtime::TaskScope tasks_;
};

/// What to trade to be where one was before the fills of a group: "sell KO 100 market", one a symbol.
std::vector<std::string> hedge_lines(const GroupOutcome& outcome);

} // namespace tradesh::engine
