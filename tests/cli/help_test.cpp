#include "core/expression/words.hpp"
#include "core/indicators/catalogue.hpp"
#include "tests/cli/data_shell.hpp"
#include "tests/cli/shell.hpp"
#include "tests/support/catch.hpp"

#include <sstream>

using namespace tradesh;
using tradesh::test::Shell;

TEST_CASE("help indicators has a line for every indicator") {
    Shell shell;
    REQUIRE(shell.argv({"help", "indicators"}) == 0);
    CHECK_THAT(shell.client.out, Contains("  rsi(14) ") && Contains("relative strength index (Wilder), 0 to 100"));
    CHECK_THAT(shell.client.out, Contains("  sum(series, 20) ") && Contains("  obv() "));
    for (const indicators::Indicator& indicator : indicators::catalogue()) {
        CHECK_THAT(shell.client.out, Contains("\n  " + std::string(indicator.name) + "("));
    }
}

TEST_CASE("help of an indicator tells what it takes, what it needs and where it comes from") {
    Shell shell;
    REQUIRE(shell.argv({"help", "rsi"}) == 0);
    const std::string text = shell.client.out;
    CHECK_THAT(text, Contains("usage: rsi(series = close, period = 14)"));
    CHECK_THAT(text, Contains("100 * gain / (gain + loss)"));
    CHECK_THAT(text, Contains("a whole number from 2 to 10000; usually 14"));
    CHECK_THAT(text, Contains("on bar 15"));
    CHECK_THAT(text, Contains("below 1e-9 after 280 more bars"));
    CHECK_THAT(text, Contains("rsi:sma") && Contains("also written\n  rsi:wilder"));
    CHECK_THAT(text, Contains("TA-Lib RSI; Wilder"));
    REQUIRE(shell.argv({"help", "indicator", "RSI:Wilder"}) == 0);
    CHECK(shell.client.out == text);
    REQUIRE(shell.argv({"help", "macd.signal"}) == 0);
    CHECK_THAT(shell.client.out, Contains("macd.line(12, 26, 9)  the same as macd(12, 26, 9)") &&
                                     Contains("macd.histogram(12, 26, 9)\n"));
}

TEST_CASE("help of an indicator fits a page for every one of them") {
    Shell shell;
    for (const indicators::Indicator& indicator : indicators::catalogue()) {
        INFO(indicator.name);
        REQUIRE(shell.argv({"help", "indicator", std::string(indicator.name)}) == 0);
        std::istringstream lines(shell.client.out);
        for (std::string line; std::getline(lines, line);) {
            INFO(line);
            CHECK(line.size() <= 120);
        }
    }
}

TEST_CASE("help expressions has every word of the language, and help of a word what it stands for") {
    Shell shell;
    REQUIRE(shell.argv({"help", "expressions"}) == 0);
    for (const expression::Word& word : expression::words()) {
        CHECK_THAT(shell.client.out, Contains(signature(word)));
    }
    CHECK_THAT(shell.client.out, Contains("close(\"SPY\")") && Contains("unknown values"));
    REQUIRE(shell.argv({"help", "gap"}) == 0);
    CHECK_THAT(shell.client.out, Contains("100 * (open / close[1] - 1)"));
}

TEST_CASE("every part of an expression leads to help") {
    Shell shell;
    REQUIRE(shell.argv({"help", "expressions"}) == 0);
    const std::string expressions = shell.client.out;
    CHECK_THAT(expressions, Contains("close[1]@1d") && Contains("close@1d[1]"));
    for (const char* part : {"let", "in", "as", "and", "OR", "not", "@", "@1h", "<="}) {
        INFO(part);
        REQUIRE(shell.argv({"help", part}) == 0);
        CHECK(shell.client.out == expressions);
    }
    REQUIRE(shell.argv({"help", "volume"}) == 0);
    CHECK_THAT(shell.client.out, Contains("volume: a field of expressions, how much was traded in a bar") &&
                                     Contains("volume[1]") && Contains("help expressions"));
    REQUIRE(shell.argv({"help", "high"}) == 0);
    CHECK_THAT(shell.client.out, Contains("high: a field of expressions, the high price of a bar"));
}

TEST_CASE("help close is about the command, and says where the field is") {
    test::DataShell shell(std::nullopt);
    REQUIRE(shell.run({"help", "close"}) == 0);
    CHECK_THAT(shell.client.out,
               Contains("order close") && Contains("in expressions close is a field of the bar: help expressions"));
    REQUIRE(shell.run({"help", "buy"}) == 0);
    CHECK_FALSE(shell.client.out.contains("in expressions"));
}

TEST_CASE("help of an indicator that counts from the first bar says that it reads every one") {
    Shell shell;
    for (const indicators::Indicator& indicator : indicators::catalogue()) {
        if (indicator.memory == indicators::Memory::unlimited) {
            REQUIRE(shell.argv({"help", "indicator", std::string(indicator.name)}) == 0);
            CHECK_THAT(shell.client.out, Contains("of all stored bars") && Contains("reads every bar there is"));
        }
    }
}

TEST_CASE("a topic that is not there is met by the one that was meant") {
    Shell shell;
    CHECK(shell.argv({"help", "stochrssi"}) == 2);
    CHECK_THAT(shell.client.err, Contains("did you mean 'stochrsi'?"));
    CHECK(shell.argv({"help", "indicator", "bbnads"}) == 2);
    CHECK_THAT(shell.client.err, Contains("there is no indicator 'bbnads'") && Contains("did you mean 'bbands'?"));
    CHECK(shell.argv({"help", "expresions"}) == 2);
    CHECK_THAT(shell.client.err, Contains("did you mean 'expressions'?"));
}

TEST_CASE("help exit-codes tells what every code means") {
    Shell shell;
    REQUIRE(shell.argv({"help", "exit-codes"}) == 0);
    CHECK_THAT(shell.client.out, Contains("\n  0    done\n") &&
                                     Contains("  11   it may have had an effect: reconcile, never repeat\n") &&
                                     Contains("  15   the order ended, and has not, or not wholly, filled\n"));
    CHECK_THAT(shell.client.out, !Contains("unknown\n"));
}
