#include "core/engine/scan_watcher.hpp"
#include "tests/scan/fake_source.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_loop.hpp"

#include <map>

using namespace tradesh;
using namespace tradesh::engine;
using namespace std::chrono_literals;
using runtime::Task;
using runtime::TaskInfo;
using Lines = std::vector<std::string>;

namespace {

/// A venue that answers after a while.
class SlowQuotes final : public venue::MarketData {
public:
    explicit SlowQuotes(runtime::Loop& loop) : loop_(loop) {}

    Task<Result<Quote>> quote(Instrument instrument) override {
        ++asked;
        const bool slept = co_await runtime::sleep_for(loop_, 20ms);
        if (!slept) {
            co_return fail(ErrorKind::cancelled, "quote.cancelled", "stopped");
        }
        const auto found = prices.find(instrument.symbol);
        if (found == prices.end()) {
            co_return fail(ErrorKind::not_found, "quote.none", "there is no quote");
        }
        Quote quote;
        quote.symbol = instrument.symbol;
        quote.kind = QuoteKind::simulated;
        quote.last = Decimal(found->second);
        quote.received_elapsed = loop_.clock().elapsed();
        co_return quote;
    }

    std::map<std::string, int> prices;
    int asked = 0;

private:
    runtime::Loop& loop_;
};

/// A watch on virtual time, and what it has told.
class Stage {
public:
    Stage() { workers_.stop(); } // work runs inline
    ~Stage() {
        scope_.cancel();
        world.run_for(1s);
    }

    void set(const std::string& symbol, const std::vector<int>& closes) {
        source.add(symbol, closes);
        ++source.revision;
    }
    void set_until_yesterday(const std::string& symbol, const std::vector<int>& closes) {
        Bars bars = tradesh::test::bars_of(closes);
        const Instant today = std::chrono::floor<std::chrono::days>(world.loop.clock().now());
        for (std::size_t i = 0; i < bars.size(); ++i) {
            bars.open_time[i] = today - std::chrono::days(bars.size() - i);
        }
        source.series[symbol] = [bars]() -> Result<Bars> { return bars; };
    }
    expression::Program program_of(std::string_view text) const {
        expression::QueryCompiler compiler(timeframe);
        REQUIRE(compiler.condition(text));
        return std::move(compiler).finish().value();
    }
    void watch(std::string_view text, const std::vector<std::string>& symbols, WatchWanted how = {}) {
        const FindInstrument find = [](std::string symbol) -> Task<Result<Instrument>> {
            Instrument instrument;
            instrument.symbol = std::move(symbol);
            co_return instrument;
        };
        const OnNews on_news = [this](const WatchNews& news) -> Task<Result<void>> {
            lines_.push_back(news.symbol + " " +
                             (news.change ? std::string(name_of(news.change->kind)) : news.change.error().code) +
                             (news.initial ? " at first" : "") + (news.simulated ? " simulated" : ""));
            co_return Result<void>();
        };
        watcher_ =
            std::make_unique<ScanWatcher>(ScanWatcher::Parts{.loop = world.loop,
                                                             .workers = workers_,
                                                             .source = source,
                                                             .quotes = quotes,
                                                             .loads = loads,
                                                             .program = program_of(text),
                                                             .symbols = symbols,
                                                             .find_instrument = how.live ? find : FindInstrument(),
                                                             .find_symbols = find_symbols,
                                                             .how = how,
                                                             .on_news = on_news,
                                                             .quote_times = quote_times});
        scope_.spawn("watch", [this](TaskInfo&) -> Task<void> {
            Result<WatchSummary> done = co_await watcher_->run();
            summary = std::move(done);
        });
    }
    Lines told_within(Duration span) {
        lines_.clear();
        world.run_for(span);
        return lines_;
    }
    void cancel() { scope_.cancel(); }

    tradesh::test::VirtualLoop world;
    tradesh::test::FakeSource source;
    SlowQuotes quotes{world.loop};
    Timeframe timeframe = Timeframe::d1;
    std::optional<WatchLoads> loads;
    FindSymbols find_symbols;
    runtime::Histogram quote_times;
    std::optional<Result<WatchSummary>> summary;

private:
    runtime::Workers workers_{world.loop, "watch", 1};
    runtime::TaskScope scope_{world.loop};
    std::unique_ptr<ScanWatcher> watcher_;
    Lines lines_;
};

} // namespace

TEST_CASE("a watch tells what matches at first and then what changes, until it is cancelled") {
    Stage stage;
    stage.set("UP", {1, 2, 3});
    stage.set("DOWN", {3, 2, 1});
    stage.watch("close > sma(2)", {"UP", "DOWN", "NONE"});
    CHECK(stage.told_within(0s) == Lines{"NONE scan.no_data at first", "UP entered at first"});
    CHECK(stage.told_within(10s).empty());
    stage.set("DOWN", {3, 2, 1, 4});
    CHECK(stage.told_within(1s) == Lines{"DOWN entered"});
    stage.set("UP", {1, 2, 3, 1});
    CHECK(stage.told_within(1s) == Lines{"UP left"});
    CHECK_FALSE(stage.summary);
    stage.cancel();
    CHECK(stage.told_within(0s).empty());
    REQUIRE(stage.summary);
    CHECK(stage.summary->value().symbols == 3);
    CHECK(stage.summary->value().changes == 3);
    CHECK(stage.summary->value().rounds >= 12);
}

TEST_CASE("a live watch evaluates the bar that its quotes make, as simulated as they are") {
    Stage stage;
    stage.set_until_yesterday("GOOG", {3, 2, 1});
    stage.set_until_yesterday("KO", {3, 2, 1});
    stage.quotes.prices = {{"GOOG", 1}};
    stage.watch("close > sma(2)", {"GOOG", "KO"}, {.live = true});
    CHECK(stage.told_within(2s) == Lines{"KO quote.none"}); // once
    stage.quotes.prices = {{"GOOG", 5}, {"KO", 1}};
    CHECK(stage.told_within(2s) == Lines{"GOOG entered simulated"});
    CHECK(stage.told_within(5s).empty());
    stage.quotes.prices["GOOG"] = 1;
    CHECK(stage.told_within(2s) == Lines{"GOOG left simulated"});
    stage.cancel();
    stage.world.run_for(1s);
    REQUIRE(stage.summary);
    CHECK(stage.summary->value().quotes >= 10);
    CHECK(stage.quote_times.count() == stage.summary->value().quotes);
    CHECK(stage.quote_times.percentile(0.99) < 100ms);
}

TEST_CASE("symbols that come later are followed, and one that cannot be read any more has left") {
    Stage stage;
    stage.set("UP", {1, 2, 3});
    stage.find_symbols = [&]() -> Task<Result<Lines>> { co_return stage.source.symbols(Timeframe::d1); };
    stage.watch("close > sma(2)", {"UP"});
    CHECK(stage.told_within(2s) == Lines{"UP entered at first"});
    stage.set("NEW", {1, 2});
    CHECK(stage.told_within(1s) == Lines{"NEW entered"});
    stage.source.series.erase("UP");
    ++stage.source.revision;
    CHECK(stage.told_within(1s) == Lines{"UP scan.no_data", "UP left"});
    CHECK(stage.told_within(5s).empty());
    stage.cancel();
    stage.world.run_for(1s);
    CHECK(stage.summary->value().symbols == 2);
}

namespace {

/// Bars of a minute that a venue publishes some time after their end.
class Minutes {
public:
    Minutes(Stage& stage, Duration published_after) : stage_(stage), published_after_(published_after) {
        stage.timeframe = Timeframe::m1;
        const Instant now = stage.world.loop.clock().now();
        start_ = now - now.time_since_epoch() % 1min - 3min;
        store(3);
        stage.loads = WatchLoads{.others = []() -> Task<Result<void>> { co_return Result<void>(); },
                                 .symbol = [this](std::string) { return load(); },
                                 .asked_in_vain = [this] { return std::exchange(in_vain_, false); },
                                 .publish_delay = 5s};
    }
    Instant end_of(int bars) const { return start_ + std::chrono::minutes(bars); }
    int loads = 0;

private:
    Task<Result<void>> load() {
        ++loads;
        const Instant now = stage_.world.loop.clock().now();
        const int ended = static_cast<int>((now - start_) / 1min);
        const int published = static_cast<int>((now - published_after_ - start_) / 1min);
        if (published > stored_) {
            store(published);
        }
        in_vain_ = ended > stored_;
        co_return Result<void>();
    }
    void store(int bars) {
        stored_ = bars;
        Bars all;
        for (int i = 0; i < bars; ++i) {
            const Decimal price(100 + i);
            all.push_back(Bar{end_of(i), price, price, price, price, Decimal(1)}).value();
        }
        stage_.source.series["COIN 1m"] = [all]() -> Result<Bars> { return all; };
        ++stage_.source.revision;
    }

    Stage& stage_;
    Duration published_after_;
    Instant start_;
    int stored_ = 0;
    bool in_vain_ = false;
};

} // namespace

TEST_CASE("bars are asked for when they should be published, and again while they are not") {
    for (const Duration published_after : {Duration(5s), Duration(8s)}) {
        Stage stage;
        Minutes minutes(stage, published_after);
        stage.watch("close == 103", {"COIN"});
        CHECK(stage.told_within(0s).empty());
        stage.told_within(minutes.end_of(4) + published_after - 1s - stage.world.loop.clock().now());
        const int before = minutes.loads;
        CHECK(stage.told_within(4s) == Lines{"COIN entered"});
        CHECK(minutes.loads > before);
        CHECK(minutes.loads <= 5);
    }
}

TEST_CASE("a load that is in vain is repeated ten times at most") {
    Stage stage;
    Minutes minutes(stage, 1h);
    stage.watch("close == 103", {"COIN"});
    stage.told_within(minutes.end_of(4) + 1min - stage.world.loop.clock().now());
    CHECK(minutes.loads == 1 + 1 + 10); // at first, for the bar that is there, for the one that does not come
}

TEST_CASE("while the bar that just ended is absent, the one in progress tells nothing") {
    Stage stage;
    Minutes minutes(stage, 5s);
    stage.quotes.prices = {{"COIN", 102}};
    stage.watch("change(close) > 0", {"COIN"}, {.live = true});
    CHECK(stage.told_within(0s) == Lines{"COIN entered at first"});
    CHECK(stage.told_within(minutes.end_of(4) + 1s - stage.world.loop.clock().now()) == Lines{"COIN left simulated"});
    stage.quotes.prices = {{"COIN", 103}}; // above the bar before the one that just ended, which closed there as well
    CHECK(stage.told_within(3s).empty());
    CHECK(stage.told_within(3s).empty()); // the bar has come, and it closed at 103
    stage.quotes.prices = {{"COIN", 104}};
    CHECK(stage.told_within(3s) == Lines{"COIN entered simulated"});
}
