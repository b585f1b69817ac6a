#include "core/runtime/task_scope.hpp"
#include "core/scan/scanner.hpp"
#include "tests/scan/fake_source.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <thread>

using namespace tradesh;
using namespace tradesh::scan;
using expression::compile;
using expression::Truth;
using runtime::Task;
using runtime::TaskInfo;
using test::FakeSource;

namespace {

/// A source, and a loop with real workers for each thing that is done with it.
class Stage {
public:
    FakeSource source;
    std::vector<std::string> arrived; ///< symbols in the order of their outcomes
    std::function<void()> on_outcome = [] {};
    Result<void> answer; ///< what the listener says
    std::stop_source stop;

    /// Cancels the task that scans.
    void cancel_task() { scope_->cancel(); }

    ScanResult scan(std::string_view text, std::vector<std::string> symbols, std::size_t concurrent = 3) {
        return try_scan(text, std::move(symbols), concurrent).value();
    }
    Result<ScanResult> try_scan(std::string_view text, std::vector<std::string> symbols, std::size_t concurrent = 3) {
        return run(request(text, std::move(symbols), concurrent));
    }
    static ScanRequest request(std::string_view text, std::vector<std::string> symbols, std::size_t concurrent = 3) {
        return {.program = compile(text).value(), .symbols = std::move(symbols), .symbols_at_a_time = concurrent};
    }
    Result<ScanResult> run(ScanRequest request) {
        request.stop = stop.get_token();
        Result<ScanResult> result;
        in_loop([&](runtime::Loop& loop, runtime::Workers& workers) -> Task<void> {
            const OnOutcome listener = [this](const SymbolOutcome& outcome) -> Task<Result<void>> {
                arrived.push_back(outcome.symbol);
                on_outcome();
                co_return answer;
            };
            Result<ScanResult> done = co_await run_scan(loop, workers, source, request, listener);
            result = std::move(done);
        });
        return result;
    }

    Result<std::vector<std::string>> resolve(std::string_view text) {
        Result<std::vector<std::string>> result;
        in_loop([&](runtime::Loop&, runtime::Workers& workers) -> Task<void> {
            const Universe universe = parse_universe(text).value();
            result = co_await resolve_universe(workers, source, universe, Timeframe::d1);
        });
        return result;
    }

private:
    void in_loop(const std::function<Task<void>(runtime::Loop&, runtime::Workers&)>& body) {
        const SystemClock clock;
        runtime::Loop loop(clock);
        runtime::Workers workers(loop, "scan", 4);
        runtime::TaskScope scope(loop);
        scope_ = &scope;
        scope.spawn("test", [&](TaskInfo&) -> Task<void> { co_await body(loop, workers); });
        while (!scope.empty()) {
            loop.poll();
            std::this_thread::yield();
        }
        scope_ = nullptr;
    }

    runtime::TaskScope* scope_ = nullptr;
};

/// All there is to say of a result, bit by bit.
std::string describe(const ScanResult& result) {
    std::string text;
    for (const SymbolOutcome& outcome : result.outcomes) {
        text += std::to_string(outcome.position) + " " + outcome.symbol;
        if (!outcome.rows) {
            text += " " + outcome.rows.error().code + " " + outcome.rows.error().describe() + "\n";
            continue;
        }
        for (const ScanRow& row : *outcome.rows) {
            text += " " + std::string(name_of(row.matched)) + " " + to_rfc3339(row.bar_time) + " " +
                    std::to_string(row.bars_used);
            for (const double value : row.values) {
                text += " " + std::to_string(std::bit_cast<std::uint64_t>(value));
            }
            text += "\n";
        }
    }
    return text;
}

std::vector<std::string> numbered_symbols(std::size_t count) {
    std::vector<std::string> symbols;
    for (std::size_t i = 0; i < count; ++i) {
        symbols.push_back("S" + std::to_string(i));
    }
    return symbols;
}

} // namespace

TEST_CASE("a scan says of each symbol whether it matches and why") {
    Stage stage;
    stage.source.add("GOOG", {10, 11, 12, 13});
    stage.source.add("AAPL", {13, 12, 11, 10});
    const ScanResult result = stage.scan("close > sma(3)", {"GOOG", "AAPL"});
    REQUIRE(result.outcomes.size() == 2);
    const ScanRow& goog = result.outcomes[0].rows.value().front();
    CHECK(result.outcomes[0].symbol == "GOOG");
    CHECK(goog.matched == Truth::yes);
    CHECK(goog.values == std::vector<double>{13, 12, 1}); // the last one is the condition itself
    CHECK(goog.bars_used == 3);                           // as many as the expression wants
    CHECK(goog.bar_time == std::chrono::sys_days(std::chrono::year(2026) / 1 / 4));
    CHECK(result.outcomes[1].rows.value().front().matched == Truth::no);
    CHECK(result.not_reached == 0);
    CHECK_FALSE(result.cancelled);
    CHECK(stage.source.bars_asked == 3);
}

TEST_CASE("one symbol's error is its own") {
    Stage stage;
    stage.source.add("GOOD", {1, 2, 3});
    stage.source.add("SHORT", {1, 2});
    stage.source.series["DAMAGED"] = [] { return fail(ErrorKind::failed, "bars.damaged", "a checksum is wrong"); };
    stage.source.series["CRASHING"] = []() -> Result<Bars> { throw std::runtime_error("decimal overflow"); };
    stage.source.add("ALSO", {3, 2, 1});
    const ScanResult result =
        stage.scan("close >= sma(3)", {"GOOD", "SHORT", "MISSING", "DAMAGED", "CRASHING", "ALSO"});
    REQUIRE(result.outcomes.size() == 6);
    CHECK(result.outcomes[0].rows.value().front().matched == Truth::yes);
    CHECK(result.outcomes[5].rows.value().front().matched == Truth::no);

    const auto check_error = [&](std::size_t i, ErrorKind kind, std::string_view code, std::string_view text) {
        const Error& error = result.outcomes[i].rows.error();
        CHECK(error.kind == kind);
        CHECK(error.code == code);
        CHECK(error.describe() == text);
    };
    const ScanRow& short_row = result.outcomes[1].rows.value().front();
    CHECK(short_row.matched == Truth::unknown);
    CHECK(short_row.values[0] == 2);
    REQUIRE(short_row.shortage);
    CHECK(not_enough_bars(*short_row.shortage).describe() ==
          "scan: the expression needs 3 bars of 1d, and there are 2");
    check_error(2, ErrorKind::not_found, "scan.no_data", "scan (MISSING): there are no 1d bars");
    check_error(3, ErrorKind::failed, "bars.damaged", "scan (DAMAGED): a checksum is wrong");
    check_error(4, ErrorKind::failed, "scan.crashed", "scan (CRASHING): decimal overflow");
}

TEST_CASE("too few bars are an answer where what they tell settles it") {
    Stage stage;
    stage.source.add("SHORT", {5, 6});
    const auto row = [&](std::string_view text) {
        return stage.scan(text, {"SHORT"}).outcomes[0].rows.value().front();
    };
    CHECK(row("close > 1 or sma(close, 400) > 1").matched == Truth::yes);
    CHECK(row("close < 1 and sma(close, 400) > 1").matched == Truth::no);
    CHECK_FALSE(row("close < 1 and sma(close, 400) > 1").shortage);
    CHECK(row("close > 1 and sma(close, 400) > 1").shortage->needed == 400);
    CHECK_FALSE(row("close / (close - 6) > 1").shortage); // unknown, but not for want of bars
}

TEST_CASE("an unknown answer is neither a match nor an error") {
    Stage stage;
    stage.source.add("FLAT", {5, 5, 5});
    const ScanResult result = stage.scan("close / (close - close[1]) > 0", {"FLAT"});
    const ScanRow& row = result.outcomes[0].rows.value().front();
    CHECK(row.matched == Truth::unknown);
    CHECK(std::isnan(row.values[0]));
    CHECK(stage.scan("close - 5", {"FLAT"}).outcomes[0].rows.value().front().matched == Truth::yes);
}

TEST_CASE("outcomes are told and stand in the order of the universe") {
    Stage stage;
    const std::vector<std::string> symbols = numbered_symbols(200);
    for (const std::string& symbol : symbols) {
        stage.source.add(symbol, {1, 2, 3});
    }
    const ScanResult result = stage.scan("close > open[1]", symbols, 7);
    REQUIRE(result.outcomes.size() == symbols.size());
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        CHECK(result.outcomes[i].position == i);
        CHECK(result.outcomes[i].symbol == symbols[i]);
        CHECK(result.outcomes[i].rows.value().front().matched == Truth::yes);
    }
    CHECK(stage.arrived == symbols);
}

TEST_CASE("as many symbols as allowed are under way, and no more") {
    Stage stage;
    std::atomic<int> active = 0;
    std::atomic<int> most = 0;
    std::atomic<int> met = 0;
    for (const std::string& symbol : numbered_symbols(50)) {
        stage.source.add(symbol, {1, 2, 3});
    }
    stage.source.before_load = [&] {
        const int now = ++active;
        int seen = most;
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        // The first three wait for each other, so three really run at once.
        if (met < 3) {
            ++met;
            met.notify_all();
            for (int count = met; count < 3; count = met) {
                met.wait(count);
            }
        }
        --active;
    };
    CHECK(stage.scan("close > 0", numbered_symbols(50), 3).outcomes.size() == 50);
    CHECK(most == 3);
    CHECK(stage.source.loads == 50);
}

TEST_CASE("a stop keeps what was found and begins nothing more") {
    Stage stage;
    for (const std::string& symbol : numbered_symbols(100)) {
        stage.source.add(symbol, {1, 2, 3});
    }
    stage.on_outcome = [&] {
        if (stage.arrived.size() == 5) {
            stage.stop.request_stop();
        }
    };
    ScanRequest request = Stage::request("close > 0", numbered_symbols(100));
    request.one_by_one = true;
    const ScanResult result = stage.run(request).value();
    CHECK(result.cancelled);
    CHECK(result.outcomes.size() == 5);
    CHECK(result.not_reached == 95);
    CHECK(stage.source.loads == 5);
    CHECK(result.outcomes[4].symbol == "S4");
}

TEST_CASE("cancelling the task keeps what was found and ends in bounded work") {
    Stage stage;
    const std::vector<std::string> symbols = numbered_symbols(5'000);
    for (const std::string& symbol : symbols) {
        stage.source.add(symbol, {1, 2, 3});
    }
    stage.on_outcome = [&] {
        if (stage.arrived.size() == 5) {
            stage.cancel_task();
        }
    };
    const ScanResult result = stage.scan("close > 0", symbols);
    CHECK(result.cancelled);
    CHECK(result.outcomes.size() >= 5);
    CHECK(result.outcomes.size() < 1'000); // what is read ahead is bounded
    CHECK(result.outcomes.size() + result.not_reached == symbols.size());
    CHECK(stage.arrived.size() == result.outcomes.size());
    CHECK(std::set<std::string>(stage.arrived.begin(), stage.arrived.end()).size() == stage.arrived.size());
}

TEST_CASE("a listener that has enough stops the scan") {
    Stage stage;
    for (const std::string& symbol : numbered_symbols(100)) {
        stage.source.add(symbol, {1, 2, 3});
    }
    stage.answer = fail(ErrorKind::failed, "output.closed", "nobody reads on");
    const Result<ScanResult> result = stage.try_scan("close > 0", numbered_symbols(100));
    REQUIRE_FALSE(result);
    CHECK(result.error().code == "output.closed");
    CHECK(stage.arrived == std::vector<std::string>{"S0"});
}

TEST_CASE("the outcomes are the same however many symbols are under way") {
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    Stage stage;
    std::vector<std::string> symbols = numbered_symbols(300);
    for (const std::string& symbol : symbols) {
        const unsigned kind = random() % 10;
        if (kind == 0) {
            stage.source.series[symbol] = [] { return fail(ErrorKind::failed, "bars.damaged", "a checksum is wrong"); };
        } else if (kind == 1) {
            stage.source.series[symbol] = []() -> Result<Bars> { throw std::runtime_error("crash"); };
        } else if (kind > 2) { // of the others there are no bars
            std::vector<int> closes(random() % 40);
            std::ranges::generate(closes, [&] { return static_cast<int>(random() % 50) + 10; });
            stage.source.add(symbol, closes);
        }
    }
    const auto told = [&](std::size_t concurrent, bool one_by_one) {
        ScanRequest request = Stage::request("close > sma(9) and ema(4) > close / 2", symbols, concurrent);
        request.one_by_one = one_by_one;
        stage.arrived.clear();
        std::string text = describe(stage.run(request).value());
        CHECK(stage.arrived == symbols);
        return text;
    };
    const std::string expected = told(1, true);
    for (const std::size_t concurrent : {1UZ, 2UZ, 7UZ, 50UZ, 1'000UZ}) {
        CHECK(told(concurrent, false) == expected);
    }
}

TEST_CASE("a symbol is made ready before it is read, and its failure is its own") {
    Stage stage;
    for (const std::string& symbol : numbered_symbols(30)) {
        stage.source.add(symbol, {1, 2, 3});
    }
    std::vector<std::string> prepared;
    ScanRequest request = Stage::request("close > 2", numbered_symbols(30), 4);
    request.prepare = [&](const std::string& symbol) -> Task<Result<void>> {
        prepared.push_back(symbol);
        if (symbol == "S3") {
            co_return fail(ErrorKind::timeout, "history.timeout", "no answer");
        }
        co_return Result<void>();
    };
    const ScanResult result = stage.run(request).value();
    CHECK(prepared == numbered_symbols(30));
    CHECK(stage.arrived == numbered_symbols(30));
    CHECK(stage.source.loads == 29);
    CHECK(result.outcomes[3].rows.error().code == "history.timeout");
    CHECK(result.outcomes[3].rows.error().subject == "S3");
    CHECK(result.outcomes[4].rows.value().front().matched == Truth::yes);
    CHECK(result.outcomes[29].position == 29);
}

TEST_CASE("a scan of nothing, or one stopped before it begins, ends at once") {
    Stage stage;
    CHECK(stage.scan("close > 0", {}).outcomes.empty());
    stage.stop.request_stop();
    const ScanResult result = stage.scan("close > 0", {"GOOG"});
    CHECK(result.cancelled);
    CHECK(result.not_reached == 1);
    CHECK(stage.source.loads == 0);
}

TEST_CASE("a store that cannot be opened is one error of the whole scan") {
    Stage stage;
    stage.source.open_error = Error(ErrorKind::config, "store.open", "the file cannot be opened");
    const Result<ScanResult> result = stage.try_scan("close > 0", {"GOOG", "AAPL"});
    REQUIRE_FALSE(result);
    CHECK(result.error().code == "store.open");
    CHECK(stage.source.loads == 0);
}

TEST_CASE("symbols side by side in a block are evaluated each from its own lane") {
    class Block final : public ScanBars {
    public:
        Block() {
            values_.fill(std::numeric_limits<double>::quiet_NaN());
            for (std::size_t row = 0; row < 4; ++row) {
                values_[row * 8 + 2] = static_cast<double>(10 + row);
                values_[row * 8 + 7] = static_cast<double>(20 - row);
            }
            values_[3 * 8 + 4] = 5; // a series of one bar
        }
        const std::vector<SymbolGroup>& groups() const override { return groups_; }
        void read(const SymbolGroup& group, const Visit& visit) override {
            BarBlock block{.rows = 4, .columns = {}, .bars = {0, 0, 4, 0, 1, 0, 0, 4}};
            block.columns[3] = values_.data();
            visit(group.members, fail(ErrorKind::failed, "torn", "changed while it was read"));
            visit(group.members, block); // only this one counts
        }
        void read_complete_by(const SymbolGroup&, Instant, const Visit&) override {}

    private:
        std::array<double, 32> values_{};
        std::vector<SymbolGroup> groups_;
    };
    const std::vector<std::string> symbols{"DOWN", "SHORT", "UP"};
    const SymbolGroup group{.members = {{0, 7}, {1, 4}, {2, 2}}};
    Block block;
    const std::vector<SymbolOutcome> outcomes =
        scan_group(compile("close > sma(3)").value(), block, group, symbols, Timeframe::d1);
    REQUIRE(outcomes.size() == 3);
    CHECK(outcomes[0].rows.value().front().matched == Truth::no);
    CHECK(outcomes[0].rows.value().front().values == std::vector<double>{17, 18, 0});
    CHECK(outcomes[0].rows.value().front().bars_used == 3);
    CHECK(outcomes[1].rows.value().front().values[0] == 5);
    CHECK(outcomes[1].rows.value().front().shortage->there == 1);
    CHECK(outcomes[2].symbol == "UP");
    CHECK(outcomes[2].rows.value().front().values == std::vector<double>{13, 12, 1});
}

TEST_CASE("wildcards are resolved through the source") {
    Stage stage;
    stage.source.add("GOOG", {1});
    stage.source.add("GOOGL", {1});
    stage.source.add("AAPL", {1});
    CHECK(stage.resolve("GOO*").value() == std::vector<std::string>{"GOOG", "GOOGL"});
    CHECK(stage.resolve("MSFT").value() == std::vector<std::string>{"MSFT"});
    CHECK(stage.resolve("Z*").error().code == "universe.no_match");
}
