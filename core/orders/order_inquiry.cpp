// The part of OrderManager that asks the venue about orders whose fate is in doubt, and never sends them again.

#include "core/orders/order_manager.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::orders {

using runtime::Task;
using runtime::TaskInfo;
using runtime::Wake;

/// Asks once. What it finds is recorded, and the order leaves the inquiry when nothing of it is left in doubt.
Task<Result<void>> OrderManager::ask_about(ClientOrderId id, std::vector<std::string>& findings) {
    const Clock& clock = parts_.loop.clock();
    const std::set<ClientOrderId> ids{id};
    const Result<Holds> kept = co_await recall(ids);
    const Order* order = ledger_.find(id);
    if (order == nullptr || is_final(order->state)) {
        inquiry_.end(id);
        co_return Result<void>();
    }
    if (!inquiry_.ask(id)) {
        co_return Result<void>(); // another is asking: his answer counts for both
    }
    const Result<std::optional<VenueOrder>> found = co_await parts_.venue.trading().find(id);
    inquiry_changed_.set(); // the next question has its time again
    order = ledger_.find(id);
    const UnknownInquiry::Case* asked = inquiry_.find(id);
    if (order == nullptr || asked == nullptr) {
        co_return Result<void>(); // it ended meanwhile
    }
    // What was found may be older than what is known by now; that it filled stays true.
    const bool has_moved = asked->has_moved || in_hand_.contains(id);
    if (!found || records_of(id) || (has_moved && !*found)) {
        inquiry_.failed(id, clock.elapsed());
        co_return found ? Result<void>() : fail(found.error());
    }
    const Duration turns_up_within = parts_.venue.capabilities().turns_up_within;
    Settlement settlement;
    bool certain = true;
    if (*found) {
        SettleContext context{.in_hand = in_hand_, .now = clock.now(), .turns_up_within = turns_up_within};
        if (has_moved) {
            context.moved.insert(id);
        }
        settlement = settle_found(*order, **found, asked->times > 0, context);
        inquiry_.found(id, clock.elapsed());
        certain = settlement.doubtful.empty() && !has_moved;
        if (!settlement.doubtful.empty()) {
            settle_wanted_.set(); // its executions come with the next snapshot
        }
        if (settlement.too_early) {
            settle_later(turns_up_within);
        }
    } else if (inquiry_.missed(id, clock.elapsed(), turns_up_within)) {
        settlement = settle_lost(*order, clock.now());
    } else {
        certain = false;
    }
    if (!settlement.events.empty()) {
        const Result<void> recorded = co_await record(settlement.events, "");
        if (!recorded) {
            co_return fail(recorded.error());
        }
    }
    if (certain) {
        inquiry_.end(id);
        settle_wanted_.set(); // and now the positions can be compared
    }
    findings.insert(findings.end(), settlement.findings.begin(), settlement.findings.end());
    co_return Result<void>();
}

Task<void> OrderManager::ask_in_background(TaskInfo& info) {
    const Clock& clock = parts_.loop.clock();
    for (;;) {
        inquiry_changed_.reset();
        const std::optional<Duration> next = inquiry_.next_due();
        info.awaits = next ? "the next question about an order" : "an order in doubt";
        const Duration wait = next ? std::max(*next - clock.elapsed(), Duration(0)) : std::chrono::hours(24);
        Wake wake = Wake::timeout;
        if (wait > Duration(0)) {
            wake = co_await inquiry_changed_.wait_for(wait);
        }
        if (wake == Wake::cancelled) {
            co_return;
        }
        info.awaits = "the venue's answer about an order";
        for (const ClientOrderId& id : inquiry_.due(clock.elapsed())) {
            std::vector<std::string> findings;
            const Result<void> asked = co_await ask_about(id, findings);
            if (!asked) {
                parts_.log.error("orders", "inquiry.failed", asked.error());
            }
            tell(findings);
        }
    }
}

} // namespace tradesh::orders
