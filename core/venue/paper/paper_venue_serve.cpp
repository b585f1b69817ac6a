#include "core/venue/paper/paper_venue.hpp"

#include "core/market/option_contract.hpp"
#include "core/runtime/loop.hpp"
#include "core/venue/paper/paper_events.hpp"

#include <algorithm>
#include <iterator>

namespace tradesh::venue::paper {
namespace {

using runtime::Task;

constexpr std::size_t batch_max = 256;
constexpr std::size_t outgoing_max = 16'384;
constexpr exchange::AccountIndex account = 0;
/// Steps that the loop runs itself, about a millisecond's work; more of them go to the worker.
constexpr Duration short_absence = std::chrono::minutes(1);
constexpr Duration pause_after_failure = std::chrono::seconds(1);

/// Reads tzdata, hence on the worker.
void find_calendars(PaperState& state) {
    for (const Instrument& instrument : state.exchange.instruments) {
        if (std::holds_alternative<Option>(instrument.kind)) {
            if (const Result<SessionCalendar> calendar = expiry_calendar(instrument)) {
                state.calendars.emplace(instrument.symbol, *calendar);
            }
        }
    }
}

} // namespace

Task<void> PaperVenue::serve(runtime::TaskInfo& info) {
    while (!closing_) {
        info.awaits = "requests, or the next second while orders rest";
        co_await wait_for_work();
        if (closing_) {
            break;
        }
        info.awaits = "a commit";
        const auto count = static_cast<std::ptrdiff_t>(std::min(line_.size(), batch_max));
        Batch batch(line_.begin(), line_.begin() + count);
        line_.erase(line_.begin(), line_.begin() + count);
        co_await run_batch(std::move(batch));
    }
}

/// Returns when there are requests, when the next step is due, or when closing.
Task<void> PaperVenue::wait_for_work() {
    while (outgoing_.size() >= outgoing_max && !closing_) {
        events_read_.reset();
        co_await events_read_.wait();
    }
    if (!line_.empty() || closing_) {
        co_return;
    }
    work_.reset();
    const std::optional<Instant> next = market_->next_step();
    if (!next) {
        co_await work_.wait();
        co_return;
    }
    const Duration delay = std::max(pause_, *next - loop_.clock().now());
    co_await work_.wait_for(delay);
}

Task<void> PaperVenue::run_batch(Batch batch) {
    const Result<void> recalled = co_await recall_final_orders(batch);
    if (!recalled) { // nothing was applied
        answer(batch, recalled.error());
        co_return;
    }
    co_await catch_up();
    for (const std::shared_ptr<Job>& job : batch) {
        job->apply();
    }
    const Result<void> committed = co_await commit();
    exchange_->forget_final_orders();
    pause_ = committed ? Duration(0) : pause_after_failure;
    if (committed) {
        answer(batch, std::nullopt);
        co_return;
    }
    const Result<void> reloaded = co_await reload();
    closing_ = closing_ || !reloaded; // without the file there is no exchange
    answer(batch, Error(ErrorKind::unknown, "paper.commit", committed.error().describe())
                      .attempting("write to the paper account")
                      .advise("free the disk or mend the file, then reconcile: order reconcile"));
    if (!reloaded) {
        answer(Batch(line_.begin(), line_.end()), reloaded.error());
        line_.clear();
        event_ready_.set();
    }
}

void PaperVenue::answer(const Batch& batch, const std::optional<Error>& failure) {
    for (const std::shared_ptr<Job>& job : batch) {
        job->failure = failure;
        job->done.set();
    }
}

/// Final orders live in the file alone; those that the batch speaks of are brought back while it runs.
Task<Result<void>> PaperVenue::recall_final_orders(const Batch& batch) {
    using Orders = std::map<ClientOrderId, exchange::Order>;
    std::vector<ClientOrderId> ids;
    for (const std::shared_ptr<Job>& job : batch) {
        std::ranges::copy_if(job->ids, std::back_inserter(ids),
                             [this](const ClientOrderId& id) { return exchange_->find(account, id) == nullptr; });
    }
    if (ids.empty()) {
        co_return Result<void>();
    }
    auto read = [this, ids = std::move(ids)]() -> Result<Orders> {
        Orders orders;
        for (const ClientOrderId& id : ids) {
            Result<std::optional<exchange::Order>> order = store_->find(id);
            if (!order) {
                return fail(std::move(order.error()));
            }
            if (*order) {
                orders.emplace(id, std::move(**order));
            }
        }
        return orders;
    };
    const Result<Orders> orders = co_await workers_.run(read);
    if (!orders) {
        co_return fail(orders.error());
    }
    for (const auto& [id, order] : *orders) {
        exchange_->recall(order);
    }
    co_return Result<void>();
}

Task<void> PaperVenue::catch_up() {
    const Instant now = loop_.clock().now();
    auto advance = [this, now] { market_->advance(now); };
    if (exchange_->has_live_orders() && now - market_->time() > short_absence) {
        co_await workers_.run(advance);
    } else {
        advance();
    }
}

/// Writes what changed; after that it may be seen.
Task<Result<void>> PaperVenue::commit() {
    PaperChanges changes{.exchange = exchange_->take_changes(),
                         .instruments = std::move(changed_instruments_),
                         .anchors = std::move(changed_anchors_),
                         .time = market_->time(),
                         .last_order = exchange_->last_order(),
                         .last_execution = exchange_->last_execution(),
                         .last_priority = exchange_->last_priority()};
    changed_instruments_.clear();
    changed_anchors_.clear();
    const exchange::Changes& happened = changes.exchange;
    if (happened.orders.empty() && happened.holdings.empty() && changes.instruments.empty() &&
        changes.anchors.empty()) {
        publish(changes.exchange.events); // refusals and repeated answers change nothing
        co_return Result<void>();
    }
    auto write = [this, &changes] { return store_->commit(changes); };
    Result<void> written = co_await workers_.run(write);
    bool has_room = options_.make_room != nullptr;
    while (!written && written.error().code == "store.full" && has_room) {
        has_room = co_await options_.make_room();
        written = co_await workers_.run(write);
    }
    if (written) {
        publish(changes.exchange.events);
    }
    co_return written;
}

void PaperVenue::publish(const std::vector<exchange::Event>& events) {
    for (const exchange::Event& event : events) {
        outgoing_.push_back(to_trading_event(event));
    }
    if (!outgoing_.empty()) {
        event_ready_.set();
    }
}

Task<Result<void>> PaperVenue::reload() {
    auto load = [this]() -> Result<PaperState> {
        Result<PaperState> loaded = store_->load();
        if (loaded) {
            find_calendars(*loaded);
        }
        return loaded;
    };
    Result<PaperState> state = co_await workers_.run(load);
    if (!state) {
        co_return fail(std::move(state.error()));
    }
    adopt(std::move(*state));
    co_return Result<void>();
}

void PaperVenue::adopt(PaperState state) {
    listed_.clear();
    changed_instruments_.clear();
    changed_anchors_.clear();
    if (!chains_) {
        chains_ = std::make_unique<PaperOptionChains>(loop_.clock(), *this, workers_, state.seed);
    }
    exchange_ = std::make_unique<exchange::Exchange>(state.id_prefix, options_.fees);
    exchange_->restore(state.exchange);
    market_ = std::make_unique<exchange::SimulatedMarket>(*exchange_, exchange::PriceModel(state.seed), state.time,
                                                          exchange::OptionChainModel({.seed = state.seed}));
    for (const auto& [symbol, anchor] : state.anchors) {
        market_->restore_anchor(*exchange_->find_listing(symbol), anchor);
    }
    for (const auto& [symbol, calendar] : state.calendars) {
        const Instrument& instrument = exchange_->instrument(*exchange_->find_listing(symbol));
        if (const auto expires = expiry_close(calendar, std::get<Option>(instrument.kind))) {
            set_contract(instrument, calendar, *expires);
        }
    }
}

} // namespace tradesh::venue::paper
