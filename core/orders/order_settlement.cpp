// The half of OrderManager that listens to the venue and settles journal and venue with each other.

#include "core/orders/order_archive.hpp"
#include "core/orders/order_manager.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::orders {
namespace {

using namespace std::chrono_literals;
using runtime::LogLevel;
using runtime::Task;
using runtime::TaskInfo;
using runtime::Wake;

/// "Not found" proves nothing before it was heard so often, so far apart.
constexpr int misses_until_lost = 3;
constexpr Duration miss_pause = 200ms;
/// Pauses between attempts to settle while the venue does not answer.
constexpr Duration retry_pause_first = 500ms;
constexpr Duration retry_pause_max = 30s;
/// How far before the oldest open question fills are asked for again.
constexpr Duration fill_overlap = 1s;
constexpr std::size_t findings_kept_max = 1000;

/// What the venue said, as a fact for the journal; nullopt for what is none (the link, replacements).
std::optional<OrderFact> fact_of(venue::TradingEvent event) {
    return std::visit(
        [](auto&& what) -> std::optional<OrderFact> {
            if constexpr (std::is_constructible_v<OrderFact, decltype(what)>) {
                return OrderFact(std::forward<decltype(what)>(what));
            } else {
                return std::nullopt;
            }
        },
        std::move(event.what));
}

bool tells_of(const Settlement& settlement, const ExecutionId& execution) {
    return std::ranges::any_of(settlement.events, [&](const OrderEvent& event) {
        const auto* filled = std::get_if<venue::OrderFilled>(&event.fact);
        return filled != nullptr && filled->fill.execution == execution;
    });
}

} // namespace

Task<Result<OrderManager::Replay>> OrderManager::load_journal() {
    auto load = [ended_kept = parts_.ended_kept](store::JournalFile& file) -> Result<Replay> {
        const Result<std::int64_t> session = file.begin_session();
        if (!session) {
            return fail(session.error());
        }
        Result<OrderLedger> ledger = load_ledger(file, ended_kept);
        if (!ledger) {
            return fail(std::move(ledger.error()));
        }
        return Replay{.installation = file.installation(), .session = *session, .ledger = std::move(*ledger)};
    };
    Result<Replay> replay = co_await parts_.journal.with_file(load);
    co_return replay;
}

Task<Result<void>> OrderManager::start() {
    Result<Replay> replay = co_await load_journal();
    if (!replay) {
        co_return fail(std::move(replay.error()));
    }
    session_ = replay->session;
    id_prefix_ = replay->installation + "-" + std::to_string(session_) + "-";
    ledger_ = std::move(replay->ledger);
    tasks_.on_failure = [this](const TaskInfo& info, const std::string& what) {
        parts_.log.write(LogLevel::error, "orders", "task.failed", "", {{"task", info.name}, {"what", what}});
    };
    tasks_.spawn("listen to the venue", [this](TaskInfo& info) { return listen(info); });
    tasks_.spawn("settle with the venue", [this](TaskInfo& info) { return settle_in_background(info); });
    settle_wanted_.set();
    co_return Result<void>();
}

Task<Wake> OrderManager::wait_settled(Duration limit) {
    const Wake wake = co_await ready_.wait_for(limit);
    co_return wake;
}

Task<void> OrderManager::stop() {
    tasks_.cancel();
    co_await tasks_.join();
}

// Listening ----------------------------------------------------------------------------------------------------------

Task<void> OrderManager::listen(TaskInfo& info) {
    for (;;) {
        info.awaits = "the next event of " + std::string(parts_.venue.name());
        std::optional<venue::TradingEvent> first = co_await parts_.venue.trading().next_event();
        if (!first) {
            co_return;
        }
        std::vector<venue::TradingEvent> events;
        events.push_back(std::move(*first));
        for (auto more = parts_.venue.trading().ready_event(); more; more = parts_.venue.trading().ready_event()) {
            events.push_back(std::move(*more));
        }
        info.awaits = "the journal";
        co_await heard(std::move(events));
    }
}

void OrderManager::heard_link(const venue::LinkChanged& link) {
    link_up_ = link.up;
    parts_.log.write(LogLevel::warning, "orders", link.up ? "link.up" : "link.down", "", {{"reason", link.reason}});
    parts_.notify(std::string(parts_.venue.name()) +
                  (link.up ? ": the link is back" : ": the link is down: " + link.reason));
    if (link.up) {
        settle_wanted_.set();
    }
}

/// False for a fill that the venue repeats.
bool OrderManager::is_news(const OrderFact& fact) const {
    const auto* filled = std::get_if<venue::OrderFilled>(&fact);
    return filled == nullptr || !ledger_.find(order_of(fact))->executions.contains(filled->fill.execution);
}

Task<void> OrderManager::heard(std::vector<venue::TradingEvent> events) {
    std::vector<OrderEvent> news;
    std::set<ClientOrderId> ids;
    for (venue::TradingEvent& event : events) {
        if (const auto* link = std::get_if<venue::LinkChanged>(&event.what)) {
            heard_link(*link);
            continue;
        }
        const Instant time = event.time;
        if (std::optional<OrderFact> fact = fact_of(std::move(event))) {
            ids.insert(order_of(*fact));
            news.push_back(OrderEvent{.time = time, .source = FactSource::venue, .fact = std::move(*fact)});
        }
    }
    const Result<Holds> kept = co_await recall(ids);
    if (!kept) {
        cannot_record(kept.error());
        co_return;
    }
    std::erase_if(news, [this](const OrderEvent& event) {
        if (ledger_.find(order_of(event.fact)) == nullptr) {
            settle_wanted_.set(); // placed elsewhere: the settlement adopts it with all that belongs to it
            return true;
        }
        return !is_news(event.fact);
    });
    if (news.empty()) {
        co_return;
    }
    const Result<void> recorded = co_await record(std::move(news), "");
    if (!recorded) {
        cannot_record(recorded.error());
    }
}

void OrderManager::cannot_record(const Error& why) {
    parts_.log.error("orders", "journal.failed", why);
    parts_.notify("cannot record what the venue reports: " + why.describe());
    settle_wanted_.set(); // once the journal works again, the venue tells it all once more
}

// Settling -----------------------------------------------------------------------------------------------------------

Task<Result<void>> OrderManager::settle_with_venue(std::vector<std::string>& findings) {
    const Instant now = parts_.loop.clock().now();
    Instant since = std::min(now, ledger_.last_fill_time());
    for (const Order* order : ledger_.open()) {
        since = std::min(since, order->created);
    }
    const Result<venue::TradingSnapshot> snapshot = co_await parts_.venue.trading().snapshot(since - fill_overlap);
    if (!snapshot) {
        co_return fail(snapshot.error());
    }
    counted_.clear();
    parts_.risk.held(snapshot->positions, snapshot->account);
    for (const Fill& fill : snapshot->fills) {
        counted_.insert(fill.execution);
    }
    const Result<Holds> kept = co_await recall_concerned(*snapshot);
    if (!kept) {
        co_return fail(kept.error());
    }
    const Settlement settlement = settle(ledger_, *snapshot, in_hand_, now);
    std::erase_if(counted_, [&](const ExecutionId& execution) { return !tells_of(settlement, execution); });
    if (!settlement.events.empty()) {
        const Result<void> recorded = co_await record(settlement.events, "");
        if (!recorded) {
            co_return fail(recorded.error());
        }
        findings.insert(findings.end(), settlement.findings.begin(), settlement.findings.end());
    }
    for (const ClientOrderId& id : settlement.not_listed) {
        const Result<void> settled = co_await settle_unlisted(id, findings);
        if (!settled) {
            co_return fail(settled.error());
        }
    }
    co_return Result<void>();
}

Task<Result<void>> OrderManager::settle_unlisted(ClientOrderId id, std::vector<std::string>& findings) {
    const OrderLedger::Hold kept = ledger_.hold(id.value);
    for (int misses = 0; misses < misses_until_lost;) {
        const Order* order = ledger_.find(id);
        if (order == nullptr || is_final(order->state) || in_hand_.contains(id)) {
            co_return Result<void>();
        }
        const Result<std::optional<VenueOrder>> found = co_await parts_.venue.trading().find(id);
        if (!found) {
            co_return fail(found.error());
        }
        order = ledger_.find(id);
        Settlement settlement;
        if (*found) {
            settlement = settle_found(*order, **found, parts_.loop.clock().now());
        } else if (++misses == misses_until_lost) {
            settlement = settle_lost(*order, parts_.loop.clock().now());
        } else {
            const bool slept = co_await runtime::sleep_for(parts_.loop, miss_pause);
            if (!slept) {
                co_return fail(ErrorKind::cancelled, "orders.settlement_interrupted", "the settlement was interrupted");
            }
            continue;
        }
        if (!settlement.events.empty()) {
            const Result<void> recorded = co_await record(settlement.events, "");
            if (!recorded) {
                co_return fail(recorded.error());
            }
        }
        findings.insert(findings.end(), settlement.findings.begin(), settlement.findings.end());
        co_return Result<void>();
    }
    co_return Result<void>();
}

Task<Result<std::vector<std::string>>> OrderManager::reconcile() {
    std::vector<std::string> findings;
    const Result<void> settled = co_await settle_with_venue(findings);
    if (!settled) {
        co_return fail(settled.error());
    }
    co_return findings;
}

Task<void> OrderManager::settle_in_background(TaskInfo& info) {
    Duration pause = retry_pause_first;
    for (;;) {
        info.awaits = "a reason to settle";
        const Wake wake = co_await settle_wanted_.wait();
        if (wake == Wake::cancelled) {
            co_return;
        }
        settle_wanted_.reset();
        info.awaits = "the venue's answers";
        std::vector<std::string> findings;
        const Result<void> settled = co_await settle_with_venue(findings);
        for (const std::string& finding : findings) {
            parts_.log.write(LogLevel::warning, "orders", "settled", "", {{"finding", finding}});
            parts_.notify("settled: " + finding);
            if (findings_.size() < findings_kept_max) {
                findings_.push_back(finding);
            }
        }
        if (settled) {
            pause = retry_pause_first;
            ready_.set();
            continue;
        }
        parts_.log.error("orders", "settlement.failed", settled.error());
        settle_wanted_.set();
        info.awaits = "the next try to settle";
        const bool slept = co_await runtime::sleep_for(parts_.loop, pause);
        if (!slept) {
            co_return;
        }
        pause = std::min(pause * 2, retry_pause_max);
    }
}

} // namespace tradesh::orders
