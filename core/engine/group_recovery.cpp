// The part of GroupDesk that keeps on record what begins and ends, and brings to its end what was cut off.

#include "core/base/counted.hpp"
#include "core/engine/group_desk.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace tradesh::engine {

using namespace std::chrono_literals;
using orders::BegunGroup;
using orders::Order;
using orders::PlaceOptions;
using runtime::LogLevel;
using runtime::Task;
using runtime::TaskInfo;
using runtime::Wake;

namespace {

/// How long the venue may take to confirm that the legs are withdrawn, before that is told and tried again.
constexpr Duration withdraw_limit = 10s;
constexpr Duration retry_pause = 2s;
constexpr std::size_t findings_kept_max = 1000;
constexpr Duration for_ever = std::chrono::hours(24 * 365);

bool is_open(const std::optional<Order>& order) { return order && !is_final(order->state); }

/// Every leg is what a commit without failure leaves: at work at the venue, or filled.
bool stands(const BegunGroup& group, const std::vector<std::optional<Order>>& legs) {
    return std::ranges::all_of(legs, [&](const std::optional<Order>& order) {
        if (!order) {
            return false;
        }
        const bool works = is_open(order) && !is_unanswered(*order) && !order->cancel_pending;
        return order->state == OrderState::filled || (works && !group.terms.all_filled);
    });
}

std::vector<LegOutcome> outcomes_of(const std::vector<std::optional<Order>>& legs) {
    std::vector<LegOutcome> outcomes;
    for (const std::optional<Order>& order : legs) {
        outcomes.push_back({.order = order, .failure = std::nullopt});
    }
    return outcomes;
}

/// "2 of its 20 legs had gone out and were withdrawn; nothing has filled".
std::string became_of(const std::vector<std::optional<Order>>& legs) {
    const auto out = std::ranges::count_if(legs, reached_venue);
    if (out == 0) {
        return "none of its " + counted(legs.size(), "leg") + " had reached the venue, and nothing was sent";
    }
    std::string hedges;
    for (const std::string& hedge : hedge_lines(outcomes_of(legs))) {
        hedges += (hedges.empty() ? "" : "; ") + hedge;
    }
    return std::to_string(out) + " of its " + counted(legs.size(), "leg") +
           " had gone out; what was open is withdrawn, " +
           (hedges.empty() ? "and nothing has filled" : "but not all in time. To be flat again: " + hedges);
}

} // namespace

Task<Result<void>> GroupDesk::start() {
    auto load = [this](store::JournalFile& file) { return orders::load_unfinished_groups(file, parts_.account); };
    Result<std::vector<BegunGroup>> unfinished = co_await parts_.journal.with_file(load);
    if (!unfinished) {
        co_return fail(std::move(unfinished.error()));
    }
    left_to_see_ = unfinished->size();
    if (unfinished->empty()) {
        recovered_.set();
    }
    const Error why(ErrorKind::refused, "group.cut_off", "the core ended before every leg was sent and confirmed");
    for (BegunGroup& group : *unfinished) {
        finish_later(std::move(group), why, true);
    }
    co_return Result<void>();
}

Task<Wake> GroupDesk::wait_recovered(Duration limit) {
    const Wake wake = co_await recovered_.wait_for(limit);
    co_return wake;
}

std::vector<std::string> GroupDesk::take_findings() {
    std::vector<std::string> taken(findings_.begin(), findings_.end());
    findings_.clear();
    return taken;
}

void GroupDesk::seen_to() {
    left_to_see_ -= left_to_see_ == 0 ? 0 : 1;
    if (left_to_see_ == 0) {
        recovered_.set();
    }
}

void GroupDesk::tell(const std::string& finding) {
    parts_.log.write(LogLevel::warning, "orders", "group.settled", "", {{"finding", finding}});
    parts_.notify(finding);
    if (findings_.size() < findings_kept_max) {
        findings_.push_back(finding);
    }
}

Task<Result<BegunGroup>> GroupDesk::record_begun(const GroupRequest& request, const PlaceOptions& options) {
    BegunGroup group{.time = parts_.loop.clock().now(),
                     .session = parts_.manager.session(),
                     .correlation = options.correlation,
                     .terms = terms_of(request),
                     .failure = std::nullopt};
    store::JournalEvent row = orders::encode_begun(group.terms, group.time);
    row.venue = parts_.venue;
    row.account = parts_.account;
    row.session = group.session;
    row.correlation = group.correlation;
    std::vector<store::JournalEvent> rows{std::move(row)};
    const Result<std::int64_t> seq = co_await parts_.journal.append(std::move(rows));
    if (!seq) {
        co_return fail(seq.error());
    }
    group.seq = *seq;
    co_return group;
}

/// False when it could not be recorded; then the next core looks at the group once more.
Task<bool> GroupDesk::record_ended(const BegunGroup& group, std::optional<Error> failure, std::string text) {
    store::JournalEvent row = orders::encode_ended(group, failure, text, parts_.loop.clock().now());
    row.venue = parts_.venue;
    row.account = parts_.account;
    row.session = parts_.manager.session();
    row.correlation = group.correlation;
    std::vector<store::JournalEvent> rows{std::move(row)};
    const Result<std::int64_t> seq =
        co_await parts_.journal.append(std::move(rows), store::Journal::Urgency::essential);
    if (!seq) {
        parts_.log.error("orders", "journal.failed", seq.error());
    }
    co_return seq.has_value();
}

void GroupDesk::finish_later(BegunGroup group, Error why, bool at_start) {
    if (stopping_) {
        return;
    }
    const std::string name = "finish group " + group.terms.name;
    tasks_.spawn(name, [this, group = std::move(group), why = std::move(why), at_start](TaskInfo& info) {
        return finish(group, why, at_start, info);
    });
}

/// Withdraws what is open until nothing is, unless every leg stands. Then it is on record, and told.
Task<void> GroupDesk::finish(BegunGroup group, Error why, bool at_start, TaskInfo& info) {
    info.awaits = "the settlement with the venue";
    const Wake settled = co_await parts_.manager.wait_settled(for_ever);
    bool goes_on = settled == Wake::signalled;
    while (goes_on) {
        info.awaits = "the legs of the group";
        Result<Orders> legs = co_await orders_of(group);
        if (legs && !stands(group, *legs) && std::ranges::any_of(*legs, is_open)) {
            co_await cancel_open(*legs, "its group was cut off", group.correlation);
            legs = co_await orders_of(group);
        }
        if (legs && (stands(group, *legs) || std::ranges::none_of(*legs, is_open))) {
            const bool complete = stands(group, *legs);
            const std::string text = complete ? "every leg of it stands" : why.message + ": " + became_of(*legs);
            const std::optional<Error> failure = complete ? std::nullopt : std::optional(why);
            const bool recorded = co_await record_ended(group, failure, text);
            if (recorded) {
                tell("group '" + group.terms.name +
                     "': " + (complete && at_start ? "the core ended before it could say so, but " : "") + text);
                break;
            }
        }
        if (at_start) { // whoever waits may look at what there is
            seen_to();
        }
        at_start = false;
        info.awaits = "the next try to withdraw the legs";
        goes_on = co_await runtime::sleep_for(parts_.loop, retry_pause);
    }
    if (at_start) {
        seen_to();
    }
}

/// Cancels the orders that are open, and those that would be cancelled by their fills.
Task<void> GroupDesk::cancel_open(const Orders& legs, std::string reason, std::string correlation) {
    std::set<std::string> ids;
    for (const std::optional<Order>& order : legs) {
        if (is_open(order)) {
            ids.insert(order->request.id.value);
        }
    }
    if (ids.empty()) {
        co_return;
    }
    const auto of_group = [ids](const Order& order) {
        const bool is_alternative = order.request.parent.value.empty() && ids.contains(order.request.oco_group);
        return ids.contains(order.request.id.value) || is_alternative;
    };
    PlaceOptions options;
    options.correlation = std::move(correlation);
    const orders::Withdrawal withdrawal =
        co_await parts_.manager.withdraw(of_group, std::move(reason), options, withdraw_limit);
    if (!withdrawal.still_open.empty()) {
        parts_.log.write(LogLevel::warning, "orders", "group.still_open", options.correlation,
                         {{"legs", std::to_string(withdrawal.still_open.size())}});
    }
}

} // namespace tradesh::engine
