#include "core/expression/words.hpp"
#include "core/indicators/catalogue.hpp"
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

TEST_CASE("a topic that is not there is met by the one that was meant") {
    Shell shell;
    CHECK(shell.argv({"help", "stochrssi"}) == 2);
    CHECK_THAT(shell.client.err, Contains("did you mean 'stochrsi'?"));
    CHECK(shell.argv({"help", "indicator", "bbnads"}) == 2);
    CHECK_THAT(shell.client.err, Contains("there is no indicator 'bbnads'") && Contains("did you mean 'bbands'?"));
    CHECK(shell.argv({"help", "expresions"}) == 2);
    CHECK_THAT(shell.client.err, Contains("did you mean 'expressions'?"));
}
