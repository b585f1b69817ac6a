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
                              "UP\t2026-11-19\t39.0000\t38.0000\n"
                              "NEW\t2026-11-19\t7.0000\t6.0000\n");
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
    CHECK(column(shown, "mean") == Cells{"34.5000", "14.5000", ""});
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
    CHECK(shell.code == 0);
    CHECK(column(all, "symbol") == Cells{"DOWN", "NEW", "UP"});
    CHECK(column(all, "match") == Cells{"no", "unknown", "yes"});

    const json why =
        shell.ask({"scan", "run", "close > sma(10) and not (close < 20 or volume < 10)", "--why", "-u", "UP,DOWN,NEW"});
    INFO(why.dump());
    CHECK(shell.code == 0);
    CHECK(column(why, "signal") == Cells{"yes", "no", "unknown"});
    CHECK(why["data"][0]["why"] == "close > sma(10) is true (close = 39, sma(10) = 34.5); close < 20 is false (close "
                                   "= 39); volume < 10 is false (volume = 1000)");
    CHECK(why["data"][1]["why"] ==
          "close > sma(10) is false (close = 10, sma(10) = 14.5); close < 20 is true (close = 10)");
    CHECK_THAT(why["data"][2]["why"].get<std::string>(), Contains("needs 10 bars") && Contains("there are 3"));
}

TEST_CASE("what it would have found then, and over a range of time") {
    DataShell shell(std::nullopt);
    import_three(shell);
    const json then = shell.ask({"scan", "run", "close > 0", "-u", "UP", "--as-of", "2026-11-18"});
    INFO(then.dump());
    CHECK(column(then, "time") == Cells{"2026-11-18"});
    CHECK(column(then, "close") == Cells{"38.0000"});
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
    CHECK(shell.run({"scan", "run", "close > 0", "-u", "@none"}) != 0);
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
