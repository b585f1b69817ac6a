#include "core/engine/group_desk.hpp"

#include "core/base/counted.hpp"

#include <algorithm>
#include <map>
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

bool fills_at_once(const OrderRequest& request) {
    return std::holds_alternative<MarketPrice>(request.price) || request.time_in_force == TimeInForce::ioc ||
           request.time_in_force == TimeInForce::fok;
}

std::string leg_name(const GroupRequest& request, std::size_t leg) {
    return "leg " + std::to_string(leg + 1) + " of '" + request.name + "' (" + to_text(request.legs[leg].form) + ")";
}

/// Why the leg would be denied, in the words of the order itself.
Error denied(const Error& refusal, const std::string& leg) {
    Error error = refusal;
    error.attempted = "commit the group: nothing was sent";
    error.subject = leg;
    const bool by_state = error.code == "risk.trading_state";
    error.hint = by_state ? "'risk resume' ends it; the group stays open, and can be committed again then"
                          : "change the leg, or the limit with 'risk set'";
    return error;
}

Error not_ours(const std::string& key) {
    return Error(ErrorKind::refused, "order.key_used", "key '" + key + "' came into use while the group was sent")
        .advise("use a new key for a new group");
}

/// An error of its own says what became of a leg; what it could not be is that nobody knows, once everybody does.
void settle_unknown(Error& why, const std::vector<LegOutcome>& legs) {
    const bool certain =
        std::ranges::all_of(legs, [](const LegOutcome& leg) { return !leg.order || is_final(leg.order->state); });
    if (certain && why.unknown_effect()) {
        why.kind = ErrorKind::timeout;
        why.message += "; the venue was asked, and no leg is open any more";
    }
}

} // namespace

GroupDesk::GroupDesk(Parts parts) : parts_(std::move(parts)), recovered_(parts_.loop), tasks_(parts_.loop) {}

orders::GroupTerms terms_of(const GroupRequest& request) {
    orders::GroupTerms terms{.name = request.name, .key = request.key, .all_filled = request.all_filled, .legs = {}};
    for (const GroupLeg& leg : request.legs) {
        terms.legs.push_back({.key = leg.key, .form = to_text(leg.form)});
    }
    return terms;
}

Task<Result<void>> GroupDesk::check_legs(const GroupRequest& request, const PlaceOptions& options,
                                         const Permission& permission) {
    for (std::size_t i = 0; i < request.legs.size(); ++i) {
        const GroupLeg& leg = request.legs[i];
        PlaceOptions of_leg = options;
        of_leg.key = leg.key;
        Permission allowed = permission;
        allowed.size_has_unit = leg.size_has_unit;
        Result<orders::Rehearsal> rehearsal = co_await parts_.rehearse(leg.form, of_leg, allowed);
        if (!rehearsal) {
            Error error = std::move(rehearsal.error());
            error.attempted = "commit the group: nothing was sent";
            error.subject = leg_name(request, i);
            co_return fail(std::move(error));
        }
        if (rehearsal->refusal) {
            co_return fail(denied(*rehearsal->refusal, leg_name(request, i)));
        }
    }
    co_return Result<void>();
}

Task<Result<GroupOutcome>> GroupDesk::commit(GroupRequest request, PlaceOptions options, Permission permission) {
    Result<Turn> turn = co_await take_turn(request.key);
    if (!turn) {
        co_return fail(turn.error());
    }
    Result<std::optional<FirstRun>> first = co_await find_first(request, options);
    if (!first) {
        co_return fail(std::move(first.error()).attempting("commit the group: nothing was sent").on(request.name));
    }
    if (*first) {
        co_return first_outcome(**first);
    }
    const Result<void> checked = co_await check_legs(request, options, permission);
    if (!checked) {
        co_return fail(checked.error());
    }
    Result<GroupOutcome> sent = co_await send(std::move(request), std::move(options), permission, std::move(*turn));
    co_return sent;
}

Task<Result<GroupOutcome>> GroupDesk::send(GroupRequest request, PlaceOptions options, Permission permission,
                                           Turn turn) {
    Result<orders::BegunGroup> begun = co_await record_begun(request, options);
    if (!begun) {
        co_return fail(std::move(begun.error()).attempting("commit the group: nothing was sent").on(request.name));
    }
    options.announce_effect("the group '" + request.name + "' is being sent: look with 'order list --all'");
    const auto settle = options.settle_effect;
    PlaceOptions of_legs = options; // outlives the client, so nothing of it may be called back
    of_legs.announce_effect = [](std::string_view) {};
    of_legs.settle_effect = [] {};
    of_legs.group = request.name;
    const auto outcome = std::make_shared<GroupOutcome>();
    const auto done = std::make_shared<runtime::Event>(parts_.loop);
    const std::string task_name = "group " + request.name;
    tasks_.spawn(task_name,
                 [this, request = std::move(request), begun = std::move(*begun), of_legs, permission, outcome, done,
                  turn = std::move(turn)](TaskInfo& info) -> Task<void> {
                     info.awaits = "the legs of the group";
                     co_await carry_out(request, begun, of_legs, permission, outcome);
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

Task<void> GroupDesk::carry_out(GroupRequest request, orders::BegunGroup begun, PlaceOptions options,
                                Permission permission, SharedOutcome outcome) {
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
    if (!outcome->failure) {
        const bool recorded = co_await record_ended(begun, std::nullopt, "every leg of it stands");
        (void)recorded; // the next core finds that every leg stands
        co_return;
    }
    parts_.log.error("orders", "group.withdrawn", *outcome->failure);
    const Error why = *outcome->failure;
    co_await withdraw(*outcome, begun, options);
    const bool certain = std::ranges::all_of(
        outcome->legs, [](const LegOutcome& leg) { return !leg.order || is_final(leg.order->state); });
    if (!certain) { // whoever waits is told that it is not known, and the rest goes on without them
        finish_later(std::move(begun), why, false);
        co_return;
    }
    const bool recorded =
        co_await record_ended(begun, outcome->failure, "it was withdrawn: " + outcome->failure->describe());
    if (!recorded) {
        finish_later(std::move(begun), why, false);
    }
}

Task<void> GroupDesk::send_leg(const GroupLeg& leg, PlaceOptions options, Permission permission, LegOutcome& outcome) {
    options.key = leg.key;
    options.wait = orders::WaitFor::acknowledged;
    permission.size_has_unit = leg.size_has_unit;
    Result<orders::Placed> placed = co_await parts_.place(leg.form, std::move(options), permission);
    if (!placed) {
        outcome.failure = std::move(placed.error());
        co_return;
    }
    if (placed->replayed) { // it belongs to somebody else, and is not to be touched
        outcome.failure = not_ours(leg.key);
        co_return;
    }
    outcome.order = std::move(placed->order);
    outcome.withdrawn = std::move(placed->withdrawn);
    const OrderState state = outcome.order->state;
    const bool ended_short = is_final(state) && state != OrderState::filled;
    if (ended_short) {
        outcome.failure = Error(ErrorKind::rejected, "group.leg_ended",
                                "order " + outcome.order->request.id.value + " is " + std::string(name_of(state)) +
                                    (outcome.order->reason.empty() ? "" : ": " + outcome.order->reason));
    } else if (placed->interrupted) {
        outcome.failure = Error(ErrorKind::unknown, "group.interrupted", "the core leaves before every leg was sent");
    }
}

/// Waits for what should fill at once, or with `all_filled` for every leg.
Task<void> GroupDesk::await_fills(GroupOutcome& outcome, const GroupRequest& request, Duration limit) {
    const Duration asked = parts_.loop.clock().elapsed();
    for (std::size_t i = 0; i < outcome.legs.size(); ++i) {
        std::optional<Order>& order = outcome.legs[i].order;
        const bool waits = request.all_filled || fills_at_once(order->request);
        if (!waits || is_final(order->state)) {
            continue;
        }
        const Duration end = asked + (request.all_filled ? limit : std::min(limit, fill_grace));
        const Result<Order> ended = co_await parts_.manager.wait_final(
            order->request.id, std::max(end - parts_.loop.clock().elapsed(), Duration(1ms)));
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

/// Cancels every leg that is still open and looks at each as it then stands. A leg whose answer never came is known by
/// the row of its intent alone.
Task<void> GroupDesk::withdraw(GroupOutcome& outcome, const orders::BegunGroup& begun, const PlaceOptions& options) {
    Result<Orders> legs = co_await orders_of(begun);
    if (!legs) {
        parts_.log.error("orders", "journal.failed", legs.error());
        legs = Orders(outcome.legs.size());
        std::ranges::transform(outcome.legs, legs->begin(), &LegOutcome::order);
    }
    co_await cancel_open(*legs, "another leg of its group failed", options.correlation);
    std::size_t still_open = 0;
    for (std::size_t i = 0; i < outcome.legs.size(); ++i) {
        LegOutcome& leg = outcome.legs[i];
        leg.order = (*legs)[i];
        if (leg.order) {
            Result<Order> now = co_await parts_.manager.find(leg.order->request.id);
            leg.order = now ? std::move(*now) : *leg.order;
            still_open += is_final(leg.order->state) ? 0 : 1;
        }
    }
    if (still_open > 0) {
        outcome.failure = Error(ErrorKind::unknown, "group.still_open",
                                counted(still_open, "leg") + " could not be withdrawn: the venue has not confirmed it")
                              .advise("it is tried again until the venue confirms it; 'orders' shows what is open");
    } else {
        settle_unknown(*outcome.failure, outcome.legs);
    }
}

Task<void> GroupDesk::stop() {
    stopping_ = true;
    tasks_.cancel();
    co_await tasks_.join();
}

std::vector<std::string> hedge_lines(const std::vector<LegOutcome>& legs) {
    std::map<std::string, Decimal> traded;
    for (const LegOutcome& leg : legs) {
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
