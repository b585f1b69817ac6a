#include "core/engine/group_desk.hpp"

#include "core/base/counted.hpp"
#include "core/runtime/event.hpp"

#include <map>
#include <set>
#include <utility>

namespace tradesh::engine {

using namespace std::chrono_literals;
using orders::Order;
using orders::PlaceOptions;
using runtime::Task;
using runtime::TaskInfo;
using runtime::Wake;

namespace {

/// How long orders that should fill at once may take before the group is told as working.
constexpr Duration fill_grace = 2s;
/// How long the venue may take to confirm that the legs are withdrawn.
constexpr Duration withdraw_limit = 10s;

bool fills_at_once(const OrderRequest& request) {
    return std::holds_alternative<MarketPrice>(request.price) || request.time_in_force == TimeInForce::ioc ||
           request.time_in_force == TimeInForce::fok;
}

std::string leg_name(const GroupRequest& request, std::size_t leg) {
    return "leg " + std::to_string(leg + 1) + " of '" + request.name + "' (" + to_text(request.legs[leg].form) + ")";
}

/// The first check that would deny the leg.
Result<void> verdict_on(const orders::Rehearsal& rehearsal, const std::string& leg) {
    for (const orders::RiskCheck& check : rehearsal.checks) {
        if (check.verdict == orders::Verdict::deny) {
            return fail(
                Error(ErrorKind::refused, "risk." + check.name,
                      "the check " + check.name + " denies it: " + check.value + ", the limit is " + check.limit)
                    .attempting("commit the group: nothing was sent")
                    .on(leg)
                    .advise("change the leg, or the limit with 'risk set'"));
        }
    }
    return {};
}

} // namespace

Task<Result<void>> GroupDesk::check_legs(const GroupRequest& request, const PlaceOptions& options,
                                         const Permission& permission) {
    for (std::size_t i = 0; i < request.legs.size(); ++i) {
        const GroupLeg& leg = request.legs[i];
        PlaceOptions of_leg = options;
        of_leg.key = leg.key;
        Permission allowed = permission;
        allowed.size_has_unit = leg.size_has_unit;
        Result<orders::Rehearsal> rehearsal = co_await trading_.rehearse(leg.form, of_leg, allowed);
        if (!rehearsal) {
            Error error = std::move(rehearsal.error());
            error.attempted = "commit the group: nothing was sent";
            error.subject = leg_name(request, i);
            co_return fail(std::move(error));
        }
        const Result<void> verdict = verdict_on(*rehearsal, leg_name(request, i));
        if (!verdict) {
            co_return verdict;
        }
    }
    co_return Result<void>();
}

Task<Result<GroupOutcome>> GroupDesk::commit(GroupRequest request, PlaceOptions options, Permission permission) {
    // A group that was sent before is replayed leg by leg, whatever its legs would come to today.
    const bool was_sent = !request.legs.empty() && !request.legs.front().key.empty() &&
                          trading_.ledger().find_by_key(request.legs.front().key) != nullptr;
    if (!was_sent) {
        const Result<void> checked = co_await check_legs(request, options, permission);
        if (!checked) {
            co_return fail(checked.error());
        }
    }
    options.announce_effect("the group '" + request.name + "' is being sent: look with 'order list --all'");
    const auto settle = options.settle_effect;
    PlaceOptions of_legs = options; // outlives the client, so nothing of it may be called back
    of_legs.announce_effect = [](std::string_view) {};
    of_legs.settle_effect = [] {};
    of_legs.group = request.name;
    const auto outcome = std::make_shared<GroupOutcome>();
    const auto done = std::make_shared<runtime::Event>(loop_);
    const std::string task_name = "group " + request.name;
    tasks_.spawn(
        task_name,
        [this, request = std::move(request), of_legs, permission, outcome, done](TaskInfo& info) -> Task<void> {
            info.awaits = "the legs of the group";
            co_await carry_out(request, of_legs, permission, outcome);
            done->set();
        });
    const Wake wake = co_await done->wait();
    if (wake != Wake::signalled) {
        co_return fail(Error(ErrorKind::unknown, "group.waiting_interrupted",
                             "the waiting was interrupted; the group is brought to its end without you")
                           .attempting("commit the group")
                           .advise("'order list --all' shows its legs"));
    }
    settle();
    co_return std::move(*outcome);
}

Task<void> GroupDesk::carry_out(GroupRequest request, PlaceOptions options, Permission permission,
                                SharedOutcome outcome) {
    outcome->legs.resize(request.legs.size());
    for (std::size_t i = 0; i < request.legs.size() && !outcome->failure; ++i) {
        LegOutcome& leg = outcome->legs[i];
        options.leg = static_cast<std::int64_t>(i + 1);
        co_await send_leg(request.legs[i], options, permission, leg);
        if (leg.failure) {
            outcome->failure = leg.failure;
            outcome->failure->subject = leg_name(request, i);
        }
    }
    if (!outcome->failure) {
        co_await await_fills(*outcome, request, options.timeout);
    }
    if (outcome->failure) {
        log_.error("orders", "group.withdrawn", *outcome->failure);
        co_await withdraw(*outcome, options);
    }
}

Task<void> GroupDesk::send_leg(const GroupLeg& leg, PlaceOptions options, Permission permission, LegOutcome& outcome) {
    options.key = leg.key;
    options.wait = orders::WaitFor::acknowledged;
    permission.size_has_unit = leg.size_has_unit;
    Result<orders::Placed> placed = co_await trading_.place(leg.form, std::move(options), permission);
    if (!placed) {
        outcome.failure = std::move(placed.error());
        const Order* known = leg.key.empty() ? nullptr : trading_.ledger().find_by_key(leg.key);
        if (known != nullptr) {
            outcome.order = *known;
        }
        co_return;
    }
    outcome.replayed = placed->replayed;
    outcome.order = std::move(placed->order);
    const OrderState state = outcome.order->state;
    const bool ended_short = is_final(state) && state != OrderState::filled;
    if (ended_short) {
        outcome.failure = Error(ErrorKind::rejected, "group.leg_ended",
                                "order " + outcome.order->request.id.value + " is " + std::string(name_of(state)) +
                                    (outcome.order->reason.empty() ? "" : ": " + outcome.order->reason));
    }
}

/// Waits for what should fill at once, or with `all_filled` for every leg.
Task<void> GroupDesk::await_fills(GroupOutcome& outcome, const GroupRequest& request, Duration limit) {
    const Duration asked = loop_.clock().elapsed();
    for (std::size_t i = 0; i < outcome.legs.size(); ++i) {
        std::optional<Order>& order = outcome.legs[i].order;
        const bool waits = request.all_filled || fills_at_once(order->request);
        if (!waits || is_final(order->state)) {
            continue;
        }
        const Duration end = asked + (request.all_filled ? limit : std::min(limit, fill_grace));
        const Result<Order> ended = co_await trading_.manager().wait_final(
            order->request.id, std::max(end - loop_.clock().elapsed(), Duration(1ms)));
        if (ended) {
            order = *ended;
        }
    }
    for (std::size_t i = 0; i < outcome.legs.size(); ++i) {
        const Order& order = *outcome.legs[i].order;
        const bool failed = is_final(order.state) ? order.state != OrderState::filled : request.all_filled;
        if (failed && !outcome.failure) {
            outcome.failure = Error(ErrorKind::rejected, "group.leg_not_filled",
                                    "order " + order.request.id.value + " is " + std::string(name_of(order.state)) +
                                        ", " + order.filled.normalized().to_string() + " of " +
                                        order.request.quantity.normalized().to_string() + " filled")
                                  .attempting("commit the group")
                                  .on(leg_name(request, i));
        }
    }
}

/// Cancels every leg that is still open and looks at each as it then stands.
Task<void> GroupDesk::withdraw(GroupOutcome& outcome, const PlaceOptions& options) {
    std::set<ClientOrderId> legs;
    for (const LegOutcome& leg : outcome.legs) {
        if (leg.order) {
            legs.insert(leg.order->request.id);
        }
    }
    const auto of_group = [legs](const Order& order) { return legs.contains(order.request.id); };
    const orders::Withdrawal withdrawal =
        co_await trading_.manager().withdraw(of_group, "another leg of its group failed", options, withdraw_limit);
    if (!withdrawal.still_open.empty()) {
        outcome.failure = Error(ErrorKind::unknown, "group.still_open",
                                counted(withdrawal.still_open.size(), "leg") +
                                    " could not be withdrawn: the venue has not confirmed it")
                              .advise("'orders' shows them; cancel them, or close what they fill");
    }
    for (LegOutcome& leg : outcome.legs) {
        if (leg.order) {
            Result<Order> now = co_await trading_.manager().find(leg.order->request.id);
            leg.order = now ? std::move(*now) : *leg.order;
        }
    }
}

Task<void> GroupDesk::stop() {
    tasks_.cancel();
    co_await tasks_.join();
}

std::vector<std::string> hedge_lines(const GroupOutcome& outcome) {
    std::map<std::string, Decimal> traded;
    for (const LegOutcome& leg : outcome.legs) {
        if (leg.order) {
            const auto entry = traded.try_emplace(leg.order->request.symbol, 0).first;
            entry->second += Decimal(sign_of(leg.order->request.side)) * leg.order->filled;
        }
    }
    std::vector<std::string> lines;
    for (const auto& [symbol, quantity] : traded) {
        if (!quantity.is_zero()) {
            const bool sold = quantity.is_negative();
            lines.push_back((sold ? "buy " : "sell ") + symbol + " " + quantity.abs().normalized().to_string() +
                            " market");
        }
    }
    return lines;
}

} // namespace tradesh::engine
