#include "tests/cli/scan_bars.hpp"

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;

namespace {

std::vector<std::string> column(const json& answer, const std::string& name) {
    std::vector<std::string> cells;
    for (const json& row : answer["data"]) {
        cells.push_back(row[name].is_null() ? "" : row[name].get<std::string>());
    }
    return cells;
}

using Cells = std::vector<std::string>;

} // namespace

TEST_CASE("scan run shows what matches with the values that explain it, in the order of the universe") {
    DataShell shell(std::nullopt);
    import_three(shell);
    REQUIRE(shell.run({"scan", "run", "close > sma(3)", "-u", "UP,NEW,DOWN"}) == 0);
    CHECK(shell.client.out == "symbol\ttime\tclose\tsma(3)\n"
                              "UP\t2026-11-19\t39\t38\n"
                              "NEW\t2026-11-19\t7\t6\n");
    CHECK(shell.client.err == "note: 2 of 3 symbols match\n");
    REQUIRE(shell.run({"scan", "run", "close > sma(3)", "-u", "UP,NEW,DOWN", "-n", "1"}) == 0);
    CHECK_THAT(shell.client.out, Contains("UP\t") && !Contains("NEW\t"));
    CHECK(shell.client.err == "note: 2 of 3 symbols match; the first 1 are shown\n");
}

TEST_CASE("columns are added, sorted by and ranked by; unknown comes last") {
    DataShell shell(std::nullopt);
    import_three(shell);
    const json shown = shell.ask(
        {"scan", "run", "close > 0", "--show", "sma(10) as mean, close > open as rose", "--sort", "mean", "--desc"});
    INFO(shown.dump());
    REQUIRE(shell.code == 0);
    CHECK(column(shown, "symbol") == Cells{"UP", "DOWN", "NEW"});
    CHECK(column(shown, "mean") == Cells{"34.5", "14.5", ""});
    CHECK(shown["data"][0]["rose"] == true);
    CHECK(shown["data"][1]["rose"] == false);
    CHECK_THAT(shown["messages"].dump(), Contains("mean needs 10 bars: unknown for 1 symbol"));

    const json ranked = shell.ask({"scan", "run", "close > 0", "--rank", "change_pct(close, 1)", "--sort", "symbol"});
    INFO(ranked.dump());
    REQUIRE(shell.code == 0);
    CHECK(column(ranked, "symbol") == Cells{"DOWN", "NEW", "UP"});
    CHECK(column(ranked, "rank") == Cells{"3", "1", "2"});
    const json best = shell.ask({"scan", "run", "close > 0", "--rank", "change_pct(close, 1)", "-n", "2"});
    CHECK(column(best, "symbol") == Cells{"NEW", "UP"});
    CHECK(column(best, "rank") == Cells{"1", "2"});
}

TEST_CASE("--all shows what does not match as well, --why what decided") {
    DataShell shell(std::nullopt);
    import_three(shell);
    const json all = shell.ask({"scan", "run", "close > sma(10)", "--all", "--sort", "symbol"});
    INFO(all.dump());
    CHECK(shell.code == 7);
    CHECK(column(all, "symbol") == Cells{"DOWN", "NEW", "UP"});
    CHECK(column(all, "match") == Cells{"no", "unknown", "yes"});
    CHECK(column(all, "time") == Cells{"2026-11-19", "2026-11-19", "2026-11-19"});
    CHECK(column(all, "close") == Cells{"10", "7", "39"});
    CHECK(column(all, "sma(10)") == Cells{"14.5", "", "34.5"});
    CHECK(all["messages"] ==
          json::parse(R"([{"level":"note","text":"1 of 3 symbols match, 1 has too little history"}])"));

    const json why =
        shell.ask({"scan", "run", "close > sma(10) and not (close < 20 or volume < 10)", "--why", "-u", "UP,DOWN,NEW"});
    INFO(why.dump());
    CHECK(shell.code == 0);
    CHECK(column(why, "match") == Cells{"yes", "no", "no"});
    CHECK(why["data"][0]["why"] == "close > sma(10) is true (close = 39, sma(10) = 34.5); close < 20 is false (close "
                                   "= 39); volume < 10 is false (volume = 1000)");
    CHECK(why["data"][1]["why"] ==
          "close > sma(10) is false (close = 10, sma(10) = 14.5); close < 20 is true (close = 10)");
    CHECK(why["data"][2]["why"] == "close < 20 is true (close = 7)"); // which settles it with three bars
    const json too_short = shell.ask({"scan", "run", "close > sma(10)", "--why", "-u", "UP,NEW"});
    INFO(too_short.dump());
    CHECK(shell.code == 7);
    CHECK(column(too_short, "match") == Cells{"yes", "unknown"});
    CHECK_THAT(too_short["data"][1]["why"].get<std::string>(), Contains("needs 10 bars") && Contains("there are 3"));
}

TEST_CASE("what it would have found then, and over a range of time") {
    DataShell shell(std::nullopt);
    import_three(shell);
    const json then = shell.ask({"scan", "run", "close > 0", "-u", "UP", "--as-of", "2026-11-18"});
    INFO(then.dump());
    CHECK(column(then, "time") == Cells{"2026-11-18"});
    CHECK(column(then, "close") == Cells{"38"});
    const json range =
        shell.ask({"scan", "run", "close > 37", "-u", "UP,DOWN", "--from", "2026-11-16", "--to", "2026-11-19"});
    INFO(range.dump());
    CHECK(shell.code == 0);
    CHECK(column(range, "time") == Cells{"2026-11-18"});
    CHECK_THAT(range["messages"].dump(), Contains("1 bar found, in 1 of 2 symbols"));
}

TEST_CASE("one symbol that cannot be scanned touches no other") {
    DataShell shell(std::nullopt);
    import_three(shell);
    const json partial = shell.ask({"scan", "run", "close > 0", "-u", "UP,NONE"});
    CHECK(shell.code == 7);
    CHECK(column(partial, "symbol") == Cells{"UP"});
    CHECK_THAT(partial["messages"].dump(), Contains("NONE"));
    CHECK(shell.run({"scan", "run", "close > 0", "-u", "NONE"}) == 12);
    CHECK(shell.run({"scan", "run", "close > 0", "--sync", "--at-once", "1"}) == 0);
}

TEST_CASE("wrong words are shown at their place, and --check finds them") {
    DataShell shell(std::nullopt);
    CHECK(shell.run({"scan", "run", "close > smaa(20)"}) == 2);
    CHECK_THAT(shell.client.err, Contains("  scan run 'close > smaa(20)'\n"
                                          "                    ^^^^\n"));
    CHECK(shell.run({"scan", "run", "close > 1", "--show", "rsi(14), atr(0)"}) == 2);
    CHECK_THAT(shell.client.err, Contains("--show 'rsi(14), atr(0)'\n"
                                          "                                            ^\n"));
    CHECK(shell.run({"--check", "scan", "run", "close > 1", "--rank", "foo"}) == 2);
    CHECK_THAT(shell.client.err, Contains("                                ^^^\n"));
    CHECK(shell.run({"--check", "scan", "run", "close > 1", "--sort", "closs"}) == 2);
    CHECK_THAT(shell.client.err, Contains("columns are symbol, time, close"));
    CHECK(shell.run({"--check", "scan", "run", "close > 1", "--desc"}) == 2);
    CHECK(shell.run({"--check", "scan", "run", "close > 1", "--at-once", "65"}) == 2);
    CHECK(shell.run({"--check", "scan", "run", "close > 1", "--to", "2026-11-18"}) == 2);
    CHECK(shell.run({"--check", "scan", "run", "close > 1", "--from", "-5d", "--all"}) == 2);
    CHECK(shell.run({"--check", "scan", "run", "close > 1", "--from", "-5d", "--as-of", "today"}) == 2);
    CHECK(shell.run({"--check", "scan", "run", "close > 1", "--show", "close + 1 as symbol"}) == 2);
    CHECK_THAT(shell.client.err, Contains("two columns 'symbol'"));
    CHECK(shell.run({"--check", "scan", "run", "close > 1", "--show", "rsi(14)", "--sort", "RSI( 14 )"}) == 0);
}

TEST_CASE(
    "too little history has one exit code however it is shown, and and/or are known where one side settles them") {
    DataShell shell(std::nullopt);
    import_three(shell);
    for (const std::string flag : {"--sync", "--all", "--why"}) {
        INFO(flag);
        CHECK(shell.run({"scan", "run", "close > sma(10)", "-u", "UP,NEW", flag}) == 7);
        CHECK(shell.run({"scan", "run", "close > sma(10)", "-u", "NEW", flag}) == 12);
    }
    REQUIRE(shell.run({"scan", "run", "close > 1 or sma(10) > 1", "-u", "NEW"}) == 0);
    CHECK_THAT(shell.client.out, Contains("NEW\t2026-11-19\t7\t"));
    const json no = shell.ask({"scan", "run", "close < 1 and sma(10) > 1", "-u", "NEW", "--all"});
    CHECK(shell.code == 0);
    CHECK(column(no, "match") == Cells{"no"});
}

TEST_CASE("values are exact for programs and short for people") {
    DataShell shell(std::nullopt);
    import_closes(shell, "EURUSD", {1.22904, 1.2290412});
    import_closes(shell, "COIN", {0.0000806, 0.0000806});
    import_closes(shell, "BIG", {2175400, 2175400});
    const json exact = shell.ask({"scan", "run", "close > 0", "-u", "EURUSD,COIN,BIG", "--show", "close / 3 as third"});
    INFO(exact.dump());
    CHECK(column(exact, "close") == Cells{"1.2290412", "8.06e-05", "2175400"});
    CHECK(std::stod(column(exact, "third")[0]) == 1.2290412 / 3);
    REQUIRE(shell.run({"scan", "run", "close > 0", "-u", "EURUSD,COIN,BIG", "--format", "table"}) == 0);
    CHECK(shell.client.out == "symbol  time                  close\n"
                              "EURUSD  2026-11-19        1.22904\n"
                              "COIN    2026-11-19        0.0000806\n"
                              "BIG     2026-11-19  2175400\n");
}

TEST_CASE("what cannot be told is not put down to too little history") {
    DataShell shell(std::nullopt);
    import_three(shell);
    REQUIRE(shell.run({"scan", "run", "close / (close - 39) > 1", "-u", "UP,DOWN"}) == 0);
    CHECK_THAT(shell.client.err, Contains("0 of 2 symbols match, 1 cannot be told") && Contains("a division by zero") &&
                                     !Contains("history"));
}

TEST_CASE("a list that is not there and a timeframe without bars are told without a table") {
    DataShell shell(std::nullopt);
    import_three(shell);
    CHECK(shell.run({"scan", "run", "close > 0", "-u", "@none"}) == 12);
    CHECK(shell.client.out.empty());
    CHECK(shell.run({"scan", "run", "close > 0", "-t", "1m"}) == 12);
    CHECK(shell.client.out.empty());
    CHECK_THAT(shell.client.err, Contains("no 1m bars are stored, only 1d"));
    CHECK(shell.ask({"scan", "run", "close > 0", "-u", "NONE"})["data"] == json::array());
}

TEST_CASE("many failures are one line after twenty, and old last bars are noted") {
    DataShell shell(std::nullopt);
    import_three(shell);
    std::string symbols = "UP";
    for (int i = 0; i < 30; ++i) {
        symbols += ",NONE" + std::to_string(i);
    }
    const json many = shell.ask({"scan", "run", "close > 0", "-u", symbols});
    CHECK(shell.code == 7);
    CHECK(many["messages"].size() == 22);
    CHECK_THAT(many["messages"].dump(), Contains("and 10 more"));

    shell.client.files["old.csv"] = "date,open,high,low,close,volume\n1998-01-05,1,1,1,1,1\n";
    REQUIRE(shell.run({"data", "import", "old.csv", "--symbol", "OLD"}) == 0);
    REQUIRE(shell.run({"scan", "run", "close > 0"}) == 0);
    CHECK_THAT(shell.client.err, Contains("the last bar of 1 symbol is more than 7 days older than 2026-11-19"));
}

TEST_CASE("--why tells no values of this bar for what held on an earlier one") {
    DataShell shell(std::nullopt);
    import_closes(shell, "DIP", {5, 50, 51});
    const json why = shell.ask({"scan", "run", "any(close < 10, 3) and close > 50", "--why"});
    REQUIRE(shell.code == 0);
    CHECK(why["data"][0]["why"] == "any(close < 10, 3) is true; close > 50 is true (close = 51)");
}

TEST_CASE("a condition or rank that begins with a minus: the hint names the way, and it works") {
    DataShell shell(std::nullopt);
    import_three(shell);
    CHECK(shell.run({"scan", "run", "-close < 0"}) == 2);
    CHECK_THAT(shell.client.err, Contains("goes last, after all options: -- \"-close < 0\""));
    CHECK(shell.run({"scan", "run", "-u", "UP", "--", "-close < 0"}) == 0);
    CHECK(shell.run({"scan", "run", "close > 0", "--rank", "-close"}) == 2);
    CHECK_THAT(shell.client.err, Contains("is written --rank=-close"));
    CHECK(column(shell.ask({"scan", "run", "close > 0", "--rank=-close"}), "symbol") == Cells{"NEW", "DOWN", "UP"});
}

TEST_CASE("a split within raw bars is warned of, and --adjusted evens it out") {
    DataShell shell(std::nullopt);
    import_closes(shell, "SPLIT", {100, 100, 50, 50});
    REQUIRE(shell.run({"data", "actions", "SPLIT", "--split", "2:1", "--on", "2026-11-18"}) == 0);
    REQUIRE(shell.run({"scan", "run", "lowest(change_pct(close), 2) < -20", "-u", "SPLIT"}) == 0);
    CHECK_THAT(shell.client.out, Contains("SPLIT"));
    CHECK_THAT(shell.client.err, Contains("a split is within the bars of SPLIT") && Contains("--adjusted"));
    REQUIRE(shell.run({"scan", "run", "lowest(change_pct(close), 2) < -20", "-u", "SPLIT", "--adjusted"}) == 0);
    CHECK_THAT(shell.client.out, !Contains("SPLIT"));
    CHECK_THAT(shell.client.err, !Contains("split"));
}
