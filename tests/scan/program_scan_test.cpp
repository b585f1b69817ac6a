#include "core/scan/program_scan.hpp"
#include "tests/scan/fake_source.hpp"
#include "tests/support/catch.hpp"

#include <chrono>

using namespace tradesh;
using namespace tradesh::scan;
using namespace std::chrono_literals;
using expression::Truth;
using test::FakeSource;

namespace {

const std::chrono::sys_days first_day = std::chrono::year(2026) / 1 / 1;

Instant day(int number, Duration time = 0h) { return first_day + std::chrono::days(number) + time; }

/// Hourly bars of one day, from ten o'clock on, whose closes are given.
void add_hours(FakeSource& source, const std::string& symbol, int on, const std::vector<int>& closes) {
    const std::string key = symbol + " 1h";
    Bars bars = source.series.contains(key) ? source.series[key]().value() : Bars{};
    for (std::size_t i = 0; i < closes.size(); ++i) {
        const Decimal price(closes[i]);
        const Instant open = day(on, 10h + std::chrono::hours(i));
        bars.push_back(Bar{open, price, price, price, price, Decimal(10)}).value();
    }
    source.series[key] = [bars]() -> Result<Bars> { return bars; };
}

expression::Program program_of(std::string_view text) {
    return expression::compile(text, expression::Wanted::anything).value();
}

/// What is found of one symbol.
Result<std::vector<ScanRow>> found(FakeSource& source, std::string_view text, const std::string& symbol,
                                   ScanTimes times = {}) {
    const expression::Program program = program_of(text);
    const Result<ProgramScan> scan = ProgramScan::open(source, program, {&symbol, 1}, times);
    if (!scan) {
        return fail(scan.error());
    }
    return scan->scan(scan->groups().front()).front().rows;
}

double value(FakeSource& source, std::string_view text, const std::string& symbol, ScanTimes times = {}) {
    return found(source, std::string(text) + " > 0", symbol, times).value().front().values.front();
}

} // namespace

TEST_CASE("other timeframes count as far as they were complete when the last bar was") {
    FakeSource source;
    source.add("GOOG", {10, 11, 12});
    add_hours(source, "GOOG", 1, {20, 21});
    CHECK(value(source, "close + close@1h", "GOOG") == 12 + 21);
    add_hours(source, "GOOG", 2, {30, 31, 32});
    CHECK(value(source, "close + close@1h", "GOOG") == 12 + 32);
    add_hours(source, "GOOG", 3, {40}); // after the last day that is stored
    CHECK(value(source, "close + close@1h", "GOOG") == 12 + 32);
    CHECK(value(source, "close + close@1h", "GOOG", {.as_of = day(2)}) == 11 + 21);
}

TEST_CASE("another instrument is read once, and its absence is the error of the scan") {
    FakeSource source;
    source.add("GOOG", {10, 20, 30});
    source.add("SPY", {1, 2, 3, 4});
    CHECK(value(source, "close / close(\"SPY\")", "GOOG") == 10); // its fourth day is later than the last of GOOG
    CHECK(value(source, "close / close(\"SPY\")", "GOOG", {.as_of = day(2)}) == 10);
    const Result<std::vector<ScanRow>> unknown = found(source, "close > close(\"QQQ\")", "GOOG");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().subject == "QQQ");
    CHECK(unknown.error().code == "scan.no_data");
    CHECK(unknown.error().hint == "load its bars first: data load QQQ 1d");
    const std::vector<std::string> symbols{"GOOG", "GOOG"};
    const expression::Program program = program_of("close > close(\"QQQ\")");
    CHECK_FALSE(ProgramScan::open(source, program, symbols, {}));
}

TEST_CASE("what is missing of a symbol is told of its row, with the timeframe") {
    FakeSource source;
    source.add("GOOG", {10, 20, 30});
    const ScanRow none = found(source, "close > close@1h", "GOOG").value().front();
    CHECK(none.matched == Truth::unknown);
    CHECK(none.values[0] == 30);
    CHECK(none.bar_time == day(2));
    CHECK(not_enough_bars(none.shortage.value()).code == "scan.no_data");
    CHECK(not_enough_bars(none.shortage.value()).message == "there are no 1h bars");
    CHECK(found(source, "close > 5 or close@1h > 5", "GOOG").value().front().matched == Truth::yes);
    add_hours(source, "GOOG", 1, {1, 2});
    const ScanRow few = found(source, "close > sma(3)@1h", "GOOG").value().front();
    CHECK(not_enough_bars(few.shortage.value()).code == "scan.not_enough_history");
    CHECK(not_enough_bars(few.shortage.value()).message == "the expression needs 3 bars of 1h, and there are 2");
    const ScanTimes all{.range = ScanRange{day(0), day(100)}};
    CHECK(found(source, "close > sma(9)", "GOOG", all).error().code == "scan.not_enough_history");
    CHECK(found(source, "close > 25 or sma(9) > 1", "GOOG", all).value().size() == 1);
}

TEST_CASE("a range of time gives every bar that matches, each with what was known then") {
    FakeSource source;
    source.add("GOOG", {10, 12, 11, 13, 15, 14, 18});
    const auto days_found = [&](std::string_view text, ScanTimes times) {
        std::vector<Instant> days;
        for (const ScanRow& row : found(source, text, "GOOG", times).value()) {
            days.push_back(row.bar_time);
        }
        return days;
    };
    const ScanRange all{day(0), day(100)};
    CHECK(days_found("close > close[1]", {.range = all}) == std::vector{day(1), day(3), day(4), day(6)});
    CHECK(days_found("close > close[1]", {.range = ScanRange{day(3), day(6)}}) == std::vector{day(3), day(4)});
    CHECK(days_found("close > close[1]", {.as_of = day(4), .range = all}) == std::vector{day(1), day(3)});
    CHECK(days_found("close > 100", {.range = all}).empty());
    CHECK(found(source, "close > close[1]", "GOOG", {.range = ScanRange{day(4), day(5)}}).value().front().values ==
          std::vector<double>{15, 13, 1});
    CHECK(found(source, "close > close[1]", "GOOG", {.as_of = day(0)}).error().code == "scan.no_data");
}
