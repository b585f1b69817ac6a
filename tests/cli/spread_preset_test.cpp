#include "tests/cli/data_shell.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;

TEST_CASE("presets are listed, shown, added, used and removed") {
    DataShell shell;
    const json before = shell.ask({"preset", "list"});
    INFO(before.dump());
    REQUIRE(before["data"].size() == 5);
    CHECK(before["data"][1]["name"] == "moderate");
    CHECK(before["data"][1]["origin"] == "built-in");

    REQUIRE(shell.run({"preset", "add", "mine", "dte=30..60", "pop=0.7..", "--summary", "what I like"}) == 0);
    CHECK_THAT(shell.client.err, Contains("added mine: dte=30..60 pop=0.7.."));
    REQUIRE(shell.run({"preset", "add", "wide", "--from", "moderate", "width=10", "iv-percentile=.."}) == 0);
    const json after = shell.ask({"preset", "list"});
    REQUIRE(after["data"].size() == 7);
    CHECK(after["data"][5]["summary"] == "what I like");
    CHECK(after["data"][5]["origin"] == "own");
    const std::string filters = after["data"][6]["filters"];
    CHECK_THAT(filters, Contains("width=10"));
    CHECK_THAT(filters, Contains("delta=0.2..0.4"));
    CHECK(filters.find("iv-percentile") == std::string::npos);

    const json shown = shell.ask({"preset", "show", "mine"});
    REQUIRE(shown["data"].size() == 2);
    CHECK(shown["data"][0]["filter"] == "dte");
    CHECK(shown["data"][0]["range"] == "30..60");

    REQUIRE(shell.run({"data", "load", "AAPL", "1d", "--from", "2026-11-10"}) == 0);
    const json found = shell.ask({"scan", "spreads", "AAPL", "--preset", "mine"});
    INFO(found.dump());
    REQUIRE(!found["data"].empty());
    for (const json& row : found["data"]) {
        CHECK(std::stod(row["pop"].get<std::string>()) >= 0.7);
    }
    REQUIRE(shell.run({"preset", "rm", "mine"}) == 0);
    CHECK(shell.run({"preset", "rm", "mine"}) == 12);
    CHECK(shell.run({"preset", "show", "wdie"}) == 12);
    CHECK_THAT(shell.client.err, Contains("did you mean 'wide'?"));
}

TEST_CASE("built-in presets stay, and what is wrong with a preset is shown at its word") {
    DataShell shell;
    CHECK(shell.run({"preset", "add", "moderate", "dte=1.."}) == 9);
    CHECK(shell.run({"preset", "rm", "moderate"}) == 9);
    CHECK(shell.run({"preset", "add", "Mine", "dte=1.."}) == 2);
    CHECK(shell.run({"preset", "add", "mine", "dte"}) == 2);
    CHECK(shell.run({"preset", "add", "mine", "detla=0.2.."}) == 2);
    CHECK(shell.run({"preset", "add", "mine", "dte=30..60", "pop=0.7..0.6"}) == 2);
    CHECK_THAT(shell.client.err, Contains("  preset add mine dte=30..60 pop=0.7..0.6\n"
                                          "                             ^^^^^^^^^^^^\n"));
    CHECK(shell.run({"preset", "add", "mine", "--from", "none"}) == 12);
    CHECK(shell.ask({"preset", "list"})["data"].size() == 5);
    CHECK(shell.run({"preset", "add", "mine", "dte=30..60", "--summary", "a\nb"}) == 2);
    CHECK_THAT(shell.client.err, Contains("without control characters"));
    REQUIRE(shell.run({"preset", "add", "mine", "dte=30..60"}) == 0);
    CHECK(shell.run({"preset", "add", "mine"}) == 9);
    CHECK_THAT(shell.client.err, Contains("'mine' already"));
    REQUIRE(shell.run({"preset", "add", "mine", "dte=30..45", "--replace"}) == 0);
    CHECK_THAT(shell.client.err, Contains("replaced mine: dte=30..45"));
}

TEST_CASE("presets go to a file and come back, and nothing is replaced unless it is asked for") {
    DataShell shell;
    REQUIRE(shell.run({"preset", "add", "mine", "dte=30..60", "pop=0.7.."}) == 0);
    REQUIRE(shell.run({"preset", "add", "other", "width=5"}) == 0);
    REQUIRE(shell.run({"preset", "export", "-o", "all.json"}) == 0);
    REQUIRE(shell.run({"preset", "export", "mine"}) == 0);
    CHECK_THAT(shell.client.out, Contains("\"dte\": \"30..60\""));

    CHECK(shell.run({"preset", "import", "all.json"}) == 9);
    CHECK_THAT(shell.client.err, Contains("'mine' already"));
    REQUIRE(shell.run({"preset", "rm", "other"}) == 0);
    CHECK(shell.run({"preset", "import", "all.json"}) == 9); // all or nothing
    CHECK(shell.ask({"preset", "list"})["data"].size() == 6);
    REQUIRE(shell.run({"preset", "import", "all.json", "--replace"}) == 0);
    CHECK(shell.ask({"preset", "list"})["data"].size() == 7);

    REQUIRE(shell.run({"preset", "export", "moderate", "-o", "built-in.json"}) == 0);
    CHECK(shell.run({"preset", "import", "built-in.json"}) == 0); // as it is here
    CHECK_THAT(shell.client.err, Contains("'moderate' is built in"));
    shell.client.files["changed.json"] = R"({"schema": "spread-presets@1",
  "presets": [{"name": "moderate", "summary": "", "filters": {"dte": "30..60"}}]})";
    CHECK(shell.run({"preset", "import", "changed.json", "--replace"}) == 9);
    REQUIRE(shell.run({"preset", "export", "mine", "mine", "moderate", "-o", "twice.json"}) == 0);
    CHECK(shell.client.out.empty());
    CHECK_THAT(shell.client.err, Contains("exported 2 presets to twice.json"));
    CHECK(shell.run({"preset", "import", "twice.json", "--replace"}) == 0);
    CHECK(shell.ask({"preset", "export", "mine", "-o", "one.json"})["data"]["presets"] == "1");
    CHECK(shell.run({"preset", "export", "mine", "--json"}) == 2);
    CHECK(shell.run({"preset", "export", "mine", "--csv"}) == 2);
    CHECK(shell.run({"preset", "export", "mine", "--fields", "name"}) == 2);
    shell.client.files["bad.json"] = R"({"schema": "spread-presets@1",
  "presets": [{"name": "mine", "summary": "", "filters": {"dte": "60..30"}}]})";
    CHECK(shell.run({"preset", "import", "bad.json", "--replace"}) == 3);
    CHECK_THAT(shell.client.err, Contains("presets[0].filters.dte: '60..30' is no range of dte"));
    CHECK(shell.run({"preset", "import", "none.json"}) == 12);
    CHECK_THAT(shell.client.err, Contains("import presets (none.json)"));
    CHECK_THAT(shell.client.err, Contains("preset export -o FILE"));
}
