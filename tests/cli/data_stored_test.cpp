#include "tests/cli/data_shell.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;

namespace {

/// Two weeks of November 2026 on NASDAQ without Wednesday the 4th.
const std::string with_a_hole = "date,open,high,low,close,volume\n"
                                "2026-11-02,10,11,9,10,100\n"
                                "2026-11-03,10,12,9,11,200\n"
                                "2026-11-05,11,13,10,12,300\n"
                                "2026-11-06,12,14,11,13,400\n"
                                "2026-11-09,13,15,12,14,500\n"
                                "2026-11-10,14,16,13,15,600\n";

void import(DataShell& shell, const std::string& text, std::vector<std::string> options) {
    shell.client.files["bars.csv"] = text;
    std::vector<std::string> words{"data", "import", "bars.csv"};
    words.insert(words.end(), options.begin(), options.end());
    const int code = shell.run(words);
    INFO(shell.client.err);
    REQUIRE(code == 0);
}

} // namespace

TEST_CASE("verify names what is missing, and exits 7") {
    DataShell shell(std::nullopt);
    import(shell, with_a_hole, {"--symbol", "XY", "--exchange", "NASDAQ"});
    const json verified = shell.ask({"data", "verify", "XY"});
    INFO(verified.dump());
    CHECK(shell.code == 7);
    const json& series = verified["data"]["series"][0];
    CHECK(series["slots"] == "7");
    CHECK(series["ok"] == "6");
    CHECK(series["missing"] == "1");
    CHECK(series["from"] == "2026-11-02");
    CHECK(series["to"] == "2026-11-10");
    CHECK(series["calendar"] == "NASDAQ");
    const json& finding = verified["data"]["findings"][0];
    CHECK(finding["kind"] == "missing");
    CHECK(finding["from"] == "2026-11-04");
    CHECK(finding["to"] == "2026-11-04");
    CHECK(verified["error"]["code"] == "verify.missing");
}

TEST_CASE("without a calendar verify says so and judges the rest; --exchange gives one for this once") {
    DataShell shell(std::nullopt);
    import(shell, with_a_hole, {"--symbol", "XY"});
    const json verified = shell.ask({"data", "verify", "XY"});
    INFO(verified.dump());
    CHECK(shell.code == 0);
    CHECK(verified["data"]["series"][0]["slots"].is_null());
    CHECK_THAT(verified["messages"].dump(), Contains("--exchange NAME"));
    CHECK(shell.run({"data", "verify", "XY", "--exchange", "nasdaq"}) == 7);
    CHECK(shell.ask({"data", "info", "XY"})["data"]["instrument"]["calendar"] == "unknown: say --exchange");

    CHECK(shell.run({"data", "verify", "NOPE"}) == 12);
    CHECK(shell.run({"data", "verify", "XY", "5m"}) == 12);
    CHECK(shell.run({"data", "verify", "XY", "NOPE"}) == 7);
}

TEST_CASE("range tells first, last and how completely") {
    DataShell shell(std::nullopt);
    import(shell, with_a_hole, {"--symbol", "XY", "--exchange", "NASDAQ"});
    const json range = shell.ask({"data", "range", "XY"});
    CHECK(shell.code == 0);
    const json& row = range["data"][0];
    CHECK(row["first"] == "2026-11-02");
    CHECK(row["last"] == "2026-11-10");
    CHECK(row["bars"] == "6");
    CHECK(row["expected"] == "7");
    CHECK(row["coverage"] == "85.71");
    CHECK(row["head"].is_null());
}

TEST_CASE("export writes long CSV with empty cells for what does not exist") {
    DataShell shell(std::nullopt);
    import(shell, with_a_hole, {"--symbol", "XY", "--exchange", "NASDAQ"});
    REQUIRE(shell.run({"data", "export", "XY", "--from", "2026-11-03", "--to", "2026-11-06"}) == 0);
    CHECK(shell.client.out == "symbol,time,open,high,low,close,volume\n"
                              "XY,2026-11-03,10,12,9,11,200\n"
                              "XY,2026-11-04,,,,,\n"
                              "XY,2026-11-05,11,13,10,12,300\n");
    CHECK(shell.client.err == "note: exported 2 bars and 1 slot without one\n");
    REQUIRE(shell.run({"data", "export", "XY", "--bars-only", "--with-state", "--to", "2026-11-04"}) == 0);
    CHECK_THAT(shell.client.out, Contains("XY,2026-11-02,10,11,9,10,100,ok\n"));

    CHECK(shell.run({"data", "export", "XY", "--json"}) == 2);
    CHECK(shell.run({"data", "export", "XY", "--fields", "time"}) == 2);
    CHECK(shell.run({"data", "export", "NOPE"}) == 12);
    CHECK(shell.run({"data", "export", "XY", "--from", "2020-01-01", "--to", "2020-02-01", "--bars-only"}) == 12);
}

TEST_CASE("in JSON the object goes to standard output and the rows to the file") {
    DataShell shell(std::nullopt);
    import(shell, with_a_hole, {"--symbol", "XY", "--exchange", "NASDAQ"});
    const json told = shell.ask({"data", "export", "XY", "-o", "out.csv"});
    INFO(told.dump());
    REQUIRE(shell.code == 0);
    CHECK(told["data"]["file"] == "out.csv");
    CHECK(told["data"]["rows"] == "7");
    CHECK(told["data"]["bars"] == "6");
    CHECK(shell.client.files["out.csv"].starts_with("symbol,time,open"));

    DataShell other(std::nullopt);
    import(other, shell.client.files["out.csv"], {"--symbol", "XY", "--exchange", "NASDAQ"});
    REQUIRE(other.run({"data", "show", "XY", "--csv"}) == 0);
    const std::string copied = other.client.out;
    REQUIRE(shell.run({"data", "show", "XY", "--csv"}) == 0);
    CHECK(shell.client.out == copied);
}

TEST_CASE("delete needs --yes, says how many, and there must be something") {
    DataShell shell(std::nullopt);
    import(shell, with_a_hole, {"--symbol", "XY", "--exchange", "NASDAQ"});
    CHECK(shell.run({"data", "delete", "XY", "1d"}) == 9);
    CHECK_THAT(shell.client.err, Contains("6 bars would be deleted") && Contains("--yes"));
    CHECK(shell.ask({"data", "delete", "XY", "--dry-run"})["data"]["left"] == "6");
    CHECK(shell.ask({"data", "delete", "XY", "--to", "2026-11-04", "--yes"})["data"]["deleted"] == "2");
    CHECK(shell.ask({"data", "delete", "XY", "--yes"})["data"]["deleted"] == "4");
    CHECK(shell.run({"data", "delete", "XY", "--yes"}) == 12);
    CHECK(shell.run({"data", "delete", "NOPE", "--yes"}) == 12);
}

TEST_CASE("what was deleted is loaded again") {
    DataShell shell;
    REQUIRE(shell.run({"data", "load", "AAPL", "--from", "2026-10-01", "--mode", "full"}) == 0);
    const json before = shell.ask({"data", "range", "AAPL"});
    REQUIRE(shell.run({"data", "delete", "AAPL", "1d", "--yes"}) == 0);
    REQUIRE(shell.run({"data", "load", "AAPL", "--from", "2026-10-01", "--mode", "full"}) == 0);
    CHECK(shell.ask({"data", "range", "AAPL"})["data"] == before["data"]);
}

TEST_CASE("splits and dividends are added, listed, used and removed") {
    DataShell shell(std::nullopt);
    import(shell, with_a_hole, {"--symbol", "XY", "--exchange", "NASDAQ"});
    CHECK(shell.run({"data", "show", "XY", "--adjusted"}) == 12);
    CHECK_THAT(shell.client.err, Contains("data actions XY"));
    REQUIRE(shell.run({"data", "actions", "XY", "--split", "2:1", "--on", "2026-11-05"}) == 0);
    CHECK(shell.client.out == "date\taction\tratio\tamount\tcurrency\tsource\n"
                              "2026-11-05\tsplit\t2:1\t\t\tby hand\n");
    REQUIRE(shell.run({"data", "actions", "XY", "--dividend", "0.5usd", "--on", "2026-11-10"}) == 0);
    const json adjusted = shell.ask({"data", "show", "XY", "1d", "--adjusted"});
    INFO(adjusted.dump());
    REQUIRE(shell.code == 0);
    CHECK(adjusted["data"].size() == 6);
    CHECK(adjusted["data"][5]["close"] == "15.000000");
    CHECK_THAT(adjusted["messages"].dump(), Contains("2 splits and dividends"));

    CHECK(shell.run({"data", "actions", "XY", "--split", "2", "--on", "2026-11-05"}) == 2);
    CHECK_THAT(shell.client.err, Contains("  data actions XY --split 2 --on 2026-11-05\n"
                                          "                          ^\n"));
    CHECK(shell.run({"data", "actions", "XY", "--split", "2:1"}) == 2);
    CHECK(shell.run({"data", "actions", "XY", "--dividend", "0.5", "--on", "2026-11-05"}) == 2);
    CHECK(shell.run({"data", "actions", "XY", "--dividend", "0.5eur", "--on", "2026-11-05"}) == 2);
    CHECK(shell.run({"data", "actions", "XY", "--on", "2026-11-05"}) == 2);
    CHECK(shell.run({"data", "actions", "XY", "--remove", "--on", "2026-11-05"}) == 0);
    CHECK(shell.run({"data", "actions", "XY", "--remove", "--on", "2026-11-05"}) == 12);
}

TEST_CASE("loaded daily bars bring splits and dividends along, and adjusted prices follow") {
    DataShell shell;
    const json loaded = shell.ask({"data", "load", "KO", "--from", "2005-01-01", "--mode", "full"});
    INFO(loaded.dump());
    REQUIRE(shell.code == 0);
    const json actions = shell.ask({"data", "actions", "KO"});
    REQUIRE(shell.code == 0);
    REQUIRE(!actions["data"].empty());
    CHECK(actions["data"][0]["source"] == "paper");
    CHECK(shell.run({"data", "show", "KO", "--adjusted", "-n", "5"}) == 0);
    CHECK_THAT(shell.client.err, Contains("adjusted from raw prices") && Contains("simulated"));
}

TEST_CASE("bars that are not stored are made of shorter ones") {
    DataShell shell(std::nullopt);
    import(shell, with_a_hole, {"--symbol", "XY", "--exchange", "NASDAQ"});
    const json weeks = shell.ask({"data", "show", "XY", "1w"});
    INFO(weeks.dump());
    REQUIRE(shell.code == 0);
    REQUIRE(weeks["data"].size() == 2);
    CHECK(weeks["data"][0] == json::parse(R"({"time":"2026-11-02","open":"10","high":"14","low":"9","close":"13",
                                              "volume":"1000"})"));
    CHECK_THAT(weeks["messages"].dump(), Contains("made of 1d bars"));
    CHECK(shell.ask({"data", "show", "XY", "1w", "-n", "1"})["data"][0]["time"] == "2026-11-09");
    CHECK(shell.ask({"data", "show", "XY", "1w", "--from", "2026-11-03"})["data"].size() == 1);
    CHECK(shell.run({"data", "show", "XY", "5m"}) == 12);
    CHECK_THAT(shell.client.err, Contains("stored: 1d raw from import"));
}

TEST_CASE("made bars lack what is missing, not what never traded") {
    DataShell imported(std::nullopt);
    import(imported, with_a_hole, {"--symbol", "XY", "--exchange", "NASDAQ"});
    REQUIRE(imported.run({"data", "show", "XY", "1w"}) == 0);
    CHECK_THAT(imported.client.err, Contains("made of 1d bars; 2 of them lack bars that are missing or delayed, "
                                             "the first 2026-11-02: data verify XY 1d"));

    venue::HistorySimulationOptions options = quick_history();
    const auto at = [](const char* text) { return parse_instant(text).value(); };
    options.halts = {{.symbol = "AAPL", .from = at("2026-11-17T15:00:00Z"), .to = at("2026-11-17T15:20:00Z")}};
    DataShell shell(options);
    REQUIRE(shell.run({"data", "load", "AAPL", "5m", "--from", "2026-11-16"}) == 0);
    const std::vector<std::string> show{"data", "show", "AAPL", "1h", "--to", "2026-11-20"};
    REQUIRE(shell.run(show) == 0);
    CHECK_THAT(shell.client.err, Contains("made of 5m bars") && !Contains(" of them lack"));
    REQUIRE(shell.run({"data", "show", "AAPL", "1d", "--to", "2026-11-20"}) == 0);
    CHECK_THAT(shell.client.err, Contains("made of 5m bars") && !Contains(" of them lack"));

    shell.make_hole("AAPL", Timeframe::m5, at("2026-11-18T16:00:00Z"), at("2026-11-18T16:10:00Z"));
    REQUIRE(shell.run(show) == 0);
    CHECK_THAT(shell.client.err, Contains("1 of them lacks bars that are missing or delayed, the first "
                                          "2026-11-18T15:30:00Z: data verify AAPL 5m"));
    REQUIRE(shell.run({"data", "show", "AAPL", "1d", "--to", "2026-11-20"}) == 0);
    CHECK_THAT(shell.client.err, Contains("the first 2026-11-18: data verify AAPL 5m"));
}

TEST_CASE("what an interrupted load left beside the stored bars is told") {
    DataShell* interrupted = nullptr;
    int answered = 0;
    venue::HistorySimulationOptions options = quick_history();
    options.requests_in_flight_max = 1;
    options.bars_per_request_max = 200;
    options.fault = [&](const venue::HistoryRequest&, std::uint32_t) -> std::optional<Error> {
        if (++answered == 3 && interrupted != nullptr) {
            interrupted->loop().post([interrupted] { interrupted->interrupt(); });
        }
        return std::nullopt;
    };
    DataShell shell(options);
    const auto [option, value, command] =
        GENERATE(std::tuple("--mode", "tail", "data load KO 5m --mode tail"),
                 std::tuple("--from", "2026-09-10", "data load KO 5m --from 2026-09-10"));
    interrupted = &shell;
    REQUIRE(shell.run({"data", "load", "KO", "5m", option, value}) == 130);
    interrupted = nullptr;
    const std::string note =
        " to 2026-11-20 was interrupted or still runs: " + std::string(command) + " goes on with it";
    REQUIRE(shell.run({"data", "range", "KO"}) == 0);
    CHECK_THAT(shell.client.err, Contains(note));
    REQUIRE(shell.run({"data", "verify", "KO"}) == 0);
    CHECK_THAT(shell.client.err, Contains(note));
    REQUIRE(shell.run({"data", "load", "KO", "5m", "--from", "2026-09-10"}) == 0);
    REQUIRE(shell.run({"data", "range", "KO"}) == 0);
    CHECK_THAT(shell.client.err, !Contains("interrupted"));
}

TEST_CASE("help lists the exit codes of a command that may have a part of its answer") {
    DataShell shell(std::nullopt);
    REQUIRE(shell.run({"help", "data", "verify"}) == 0);
    CHECK_THAT(shell.client.out, Contains("  7    part of the result is missing\n") && Contains("\n  130  "));
    REQUIRE(shell.run({"help", "data", "list"}) == 0);
    CHECK_THAT(shell.client.out, !Contains("  7    ") && Contains("\n  130  "));
}

TEST_CASE("hours are chosen, and made of loaded minutes by session") {
    DataShell shell;
    REQUIRE(shell.run({"data", "load", "AAPL", "5m", "--from", "2026-11-16", "--hours", "extended"}) == 0);
    const json regular = shell.ask({"data", "show", "AAPL", "5m", "--hours", "regular", "--to", "2026-11-17"});
    INFO(shell.client.out);
    REQUIRE(shell.code == 0);
    CHECK(regular["data"].size() == 78);
    CHECK(regular["data"][0]["time"] == "2026-11-16T14:30:00Z");
    const json all = shell.ask({"data", "show", "AAPL", "5m", "--to", "2026-11-17"});
    CHECK(all["data"].size() > 78);
    const json hours = shell.ask({"data", "show", "AAPL", "1h", "--to", "2026-11-17"});
    CHECK(hours["data"].size() == 7);
    const json last = shell.ask({"data", "show", "AAPL", "1h", "-n", "3", "--to", "2026-11-18"});
    REQUIRE(last["data"].size() == 3);
    CHECK(last["data"][2]["time"] == "2026-11-17T20:30:00Z");
    CHECK(shell.run({"data", "verify", "AAPL"}) == 0);
}

TEST_CASE("daily bars are dates in every list") {
    DataShell shell(std::nullopt);
    import(shell, with_a_hole, {"--symbol", "XY", "--exchange", "NASDAQ"});
    CHECK(shell.ask({"data", "list"})["data"][0]["last"] == "2026-11-10");
    const json info = shell.ask({"data", "info", "XY"});
    CHECK(info["data"]["series"][0]["first"] == "2026-11-02");
    CHECK(info["data"]["instrument"]["calendar"] == "NASDAQ");
    CHECK_THAT(info["data"]["instrument"]["hours"].get<std::string>(),
               Contains("2026-11-20: ") && Contains("regular 09:30-16:00"));
}

TEST_CASE("a command that names another venue or account than the profile's is refused") {
    DataShell shell(std::nullopt);
    import(shell, with_a_hole, {"--symbol", "XY"});
    for (const std::vector<std::string>& other :
         {std::vector<std::string>{"--venue", "tws"}, std::vector<std::string>{"--account", "U1234567"}}) {
        std::vector<std::string> words{"data", "show", "XY"};
        words.insert(words.end(), other.begin(), other.end());
        const json shown = shell.ask(words);
        INFO(shown.dump());
        CHECK(shell.code == 9);
        CHECK(shown["error"]["code"] == "run.other_account");
        CHECK(shown["venue"] == "paper");
    }
    CHECK(shell.run({"data", "show", "XY", "--venue", "paper"}) == 0);
}
