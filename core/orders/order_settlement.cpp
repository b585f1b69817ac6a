// The part of OrderManager that listens to the venue and settles journal and venue with each other.

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

/// Pauses between attempts to settle while the venue does not answer.
constexpr Duration retry_pause_first = 500ms;
constexpr Duration retry_pause_max = 30s;
/// How far before the oldest open question fills are asked for again.
constexpr Duration fill_overlap = 1s;
constexpr std::size_t findings_kept_max = 1000;
/// What the venue said, as a fact for the journal; nullopt for what is none (the link).
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

Error interrupted() {
    return Error(ErrorKind::cancelled, "orders.settlement_interrupted", "the settlement was interrupted");
}

} // namespace

Task<Wake> OrderManager::wait_settled(Duration limit) {
    const Wake wake = co_await ready_.wait_for(limit);
    co_return wake;
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
        link_back_.set();
        settle_wanted_.set();
    }
}

/// False for an execution that the venue repeats, be it on the disk or on its way there; `seen` are those before it.
bool OrderManager::is_news(const OrderFact& fact, std::set<ExecutionId>& seen) const {
    const ExecutionId* execution = added_execution(fact);
    return execution == nullptr || (!ledger_.find(order_of(fact))->executions.contains(*execution) &&
                                    !recording_.contains(*execution) && seen.insert(*execution).second);
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
    std::set<ExecutionId> seen;
    std::erase_if(news, [&](const OrderEvent& event) {
        if (ledger_.find(order_of(event.fact)) == nullptr) {
            settle_wanted_.set(); // placed elsewhere: the settlement adopts it with all that belongs to it
            return true;
        }
        return !is_news(event.fact, seen);
    });
    if (news.empty()) {
        co_return;
    }
    add_timing(news);
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

/// One settlement at a time: two that overlap would record the same news twice.
Task<Result<void>> OrderManager::settle_alone(std::vector<std::string>& findings) {
    while (!settled_.is_set()) {
        const Wake wake = co_await settled_.wait();
        if (wake == Wake::cancelled) {
            co_return fail(interrupted());
        }
    }
    settled_.reset();
    const Result<void> settled = co_await settle_with_venue(findings);
    settled_.set();
    co_return settled;
}

/// Waits for those of the fills that are on their way to the disk: compared before that, they would be recorded twice.
Task<Wake> OrderManager::await_recorded(const std::vector<Fill>& fills) {
    for (const Fill& fill : fills) {
        while (recording_.contains(fill.execution)) {
            recorded_.reset();
            const Wake wake = co_await recorded_.wait();
            if (wake == Wake::cancelled) {
                co_return wake;
            }
        }
    }
    co_return Wake::signalled;
}

Task<Result<void>> OrderManager::settle_with_venue(std::vector<std::string>& findings) {
    Instant since = std::min(parts_.loop.clock().now(), ledger_.last_fill_time());
    for (const Order* order : ledger_.open()) {
        since = std::min(since, order->created);
    }
    heard_while_settling_.clear();
    moved_while_settling_.clear();
    const Result<venue::TradingSnapshot> snapshot = co_await parts_.venue.trading().snapshot(since - fill_overlap);
    if (!snapshot) {
        co_return fail(snapshot.error());
    }
    const Result<Holds> kept = co_await recall_concerned(*snapshot);
    if (!kept) {
        co_return fail(kept.error());
    }
    const Wake waited = co_await await_recorded(snapshot->fills);
    if (waited == Wake::cancelled) {
        co_return fail(interrupted());
    }
    const venue::Capabilities capabilities = parts_.venue.capabilities();
    const Settlement settlement = settle(ledger_, *snapshot,
                                         SettleContext{.in_hand = in_hand_,
                                                       .now = parts_.loop.clock().now(),
                                                       .turns_up_within = capabilities.turns_up_within,
                                                       .moved = moved_while_settling_});
    hold_positions(*snapshot, settlement);
    PositionGaps gaps = find_gaps(ledger_, *snapshot, settlement, heard_while_settling_);
    if (!settlement.events.empty()) {
        const Result<void> recorded = co_await record(settlement.events, "");
        if (!recorded) {
            co_return fail(recorded.error());
        }
        findings.insert(findings.end(), settlement.findings.begin(), settlement.findings.end());
    }
    if (settlement.too_early) {
        settle_later(std::max(capabilities.turns_up_within, retry_pause_first));
    }
    for (const ClientOrderId& id : settlement.doubtful) {
        inquiry_.begin(id, parts_.loop.clock().elapsed());
        if (inquiry_.find(id)->next > parts_.loop.clock().elapsed()) {
            continue; // it was asked about already, and has its turn
        }
        const Result<void> asked = co_await ask_about(id, findings);
        if (!asked) {
            co_return fail(asked.error());
        }
    }
    inquiry_changed_.set();
    if (!settlement.doubtful.empty()) {
        gaps = certain_gaps(std::move(gaps), gaps_, ledger_, settlement.doubtful);
    }
    const Result<void> told = co_await settle_gaps(std::move(gaps), findings);
    co_return told;
}

/// The venue's positions, and which fills they hold that the ledger does not. Fills that reached the ledger while the
/// snapshot was on its way, and that it does not list, count on top.
void OrderManager::hold_positions(const venue::TradingSnapshot& snapshot, const Settlement& settlement) {
    std::erase_if(heard_while_settling_, [&](const Fill& heard) {
        return std::ranges::find(snapshot.fills, heard.execution, &Fill::execution) != snapshot.fills.end();
    });
    parts_.risk.held(snapshot.positions, snapshot.account);
    for (const Fill& fill : heard_while_settling_) {
        if (fill.of != FillOf::combo && !is_inferred(fill.execution)) {
            parts_.risk.moved(fill);
        }
    }
    counted_.clear();
    for (const OrderEvent& event : settlement.events) {
        if (const auto* filled = std::get_if<venue::OrderFilled>(&event.fact)) {
            counted_.insert(filled->fill.execution);
        }
    }
}

/// What the venue holds otherwise than our orders made it is told once, and remembered: a position from elsewhere is no
/// news every morning.
Task<Result<void>> OrderManager::settle_gaps(PositionGaps gaps, std::vector<std::string>& findings) {
    std::vector<store::JournalEvent> rows;
    std::set<std::string> symbols;
    for (const PositionGaps* each : {&gaps, &gaps_}) {
        for (const auto& [symbol, gap] : *each) {
            symbols.insert(symbol);
        }
    }
    for (const std::string& symbol : symbols) {
        const Decimal gap = gaps.contains(symbol) ? gaps.at(symbol) : Decimal(0);
        const Decimal told = gaps_.contains(symbol) ? gaps_.at(symbol) : Decimal(0);
        if (gap == told) {
            continue;
        }
        const Decimal ours = ledger_.traded(symbol);
        rows.push_back(encode_gap(symbol, ours, ours + gap, parts_.loop.clock().now()));
        findings.push_back("position " + symbol + ": the venue holds " + (ours + gap).to_string() +
                           ", our orders traded " + ours.to_string() + "; the venue's counts");
        if (ledger_.traded().contains(symbol)) { // otherwise it was there before us
            parts_.risk.mismatch(symbol, ours, ours + gap);
        }
    }
    if (!rows.empty()) {
        const Result<void> written = co_await write(std::move(rows), store::Journal::Urgency::essential, "");
        if (!written) {
            co_return fail(written.error());
        }
        gaps_ = std::move(gaps);
    }
    co_return Result<void>();
}

void OrderManager::settle_later(Duration delay) {
    tasks_.spawn("settle again", [this, delay](TaskInfo& info) -> Task<void> {
        info.awaits = "what may still be on its way";
        const bool slept = co_await runtime::sleep_for(parts_.loop, delay);
        if (slept) {
            settle_wanted_.set();
        }
    });
}

void OrderManager::tell(const std::vector<std::string>& findings) {
    for (const std::string& finding : findings) {
        parts_.log.write(LogLevel::warning, "orders", "settled", "", {{"finding", finding}});
        parts_.notify("settled: " + finding);
        if (findings_.size() < findings_kept_max) {
            findings_.push_back(finding);
        }
    }
}

Task<Result<std::vector<std::string>>> OrderManager::reconcile() {
    std::vector<std::string> findings;
    const Result<void> settled = co_await settle_alone(findings);
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
        link_back_.reset();
        info.awaits = "the venue's answers";
        std::vector<std::string> findings;
        const Result<void> settled = co_await settle_alone(findings);
        tell(findings);
        if (settled) {
            pause = retry_pause_first;
            ready_.set();
            continue;
        }
        parts_.log.error("orders", "settlement.failed", settled.error());
        settle_wanted_.set();
        info.awaits = "the next try to settle";
        const Wake back = co_await link_back_.wait_for(pause); // a link that is back is asked at once
        if (back == Wake::cancelled) {
            co_return;
        }
        pause = back == Wake::signalled ? retry_pause_first : std::min(pause * 2, retry_pause_max);
    }
}

} // namespace tradesh::orders
