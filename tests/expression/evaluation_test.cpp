#include "core/expression/evaluation.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

using namespace tradesh;
using namespace tradesh::expression;

namespace {

constexpr double none = indicators::unknown;

/// Six bars in which every column is easy to tell apart.
struct SixBars {
    std::vector<double> open{10, 11, 12, 13, 14, 15};
    std::vector<double> high{12, 13, 14, 15, 16, 17};
    std::vector<double> low{9, 10, 11, 12, 13, 14};
    std::vector<double> close{11, 12, 11, 14, 13, 16};
    std::vector<double> volume{100, 0, 300, 400, 0, 600};

    BarColumns columns() const { return {.bars = close.size(), .values = {open, high, low, close, volume}}; }
};

std::vector<double> series_of(std::string_view text) {
    const SixBars bars;
    const Result<Program> program = compile(text);
    INFO(text);
    REQUIRE(program.has_value());
    return evaluate_series(*program, bars.columns());
}

std::string shown(const std::vector<double>& series) {
    std::string text;
    for (const double value : series) {
        text += (text.empty() ? "" : " ") + (std::isnan(value) ? std::string("?") : print_number(value));
    }
    return text;
}

struct Row {
    std::string_view text;
    std::string_view values; ///< `?` where unknown
};

} // namespace

TEST_CASE("expressions give these series") {
    const Row row = GENERATE(
        Row{"1 + 2 * 3", "7 7 7 7 7 7"}, Row{"(1 + 2) * 3", "9 9 9 9 9 9"}, Row{"10 - 4 - 3", "3 3 3 3 3 3"},
        Row{"-2 * -3", "6 6 6 6 6 6"}, Row{"1_000 / 8", "125 125 125 125 125 125"},
        Row{"1e3", "1000 1000 1000 1000 1000 1000"}, Row{".5 + 1.5E+0", "2 2 2 2 2 2"},
        Row{"open", "10 11 12 13 14 15"}, Row{"HIGH - Low", "3 3 3 3 3 3"}, Row{"-close", "-11 -12 -11 -14 -13 -16"},
        Row{"close[1]", "? 11 12 11 14 13"}, Row{"close[0]", "11 12 11 14 13 16"},
        Row{"close - close[1]", "? 1 -1 3 -1 3"}, Row{"close[1][1]", "? ? 11 12 11 14"},
        Row{"-close[5]", "? ? ? ? ? -11"}, Row{"close[100]", "? ? ? ? ? ?"},
        Row{"(close + open)[1 + 1]", "? ? 21 23 23 27"},
        Row{"sma(3)[1]", "? ? ? 11.333333333333334 12.333333333333334 12.666666666666666"},
        Row{"sma(2)", "? 11.5 11.5 12.5 13.5 14.5"}, Row{"sma(open, 2)", "? 10.5 11.5 12.5 13.5 14.5"},
        Row{"sma(close, 1 + 1)", "? 11.5 11.5 12.5 13.5 14.5"}, Row{"ema(open, 2)", "? 10.5 11.5 12.5 13.5 14.5"},
        Row{"rsi(open, 2)", "? ? 100 100 100 100"}, Row{"sma(rsi(open, 2), 2)", "? ? ? 100 100 100"},
        Row{"highest(close, 3)", "? ? 12 14 14 16"}, Row{"lowest(low, 2)", "? 9 10 11 12 13"},
        Row{"bbands(2, 1)", "? 12 12 14 14 16"}, Row{"bbands.lower(2, 1)", "? 11 11 11 13 13"},
        Row{"bbands(close, 2, 1).upper - bbands(2, 1).lower", "? 1 1 3 1 3"}, Row{"ema:first(1)", "11 12 11 14 13 16"},
        Row{"ema:sma-seeded(2)-ema(2)", "? 0 0 0 0 0"}, Row{"rsi()", "? ? ? ? ? ?"},
        Row{"sma(open - low, 2)", "? 1 1 1 1 1"});
    INFO(row.text);
    CHECK(shown(series_of(row.text)) == row.values);
}

TEST_CASE("conditions give these truths") {
    const Row row = GENERATE(
        Row{"close > open", "1 1 0 1 0 1"}, Row{"close >= 12", "0 1 0 1 1 1"}, Row{"close < 12", "1 0 1 0 0 0"},
        Row{"close <= 11", "1 0 1 0 0 0"}, Row{"volume == 0", "0 1 0 0 1 0"}, Row{"volume != 0", "1 0 1 1 0 1"},
        Row{"not volume == 0", "1 0 1 1 0 1"}, Row{"not not volume == 0", "0 1 0 0 1 0"},
        Row{"close > open and volume > 0", "1 0 0 1 0 1"}, Row{"close > open or volume > 0", "1 1 1 1 0 1"},
        Row{"volume == 0 or close > 12 and close < 15", "0 1 0 1 1 0"},
        Row{"(volume == 0 or close > 12) and close < 14", "0 1 0 0 1 0"}, Row{"1 < 2", "1 1 1 1 1 1"},
        Row{"(close > open)[1]", "? 1 1 0 1 0"}, Row{"NOT close > open AND volume > 0", "0 0 1 0 0 0"});
    INFO(row.text);
    CHECK(shown(series_of(row.text)) == row.values);
}

TEST_CASE("what is not known is neither true nor false") {
    const Row row = GENERATE(
        // Not enough history, on either side, whatever the comparison.
        Row{"sma(3) > 0", "? ? 1 1 1 1"}, Row{"0 != sma(3)", "? ? 1 1 1 1"}, Row{"sma(3) == sma(3)", "? ? 1 1 1 1"},
        Row{"not sma(3) > 0", "? ? 0 0 0 0"},
        // A division by zero is no error and no number.
        Row{"volume / volume * close", "11 ? 11 14 ? 16"}, Row{"0 * close / (open - open)", "? ? ? ? ? ?"},
        Row{"close / volume > 0", "1 ? 1 1 ? 1"}, Row{"not close / volume > 0", "0 ? 0 0 ? 0"},
        // Too large for a double.
        Row{"close * 1e308 * 10 > 0", "? ? ? ? ? ?"},
        // One side may settle it.
        Row{"close / volume > 0 and close < 0", "0 0 0 0 0 0"}, Row{"close < 0 and close / volume > 0", "0 0 0 0 0 0"},
        Row{"close / volume > 0 or close > 0", "1 1 1 1 1 1"}, Row{"close / volume > 0 or close < 0", "1 ? 1 1 ? 1"},
        Row{"close / volume > 0 and close > 0", "1 ? 1 1 ? 1"},
        // An indicator does not bridge a hole.
        Row{"sma(volume / volume * close, 2)", "? ? ? 12.5 ? ?"});
    INFO(row.text);
    CHECK(shown(series_of(row.text)) == row.values);
    CHECK(truth_of(none) == Truth::unknown);
    CHECK(truth_of(1.0) == Truth::yes);
    CHECK(truth_of(0.0) == Truth::no);
}

TEST_CASE("the last values explain a match") {
    const SixBars bars;
    const Program program = compile("close > sma(3) and not RSI(close, 2) >= 70 or close < 3 * open").value();
    std::vector<std::string> labels;
    for (const Output& value : program.outputs()) {
        if (value.role == OutputRole::explains) {
            labels.push_back(value.label);
        }
    }
    CHECK(labels == std::vector<std::string>{"close", "sma(3)", "rsi(close, 2)", "3 * open"});
    const LastValues last = evaluate_last(program, bars.columns());
    CHECK(truth_of(last.result) == Truth::yes);
    REQUIRE(last.outputs.size() == 7);
    CHECK(last.outputs[0] == 16);
    CHECK(last.outputs[1] == Approx((14.0 + 13.0 + 16.0) / 3.0));
    CHECK(last.outputs[3] == 45);

    const LastValues nothing = evaluate_last(program, BarColumns{});
    CHECK(truth_of(nothing.result) == Truth::unknown);
    CHECK(shown(nothing.outputs) == "? ? ? ? ? ? ?");
}

TEST_CASE("a number shows itself, and the values shown are bounded") {
    CHECK(compile("close * 2").value().outputs()[0].label == "close * 2");
    std::string many = "close[1] > 0";
    for (int i = 2; i <= 40; ++i) {
        many += " and close[" + std::to_string(i) + "] > 0";
    }
    const Program program = compile(many).value();
    CHECK(std::ranges::count(program.outputs(), OutputRole::explains, &Output::role) == explained_max);
    CHECK(std::ranges::count(program.outputs(), OutputRole::clause, &Output::role) == 40);
}

TEST_CASE("needed history is known before any data is read") {
    struct History {
        std::string_view text;
        std::size_t needed;
        std::size_t wanted;
    };
    const History row = GENERATE(History{"close > 10", 1, 1}, History{"sma(20) < close", 20, 20},
                                 History{"close[3] > 1", 4, 4}, History{"sma(20)[3] > 1", 23, 23},
                                 History{"sma(highest(high, 10), 20)", 29, 29}, History{"rsi(14) < 30", 15, 295},
                                 History{"ema(9)", 9, 102}, History{"sma(rsi(14), 5) > sma(200)", 200, 299},
                                 History{"sma(5) > 1 or sma(50) > 1", 50, 50}, History{"2 + 3", 1, 1});
    INFO(row.text);
    const Program program = compile(row.text).value();
    CHECK(program.bars_needed() == row.needed);
    CHECK(program.bars_wanted() == row.wanted);

    // With one bar fewer than needed the result is not known; with exactly as many it is.
    const std::vector<double> prices(row.needed, 10.0);
    const auto evaluate = [&](std::size_t bars) {
        const std::span<const double> part = std::span(prices).first(bars);
        return evaluate_last(program, BarColumns{.bars = bars, .values = {part, part, part, part, part}}).result;
    };
    CHECK_FALSE(std::isnan(evaluate(row.needed)));
    if (row.needed > 1 && row.text.find(" or ") == std::string_view::npos) {
        CHECK(std::isnan(evaluate(row.needed - 1)));
    }
}

TEST_CASE("a shared part is one step") {
    const auto steps = [](std::string_view text) { return compile(text).value().plan().steps.size(); };
    CHECK(steps("rsi(14)") == steps("rsi(close, 14)"));
    CHECK(steps("sma(20) > sma(20)") == steps("sma(20)") + 1);
    CHECK(steps("(close - open) / (close - open)[1] > (CLOSE - open)") == 6);
    CHECK(compile("close > sma(volume, 5)").value().reads(indicators::Column::volume));
    CHECK_FALSE(compile("close > sma(volume, 5)").value().reads(indicators::Column::high));
}

TEST_CASE("a program serves several threads at once") {
    const SixBars bars;
    const Program program = compile("ema(close, 3) > sma(open, 2) and rsi(2) > 50").value();
    const std::string expected = shown(evaluate_series(program, bars.columns()));
    std::vector<std::string> results(4);
    {
        std::vector<std::jthread> threads;
        for (std::string& result : results) {
            threads.emplace_back([&result, &bars, program] {
                for (int i = 0; i < 200; ++i) {
                    result = shown(evaluate_series(program, bars.columns()));
                }
            });
        }
    }
    CHECK(std::ranges::all_of(results, [&](const std::string& result) { return result == expected; }));
}
