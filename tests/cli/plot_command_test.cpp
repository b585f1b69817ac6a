#include "cli/render/display_width.hpp"
#include "tests/cli/data_shell.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <cmath>
#include <sstream>

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;

namespace {

/// Days from 2026-01-01 on with closes 100, 101, 102, ...: an average lags by half its length.
std::string rising_days(int count) {
    std::string text = "date,open,high,low,close,volume\n";
    for (int i = 0; i < count; ++i) {
        const std::string day = to_rfc3339(*parse_instant("2026-01-01") + std::chrono::days(i)).substr(0, 10);
        const int close = 100 + i;
        text += day + "," + std::to_string(close - 1) + "," + std::to_string(close + 1) + "," +
                std::to_string(close - 2) + "," + std::to_string(close) + "," + std::to_string(1'000 + i) + "\n";
    }
    return text;
}

struct PlotShell : DataShell {
    explicit PlotShell(int days = 300) : DataShell(std::nullopt) {
        client.files["bars.csv"] = rising_days(days);
        REQUIRE(run({"data", "import", "bars.csv", "--symbol", "XY"}) == 0);
    }
    int plot(std::vector<std::string> words) {
        words.insert(words.begin(), {"data", "plot", "XY"});
        return run(std::move(words));
    }
};

} // namespace

TEST_CASE("a plot goes to standard output as text, without colour where that is no terminal") {
    PlotShell shell;
    REQUIRE(shell.plot({"-n", "40", "--with", "ema(20), bbands(20, 2)", "--below", "rsi(14)", "--below", "volume"}) ==
            0);
    INFO(shell.client.out << shell.client.err);
    CHECK_THAT(shell.client.out, Contains("XY 1d  raw prices from import, 2026-09-18 to 2026-10-27"));
    CHECK_THAT(shell.client.out, Contains("C 399 +0.25%"));
    CHECK_THAT(shell.client.out, Contains("bbands.upper(20, 2)") && Contains("bbands.lower(20, 2)"));
    CHECK_THAT(shell.client.out, Contains("rsi(14) 100") && Contains("volume 1299"));
    CHECK_FALSE(shell.client.out.contains('\x1b'));
    REQUIRE(shell.plot({"-n", "40", "--color", "always"}) == 0);
    CHECK(shell.client.out.contains("\x1b[0;32m"));
}

TEST_CASE("a plot is as wide as the terminal, and dumb terminals have ASCII") {
    PlotShell shell;
    shell.client.client_facts.stdout_is_terminal = true;
    shell.client.client_facts.columns = 50;
    shell.client.client_facts.rows = 60;
    shell.client.client_facts.environment = {{"TERM", "xterm"}, {"LANG", "en_US.UTF-8"}};
    REQUIRE(shell.plot({}) == 0);
    CHECK(shell.client.out.contains("\x1b["));
    CHECK(std::ranges::count(shell.client.out, '\n') == 40);
    CHECK_THAT(shell.client.err, Contains("of 120 bars, which is what fits; -n 120 shows them all"));
    shell.client.client_facts.environment = {{"TERM", "dumb"}};
    REQUIRE(shell.plot({"--height", "20"}) == 0);
    CHECK(std::ranges::count(shell.client.out, '\n') == 20);
    CHECK(std::ranges::all_of(shell.client.out, [](unsigned char c) { return c == '\n' || (c >= 0x20 && c < 0x7F); }));
    shell.client.client_facts.environment = {{"TERM", "xterm"}, {"LANG", "C"}, {"NO_COLOR", "1"}};
    REQUIRE(shell.plot({}) == 0);
    CHECK(std::ranges::all_of(shell.client.out, [](unsigned char c) { return c == '\n' || (c >= 0x20 && c < 0x7F); }));
}

TEST_CASE("bars that were asked for and do not fit are combined, and it is said") {
    PlotShell shell;
    REQUIRE(shell.plot({"-n", "200"}) == 0);
    CHECK_THAT(shell.client.out, Contains("each candle is 3 bars"));
    CHECK_THAT(shell.client.err, Contains("each candle is 3 bars: all 200 bars do not fit"));
    REQUIRE(shell.plot({"--from", "2026-02-01"}) == 0);
    CHECK_THAT(shell.client.out, Contains("2026-02-01 to 2026-10-27, each candle is 4 bars"));
}

TEST_CASE("indicators are worked out from bars before the first that is shown, and unknown before that") {
    PlotShell shell;
    const json late = shell.ask({"data", "plot", "XY", "-n", "10", "--with", "sma(200)"});
    INFO(late.dump());
    REQUIRE(shell.code == 0);
    REQUIRE(late["data"].size() == 10);
    CHECK(late["data"][0]["close"] == "390");
    CHECK(late["data"][0]["sma(200)"] == "290.500000");
    const json range =
        shell.ask({"data", "plot", "XY", "--from", "2026-07-20", "--to", "2026-07-22", "--with", "sma(200)"});
    REQUIRE(range["data"].size() == 2);
    CHECK(range["data"][0]["time"] == "2026-07-20");
    CHECK(range["data"][0]["sma(200)"] == "200.500000");
    const json early = shell.ask({"data", "plot", "XY", "--to", "2026-01-03", "--with", "sma(2)"});
    REQUIRE(early["data"].size() == 2);
    CHECK(early["data"][0]["sma(2)"].is_null());
    CHECK(early["data"][1]["sma(2)"] == "100.500000");
}

TEST_CASE("the rows have every output of what names none, and what was given a name") {
    PlotShell shell;
    REQUIRE(shell.plot({"-n", "3", "--with", "bbands(20, 2), ema(5) as fast", "--below", "macd(12, 26, 9)", "--csv"}) ==
            0);
    CHECK(
        shell.client.out.starts_with("time,open,high,low,close,volume,\"bbands.upper(20, 2)\",\"bbands.middle(20, 2)\","
                                     "\"bbands.lower(20, 2)\",fast,\"macd.line(12, 26, 9)\",\"macd.signal(12, 26, 9)\","
                                     "\"macd.histogram(12, 26, 9)\"\n2026-10-25,"));
}

TEST_CASE("the name of the file decides: a drawing, text, values, or a refusal that leaves no file") {
    PlotShell shell;
    REQUIRE(shell.plot({"-n", "50", "--with", "ema(20)", "-o", "chart.svg"}) == 0);
    CHECK(shell.client.files["chart.svg"].starts_with("<svg "));
    CHECK(shell.client.files["chart.svg"].ends_with("</svg>\n"));
    CHECK(shell.client.out.empty());
    CHECK_FALSE(shell.client.renames.empty());
    const json told = shell.ask({"data", "plot", "XY", "-n", "50", "-o", "chart.svg"});
    CHECK(told["data"]["file"] == "chart.svg");
    CHECK(told["data"]["candles"] == "50");
    REQUIRE(shell.plot({"-n", "50", "-o", "chart.txt"}) == 0);
    CHECK(shell.client.files["chart.txt"].starts_with("XY 1d"));
    REQUIRE(shell.plot({"-n", "5", "-o", "values.csv"}) == 0);
    CHECK(shell.client.files["values.csv"].starts_with("time,open"));
    CHECK(shell.plot({"-o", "chart.png"}) == 2);
    CHECK_THAT(shell.client.err, Contains(".svg or .txt"));
    CHECK_FALSE(shell.client.files.contains("chart.png"));
    CHECK(shell.plot({"-o", "chart.svg", "--csv"}) == 2);
}

TEST_CASE("every column of the rows has a name of its own") {
    PlotShell shell;
    REQUIRE(shell.plot({"-n", "1", "--with", "close", "--below", "volume", "--csv"}) == 0);
    CHECK(shell.client.out == "time,open,high,low,close,volume\n2026-10-27,398,400,397,399,1299\n");
    REQUIRE(shell.plot({"-n", "1", "--with", "close as close, ema(3) as fast", "--csv"}) == 0);
    CHECK(shell.client.out.starts_with("time,open,high,low,close,volume,fast\n"));
    CHECK(shell.plot({"--with", "close, open as high"}) == 2);
    CHECK_THAT(shell.client.err, Contains("error[plot.name_taken]: every bar has a field 'high' of its own") &&
                                     Contains("data plot XY --with 'close, open as high'\n") &&
                                     Contains("                            ^^^^^^^^^^^^\n"));
    CHECK(shell.plot({"--below", "ema(3) as time"}) == 2);
}

TEST_CASE("a chart says what it shows nothing of, and what flattens it") {
    PlotShell shell;
    REQUIRE(shell.plot({"-n", "40", "--with", "ema(20), supertrend(10, 3), sma(100)"}) == 0);
    CHECK_THAT(shell.client.out, Contains("supertrend.line(10, 3)") && !Contains("direction"));
    CHECK_FALSE(shell.client.err.contains("far off"));
    REQUIRE(shell.plot({"-n", "40", "--with", "zigzag(0.05)"}) == 0);
    CHECK_THAT(shell.client.out, Contains("zigzag.extreme(0.05)") && !Contains("direction"));
    REQUIRE(shell.plot({"-n", "40", "--with", "ema(20), rsi(14)"}) == 0);
    CHECK_THAT(shell.client.err, Contains("note: rsi(14) lies far off the prices and flattens the candles: --below"));
    REQUIRE(shell.plot({"-n", "40", "--with", "macd(12, 26, 9)", "--log", "-o", "far.svg"}) == 0);
    CHECK_THAT(shell.client.err, Contains("macd.line(12, 26, 9), macd.signal(12, 26, 9)") && Contains("lie far off"));
    REQUIRE(shell.plot({"--below", "ema(5000), close / 0, rsi(14)"}) == 0);
    CHECK_THAT(shell.client.err,
               Contains("note: ema(5000) is not known on any of these bars: it needs 5000 and there are 300\n") &&
                   Contains("note: close / 0 is not known on any of these bars\n") && !Contains("rsi"));
    REQUIRE(shell.plot({"--below", "ema(5000)", "--csv"}) == 0);
    CHECK_THAT(shell.client.err, Contains("it needs 5000"));
}

TEST_CASE("the change of a single bar is told, since the bar before is known") {
    PlotShell shell;
    REQUIRE(shell.plot({"-n", "1"}) == 0);
    CHECK_THAT(shell.client.out, Contains("C 399 +0.25%"));
    REQUIRE(shell.plot({"--from", "2026-10-27"}) == 0);
    CHECK_THAT(shell.client.out, Contains("C 399 +0.25%") && Contains("2026-10-27 to 2026-10-27"));
}

TEST_CASE("chart, notes and prompt fit into a small terminal together") {
    PlotShell shell;
    cli::ClientFacts& facts = shell.client.client_facts;
    facts.stdout_is_terminal = facts.stderr_is_terminal = true;
    facts.columns = 40;
    facts.environment = {{"TERM", "xterm"}, {"LANG", "en_US.UTF-8"}, {"NO_COLOR", "1"}};
    for (const int rows : {15, 18, 24}) {
        facts.rows = rows;
        REQUIRE(shell.plot({"--with", "ema(20)", "--below", "rsi(14)"}) == 0);
        INFO(shell.client.out << shell.client.err);
        std::size_t used = 1; // the prompt
        for (const std::string& text : {shell.client.out, shell.client.err}) {
            std::istringstream lines(text);
            for (std::string line; std::getline(lines, line);) {
                used += std::max<std::size_t>(1, (cli::display_width(line) + 39) / 40);
            }
        }
        CHECK_THAT(shell.client.err, Contains("which is what fits"));
        CHECK(used <= static_cast<std::size_t>(rows));
        CHECK(used >= static_cast<std::size_t>(rows) * 2 / 3);
    }
}

TEST_CASE("--height is kept, or it is said why not") {
    PlotShell shell;
    const auto lines = [&shell] { return std::ranges::count(shell.client.out, '\n'); };
    REQUIRE(shell.plot({"--height", "1"}) == 0);
    CHECK_THAT(shell.client.err, Contains("note: this chart takes " + std::to_string(lines()) + " lines at least\n"));
    const auto least = lines();
    REQUIRE(shell.plot({"--height", std::to_string(least)}) == 0);
    CHECK(lines() == least);
    CHECK_FALSE(shell.client.err.contains("at least"));
    REQUIRE(shell.plot({"--height", "5", "--below", "rsi(14)", "--below", "volume", "--below", "cci(5)"}) == 0);
    CHECK_THAT(shell.client.err, Contains("takes " + std::to_string(lines()) + " lines at least"));
    CHECK(shell.plot({"--height", "5", "-o", "x.svg"}) == 2);
    CHECK_THAT(shell.client.err, Contains("--height counts lines of text"));
    CHECK_FALSE(shell.client.files.contains("x.svg"));
    CHECK(shell.plot({"--height", "5", "--csv"}) == 2);
    CHECK(shell.plot({"--height", "30", "-o", "x.txt"}) == 0);
    CHECK(std::ranges::count(shell.client.files["x.txt"], '\n') == 30);
}

TEST_CASE("errors point into the expression; conditions have no line; no bars is 12 with the cure") {
    PlotShell shell;
    CHECK(shell.plot({"--with", "ema(20),smaa(5)"}) == 2);
    CHECK_THAT(shell.client.err, Contains("did you mean sma?"));
    CHECK_THAT(shell.client.err, Contains("data plot XY --with 'ema(20),smaa(5)'\n") &&
                                     Contains("                               ^^^^\n"));
    CHECK(shell.plot({"--with", "close > 5"}) == 2);
    CHECK_THAT(shell.client.err, Contains("'close > 5' is a condition"));
    CHECK(shell.plot({"-n", "1000000"}) == 2);
    CHECK(shell.run({"data", "plot", "NOPE"}) == 12);
    CHECK_THAT(shell.client.err, Contains("data import FILE --symbol NOPE"));
    CHECK(shell.run({"data", "plot", "XY", "5m"}) == 12);
}

TEST_CASE("other timeframes and other instruments are read beside the chart") {
    PlotShell shell;
    shell.client.files["other.csv"] = rising_days(200);
    REQUIRE(shell.run({"data", "import", "other.csv", "--symbol", "ZZ"}) == 0);
    const json both = shell.ask({"data", "plot", "XY", "--to", "2026-07-01", "-n", "3", "--with", "close(\"ZZ\") as zz",
                                 "--below", "close / close(\"ZZ\") as ratio"});
    INFO(both.dump());
    REQUIRE(shell.code == 0);
    CHECK(both["data"][0]["zz"] == "278.000000");
    CHECK(both["data"][0]["ratio"] == "1.000000");
    const json ended = shell.ask({"data", "plot", "XY", "-n", "3", "--with", "close(\"ZZ\") as zz"});
    CHECK(ended["data"][2]["zz"].is_null());
    CHECK(shell.plot({"--with", "close(\"NOPE\")"}) == 12);
}

TEST_CASE("one bar can be drawn") {
    PlotShell shell(1);
    REQUIRE(shell.plot({"--with", "ema(20)", "--below", "rsi(14)", "--log"}) == 0);
    CHECK_THAT(shell.client.out, Contains("2026-01-01"));
    REQUIRE(shell.plot({"-o", "one.svg"}) == 0);
}
