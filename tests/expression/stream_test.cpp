#include "core/expression/evaluation.hpp"
#include "core/expression/parser.hpp"
#include "tests/expression/random_streams.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <map>
#include <string>
#include <vector>

using namespace tradesh;
using namespace tradesh::expression;
using namespace std::chrono_literals;
using std::chrono::days;

namespace {

Program compile_on(Timeframe base, std::string_view text) {
    QueryCompiler compiler(base);
    const Result<void> read = compiler.condition(text, Wanted::anything);
    INFO(text);
    REQUIRE(read.has_value());
    return std::move(compiler).finish().value();
}

/// Bars whose every column is the price, complete at moments counted from the first.
struct PricedBars {
    std::vector<Instant> complete_at;
    std::vector<double> prices;

    PricedBars() = default;
    PricedBars(const std::vector<Duration>& moments, std::vector<double> values) : prices(std::move(values)) {
        for (const Duration moment : moments) {
            complete_at.push_back(first_moment + moment);
        }
    }
    StreamBars view() const {
        return {.columns = {.bars = prices.size(), .values = {prices, prices, prices, prices, prices}},
                .complete_at = complete_at};
    }
};

/// "SPY 1d"; the instrument itself has no name: " 1d".
std::string name_of(const Stream& stream) { return stream.symbol + " " + std::string(name_of(stream.timeframe)); }

std::string shown(const std::vector<double>& series) {
    std::string text;
    for (const double value : series) {
        text += (text.empty() ? "" : " ") + (std::isnan(value) ? std::string("?") : print_number(value));
    }
    return text;
}

std::string series_of(const Program& program, const std::map<std::string, PricedBars>& market) {
    std::vector<StreamBars> streams;
    for (const Stream& stream : program.streams()) {
        INFO(name_of(stream));
        REQUIRE(market.contains(name_of(stream)));
        streams.push_back(market.at(name_of(stream)).view());
    }
    return shown(evaluate_series(program, streams));
}

std::string streams_of(const Program& program) {
    std::string names;
    for (const Stream& stream : program.streams()) {
        names += (names.empty() ? "" : ",") + name_of(stream);
    }
    return names;
}

} // namespace

TEST_CASE("a longer bar is known once it is complete") {
    const std::map<std::string, PricedBars> market{
        {" 1h", PricedBars({22h, 23h, 24h, 25h, 47h, 48h, 49h}, {1, 2, 3, 4, 5, 6, 7})},
        {" 1d", PricedBars({24h, 48h}, {100, 200})},
    };
    struct Row {
        std::string_view text;
        std::string_view values;
    };
    const Row row =
        GENERATE(Row{"close@1d", "? ? 100 100 100 200 200"}, Row{"close@1h", "1 2 3 4 5 6 7"},
                 Row{"close@1d[1]", "? ? ? 100 100 100 200"}, Row{"close[1]@1d", "? ? ? ? ? 100 100"},
                 Row{"close - close@1d", "? ? -97 -96 -95 -194 -193"}, Row{"(close > 150)@1d", "? ? 0 0 0 1 1"},
                 Row{"sma(close@1d, 2)", "? ? ? 100 100 150 200"}, Row{"sma(2)@1d", "? ? ? ? ? 150 150"},
                 Row{"5@1d", "5 5 5 5 5 5 5"}, Row{"(close@1h)@1d", "? ? 3 3 3 6 6"},
                 Row{"let c = close in c@1d - c@1h", "? ? 97 96 95 194 193"});
    INFO(row.text);
    CHECK(series_of(compile_on(Timeframe::h1, row.text), market) == row.values);
}

TEST_CASE("of shorter bars the last one that was complete counts") {
    const std::map<std::string, PricedBars> market{
        {" 1d", PricedBars({24h, 48h, 72h}, {100, 200, 300})},
        {" 1h", PricedBars({23h, 24h, 25h, 47h, 71h, 72h + 1ns}, {1, 2, 3, 4, 5, 6})},
        {" 1w", PricedBars({48h}, {1000})},
    };
    CHECK(series_of(compile_on(Timeframe::d1, "close@1h"), market) == "2 4 5");
    CHECK(series_of(compile_on(Timeframe::d1, "close[1]@1h"), market) == "1 3 4");
    CHECK(series_of(compile_on(Timeframe::d1, "close@1w"), market) == "? 1000 1000");
    CHECK(series_of(compile_on(Timeframe::d1, "(close@1w)@1h"), market) == "? ? 1000");
    CHECK(series_of(compile_on(Timeframe::d1, "close@1w + close"), market) == "? 1200 1300");
}

TEST_CASE("another instrument is known as far as its bars are, and for a week after") {
    const std::map<std::string, PricedBars> market{
        {" 1d", PricedBars({days(1), days(2), days(3), days(4), days(10), days(10) + 1s, days(11)},
                           {10, 20, 30, 40, 50, 60, 70})},
        {"SPY 1d", PricedBars({days(2), days(3)}, {5, 6})},
        {" 1h", PricedBars({days(2), days(4)}, {1, 2})},
        {"SPY 1h", PricedBars({days(2) - 1h, days(4)}, {7, 8})},
    };
    const auto on_days = [&](std::string_view text) { return series_of(compile_on(Timeframe::d1, text), market); };
    CHECK(on_days("close(\"SPY\")") == "? 5 6 6 6 ? ?");
    CHECK(on_days("close / close('spy')") == "? 4 5 6.666666666666667 8.333333333333334 ? ?");
    CHECK(on_days("close(\"SPY\")[1]") == "? ? 5 6 6 6 ?");
    CHECK(on_days("sma(close(\"SPY\"), 2)") == "? ? 5.5 6 6 ? ?");
    CHECK(on_days("close(\"SPY\")@1d") == on_days("close(\"SPY\")"));
    CHECK(on_days("close(\"SPY\")@1h") == "? 7 7 8 8 8 8");
    CHECK(stale_after(Timeframe::h1) == days(7));
    CHECK(stale_after(Timeframe::w1) == days(14));
    CHECK(stale_after(Timeframe::mo1) == days(60));
}

TEST_CASE("nothing is known of a stream without bars") {
    const Program program = compile_on(Timeframe::d1, "close@1h > 1 or close > 15");
    const PricedBars base({24h, 48h}, {10, 20});
    const std::vector<StreamBars> streams{base.view(), StreamBars{}};
    CHECK(shown(evaluate_series(program, streams)) == "? 1");
    CHECK(shown(evaluate_series(program, base.view().columns)) == "? 1");
    const std::vector<StreamBars> nothing(2);
    CHECK(truth_of(evaluate_last(program, nothing).result) == Truth::unknown);
}

TEST_CASE("a program names each stream once, and those only that it reads") {
    const auto streams = [](std::string_view text) { return streams_of(compile_on(Timeframe::d1, text)); };
    CHECK(streams("close@1d > 1") == " 1d");
    CHECK(streams("rsi(14)@1h < 30 and close@1h > 1 and close@1w > 1") == " 1d, 1h, 1w");
    CHECK(streams("close / close(\"SPY\") + volume('SPY')") == " 1d,SPY 1d");
    CHECK(streams("close(\"SPY\")@1h") == " 1d,SPY 1h, 1h");
    CHECK(streams("let r = rsi(14)@1w in close > 1") == " 1d");

    const Program program = compile_on(Timeframe::d1, "atr(5)@1h > close / close(\"SPY\")");
    using indicators::Column;
    const auto reads = [&](std::size_t stream, Column column) {
        return program.streams()[stream].columns[indicators::index_of(column)];
    };
    CHECK(reads(1, Column::high));
    CHECK_FALSE(reads(0, Column::high));
    CHECK(reads(0, Column::close));
    CHECK(reads(2, Column::close));
    CHECK_FALSE(reads(2, Column::low));
}

TEST_CASE("without a timeframe the base is the shortest named for everything, or days") {
    const auto base = [](std::string_view text) { return compile(text).value().timeframe(); };
    CHECK(base("close > 1") == Timeframe::d1);
    CHECK(base("rsi(14)@1h < 30 and close@1d > ema(200)@1d") == Timeframe::h1);
    CHECK(base("rsi(14)@1h < 30 and close > ema(200)") == Timeframe::d1);
    CHECK(base("close@1w > 1") == Timeframe::w1);
    CHECK(base("(rsi(14) < 30 and volume > 1)@5m[3]") == Timeframe::m5);
    CHECK(base("ema(rsi(14)@1h, 5) > 1") == Timeframe::h1);
    CHECK(base("(close / close(\"SPY\"))@1h > 1") == Timeframe::h1);
    CHECK(base("close(\"SPY\") > close@1h") == Timeframe::d1);
    CHECK(base("let r = rsi(14) in r@1h < 30 and r@1d > 50") == Timeframe::h1);
    CHECK(base("let r = rsi(14) in r@1h < 30 and r > 50") == Timeframe::d1);
    CHECK(base("gap@1h > 1") == Timeframe::h1);
    CHECK(base("1@1h < 2") == Timeframe::d1);
    CHECK(streams_of(compile("rsi(14)@1h < 30 and close@1d > 1").value()) == " 1h, 1d");

    QueryCompiler compiler(Timeframe::w1);
    REQUIRE(compiler.condition("close@1h > 1").has_value());
    CHECK(std::move(compiler).finish().value().timeframe() == Timeframe::w1);
}

TEST_CASE("each stream says how many bars it needs and wants") {
    struct Row {
        Timeframe base;
        std::string_view text;
        std::vector<std::size_t> needed;
        std::vector<std::size_t> wanted; ///< at least; the margin is small
    };
    const Row row = GENERATE(Row{Timeframe::d1, "sma(20)@1h > 1", {1, 20}, {1, 24 + 19}},
                             Row{Timeframe::d1, "sma(close@1h, 20) > 1", {20, 1}, {20, 20 * 24}},
                             Row{Timeframe::h1, "sma(close@1d, 70) > 1", {70, 1}, {70, 14}},
                             Row{Timeframe::h1, "sma(20)@1d[6] > 1", {7, 20}, {7, 2 + 19}},
                             Row{Timeframe::d1, "sma(close@1w, 50) > 1", {50, 1}, {50, 13}},
                             Row{Timeframe::d1, "sma(close(\"SPY\"), 50) > close[60]", {61, 1}, {61, 50}},
                             Row{Timeframe::m5, "(sma(3)@1h)[11]@5m > 1", {12, 3}, {12, 1 + 2}});
    INFO(row.text);
    const Program program = compile_on(row.base, row.text);
    REQUIRE(program.streams().size() == row.needed.size());
    for (std::size_t i = 0; i < row.needed.size(); ++i) {
        INFO("stream " << i << " wants " << program.streams()[i].bars_wanted);
        CHECK(program.streams()[i].bars_needed == row.needed[i]);
        CHECK(program.streams()[i].bars_wanted >= row.wanted[i]);
        CHECK(program.streams()[i].bars_wanted <= 2 * row.wanted[i] + 10);
    }
}

TEST_CASE("only the stream on which an indicator counts from the first bar wants every bar, and what it is made of") {
    const auto wanted = [](Timeframe base, std::string_view text) {
        std::string streams;
        for (const Stream& stream : compile_on(base, text).streams()) {
            const bool all = stream.bars_wanted == every_bar;
            streams += (all ? "every" : stream.bars_wanted < 100 ? "few" : "many") + name_of(stream) + "; ";
        }
        return streams;
    };
    CHECK(wanted(Timeframe::d1, "obv()@1h > close") == "few 1d; every 1h; ");
    CHECK(wanted(Timeframe::d1, "sma(obv()@1h, 5) > close") == "few 1d; every 1h; ");
    CHECK(wanted(Timeframe::h1, "obv() > close@1d") == "every 1h; few 1d; ");
    CHECK(wanted(Timeframe::h1, "obv(close@1d, volume) > 1") == "every 1h; every 1d; ");
    CHECK(wanted(Timeframe::d1, "obv(close(\"SPY\"), volume) > 1") == "every 1d; everySPY 1d; ");
}

TEST_CASE("streams and what they hold are bounded") {
    std::string many = "close > 1";
    for (int i = 0; i < 20; ++i) {
        many += " and close > close(\"S" + std::to_string(i) + "\")";
    }
    const Result<Program> streams = compile(many);
    REQUIRE_FALSE(streams.has_value());
    CHECK(streams.error().code == "expression.too_large");
    CHECK(streams.error().where->column == many.find("close(\"S15\")") + 1);

    std::string deep = "close";
    for (int i = 0; i < 300; ++i) {
        deep += "@1M@1m";
    }
    const Result<Program> large = compile(deep);
    REQUIRE_FALSE(large.has_value());
    CHECK(large.error().code == "expression.too_large");
    CHECK(compile("sma(close@1m, 10_000) > close").error().code == "expression.too_large");
}

TEST_CASE("steps say how many of their last values count") {
    const Program program = compile_on(Timeframe::d1, "close - sma(open, 5)[3] > low[2][1] + close@1w");
    const Plan& plan = program.plan();
    for (StepId id = 0; id < plan.steps.size(); ++id) {
        const auto* column = std::get_if<ColumnStep>(&plan.steps[id]);
        if (column == nullptr) {
            CHECK(plan.last_rows[id] >= 1);
            continue;
        }
        const std::size_t all = plan.streams[plan.stream_of[id]].bars_wanted;
        const std::size_t expected = plan.stream_of[id] != base_stream             ? all
                                     : column->column == indicators::Column::close ? 1
                                     : column->column == indicators::Column::low   ? 4
                                                                                   : all;
        CHECK(plan.last_rows[id] == expected);
        CHECK(expected <= all);
    }
}
