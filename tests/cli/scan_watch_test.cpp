#include "tests/cli/scan_bars.hpp"

using namespace tradesh;
using namespace tradesh::test;
using namespace std::chrono_literals;

TEST_CASE("scan watch tells what fits, and ends by itself or by Ctrl-C") {
    DataShell shell(std::nullopt);
    import_three(shell);
    REQUIRE(shell.run({"scan", "watch", "close > sma(3)", "-u", "UP,DOWN,NEW", "--every", "5ms", "--for", "20ms",
                       "--fields", "symbol,change,bar,close"}) == 0);
    CHECK(shell.client.out == "symbol\tchange\tbar\tclose\n"
                              "UP\tinside\t2026-11-19\t39\n"
                              "NEW\tinside\t2026-11-19\t7\n");
    CHECK(shell.client.err == "note: followed 3 symbols: 2 rows\n");

    REQUIRE(shell.run({"scan", "watch", "close > sma(3)", "--for", "5ms", "--fields", "time", "--no-header"}) == 0);
    CHECK(shell.client.out.substr(0, shell.client.out.find('\n')).size() <= 24); // milliseconds

    shell.loop().timers().after(20ms, [&shell] { shell.interrupt(); });
    CHECK(shell.run({"scan", "watch", "close > sma(3)", "--every", "5ms"}) == 130);
    CHECK_THAT(shell.client.out, Contains("UP\tinside") && Contains("NEW\tinside") && !Contains("DOWN"));
}

TEST_CASE("a saved scan is watched without its order, and wrong words are refused") {
    DataShell shell(std::nullopt);
    import_three(shell);
    const int saved = shell.run({"scan", "save", "dear", "close > 20", "--rank", "close", "--sort", "close", "--desc",
                                 "-n", "1", "-u", "UP,NEW", "--show", "open as began"});
    INFO(shell.client.err);
    REQUIRE(saved == 0);
    REQUIRE(shell.run({"scan", "watch", "dear", "--for", "5ms"}) == 0);
    CHECK_THAT(shell.client.out, Contains("time\tsymbol\tchange\tbar\tclose\tbegan\n") && Contains("\tUP\tinside\t"));
    CHECK(shell.run({"--check", "scan", "watch", "close > 1", "--every", "0s"}) == 2);
    CHECK(shell.run({"--check", "scan", "watch", "close > 1", "--rank", "close"}) == 2);
    CHECK(shell.run({"scan", "watch", "close > 1", "--dry-run"}) == 2);
    CHECK(shell.run({"scan", "watch", "der"}) == 12);
    CHECK(shell.run({"scan", "watch", "close > 1", "-u", "@none"}) == 12);
    CHECK(shell.client.out.empty());
    CHECK(shell.ask({"scan", "watch", "close > 1000", "--for", "5ms"})["data"].empty());
}
