#include "core/expression/words.hpp"

#include "core/expression/evaluation.hpp"
#include "tests/expression/random_streams.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <set>
#include <string>
#include <vector>

using namespace tradesh;
using namespace tradesh::expression;

namespace {

std::string shown(const std::vector<double>& series) {
    std::string text;
    for (const double value : series) {
        text += (text.empty() ? "" : " ") + (std::isnan(value) ? std::string("?") : print_number(value));
    }
    return text;
}

struct Row {
    std::string_view text;
    std::string_view same;
};

} // namespace

TEST_CASE("words give these series") {
    const std::vector<double> open{10, 11, 12, 13, 14, 15};
    const std::vector<double> high{12, 13, 14, 15, 16, 17};
    const std::vector<double> low{9, 10, 11, 12, 13, 14};
    const std::vector<double> close{8, 10, 12, 16, 13, 16};
    const std::vector<double> volume{100, 0, 300, 400, 0, 600};
    const Row row = GENERATE(
        Row{"close crosses_above open", "0 0 0 1 0 1"}, Row{"crosses_below(close, open)", "? 0 0 0 1 0"},
        Row{"close crosses_above 12", "0 0 0 1 0 0"}, Row{"volume / volume crosses_above 0", "? 0 ? 0 0 ?"},
        Row{"change()", "? 2 2 4 -3 3"}, Row{"change(2)", "? ? 4 6 1 0"}, Row{"change(open, 3)", "? ? ? 3 3 3"},
        Row{"change_pct(volume, 2)", "? ? 200 ? -100 50"},
        Row{"gap", "? 37.5 19.999999999999996 8.333333333333325 -12.5 15.384615384615374"},
        Row{"gap()", "? 37.5 19.999999999999996 8.333333333333325 -12.5 15.384615384615374"},
        Row{"rvol(2)", "? ? 6 2.6666666666666665 0 3"}, Row{"count(close > open, 3)", "? ? 0 1 1 2"},
        Row{"any(close > open, 2)", "? 0 0 1 1 1"}, Row{"all(close >= 12, 2)", "? 0 0 1 1 1"},
        Row{"any(close / volume > 0, 2)", "? ? ? 1 ? ?"}, Row{"abs(12 - close)", "4 2 0 4 1 4"},
        Row{"sqrt(close)", "2.8284271247461903 3.1622776601683795 3.4641016151377544 4 3.605551275463989 4"},
        Row{"log(volume / 100)", "0 ? 1.0986122886681098 1.3862943611198906 ? 1.791759469228055"},
        Row{"min(close, 12)", "8 10 12 12 12 12"}, Row{"max(close, open)", "10 11 12 16 14 16"},
        Row{"if(close > open, close, -1)", "-1 -1 -1 16 -1 16"},
        Row{"if(close > open, volume > 500, low > 10)", "0 0 1 0 1 1"},
        Row{"if(volume / volume > 0, 1, 2)", "1 ? 1 1 ? 1"}, Row{"if(volume > 0, 600 / volume, 0)", "6 0 2 1.5 0 1"},
        Row{"sma(close, max(1, 2))", "? 9 11 14 14.5 14.5"}, Row{"abs(-2) + sqrt(9) * min(2, 1)", "5 5 5 5 5 5"},
        Row{"LET f = close, s = f[1] IN f - s", "? 2 2 4 -3 3"},
        Row{"let n = 2 in change(close, n) + close[n]", "? ? 12 16 13 16"},
        Row{"(let up = close > open in up) and (let up = volume > 0 in up)", "0 0 0 1 0 1"});
    INFO(row.text);
    const Result<Program> program = compile(row.text);
    REQUIRE(program.has_value());
    CHECK(shown(evaluate_series(*program, {.bars = close.size(), .values = {open, high, low, close, volume}})) ==
          row.same);
}

TEST_CASE("words and names make the same plan as what they stand for") {
    const Row row = GENERATE(
        Row{"ema(10) crosses_above ema(30)", "ema(10) > ema(30) and ema(10)[1] <= ema(30)[1]"},
        Row{"crosses_below(close, 5)", "close < 5 and close[1] >= 5"}, Row{"change(high, 3)", "high - high[3]"},
        Row{"gap@1h", "(100 * (open / close[1] - 1))@1h"}, Row{"rvol()", "volume / sma(volume, 20)[1]"},
        Row{"all(close > open, 3)", "sum(if(close > open, 1, 0), 3) == 3"},
        Row{"let r = rsi(14) in r@1h < 30 and r@1d > 50", "rsi(14)@1h < 30 and rsi(14)@1d > 50"},
        Row{"let a = close, b = a + open in b * b > a", "(close + open) * (close + open) > close"},
        Row{"let x = close in (let y = x + 1 in y[1])", "(close + 1)[1]"},
        Row{"let a = open in change(a, 2)", "open - open[2]"}, Row{"let p = 5 in sma(p * 2)", "sma(10)"});
    INFO(row.text);
    QueryCompiler compiler;
    REQUIRE(compiler.condition(row.text, Wanted::anything).has_value());
    const std::size_t steps = compile(row.text).value().plan().steps.size();
    REQUIRE(compiler.columns(std::string(row.same) + " as written_out").has_value());
    const Program both = std::move(compiler).finish().value();
    CHECK(both.plan().steps.size() == steps);
    CHECK(both.outputs()[both.type() == Type::number ? 1 : 2].label != "");
    const auto column = std::ranges::find(both.outputs(), OutputRole::column, &Output::role);
    CHECK(column->step == both.plan().result);
}

TEST_CASE("parts that are named over and over are worked out once") {
    std::string text = "let v0 = close";
    for (int i = 1; i <= 60; ++i) {
        const std::string before = "v" + std::to_string(i - 1);
        text += ", v" + std::to_string(i) + " = " + before + " + " + before;
    }
    const Program program = compile(text + " in v60").value();
    CHECK(program.plan().steps.size() == 61);
}

TEST_CASE("every word can be looked up, says what it is, and its formula is its own expansion") {
    std::set<std::string_view> names;
    for (const Word& word : words()) {
        INFO(word.name);
        CHECK(names.insert(word.name).second);
        CHECK(find_word(word.name) == &word);
        CHECK(indicators::find_indicator(word.name) == nullptr);
        CHECK_FALSE(word.summary.empty());
        CHECK_FALSE(word.formula.empty());
    }
    CHECK(signature(*find_word("change")) == "change(x = close, n = 1)");
    CHECK(signature(*find_word("any")) == "any(condition, n)");
    CHECK(signature(*find_word("gap")) == "gap");
    CHECK(find_word("sma") == nullptr);
}
