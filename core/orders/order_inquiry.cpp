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
    if (order == nullptr || is_final(order->state) || in_hand_.contains(id)) {
        inquiry_.end(id); // whoever has it in hand wants a settlement should he not hear of it either
        co_return Result<void>();
    }
    const Result<std::optional<VenueOrder>> found = co_await parts_.venue.trading().find(id);
    order = ledger_.find(id);
    if (!found) {
        inquiry_.failed(id, clock.elapsed());
        co_return fail(found.error());
    }
    Settlement settlement;
    bool certain = true;
    if (*found) {
        const UnknownInquiry::Case* asked = inquiry_.find(id);
        settlement = settle_found(*order, **found, asked != nullptr && asked->times > 0, clock.now());
        inquiry_.found(id, clock.elapsed());
        certain = settlement.doubtful.empty();
        if (!certain) {
            settle_wanted_.set(); // its executions come with the next snapshot
        }
    } else if (inquiry_.missed(id, clock.elapsed(), parts_.venue.capabilities().turns_up_within)) {
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
