#include "core/expression/parser.hpp"
#include "core/expression/program.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tradesh;
using namespace tradesh::expression;

namespace {

struct Row {
    std::string_view text;
    std::uint32_t column;
    std::uint32_t length;
    std::string_view code;
    std::string_view message;
    std::string_view hint = "";
};

void check(const Row& row, Wanted wanted = Wanted::anything) {
    INFO(row.text);
    const Result<Program> program = compile(row.text, wanted);
    REQUIRE_FALSE(program.has_value());
    const Error& error = program.error();
    CHECK(error.kind == ErrorKind::usage);
    CHECK(error.code == row.code);
    CHECK(error.message == row.message);
    CHECK(error.hint == row.hint);
    REQUIRE(error.where.has_value());
    CHECK(error.where->line == 1);
    CHECK(error.where->column == row.column);
    CHECK(error.where->length == row.length);
    CHECK(error.where->text == row.text);
}

} // namespace

TEST_CASE("unknown names point at themselves and suggest what was meant") {
    check(GENERATE(
        Row{"close > smaa(20)", 9, 4, "expression.unknown_name", "unknown function 'smaa'; did you mean sma?"},
        Row{"clsoe > 1", 1, 5, "expression.unknown_name", "unknown field 'clsoe'; did you mean close?"},
        Row{"1 < volumes", 5, 7, "expression.unknown_name", "unknown field 'volumes'; did you mean volume?"},
        Row{"frobnicate(3)", 1, 10, "expression.unknown_name", "unknown function 'frobnicate'",
            "fields are open high low close volume; `help indicators` lists the functions"},
        Row{"sma > 3", 1, 3, "expression.arity", "sma is a function and needs parentheses",
            "usage: sma(series = close, period = 20)"},
        Row{"close(1) > 3", 1, 8, "expression.arity", "close is a field and takes no arguments",
            "write close, or close[1] for the bar before"},
        Row{"macd.signle(12) > 3", 1, 15, "expression.unknown_name", "macd has no output 'signle'",
            "outputs of macd are line signal histogram"},
        Row{"sma(3).value2 > 3", 1, 13, "expression.unknown_name", "sma has no output 'value2'",
            "it has one value: leave the name of the output out"},
        Row{"macd(12). > 3", 11, 1, "expression.syntax", "expected the name of an output, not '>'"},
        Row{"crosses_abov(close, 3)", 1, 12, "expression.unknown_name",
            "unknown function 'crosses_abov'; did you mean crosses_above?"},
        Row{"chnage(3) > 1", 1, 6, "expression.unknown_name", "unknown function 'chnage'; did you mean change?"},
        Row{"let fast = ema(10) in fats > 1", 23, 4, "expression.unknown_name",
            "unknown field 'fats'; did you mean fast?"},
        Row{"close / QQQQ > 1", 9, 4, "expression.unknown_name", "unknown field 'qqqq'",
            "another instrument is written close(\"QQQQ\")"},
        Row{"any > 3", 1, 3, "expression.arity", "any is a function and needs parentheses", "usage: any(condition, n)"},
        Row{"ema:frist(3) > 3", 1, 9, "expression.unknown_name",
            "unknown function 'ema:frist'; did you mean ema:first?"},
        Row{"ema:foo > 3", 1, 7, "expression.unknown_name", "unknown variant 'ema:foo'",
            "there are ema ema:sma-seeded ema:sma ema:adjusted ema:first"},
        Row{"1 < ema:foo(3)", 5, 7, "expression.unknown_name", "unknown variant 'ema:foo'",
            "there are ema ema:sma-seeded ema:sma ema:adjusted ema:first"},
        Row{"foo:bar > 3", 1, 7, "expression.unknown_name", "unknown field 'foo:bar'",
            "fields are open high low close volume; `help indicators` lists the functions"},
        Row{"macd.sginal > 0", 1, 11, "expression.unknown_name", "macd has no output 'sginal'",
            "outputs of macd are line signal histogram"},
        Row{"macd.signal > 0", 1, 11, "expression.arity", "macd.signal is a function and needs parentheses",
            "usage: macd(series = close, fast = 12, slow = 26, signal = 9)"}));
}

TEST_CASE("arguments are checked for number, kind and range") {
    constexpr std::string_view sma_usage = "usage: sma(series = close, period = 20)";
    check(GENERATE_COPY(
        Row{"sma(close, 20, 3)", 1, 17, "expression.arity", "sma takes at most 2 arguments, not 3", sma_usage},
        Row{"sma(20, 3)", 1, 10, "expression.arity", "sma takes 1 number after its series", sma_usage},
        Row{"highest(20)", 1, 11, "expression.arity", "highest needs a series first, such as close",
            "usage: highest(series, period = 20)"},
        Row{"sma(0)", 5, 1, "expression.parameter",
            "the period of sma must be a constant whole number from 1 to 10000, not 0"},
        Row{"1 + rsi(close, 2.5)", 16, 3, "expression.parameter",
            "the period of rsi must be a constant whole number from 2 to 10000, not 2.5"},
        Row{"sma(-5)", 5, 2, "expression.parameter",
            "the period of sma must be a constant whole number from 1 to 10000, not -5"},
        Row{"ema(close, volume)", 12, 6, "expression.parameter",
            "the period of ema must be a constant whole number from 1 to 10000, not 'volume'"},
        Row{"close[-1]", 7, 2, "expression.parameter",
            "the number of bars in brackets must be a constant whole number from 0 to 10000, not -1"},
        Row{"close[open]", 7, 4, "expression.parameter",
            "the number of bars in brackets must be a constant whole number from 0 to 10000, not 'open'"},
        Row{"sma(close > 1, 3)", 5, 9, "expression.type", "sma needs a number, and 'close > 1' is a condition"}));
}

TEST_CASE("words are checked as indicators are") {
    check(GENERATE(
        Row{"any(close, 5)", 5, 5, "expression.type", "any needs a condition, and 'close' is a number"},
        Row{"any(close > 1)", 1, 14, "expression.arity", "any needs 2 arguments", "usage: any(condition, n)"},
        Row{"count(close > 1, 0) > 1", 18, 1, "expression.parameter",
            "the n of count must be a constant whole number from 1 to 10000, not 0"},
        Row{"all(close > 1, volume)", 16, 6, "expression.parameter",
            "the n of all must be a constant whole number from 1 to 10000, not 'volume'"},
        Row{"change(close, 1.5)", 15, 3, "expression.parameter",
            "the n of change must be a constant whole number from 1 to 10000, not 1.5"},
        Row{"change(close > 1)", 8, 9, "expression.type", "change needs a number, and 'close > 1' is a condition"},
        Row{"change(1, 2, 3)", 1, 15, "expression.arity", "change takes 2 arguments, not 3",
            "usage: change(x = close, n = 1)"},
        Row{"gap(5)", 1, 6, "expression.arity", "gap takes 0 arguments, not 1", "usage: gap"},
        Row{"rvol(close)", 6, 5, "expression.parameter",
            "the n of rvol must be a constant whole number from 1 to 10000, not 'close'"},
        Row{"abs(close > 1)", 5, 9, "expression.type", "abs needs a number, and 'close > 1' is a condition"},
        Row{"min(close)", 1, 10, "expression.arity", "min needs 2 arguments", "usage: min(x, y)"},
        Row{"if(close, 1, 2)", 4, 5, "expression.type", "if needs a condition, and 'close' is a number"},
        Row{"if(close > 1, 1, close > 2)", 15, 1, "expression.type", "if needs a condition, and '1' is a number"},
        Row{"if(close > 1, 1)", 1, 16, "expression.arity", "if needs 3 arguments", "usage: if(condition, yes, no)"},
        Row{"1 < sqrt(0 - 1)", 5, 11, "expression.not_finite", "'sqrt(0 - 1)' has no value"},
        Row{"change_pct(0, 1) > 1", 1, 16, "expression.not_finite", "'change_pct(0, 1)' has no value"},
        Row{"close crosses_above (open > 1)", 22, 8, "expression.type",
            "crosses_above needs a number, and 'open > 1' is a condition"},
        Row{"close crosses_above open crosses_above 3", 26, 13, "expression.syntax", "comparisons do not chain",
            "write 1 < x and x < 2"},
        Row{"close crosses_above", 20, 1, "expression.syntax", "the expression ends where a value is expected"}));
}

TEST_CASE("timeframes and instruments are checked") {
    constexpr std::string_view frames = "use one of 1m 5m 15m 30m 1h 2h 3h 4h 1d 1w 1M (m is minutes, M is months)";
    check(GENERATE_COPY(
        Row{"rsi(14)@7h < 30", 9, 2, "expression.timeframe", "'7h' is not a timeframe", frames},
        Row{"rsi(14)@1H < 30", 9, 2, "expression.timeframe", "'1H' is not a timeframe", frames},
        Row{"close@", 7, 1, "expression.syntax", "the expression ends where a timeframe such as 1h is expected"},
        Row{"close@ > 1", 8, 1, "expression.syntax", "expected a timeframe such as 1h, not '>'"},
        Row{"@1h > 1", 1, 1, "expression.syntax", "expected a value, not '@'"},
        Row{"close(SPY) > 1", 7, 3, "expression.symbol", "an instrument stands in quotes: close(\"SPY\")"},
        Row{"\"SPY\" > 1", 1, 5, "expression.type", "\"SPY\" is an instrument, and a series is needed",
            "write close(\"SPY\")"},
        Row{"rsi('SPY', 14) > 1", 5, 5, "expression.type", "'SPY' is an instrument, and a series is needed",
            "write close(\"SPY\")"},
        Row{"close('SPY', 14) > 1", 1, 16, "expression.arity", "close is a field and takes no arguments",
            "write close, or close[1] for the bar before"},
        Row{"close(\"SPY) > 1", 7, 1, "expression.symbol", "the quotes are not closed",
            "another instrument is written close(\"SPY\")"},
        Row{"close(\"S PY\") > 1", 7, 6, "expression.symbol", "what is in quotes is not a symbol",
            "a symbol has up to 32 letters, digits and . - _ / = : ^"},
        Row{"close(\"\") > 1", 7, 2, "expression.symbol", "what is in quotes is not a symbol",
            "a symbol has up to 32 letters, digits and . - _ / = : ^"}));
}

TEST_CASE("names for parts are checked") {
    check(GENERATE(
        Row{"let close = 5 in close > 3", 5, 5, "expression.name_taken", "'close' is a field already",
            "choose another name"},
        Row{"let sma = 5 in sma > 3", 5, 3, "expression.name_taken", "'sma' is an indicator already",
            "choose another name"},
        Row{"let gap = 5 in gap > 3", 5, 3, "expression.name_taken", "'gap' is a function already",
            "choose another name"},
        Row{"let a = 5, a = 6 in a > 3", 12, 1, "expression.name_taken", "'a' has a value already",
            "choose another name"},
        Row{"let a = 5 in (let a = 6 in a > 3)", 19, 1, "expression.name_taken", "'a' has a value already",
            "choose another name"},
        Row{"let a = b, b = 6 in a > 3", 9, 1, "expression.unknown_name", "'b' has no value here",
            "a name has its value after it was given one, until its let ends"},
        Row{"(let a = 5 in a) > a", 20, 1, "expression.unknown_name", "'a' has no value here",
            "a name has its value after it was given one, until its let ends"},
        Row{"let a = close > 1 in a + 1 > 2", 22, 1, "expression.type", "'+' needs a number, and 'a' is a condition"},
        Row{"let a = rsi(1) in close > 2", 13, 1, "expression.parameter",
            "the period of rsi must be a constant whole number from 2 to 10000, not 1"},
        Row{"let a = 5 in a(3) > 1", 14, 1, "expression.unknown_name", "'a' is a name for a value, not a function",
            "a name has its value after it was given one, until its let ends"},
        Row{"let a > 5 in a", 7, 1, "expression.syntax", "expected '=', not '>'"},
        Row{"let 5 = 5 in a", 5, 1, "expression.syntax", "expected a name, not '5'"},
        Row{"let in = 5 in a", 5, 2, "expression.syntax", "expected a name, not 'in'"},
        Row{"let a = 5", 10, 1, "expression.syntax", "the expression ends where 'in' is expected"},
        Row{"let a = 5 a > 3", 11, 1, "expression.syntax", "expected 'in', not 'a'"},
        Row{"1 + let a = 5 in a", 5, 3, "expression.syntax", "expected a value, not 'let'",
            "put parentheses around let .. in .."}));
}

TEST_CASE("numbers and conditions do not mix") {
    check(
        GENERATE(Row{"close and open > 1", 1, 5, "expression.type", "'and' needs a condition, and 'close' is a number"},
                 Row{"open > 1 or 5", 13, 1, "expression.type", "'or' needs a condition, and '5' is a number"},
                 Row{"not close", 5, 5, "expression.type", "'not' needs a condition, and 'close' is a number"},
                 Row{"-(close > 1)", 3, 9, "expression.type", "'-' needs a number, and 'close > 1' is a condition"},
                 Row{"(close > 1) + 1", 2, 9, "expression.type", "'+' needs a number, and 'close > 1' is a condition"},
                 Row{"(close > 1) == (open > 1)", 2, 9, "expression.type",
                     "'==' needs a number, and 'close > 1' is a condition"},
                 Row{"close > 1 / 0", 9, 5, "expression.not_finite", "'1 / 0' has no value"},
                 Row{"close > 1e308 * 10", 9, 10, "expression.not_finite", "'1e308 * 10' has no value"}));
    check(Row{"rsi(14)", 1, 7, "expression.type", "'rsi(14)' is a number, and a condition is needed",
              "compare it with something: rsi(14) > 0"},
          Wanted::condition);
    CHECK(compile("rsi(14) < 30", Wanted::condition).has_value());
}

TEST_CASE("mistakes of syntax point at the first thing that does not fit") {
    check(
        GENERATE(Row{"close >", 8, 1, "expression.syntax", "the expression ends where a value is expected"},
                 Row{"(close > 1", 11, 1, "expression.syntax", "the expression ends where ')' is expected"},
                 Row{"close > 1)", 10, 1, "expression.syntax", "expected an operator, not ')'"},
                 Row{"close 20", 7, 2, "expression.syntax", "expected an operator, not '20'"},
                 Row{"close > * 2", 9, 1, "expression.syntax", "expected a value, not '*'"},
                 Row{"sma(20,)", 8, 1, "expression.syntax", "expected a value, not ')'"},
                 Row{"sma(,20)", 5, 1, "expression.syntax", "expected a value, not ','"},
                 Row{"sma(20", 7, 1, "expression.syntax", "the expression ends where ')' is expected"},
                 Row{"close[1", 8, 1, "expression.syntax", "the expression ends where ']' is expected"},
                 Row{"close[]", 7, 1, "expression.syntax", "expected a value, not ']'"},
                 Row{"and close", 1, 3, "expression.syntax", "expected a value, not 'and'"},
                 Row{"1 < not close", 5, 3, "expression.syntax", "expected a value, not 'not'"},
                 Row{"1 < close < 3", 11, 1, "expression.syntax", "comparisons do not chain", "write 1 < x and x < 2"},
                 Row{"()", 2, 1, "expression.syntax", "expected a value, not ')'"},
                 Row{"", 1, 1, "expression.syntax", "the expression ends where a value is expected"}));
}

TEST_CASE("a misspelt operator is met by the one that was meant") {
    check(GENERATE(
        Row{"close crosses_abov sma(20)", 7, 12, "expression.syntax",
            "expected an operator, not 'crosses_abov'; did you mean crosses_above?"},
        Row{"close crosses above sma(20)", 7, 7, "expression.syntax",
            "expected an operator, not 'crosses'; did you mean crosses_above?"},
        Row{"close crosses below sma(20)", 7, 7, "expression.syntax",
            "expected an operator, not 'crosses'; did you mean crosses_below?"},
        Row{"close > 1 adn open > 2", 11, 3, "expression.syntax", "expected an operator, not 'adn'; did you mean and?"},
        Row{"(close > 1 ro open > 2)", 12, 2, "expression.syntax", "expected ')', not 'ro'; did you mean or?"},
        Row{"let a = close > 1 adn open > 2 in a", 19, 3, "expression.syntax",
            "expected 'in', not 'adn'; did you mean and?"},
        Row{"close volume", 7, 6, "expression.syntax", "expected an operator, not 'volume'"},
        Row{"close in", 7, 2, "expression.syntax", "expected an operator, not 'in'"}));
}

TEST_CASE("arguments go by position") {
    constexpr std::string_view message = "arguments go by position, without their names";
    check(GENERATE_COPY(
        Row{"sma(period = 20)", 5, 8, "expression.syntax", message, "write the values alone: sma(20)"},
        Row{"sma(series = close, period = 20)", 5, 8, "expression.syntax", message,
            "write the values alone: sma(close, 20)"},
        Row{"macd(12, slow = 26).signal > 1", 10, 6, "expression.syntax", message,
            "write the values alone: macd(12, 26, 9)"},
        Row{"macd.signal(12, slow = 26) > 1", 17, 6, "expression.syntax", message,
            "write the values alone: macd(12, 26, 9)"},
        Row{"highest(period = 20)", 9, 8, "expression.syntax", message, "write the values alone: highest(series, 20)"},
        Row{"change(n = 5)", 8, 3, "expression.syntax", message, "write the values alone: change(close, 1)"},
        Row{"if(close = 5, 1, 2)", 10, 1, "expression.character", "'=' is not an operator here",
            "write '==' to compare"}));
}

TEST_CASE("characters that do not belong are named, with our own spelling of them") {
    check(GENERATE(
        Row{"close > 1 && open > 1", 11, 2, "expression.character", "'&&' is not an operator here", "write 'and'"},
        Row{"close > 1 || open > 1", 11, 2, "expression.character", "'||' is not an operator here", "write 'or'"},
        Row{"close = 1", 7, 1, "expression.character", "'=' is not an operator here", "write '==' to compare"},
        Row{"close <> 1", 7, 2, "expression.character", "'<>' is not an operator here", "write '!='"},
        Row{"!close", 1, 1, "expression.character", "'!' is not an operator here", "write 'not'"},
        Row{"close > 5%", 10, 1, "expression.character", "'%' is not an operator here",
            "write a fraction: 0.05 for 5%"},
        Row{"close > $5", 9, 1, "expression.character", "'$' does not belong into an expression"},
        Row{"é > 5", 1, 1, "expression.character", "'é' does not belong into an expression"},
        Row{"close > 1 and äöü", 15, 1, "expression.character", "'ä' does not belong into an expression"},
        Row{"close \xff 5", 7, 1, "expression.character", "byte 0xff does not belong into an expression"},
        Row{"close > 12abc", 9, 3, "expression.number", "'12a' is not a number",
            "numbers look like 20, 1_000, 0.5 or 1e6"},
        Row{"1.2.3", 1, 4, "expression.number", "'1.2.' is not a number", "numbers look like 20, 1_000, 0.5 or 1e6"},
        Row{"1__0", 1, 2, "expression.number", "'1_' is not a number", "numbers look like 20, 1_000, 0.5 or 1e6"},
        Row{"close > 1e999", 9, 5, "expression.number", "'1e999' is out of range"}));
}

TEST_CASE("columns count characters, lines count from the line they are on") {
    const Result<Program> program = compile("close > 1\n  and opne > 2");
    REQUIRE_FALSE(program.has_value());
    CHECK(program.error().where->line == 2);
    CHECK(program.error().where->column == 7);
    CHECK(program.error().where->text == "  and opne > 2");
}

TEST_CASE("size and depth are bounded") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '(') + "1" + std::string(depth, ')'); };
    CHECK(compile(nested(nesting_max - 1)).has_value());
    const Result<Program> deep = compile(nested(nesting_max));
    REQUIRE_FALSE(deep.has_value());
    CHECK(deep.error().code == "expression.too_deep");
    CHECK(deep.error().where->column == nesting_max + 1);
    CHECK(compile(std::string(2'000, '-') + "1").error().code == "expression.too_deep");

    std::string chain = "close";
    while (chain.size() + 3 <= text_bytes_max) {
        chain += chain.size() % 2 == 0 ? "-1" : "+open";
    }
    chain.resize(chain.find_last_of("+-"));
    CHECK(compile(chain).has_value()); // long, but not deep

    CHECK(compile(std::string(text_bytes_max + 1, ' ')).error().code == "expression.too_long");

    // Whatever leans to the left is as deep as it is long.
    for (const std::string_view link : {"[1]", "@1h", "+open", "-1", " and a", "@1d[0]"}) {
        std::string leaning = link == " and a" ? "let a = close > 1 in a" : "close";
        while (leaning.size() + link.size() <= text_bytes_max) {
            leaning += link;
        }
        INFO(link);
        const Result<Program> program = compile(leaning);
        REQUIRE(program.has_value());
        CHECK(print(parse(leaning).value()).starts_with(leaning.substr(0, 5)));
    }
    std::string names = "let a0 = close";
    for (int i = 1; names.size() < text_bytes_max - 40; ++i) {
        names += ",a" + std::to_string(i) + "=a" + std::to_string(i - 1) + "+1";
    }
    CHECK(compile(names + " in " + names.substr(names.rfind(",a") + 1, names.rfind('=') - names.rfind(",a") - 1))
              .has_value());
    CHECK(compile("let x = " + chain.substr(0, 3'900) + " in x@1h + x@2h + x@3h + x@4h + x@1d").error().code ==
          "expression.too_large");

    std::string wide = "ema(10_000)[10_000] > 0";
    for (int i = 2; i < 60; ++i) {
        wide += " and ema(" + std::to_string(i) + ") > 0";
    }
    const Result<Program> large = compile(wide);
    REQUIRE_FALSE(large.has_value());
    CHECK(large.error().code == "expression.too_large");
    CHECK_THAT(large.error().message, Contains("of each symbol, which is too much"));
}
