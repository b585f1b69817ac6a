#include "tests/cli/scan_bars.hpp"

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;

TEST_CASE("a watchlist takes symbols once, gives them up, and is a universe") {
    DataShell shell(std::nullopt);
    import_three(shell);
    REQUIRE(shell.run({"watchlist", "add", "mine", "up,DOWN", "UP", "NVDA"}) == 0);
    CHECK(shell.client.out == "name\tcount\tsymbols\nmine\t3\tUP,DOWN,NVDA\n");
    CHECK(shell.client.err == "note: nothing is stored of NVDA yet: data load NVDA\n");
    REQUIRE(shell.run({"watchlist", "show", "mine"}) == 0);
    CHECK(shell.client.out == "symbol\tclose\tdate\nUP\t39\t2026-11-19\nDOWN\t10\t2026-11-19\nNVDA\t\t\n");
    REQUIRE(shell.run({"watchlist", "rm", "mine", "NVDA"}) == 0);
    CHECK(shell.ask({"watchlist", "list"})["data"][0]["symbols"] == "UP,DOWN");
    const json scanned = shell.ask({"scan", "run", "close > 0", "-u", "@mine"});
    INFO(scanned.dump());
    CHECK(scanned["data"].size() == 2);

    CHECK(shell.run({"watchlist", "rm", "mine", "KO"}) == 12);
    CHECK(shell.run({"watchlist", "show", "mien"}) == 12);
    CHECK_THAT(shell.client.err, Contains("did you mean 'mine'?"));
    CHECK(shell.run({"watchlist", "rm", "mine"}) == 0);
    CHECK(shell.run({"watchlist", "rm", "mine"}) == 12);
    REQUIRE(shell.run({"watchlist", "list"}) == 0);
    CHECK(shell.client.out == "name\tcount\tsymbols\n");
}

TEST_CASE("the last symbol takes its watchlist along") {
    DataShell shell(std::nullopt);
    REQUIRE(shell.run({"watchlist", "add", "one", "BRK.B"}) == 0);
    REQUIRE(shell.run({"watchlist", "rm", "one", "BRK.B"}) == 0);
    CHECK(shell.client.err == "note: the list is gone\n");
    CHECK(shell.run({"watchlist", "show", "one"}) == 12);
}

TEST_CASE("names and symbols of watchlists are checked") {
    DataShell shell(std::nullopt);
    CHECK(shell.run({"watchlist", "add", "Tech", "AAPL"}) == 2);
    CHECK(shell.run({"watchlist", "add", "tech", "AAPL,,KO"}) == 2);
    CHECK(shell.run({"watchlist", "add", "tech", "AA*"}) == 2);
    CHECK(shell.run({"--check", "watchlist", "add", "@tech", "KO"}) == 2);
    CHECK(shell.run({"watchlist", "add", "tech", "KO", "--dry-run"}) == 2);
    CHECK(shell.ask({"watchlist", "list"})["data"].empty());
}

TEST_CASE("the data verbs take watchlists among their symbols") {
    DataShell shell;
    REQUIRE(shell.run({"watchlist", "add", "two", "AAPL,KO"}) == 0);
    const json loaded = shell.ask({"data", "load", "KO,@two", "1d"});
    INFO(loaded.dump());
    REQUIRE(shell.code == 0);
    CHECK(loaded["data"]["loads"].size() == 2);
    CHECK(shell.run({"data", "verify", "@two"}) == 0);
    CHECK(shell.run({"data", "export", "@two", "--bars-only"}) == 0);
    CHECK(shell.run({"data", "load", "@three"}) != 0);
    CHECK_THAT(shell.client.err, Contains("  data load @three\n"
                                          "            ^^^^^^\n"));
}
