#include "tests/cli/scan_bars.hpp"

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;

TEST_CASE("a scan is saved with its options, shown, run with others, and forgotten") {
    DataShell shell(std::nullopt);
    import_three(shell);
    const json saved =
        shell.ask({"scan", "save", "rising", "close > sma(3)", "-u", "UP,NEW", "--show", "close - open as body"});
    INFO(saved.dump());
    REQUIRE(shell.code == 0);
    CHECK(saved["data"]["scan"] == "'close > sma(3)' --universe UP,NEW --show 'close - open as body'");

    const json run = shell.ask({"scan", "run", "rising"});
    INFO(run.dump());
    CHECK(shell.code == 0);
    REQUIRE(run["data"].size() == 2);
    CHECK(run["data"][0]["body"] == "1");
    CHECK(shell.ask({"scan", "run", "rising", "-u", "UP", "-t", "1d"})["data"].size() == 1);

    CHECK(shell.ask({"scan", "show", "rising"})["data"]["origin"] == "saved");
    CHECK(shell.ask({"scan", "list"})["data"][0]["name"] == "rising");
    REQUIRE(shell.run({"scan", "save", "falling", "rising", "--sort", "body", "--desc"}) == 0);
    CHECK(shell.client.err == "note: saved: scan run falling\n");
    CHECK_THAT(shell.client.out, Contains("'close > sma(3)' --universe UP,NEW --show 'close - open as body' "
                                          "--sort body --desc"));
    REQUIRE(shell.run({"scan", "save", "falling", "close < sma(3)"}) == 0);
    CHECK(shell.client.err == "note: put in place of the one of that name: scan run falling\n");

    CHECK(shell.run({"scan", "rm", "rising"}) == 0);
    CHECK(shell.run({"scan", "rm", "rising"}) == 12);
    CHECK(shell.run({"scan", "run", "rising"}) == 12);
    CHECK(shell.run({"scan", "run", "faling"}) == 12);
    CHECK_THAT(shell.client.err, Contains("did you mean 'falling'?"));
}

TEST_CASE("what is saved is checked first, and so is its name") {
    DataShell shell(std::nullopt);
    CHECK(shell.run({"scan", "save", "x", "close >"}) == 2);
    CHECK(shell.run({"scan", "save", "x", "close > 1", "--sort", "open"}) == 2);
    for (const std::string name : {"Upper", "9lives", "a_b", "rsi", "close", "and", "any", "a b",
                                   "a-name-that-is-longer-than-forty-characters"}) {
        INFO(name);
        CHECK(shell.run({"scan", "save", name, "close > 1"}) == 2);
    }
    CHECK(shell.run({"scan", "save", "alpaca-2022", "close > 1"}) == 9);
    CHECK(shell.run({"scan", "rm", "alpaca-2022"}) == 9);
    CHECK(shell.run({"scan", "save", "x", "close > 1", "--dry-run"}) == 2);
    CHECK(shell.run({"scan", "show", "x"}) == 12);
}

TEST_CASE("a scan of a list that is not there is kept, with a note; help names its exit codes") {
    DataShell shell(std::nullopt);
    REQUIRE(shell.run({"scan", "save", "later", "close > 1", "-u", "@tech,KO"}) == 0);
    CHECK_THAT(shell.client.err, Contains("there is no list @tech yet: watchlist add tech"));
    for (const std::string verb : {"save", "rm"}) {
        REQUIRE(shell.run({"help", "scan", verb}) == 0);
        CHECK_THAT(shell.client.out, Contains("9") && Contains("refused here"));
    }
    REQUIRE(shell.run({"help", "scan", "run"}) == 0);
    CHECK_THAT(shell.client.out, Contains("configuration, credentials"));
}

TEST_CASE("a saved scan of words that are no longer known is shown with the reason") {
    DataShell shell(std::nullopt);
    import_three(shell);
    shell.keep(store::SavedKind::scan, {"old", "'close > wma9000(20)'"});
    shell.keep(store::SavedKind::scan, {"older", "'close > 1' --frobnicate 3"});
    shell.keep(store::SavedKind::scan, {"oldest", "'close"});
    CHECK(shell.run({"scan", "run", "old"}) == 2);
    CHECK_THAT(shell.client.err, Contains("scan old:1:10: error") && Contains("  'close > wma9000(20)'\n"
                                                                              "           ^^^^^^^\n"));
    CHECK(shell.run({"scan", "run", "older"}) == 2);
    CHECK_THAT(shell.client.err, Contains("scan older:1:") && Contains("--frobnicate"));
    CHECK(shell.run({"scan", "run", "oldest"}) == 2);
    for (const std::string name : {"old", "older", "oldest"}) {
        CHECK(shell.run({"scan", "show", name}) == 0);
        CHECK_THAT(shell.client.err, Contains("it cannot run: "));
    }
    CHECK(shell.run({"scan", "list"}) == 0);
}

TEST_CASE("built-in scans run, and say why as the bot did") {
    DataShell shell(std::nullopt);
    import_closes(shell, "UP", line(100, 0.1, 400));
    const json shown = shell.ask({"scan", "show", "alpaca-scalper-buy"});
    CHECK(shown["data"]["origin"] == "built in");
    CHECK_THAT(shown["data"]["differs"].get<std::string>(), Contains("200 values"));
    CHECK(shell.run({"--check", "scan", "run", "alpaca-2025-buy", "--rank", "close"}) == 0);
    CHECK(shell.run({"--check", "scan", "run", "alpaca-2025-buy", "--rank", "closs"}) == 2);
    for (const json& scan : shell.ask({"scan", "list"})["data"]) {
        INFO(scan.dump());
        const json run = shell.ask({"scan", "run", scan["name"], "--why"});
        INFO(run.dump());
        CHECK(shell.code == 0);
        CHECK(run["data"].size() == 1);
    }
    CHECK(shell.ask({"scan", "run", "alpaca-2022-ema", "--why"})["data"][0]["match"] == "yes");
    std::vector<double> closes = line(100, 0.1, 400);
    for (std::size_t i = 0; i < closes.size(); ++i) {
        closes[i] += i % 3 == 0 ? 0.3 : 0;
    }
    closes.back() += 9;
    import_closes(shell, "JUMP", closes);
    const json why = shell.ask({"scan", "run", "alpaca-scalper-buy", "--why", "-u", "JUMP"});
    INFO(why.dump());
    CHECK(why["data"][0]["match"] == "no");
    CHECK_THAT(why["data"][0]["why"].get<std::string>(),
               Contains("blocked: r > 70 is true (r = ") && Contains("too weak: buy_score"));
}
