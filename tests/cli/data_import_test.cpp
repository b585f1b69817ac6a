#include "tests/cli/data_shell.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <sstream>

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;

namespace {

std::string content_of(const std::string& name) {
    std::ifstream in(std::string(TEST_DATA_DIR) + "/" + name);
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
}

const std::string two_symbols = "symbol,time,open,high,low,close,volume\n"
                                "GOOG,2026-11-02,10,11,9,10,100\n"
                                "MSFT,2026-11-02,20,21,19,20,100\n"
                                "GOOG,2026-11-03,10,12,9,11,200\n"
                                "MSFT,2026-11-03,,,,,\n";

} // namespace

TEST_CASE("times of closes are moved to the open of their bars; another stamp later is noticed") {
    DataShell shell(std::nullopt);
    shell.client.files["stoxx.csv"] = content_of("STOXX50_5m.csv");
    const std::vector<std::string> words{"data",  "import",     "stoxx.csv", "--symbol", "STOXX50",       "--kind",
                                         "index", "--exchange", "EUREX",     "--tz",     "Europe/Berlin", "--stamp"};
    const auto with_stamp = [&](const std::string& stamp) {
        std::vector<std::string> all = words;
        all.push_back(stamp);
        return all;
    };
    const json imported = shell.ask(with_stamp("close"));
    INFO(imported.dump());
    CHECK(shell.code == 0);
    CHECK(imported["data"]["first"] == "2006-01-02T09:00:00+01:00");
    CHECK_THAT(imported["messages"].dump(), Contains("every bar opens 5m before what is written"));

    const json again = shell.ask(with_stamp("open"));
    CHECK(shell.code == 1);
    CHECK(again["error"]["code"] == "import.shifted");
    CHECK_THAT(again["error"].dump(), Contains("its times are 5m after those of the bars already stored") &&
                                          Contains("data delete STOXX50 5m"));
    const json zone_too = shell.ask(
        {"data", "import", "stoxx.csv", "--symbol", "STOXX50", "--tz", "UTC", "--kind", "index", "--replace"});
    CHECK(zone_too["error"]["code"] == "import.shifted"); // --replace is no answer to that
    CHECK_THAT(zone_too["error"].dump(), Contains("its times are 1h5m after") && Contains("another zone, and are"));
    CHECK(shell.run(with_stamp("middle")) == 2);
    CHECK_THAT(shell.client.err, Contains("'middle' is neither open nor close"));
}

TEST_CASE("other values for most stored bars need --replace") {
    DataShell shell(std::nullopt);
    const std::string header = "date,open,high,low,close\n";
    shell.client.files["bars.csv"] = header + "2026-11-02,10,11,9,10\n2026-11-03,10,11,9,10\n";
    shell.client.files["corrected.csv"] = header + "2026-11-02,10,12,9,10\n2026-11-03,10,12,9,10\n";
    CHECK(shell.run({"data", "import", "bars.csv", "--symbol", "XY"}) == 0);
    CHECK(shell.run({"data", "import", "corrected.csv", "--symbol", "XY"}) == 1);
    CHECK_THAT(shell.client.err, Contains("2 of 2 bars already stored would get other values") &&
                                     Contains("--replace") && Contains("--stamp"));
    const json replaced = shell.ask({"data", "import", "corrected.csv", "--symbol", "XY", "--replace"});
    CHECK(replaced["data"]["replaced"] == "2");
}

TEST_CASE("a file of several symbols: a row each, or the one that is asked for") {
    DataShell shell(std::nullopt);
    shell.client.files["all.csv"] = two_symbols;
    const json all = shell.ask({"data", "import", "all.csv", "--exchange", "NASDAQ"});
    INFO(all.dump());
    CHECK(shell.code == 0);
    REQUIRE(all["data"].size() == 2);
    CHECK(all["data"][0]["symbol"] == "GOOG");
    CHECK(all["data"][0]["inserted"] == "2");
    CHECK(all["data"][0]["last"] == "2026-11-03");
    CHECK(all["data"][1]["symbol"] == "MSFT");
    CHECK(all["data"][1]["inserted"] == "1");
    CHECK_THAT(all["messages"].dump(), Contains("1 row without prices"));

    const json one = shell.ask({"data", "import", "all.csv", "--symbol", "goog"});
    CHECK(one["data"]["unchanged"] == "2");
    CHECK_THAT(one["messages"].dump(), Contains("2 rows of other symbols left out"));
    CHECK(shell.ask({"data", "import", "all.csv", "--symbol", "KO"})["error"]["code"] == "import.symbol_absent");
    CHECK(shell.ask({"data", "info", "KO"})["error"]["kind"] == "not_found");
}

TEST_CASE("whose bars they are must be said somewhere") {
    DataShell shell(std::nullopt);
    shell.client.files["bars.csv"] = "date,open,high,low,close\n2026-11-02,10,11,9,10\n";
    CHECK(shell.run({"data", "import", "bars.csv"}) == 2);
    CHECK_THAT(shell.client.err, Contains("whose bars are these?") && Contains("--symbol GOOG"));
}

TEST_CASE("skipped rows are listed beside what was imported") {
    DataShell shell(std::nullopt);
    shell.client.files["all.csv"] = two_symbols + "MSFT,2026-11-02,20,\"2,1\",19,20,100\n";
    CHECK(shell.run({"data", "import", "all.csv"}) == 1);
    const json skipped = shell.ask({"data", "import", "all.csv", "--skip-bad"});
    INFO(skipped.dump());
    CHECK(shell.code == 0);
    CHECK(skipped["data"]["import"].size() == 2);
    CHECK(skipped["data"]["skipped_rows"][0]["line"] == "6");
    CHECK(skipped["data"]["skipped_rows"][0]["row"] == "MSFT,2026-11-02,20,\"2,1\",19,20,100");
}

TEST_CASE("a daily file from new to old, and its dates") {
    DataShell shell(std::nullopt);
    shell.client.files["bars.csv"] = "Date,Open,High,Low,Close,Volume,Dividends\n2026-11-04,10,11,9,10,5,0\n"
                                     "2026-11-03,10,11,9,10,5,0\n2026-11-02,10,11,9,10,5,0\n";
    const json imported = shell.ask({"data", "import", "bars.csv", "--symbol", "XY"});
    INFO(imported.dump());
    CHECK(shell.code == 0);
    CHECK(imported["data"]["first"] == "2026-11-02");
    CHECK(imported["data"]["last"] == "2026-11-04");
    CHECK_THAT(imported["messages"].dump(),
               Contains("the file runs from new to old") && Contains("not read: Dividends"));
}
