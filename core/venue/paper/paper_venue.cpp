#include "core/venue/paper/paper_venue.hpp"

#include "core/runtime/loop.hpp"
#include "core/venue/paper/paper_events.hpp"

#include <algorithm>
#include <iterator>

namespace tradesh::venue::paper {
namespace {

using runtime::Task;
using runtime::Wake;

constexpr std::size_t line_max = 4096;
constexpr exchange::AccountIndex account = 0;

Error closed() {
    return Error(ErrorKind::connection, "paper.closed", "the paper exchange is closed")
        .advise("open the profile again");
}

} // namespace

PaperVenue::PaperVenue(runtime::Loop& loop, PaperOptions options, ReferencePriceSource reference,
                       std::unique_ptr<History> history)
    : loop_(loop),
      options_(std::move(options)),
      reference_(std::move(reference)),
      history_(std::move(history)),
      workers_(loop, "paper", 1),
      work_(loop),
      event_ready_(loop),
      events_read_(loop),
      scope_(loop) {}

PaperVenue::~PaperVenue() = default;

Capabilities PaperVenue::capabilities() const {
    return Capabilities{.price_rules = {"market", "limit", "stop", "stop-limit", "trail"},
                        .times_in_force = {TimeInForce::day, TimeInForce::gtc, TimeInForce::ioc, TimeInForce::fok,
                                           TimeInForce::opg, TimeInForce::cls},
                        .replace = true,
                        .linked_orders = true,
                        .resizes_exits = true,
                        .valid_until = true,
                        .one_currency = true};
}

std::vector<ConnectionInfo> PaperVenue::connections() const {
    std::vector<ConnectionInfo> all{ConnectionInfo{.endpoint = "paper exchange (in process)",
                                                   .state = open_ && !closing_ ? "up" : "down",
                                                   .opened = open_ ? 1U : 0U,
                                                   .reused = requests_}};
    if (history_) {
        std::ranges::move(history_->connections(), std::back_inserter(all));
    }
    return all;
}

Task<Result<AccountIdentity>> PaperVenue::open() {
    const Instant now = loop_.clock().now();
    auto open_file = [this, now] { return PaperStore::open(options_, now); };
    Result<PaperStore> opened = co_await workers_.run(open_file);
    if (!opened) {
        co_return fail(std::move(opened.error()));
    }
    store_.emplace(std::move(*opened));
    const Result<void> loaded = co_await reload();
    if (!loaded) {
        co_return fail(loaded.error());
    }
    co_await catch_up();
    const Result<void> committed = co_await commit();
    if (!committed) {
        co_return fail(committed.error());
    }
    open_ = true;
    scope_.spawn("paper exchange", [this](runtime::TaskInfo& info) { return serve(info); });
    co_return AccountIdentity{.account = options_.account, .simulated = true};
}

Task<void> PaperVenue::close() {
    closing_ = true;
    work_.set();
    events_read_.set();
    event_ready_.set();
    co_await scope_.join();
    answer(Batch(line_.begin(), line_.end()), closed());
    line_.clear();
    auto close_file = [this] { store_.reset(); };
    co_await workers_.run(close_file);
}

template <class Value>
Task<Result<Value>> PaperVenue::perform(std::vector<ClientOrderId> ids, std::function<Result<Value>()> apply) {
    if (!open_ || closing_) {
        co_return fail(closed());
    }
    if (line_.size() >= line_max) {
        co_return fail(Error(ErrorKind::failed, "paper.busy", "4096 requests are waiting already")
                           .on("paper exchange")
                           .advise("try again when they are through"));
    }
    ++requests_;
    // Shared with the line: a caller that is cancelled leaves while its request goes on.
    const auto value = std::make_shared<std::optional<Result<Value>>>();
    const auto job = std::make_shared<Job>(loop_);
    job->ids = std::move(ids);
    job->apply = [value, apply = std::move(apply)] { value->emplace(apply()); };
    line_.push_back(job);
    work_.set();
    const Wake wake = co_await job->done.wait();
    if (job->failure) {
        co_return fail(std::move(*job->failure));
    }
    if (wake == Wake::cancelled || !*value) {
        co_return fail(ErrorKind::cancelled, "paper.cancelled", "the wait for the paper exchange was cancelled");
    }
    co_return std::move(**value);
}

template Task<Result<void>> PaperVenue::perform<void>(std::vector<ClientOrderId>, std::function<Result<void>()>);

namespace {

/// A request that changes something goes on when its caller stops waiting.
Result<void> may_have_happened(Result<void> done) {
    if (!done && done.error().kind == ErrorKind::cancelled) {
        done.error().kind = ErrorKind::unknown;
    }
    return done;
}

} // namespace

Task<Result<void>> PaperVenue::submit(OrderRequest request) {
    std::vector<OrderRequest> requests{std::move(request)};
    const Result<void> done = co_await submit_linked(std::move(requests));
    co_return done;
}

Task<Result<void>> PaperVenue::submit_linked(std::vector<OrderRequest> requests) {
    std::vector<ClientOrderId> ids;
    for (const OrderRequest& request : requests) {
        const Result<void> listed = co_await ensure_listed(request.symbol);
        if (!listed) {
            co_return fail(Error(listed.error()).attempting("place order").on(request.symbol + " on paper"));
        }
        ids.push_back(request.id);
        if (!request.parent.value.empty()) {
            ids.push_back(request.parent);
        }
    }
    std::function<Result<void>()> apply = [this, requests = std::move(requests)]() -> Result<void> {
        for (const OrderRequest& request : requests) {
            if (const auto listing = exchange_->find_listing(request.symbol)) {
                market_->refresh(*listing);
            }
        }
        return exchange_->submit_linked(account, requests, market_->time());
    };
    const Result<void> done = co_await perform<void>(std::move(ids), std::move(apply));
    co_return may_have_happened(done);
}

Task<Result<void>> PaperVenue::replace(ClientOrderId order, Decimal quantity, PriceRule price) {
    std::function<Result<void>()> apply = [this, order, quantity, price]() -> Result<void> {
        if (const exchange::Order* live = exchange_->find(account, order)) {
            market_->refresh(live->listing);
        }
        exchange_->replace(account, order, quantity, price, market_->time());
        return {};
    };
    std::vector<ClientOrderId> ids{order};
    const Result<void> done = co_await perform<void>(std::move(ids), std::move(apply));
    co_return may_have_happened(done);
}

Task<Result<void>> PaperVenue::cancel(ClientOrderId order) {
    std::function<Result<void>()> apply = [this, order]() -> Result<void> {
        exchange_->cancel(account, order, market_->time());
        return {};
    };
    std::vector<ClientOrderId> ids{order};
    const Result<void> done = co_await perform<void>(std::move(ids), std::move(apply));
    co_return may_have_happened(done);
}

Task<Result<std::optional<VenueOrder>>> PaperVenue::find(ClientOrderId order) {
    using Found = std::optional<VenueOrder>;
    std::function<Result<Found>()> apply = [this, order]() -> Result<Found> {
        const exchange::Order* found = exchange_->find(account, order);
        return found == nullptr ? Found() : Found(exchange_->describe(*found));
    };
    std::vector<ClientOrderId> ids{order};
    Result<Found> found = co_await perform<Found>(std::move(ids), std::move(apply));
    co_return found;
}

Task<Result<TradingSnapshot>> PaperVenue::snapshot(Instant fills_since) {
    const auto last_execution = std::make_shared<std::uint64_t>(0);
    std::function<Result<TradingSnapshot>()> apply = [this, last_execution]() -> Result<TradingSnapshot> {
        market_->refresh_held();
        TradingSnapshot snapshot;
        for (const exchange::Order* order : exchange_->orders()) {
            if (order->live()) {
                snapshot.open_orders.push_back(exchange_->describe(*order));
            }
        }
        snapshot.positions = exchange_->positions(account);
        snapshot.account = exchange_->summary(account);
        *last_execution = exchange_->last_execution();
        return snapshot;
    };
    Result<TradingSnapshot> snapshot = co_await perform<TradingSnapshot>({}, std::move(apply));
    if (!snapshot) {
        co_return snapshot;
    }
    auto read = [this, fills_since, last = *last_execution]() -> Result<std::vector<Fill>> {
        if (!store_) {
            return fail(closed());
        }
        return store_->fills_since(fills_since, last);
    };
    Result<std::vector<Fill>> fills = co_await workers_.run(read);
    if (!fills) {
        co_return fail(std::move(fills.error()));
    }
    snapshot->fills = std::move(*fills);
    co_return snapshot;
}

Task<std::optional<TradingEvent>> PaperVenue::next_event() {
    while (outgoing_.empty()) {
        if (closing_) {
            co_return std::nullopt;
        }
        event_ready_.reset();
        const Wake wake = co_await event_ready_.wait();
        if (wake == Wake::cancelled) {
            co_return std::nullopt;
        }
    }
    co_return ready_event();
}

std::optional<TradingEvent> PaperVenue::ready_event() {
    if (outgoing_.empty()) {
        return std::nullopt;
    }
    std::optional<TradingEvent> event(std::move(outgoing_.front()));
    outgoing_.pop_front();
    events_read_.set();
    return event;
}

Task<Result<Quote>> PaperVenue::quote(Instrument instrument) {
    const Result<void> listed = co_await ensure_listed(instrument.symbol);
    if (!listed) {
        co_return fail(Error(listed.error()).attempting("quote").on(instrument.symbol + " on paper"));
    }
    std::function<Result<Quote>()> apply = [this, symbol = instrument.symbol]() -> Result<Quote> {
        Quote quote = market_->quote(*exchange_->find_listing(symbol));
        quote.received_elapsed = loop_.clock().elapsed();
        return quote;
    };
    Result<Quote> quote = co_await perform<Quote>({}, std::move(apply));
    co_return quote;
}

Task<Result<std::optional<Instrument>>> PaperVenue::describe(std::string symbol) {
    using Found = std::optional<Instrument>;
    std::function<Result<Found>()> apply = [this, symbol = std::move(symbol)]() -> Result<Found> {
        const auto listing = exchange_->find_listing(symbol);
        Found found = listing ? Found(exchange_->instrument(*listing)) : std::nullopt;
        if (found) {
            found->id = InstrumentId();
        }
        return found;
    };
    Result<Found> found = co_await perform<Found>({}, std::move(apply));
    co_return found;
}

Task<Result<void>> PaperVenue::move_anchor(std::string symbol, Decimal price) {
    if (!price.is_positive()) {
        co_return fail(Error(ErrorKind::usage, "paper.anchor_price", "a price above zero is needed")
                           .attempting("move the simulated price")
                           .on(symbol));
    }
    const Result<void> listed = co_await ensure_listed(symbol);
    if (!listed) {
        co_return fail(Error(listed.error()).attempting("move the simulated price").on(symbol + " on paper"));
    }
    std::function<Result<void>()> apply = [this, symbol, price]() -> Result<void> {
        const exchange::Anchor anchor{.time = market_->time(), .price = price};
        market_->set_anchor(*exchange_->find_listing(symbol), anchor);
        changed_anchors_[symbol] = anchor;
        return {};
    };
    const Result<void> done = co_await perform<void>({}, std::move(apply));
    co_return done;
}

} // namespace tradesh::venue::paper
