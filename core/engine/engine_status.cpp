// The half of Engine that tells of itself: its connections, its tasks and how long things take.

#include "core/engine/engine.hpp"
#include "core/engine/group_desk.hpp"
#include "core/engine/risk_desk.hpp"
#include "core/engine/scan_desk.hpp"
#include "core/engine/trigger_desk.hpp"
#include "core/engine/webhook_desk.hpp"
#include "core/orders/order_manager.hpp"
#include "core/store/journal.hpp"
#include "core/store/market_store.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tradesh::engine {

std::vector<venue::ConnectionInfo> Engine::connections() const {
    std::vector<venue::ConnectionInfo> all = venue_->connections();
    for (const net::HttpConnections& host : webhooks_->connections()) {
        all.push_back({.endpoint = host.endpoint, .state = host.state, .opened = host.opened, .reused = host.reused});
    }
    all.push_back({.endpoint = "orders.db", .state = "open", .opened = 1, .reused = journal_->commits()});
    all.push_back({.endpoint = "market.db",
                   .state = market_->is_open() ? "open" : "cannot be opened",
                   .opened = market_->is_open() ? 2U : 0U,
                   .reused = market_->calls()});
    all.push_back({.endpoint = "market.db (scans)",
                   .state = "open",
                   .opened = scans_->bars().connections_opened(),
                   .reused = scans_->bars().connections_reused()});
    return all;
}

std::vector<runtime::TaskInfo> Engine::tasks() const {
    std::vector<runtime::TaskInfo> all = manager_->tasks();
    std::ranges::move(webhooks_->tasks(), std::back_inserter(all));
    std::ranges::move(triggers_->tasks(), std::back_inserter(all));
    std::ranges::move(groups_->tasks(), std::back_inserter(all));
    std::ranges::move(risk_->tasks(), std::back_inserter(all));
    for (const std::shared_ptr<ListTasks>& list : task_lists_) {
        std::ranges::move((*list)(), std::back_inserter(all));
    }
    return all;
}

std::shared_ptr<void> Engine::show_tasks(ListTasks list) {
    const auto entry = std::make_shared<ListTasks>(std::move(list));
    task_lists_.push_back(entry);
    return {entry.get(), [this, entry](void*) { task_lists_.remove(entry); }};
}

std::vector<StageTimes> Engine::latency() const {
    const orders::OrderTimes& orders = manager_->times();
    return {{"handler_cpu", &parts_.loop.handler_times()},
            {"command", &command_times_},
            {"order_check", &orders.check},
            {"order_intent_durable", &orders.intent},
            {"order_wire", &orders.wire},
            {"order_answer_durable", &orders.answer},
            {"watch_quote", &scans_->quote_times()}};
}

} // namespace tradesh::engine
