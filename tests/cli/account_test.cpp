#include "tests/cli/scan_bars.hpp"

using namespace tradesh;
using namespace tradesh::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

Decimal number(const json& value) { return Decimal::parse(value.get<std::string>()).value(); }

/// Buys 10 UP at about 100, sells 4 of them at about 110, and sells 3 NEW short and buys them back.
void trade(DataShell& shell) {
    import_three(shell);
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"paper", "anchor", "UP", "100"},
                                               {"buy", "UP", "10", "market", "--key", "first"},
                                               {"paper", "anchor", "UP", "110"},
                                               {"sell", "UP", "4", "market", "--key", "second"},
                                               {"paper", "anchor", "NEW", "50"},
                                               {"sell", "NEW", "3", "market", "--short"},
                                               {"buy", "NEW", "3", "market"}}) {
        const int code = shell.run(words);
        INFO(words[0] << " " << words[1] << ": " << shell.client.err);
        REQUIRE(code == 0);
    }
}

json line_of(const json& lines, const std::string& symbol) {
    for (const json& line : lines) {
        if (line["symbol"] == symbol) {
            return line;
        }
    }
    return {};
}

} // namespace

TEST_CASE("account pnl comes to what the venue itself says") {
    DataShell shell(std::nullopt);
    const Decimal before = number(shell.ask({"account", "summary"})["data"]["net_liquidation"]);
    trade(shell);
    const json pnl = shell.ask({"account", "pnl"});
    INFO(pnl.dump());
    REQUIRE(shell.code == 0);
    const json positions = shell.ask({"account", "positions", "--all"})["data"];
    for (const std::string symbol : {"UP", "NEW"}) {
        CHECK(line_of(pnl["data"]["lines"], symbol)["realised"] == line_of(positions, symbol)["realised"]);
        CHECK(line_of(pnl["data"]["lines"], symbol)["fees"] == line_of(positions, symbol)["fees"]);
    }
    const json up = line_of(pnl["data"]["lines"], "UP");
    CHECK(number(up["realised"]) > 30);
    CHECK(number(up["net"]) == number(up["realised"]) - number(up["fees"]));
    CHECK(number(up["unrealised"]) > 40);
    CHECK(number(up["total"]) == number(up["net"]) + number(up["unrealised"]));
    REQUIRE(pnl["data"]["totals"].size() == 1);
    CHECK(pnl["data"]["totals"][0]["fills"] == "4");
    CHECK(pnl["data"]["totals"][0]["currency"] == "USD");

    // When all is closed, the account's worth has moved by exactly that.
    REQUIRE(shell.run({"close", "UP", "all", "market"}) == 0);
    const Decimal worth = number(shell.ask({"account", "summary"})["data"]["net_liquidation"]);
    CHECK(worth - before == number(shell.ask({"pnl"})["data"]["totals"][0]["total"]));
}

TEST_CASE("account pnl by day, of a range, of a symbol") {
    DataShell shell(std::nullopt);
    trade(shell);
    const json by_day = shell.ask({"pnl", "--by", "day,symbol"})["data"]["lines"];
    REQUIRE(by_day.size() == 2);
    CHECK(by_day[0]["day"] == "2026-11-20");
    CHECK(shell.ask({"pnl", "--by", "day"})["data"]["lines"].size() == 1);
    CHECK(shell.ask({"pnl", "--symbol", "NEW"})["data"]["totals"][0]["fills"] == "2");

    const json past = shell.ask({"pnl", "--to", "2026-11-20"});
    CHECK(past["data"]["lines"].empty());
    const json later = shell.ask({"pnl", "--from", "2026-11-20 23:00"})["data"];
    CHECK(later["totals"][0]["fills"] == "0"); // only what is open

    CHECK(shell.run({"pnl", "--by", "year"}) == 2);
    CHECK_THAT(shell.client.err, Contains("--by day,symbol"));
    CHECK(shell.run({"pnl", "--from", "2026-11-20", "--to", "2026-11-19"}) == 2);
    CHECK(shell.run({"--check", "pnl", "--by", "year"}) == 2);
}

TEST_CASE("An account that never traded has no profit and no fills, and that is no error") {
    DataShell shell(std::nullopt);
    CHECK(shell.run({"pnl"}) == 0);
    CHECK_THAT(shell.client.err, Contains("no trades yet"));
    CHECK(shell.run({"pnl", "--symbol", "NOPE"}) == 12); // a typo is no empty result
    CHECK_THAT(shell.client.err, Contains("nothing is known of NOPE"));
    CHECK(shell.run({"account", "fills"}) == 0);
    CHECK(shell.run({"log", "orders"}) == 0);
    CHECK(shell.run({"order", "export"}) == 0);
    CHECK(shell.run({"pos"}) == 0);
    CHECK_THAT(shell.client.err, Contains("no positions"));
}

TEST_CASE("account fills lists executions, with the key of their order, and filters") {
    DataShell shell(std::nullopt);
    trade(shell);
    const json all = shell.ask({"account", "fills"})["data"];
    REQUIRE(all.size() == 4);
    CHECK(all[0]["key"] == "first");
    CHECK(all[0]["source"] == "venue");
    CHECK(all[1]["quantity"] == "4");
    CHECK(shell.ask({"account", "fills", "--symbol", "NEW"})["data"].size() == 2);
    const json one = shell.ask({"account", "fills", "--order", "second"})["data"];
    REQUIRE(one.size() == 1);
    CHECK(one[0]["execution"] == all[1]["execution"]);
    CHECK(shell.ask({"account", "fills", "--from", "2026-11-21"})["data"].empty());
    CHECK(shell.run({"account", "fills", "--order", "nobody"}) == 12);
}

TEST_CASE("Closed positions are listed with --all alone") {
    DataShell shell(std::nullopt);
    trade(shell);
    CHECK(shell.ask({"pos"})["data"].size() == 1);
    CHECK(shell.ask({"pos", "--all"})["data"].size() == 2);
}

TEST_CASE("log orders tells what happened in sentences, and follows") {
    DataShell shell(std::nullopt);
    trade(shell);
    REQUIRE(shell.run({"buy", "UP", "1", "limit", "50", "tif", "gtc", "--key", "low"}) == 0);
    REQUIRE(shell.run({"cancel", "low"}) == 0);
    const json log = shell.ask({"log", "orders", "--symbol", "UP", "-n", "5"})["data"];
    REQUIRE(log.size() == 5);
    CHECK(log[4]["what"] == "buy UP 1 limit 50 was cancelled by request");
    CHECK(log[4]["key"] == "low");
    CHECK_THAT(log[1]["what"].get<std::string>(), Contains("buy UP 1 limit 50 gtc is recorded and goes out, key low"));
    CHECK_THAT(log[0]["what"].get<std::string>(), Contains("sold 4 UP @ "));

    const json followed = shell.ask({"log", "orders", "-n", "1", "--follow", "--for", "10ms"});
    CHECK(shell.code == 0);
    CHECK(followed["data"].size() == 1);
    shell.loop().timers().after(20ms, [&shell] { shell.interrupt(); });
    CHECK(shell.run({"log", "orders", "--follow"}) == 130);
    CHECK(shell.run({"log", "orders", "--for", "1s"}) == 2);
    CHECK(shell.run({"log", "orders", "-n", "1000000"}) == 2);
}

TEST_CASE("order export writes orders, fills or events, exact and whole") {
    DataShell shell(std::nullopt);
    trade(shell);
    REQUIRE(shell.run({"buy", "UP", "1", "stop", "500.25", "limit", "501", "tif", "gtc"}) == 0);
    const json orders = shell.ask({"order", "export"})["data"];
    REQUIRE(orders.size() == 5);
    CHECK(orders[0]["key"] == "first");
    CHECK(orders[0]["state"] == "filled");
    CHECK(orders[0]["remaining"] == "0");
    CHECK(orders[4]["type"] == "stop-limit");
    CHECK(orders[4]["stop"] == "500.25");
    CHECK(orders[4]["limit"] == "501");
    CHECK(shell.ask({"order", "export", "--fills"})["data"].size() == 4);
    const json events = shell.ask({"order", "export", "--events"})["data"];
    REQUIRE(events.size() > 12);
    CHECK(events[0]["seq"] == "1");
    CHECK(json::parse(events[0]["payload"].get<std::string>()).contains("request"));
    CHECK(shell.run({"order", "export", "--fills", "--events"}) == 2);

    REQUIRE(shell.run({"order", "export", "-o", "orders.csv"}) == 0);
    CHECK_THAT(shell.client.files["orders.csv"], Contains("order,created,updated,state") && Contains(",500.25,"));
}

TEST_CASE("order show tells every step and how long the stages took") {
    DataShell shell(std::nullopt);
    trade(shell);
    const json shown = shell.ask({"order", "show", "first", "--history", "--timing"})["data"];
    INFO(shown.dump());
    REQUIRE(shown["history"].size() >= 3);
    CHECK(shown["history"][0]["event"] == "intended");
    CHECK(shown["history"].back()["event"] == "filled");
    CHECK(shown["history"].back()["state"] == "filled");
    CHECK(shown["history"].back()["execution"] == shell.ask({"account", "fills"})["data"][0]["execution"]);
    CHECK(shown["timing"].front()["stage"] == "received");
    CHECK(shown["timing"].back()["stage"] == "end");
    CHECK_FALSE(shown["timing"].back()["took"].is_null());
    REQUIRE(shown["checks"].size() > 5);
    CHECK(shown["checks"][0]["verdict"] == "pass");
}

TEST_CASE("whoever places an order is told of the checks that only warn, with what they found") {
    DataShell shell(std::nullopt);
    import_three(shell);
    REQUIRE(shell.run({"paper", "anchor", "UP", "100"}) == 0);
    REQUIRE(shell.run({"buy", "UP", "10", "limit", "90"}) == 0);
    shell.client.err.clear();
    REQUIRE(shell.run({"buy", "UP", "10", "limit", "90"}) == 0);
    CHECK_THAT(shell.client.err, Contains("warning: duplicate"));
}

TEST_CASE("status says that trading is halted, and the log why") {
    DataShell shell(std::nullopt);
    CHECK_FALSE(shell.ask({"status"})["data"].contains("trading"));
    REQUIRE(shell.run({"risk", "halt", "numbers at 14:30"}) == 0);
    const json status = shell.ask({"status"});
    CHECK(status["data"]["trading"] == "HALTED");
    CHECK_THAT(status["messages"].dump(), Contains("numbers at 14:30"));
    const json log = shell.ask({"log", "orders"})["data"];
    REQUIRE(log.size() == 1);
    CHECK(log[0]["event"] == "risk.halted");
    CHECK(log[0]["what"] == "trading is HALTED: new orders are refused and open ones withdrawn: numbers at 14:30");
}
