// The part of GroupDesk that keeps a key to one group for ever.

#include "core/engine/group_desk.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::engine {

using namespace std::chrono_literals;
using orders::BegunGroup;
using orders::Order;
using orders::PlaceOptions;
using runtime::Task;
using runtime::Wake;

namespace {

/// How long a key waits for an earlier core's group to be brought to its end.
constexpr Duration recovery_patience = 15s;

Error key_used(const std::string& key, const std::string& what) {
    return Error(ErrorKind::refused, "order.key_used", "key '" + key + "' already stands for " + what)
        .advise("use a new key for a new group");
}

std::string in_words(const orders::GroupTerms& terms) {
    std::string legs;
    for (const orders::GroupLegTerms& leg : terms.legs) {
        legs += (legs.empty() ? "" : "; ") + leg.form;
    }
    return "another group: " + legs + (terms.all_filled ? " --all-or-none" : "");
}

Result<void> check_day(const BegunGroup& group, const PlaceOptions& options, Instant now) {
    using std::chrono::days;
    if (std::chrono::floor<days>(group.time) == std::chrono::floor<days>(now) || options.replay_old) {
        return {};
    }
    return fail(Error(ErrorKind::refused, "order.key_old",
                      "key '" + group.terms.key + "' was used on an earlier trading day, at " + to_rfc3339(group.time))
                    .advise("put the date into the key, such as pair-{session}"));
}

} // namespace

bool reached_venue(const std::optional<Order>& order) {
    return order && order->state != OrderState::not_sent && order->state != OrderState::denied;
}

/// One commit at a time for each key: who comes second tells what became of the first.
Task<Result<GroupDesk::Turn>> GroupDesk::take_turn(std::string key) {
    if (key.empty()) {
        co_return nullptr;
    }
    for (auto busy = turns_->find(key); busy != turns_->end(); busy = turns_->find(key)) {
        const std::shared_ptr<runtime::Event> free = busy->second;
        const Wake wake = co_await free->wait();
        if (wake != Wake::signalled) {
            co_return fail(Error(ErrorKind::cancelled, "group.waiting_interrupted",
                                 "the waiting for the group that has this key was interrupted; nothing was sent")
                               .attempting("commit the group")
                               .on(key));
        }
    }
    turns_->emplace(key, std::make_shared<runtime::Event>(parts_.loop));
    co_return Turn(new std::string(std::move(key)), [turns = turns_](const std::string* taken) {
        const std::unique_ptr<const std::string> owned(taken);
        const auto entry = turns->find(*owned);
        entry->second->set();
        turns->erase(entry);
    });
}

Task<Result<std::optional<BegunGroup>>> GroupDesk::begun_with(std::string key) {
    auto load = [this, &key](store::JournalFile& file) { return orders::load_group_of_key(file, parts_.account, key); };
    Result<std::optional<BegunGroup>> group = co_await parts_.journal.with_file(load);
    co_return group;
}

Task<Result<GroupDesk::Orders>> GroupDesk::orders_of(const BegunGroup& group) {
    auto load = [&group](store::JournalFile& file) { return orders::load_group_legs(file, group); };
    const Result<std::vector<std::optional<ClientOrderId>>> ids = co_await parts_.journal.with_file(load);
    if (!ids) {
        co_return fail(ids.error());
    }
    Orders legs(ids->size());
    for (std::size_t i = 0; i < legs.size(); ++i) {
        if (!(*ids)[i]) {
            continue;
        }
        Result<Order> order = co_await parts_.manager.find(*(*ids)[i]);
        if (!order) {
            co_return fail(std::move(order.error()));
        }
        legs[i] = std::move(*order);
    }
    co_return legs;
}

/// The group that the key stands for already; nullopt while it is free. A group of which nothing ever left does not
/// use its key up.
Task<Result<std::optional<GroupDesk::FirstRun>>> GroupDesk::find_first(const GroupRequest& request,
                                                                       const PlaceOptions& options) {
    if (request.key.empty()) {
        co_return std::nullopt;
    }
    Result<std::optional<BegunGroup>> begun = co_await begun_with(request.key);
    if (begun && *begun && !(*begun)->ended()) {
        const Wake wake = co_await wait_recovered(recovery_patience);
        if (wake != Wake::signalled) {
            co_return fail(Error(ErrorKind::timeout, "orders.not_settled",
                                 "this group was cut off in the middle, and it is not settled yet what became of it")
                               .advise("look at 'status'; try again when the venue answers"));
        }
        begun = co_await begun_with(request.key);
    }
    if (!begun) {
        co_return fail(begun.error());
    }
    if (*begun) {
        Result<Orders> legs = co_await orders_of(**begun);
        if (!legs) {
            co_return fail(std::move(legs.error()));
        }
        if (std::ranges::any_of(*legs, reached_venue)) {
            if (!(*begun)->terms.same_request(terms_of(request))) {
                co_return fail(key_used(request.key, in_words((*begun)->terms)));
            }
            const Result<void> same_day = check_day(**begun, options, parts_.loop.clock().now());
            if (!same_day) {
                co_return fail(same_day.error());
            }
            co_return FirstRun{.group = std::move(**begun), .orders = std::move(*legs)};
        }
    }
    const Result<void> free = co_await check_keys_free(request);
    if (!free) {
        co_return fail(free.error());
    }
    co_return std::nullopt;
}

/// Of a group that is new, no leg may have a key that an order has.
Task<Result<void>> GroupDesk::check_keys_free(const GroupRequest& request) {
    for (const GroupLeg& leg : request.legs) {
        const Result<std::optional<Order>> order = co_await parts_.manager.find_by_key(leg.key);
        if (!order) {
            co_return fail(order.error());
        }
        if (*order) {
            co_return fail(key_used(leg.key, "an order of its own: " + (*order)->form));
        }
    }
    co_return Result<void>();
}

Task<Result<bool>> GroupDesk::would_replay(GroupRequest request, PlaceOptions options) {
    Result<std::optional<FirstRun>> first = co_await find_first(request, options);
    if (!first) {
        co_return fail(std::move(first.error()).attempting("rehearse the group").on(request.name));
    }
    co_return first->has_value();
}

GroupOutcome GroupDesk::first_outcome(const FirstRun& first) {
    GroupOutcome outcome{.legs = {}, .failure = first.group.failure, .replayed = true};
    for (const std::optional<Order>& order : first.orders) {
        outcome.legs.push_back({.order = order, .failure = std::nullopt});
    }
    if (!first.group.ended()) {
        outcome.failure =
            Error(ErrorKind::unknown, "group.still_open",
                  "the group was cut off, and the venue has not confirmed yet that its legs are withdrawn")
                .advise("it is tried again until the venue confirms it; 'orders' shows what is open");
    }
    return outcome;
}

} // namespace tradesh::engine
