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
        watcher_ = std::make_unique<ScanWatcher>(
            ScanWatcher::Parts{.loop = world.loop,
                               .workers = workers_,
                               .source = source,
                               .quotes = quotes,
                               .loader = nullptr,
                               .program = expression::compile(text, expression::Wanted::condition).value(),
                               .symbols = symbols,
                               .find_instrument = how.live ? find : FindInstrument(),
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
    stage.set("GOOG", {3, 2, 1});
    stage.set("KO", {3, 2, 1});
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
