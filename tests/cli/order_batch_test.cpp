#include "tests/cli/order_shell.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;

namespace {

/// "KO filled, ..." : one column of every row beside the state.
std::string states(const json& answer, const std::string& column) {
    std::string text;
    for (const json& row : answer["data"]) {
        text += (text.empty() ? "" : ", ") + row[column].get<std::string>() + " " + row["state"].get<std::string>();
    }
    return text;
}

} // namespace

TEST_CASE("a list is closed symbol by symbol, each under a key of its own, and twice is once") {
    OrderShell shell;
    REQUIRE(shell.run("watchlist add day KO PEP") == 0);
    REQUIRE(shell.run("buy KO 10 market") == 0);
    const json closed = shell.ask("close @day all market --key eod-{session}");
    INFO(closed.dump() << shell.shell.client.err);
    CHECK(shell.shell.code == 0);
    CHECK(states(closed, "of") == "KO filled, PEP not_found");
    CHECK(closed["data"][0]["key"] == "eod-2026-11-20:KO");
    CHECK(shell.position("KO") == "0");

    REQUIRE(shell.run("buy KO 10 market") == 0);
    const json again = shell.ask("close @day all market --key eod-{session}");
    CHECK(again["data"][0]["order"] == closed["data"][0]["order"]);
    CHECK(shell.position("KO") == "10");

    REQUIRE(shell.run("close KO all market") == 0);
    CHECK(shell.run("close @day all market") == 12);
    CHECK(shell.run("close @nosuch all market") == 12);
    CHECK(shell.run("close @day all market key one") == 2);
}

TEST_CASE("a reversal holds as much the other way") {
    OrderShell shell;
    REQUIRE(shell.run("buy KO 10 market") == 0);
    const json reversed = shell.ask("close KO all market --reverse --key turn");
    INFO(reversed.dump());
    CHECK(reversed["data"]["quantity"] == "20");
    CHECK(reversed["data"]["side"] == "sell");
    CHECK(shell.position("KO") == "-10");
    CHECK(shell.ask("close KO all market --reverse --key turn")["data"]["replayed"] == true);
    CHECK(shell.position("KO") == "-10");
    CHECK(shell.run("close KO 50pct market --reverse") == 2);
    CHECK(shell.run("close PEP all market --reverse") == 12);
}

TEST_CASE("a rebalance brings a position to its share, and then there is nothing to do") {
    OrderShell shell;
    const json first = shell.ask("order rebalance KO 5pct market --key share");
    INFO(first.dump());
    CHECK(shell.shell.code == 0);
    CHECK(first["data"]["side"] == "buy");
    CHECK(shell.ask("order rebalance KO 5pct market --key share")["data"]["replayed"] == true);
    CHECK(shell.run("order rebalance KO 5pct limit 1") == 0); // a share of more shares, far below the market
    CHECK(shell.run("order rebalance KO 5pct market") == 9);  // while that one is open
    CHECK(shell.run("cancel --all") == 0);
    CHECK(shell.run("order rebalance KO 5pct") == 2);
    CHECK(shell.run("order rebalance KO 10 market") == 2);
}

TEST_CASE("a file of orders is placed row by row, and what is missing on the second run") {
    OrderShell shell;
    shell.shell.client.files["orders.csv"] = "side,symbol,size,type,limit,tif,key_note\n";
    CHECK(shell.run("order submit --from orders.csv") == 2);
    shell.shell.client.files["orders.csv"] = "symbol,side,size,type,limit,tif\n"
                                             "KO,buy,10,market,,\n"
                                             "\n"
                                             "PEP,buy,5sh,limit,1.50,gtc\n"
                                             "NOSUCH,buy,5,market,,\n";
    const json rehearsed = shell.ask("order submit --from orders.csv --key open --dry-run");
    CHECK(states(rehearsed, "line") == "2 rehearsed, 4 rehearsed, 5 not_found");
    CHECK(shell.position("KO") == "0");

    const json placed = shell.ask("order submit --from orders.csv --key open");
    INFO(placed.dump());
    CHECK(shell.shell.code == 7);
    CHECK(states(placed, "line") == "2 filled, 4 working, 5 not_found");
    CHECK(placed["data"][1]["key"] == "open:4");
    CHECK_THAT(placed["error"]["message"].get<std::string>(), Contains("1 of 3 orders failed"));

    shell.shell.client.files["orders.csv"].replace(shell.shell.client.files["orders.csv"].find("NOSUCH"), 6, "PEP");
    const json again = shell.ask("order submit --from orders.csv --key open");
    CHECK(shell.shell.code == 0);
    CHECK(states(again, "line") == "2 filled, 4 working, 5 filled");
    CHECK(placed["data"][0]["replayed"] == false);
    CHECK(again["data"][1]["replayed"] == true);
    CHECK(again["data"][2]["replayed"] == false);
    CHECK_THAT(shell.shell.client.out, Contains("replayed: 2 of 3 orders"));
    CHECK(shell.position("KO") == "10");
    CHECK(shell.position("PEP") == "5");
}

TEST_CASE("orders come from standard input, too, and a rehearsal that would be denied exits 9") {
    OrderShell shell;
    REQUIRE(shell.run("risk set order_quantity_max 4 x") == 0);
    const std::string rows = "side,symbol,size,type\nbuy,KO,1,market\nbuy,PEP,5,market\n";
    shell.shell.client.input = {rows.substr(0, 30), rows.substr(30)};
    const json rehearsed = shell.ask("order submit --from - --key in --dry-run");
    INFO(rehearsed.dump());
    CHECK(shell.shell.code == 9);
    CHECK(states(rehearsed, "line") == "2 rehearsed, 3 denied");
    CHECK(shell.position("KO") == "0");
    shell.shell.client.input = {rows};
    const json placed = shell.ask("order submit --from - --key in");
    CHECK(shell.shell.code == 7);
    CHECK(states(placed, "line") == "2 filled, 3 refused");
    shell.shell.client.input = {"side,symbol,size,type\nbuy,KO,2,market\n"};
    const json conflict = shell.ask("order submit --from - --key in --dry-run");
    CHECK(shell.shell.code == 9);
    CHECK(conflict["error"]["code"] == "order.key_used");
}

TEST_CASE("exits that end with their entry are cancelled, too, and a part that cannot be is exit 7") {
    OrderShell shell;
    REQUIRE(shell.run("buy KO 5 limit 1.50 target 2 protect 1") == 0);
    const json all = shell.ask("cancel --all");
    INFO(all.dump());
    CHECK(shell.shell.code == 0);
    CHECK(all["data"].size() == 3);
    CHECK(shell.open_orders() == 0);
    REQUIRE(shell.run("buy KO 5 limit 1.50 --key one") == 0);
    const json some = shell.ask("cancel one nope");
    INFO(some.dump());
    CHECK(shell.shell.code == 7);
    CHECK(some["error"]["code"] == "cancel.some_failed");
    CHECK(some["data"].size() == 1);
    CHECK(shell.run("cancel nope") == 12);
    CHECK(shell.run("cancel one") == 9);
}

TEST_CASE("an export under a name that says no format is refused, and help finds an order verb by its name") {
    OrderShell shell;
    CHECK(shell.run("order export -o orders.xls") == 2);
    CHECK_THAT(shell.shell.client.err, Contains("export.ending"));
    CHECK_FALSE(shell.shell.client.files.contains("orders.xls"));
    CHECK(shell.run("order export -o orders.csv") == 0);
    CHECK(shell.run("order export -o orders.xls --format tsv") == 0);
    CHECK(shell.run("help modify") == 0);
    CHECK_THAT(shell.shell.client.out, Contains("order modify"));
    CHECK(shell.run("help begin") == 0);
    CHECK_THAT(shell.shell.client.out, Contains("14"));
}

TEST_CASE("wrong rows are told with line and column, and nothing is sent") {
    OrderShell shell;
    shell.shell.client.files["orders.csv"] = "side,symbol,size,type,limit,protect\n"
                                             "buy,KO,10,market,,\n"
                                             "buy,KO,ten,market,,\n"
                                             "hold,KO,10,market,,\n"
                                             "buy,KO,10,limit,,\n"
                                             "buy,KO,10,market,5,\n"
                                             "buy,KO,risk 200usd,market,,trail 1x\n"
                                             "buy,KO,10\n";
    CHECK(shell.run("order submit --from orders.csv") == 2);
    const std::string& told = shell.shell.client.err;
    CHECK_THAT(told, Contains("orders.csv:3:8: error[size.form]"));
    CHECK_THAT(told, Contains("(one of 6 wrong rows)"));
    CHECK_THAT(told, Contains("orders.csv:4:1: 'hold' is no side"));
    CHECK_THAT(told, Contains("orders.csv:5:11: a limit order needs a limit price"));
    CHECK_THAT(told, Contains("orders.csv:6:18: a market order has no limit price"));
    CHECK_THAT(told, Contains("orders.csv:7:34: 'x' is no unit of a distance"));
    CHECK_THAT(told, Contains("orders.csv:8:1: the row has 3 fields, the first row 6"));
    CHECK(shell.position("KO") == "0");
    CHECK(shell.run("order submit --from nosuch.csv") == 3);
    CHECK(shell.run("order submit") == 2);
}

TEST_CASE("keys say which day they are of") {
    OrderShell shell;
    const json placed = shell.ask("buy KO 1 market --key a-{session}-{date:America/New_York}");
    CHECK(placed["data"]["key"] == "a-2026-11-20-2026-11-20");
    CHECK(shell.run("buy KO 1 market --key a-{day}") == 2);
    CHECK_THAT(shell.shell.client.err, Contains("'{day}' means nothing in a key"));
}

TEST_CASE("what the venue cannot do is refused before anything is sent") {
    OrderShell shell;
    const json refused = shell.ask("buy KO 10 limit 50 --max-age 1s --slippage 1pct");
    CHECK(shell.shell.code == 2);
    CHECK(refused["error"]["code"] == "order.slippage_of_market");
    CHECK(shell.open_orders() == 0);
}

TEST_CASE("a batch without keys that failed in part is not to be run again") {
    OrderShell shell;
    shell.shell.client.files["orders.csv"] = "side,symbol,size,type,limit\n"
                                             "buy,PEP,1,limit,1.50\n"
                                             "buy,ZZZ,1,limit,50\n";
    const json loose = shell.ask("order submit --from orders.csv");
    CHECK(shell.shell.code == 7);
    CHECK_THAT(loose["error"]["hint"].get<std::string>(),
               Contains("do not run the same again") && Contains("leave out what was placed"));
    CHECK(loose["data"][1]["type"] == "limit 50");
    CHECK(loose["data"][1]["side"] == "buy");
    const json keyed = shell.ask("order submit --from orders.csv --key k");
    CHECK(shell.shell.code == 7);
    CHECK_THAT(keyed["error"]["hint"].get<std::string>(), Contains("same key places only what is missing"));
}

TEST_CASE("what the checks warn of is told for every order of a batch, a group and a change") {
    OrderShell shell;
    REQUIRE(shell.run("buy PEP 1 limit 1.50") == 0);
    shell.shell.client.files["orders.csv"] = "side,symbol,size,type,limit\nbuy,PEP,1,limit,1.50\n";
    CHECK(shell.run("order submit --from orders.csv") == 0);
    CHECK_THAT(shell.shell.client.err, Contains("line 2: duplicate: "));
    shell.shell.client.err.clear();
    CHECK(shell.shell.run({"-c", "begin pair; buy PEP 1 limit 1.50; commit"}) == 0);
    CHECK_THAT(shell.shell.client.err, Contains("leg 1: duplicate: "));
}

TEST_CASE("an order whose fill was waited for and that ended without it is no success") {
    OrderShell shell;
    const json killed = shell.ask("buy KO 10 limit 1.50 tif fok --wait fill --key f");
    INFO(killed.dump());
    CHECK(shell.shell.code == 15);
    CHECK(killed["error"]["code"] == "order.not_filled");
    CHECK_THAT(killed["error"]["message"].get<std::string>(), Contains("with 0 of 10 filled"));
    CHECK(shell.run("buy KO 10 limit 1.50 tif fok --wait fill --key f") == 15); // replayed, and no other outcome
    CHECK(shell.run("order wait f") == 15);
    CHECK(shell.run("buy KO 10 limit 1.50 tif fok --key g") == 0); // nobody waited for its fill
    CHECK(shell.shell.run({"-c", "buy KO 1 limit 1.50 tif fok --wait fill; buy PEP 1 market"}) == 15);
    CHECK(shell.position("PEP") == "0");
    CHECK(shell.run("buy PEP 1 market --wait fill") == 0);
    shell.shell.client.files["orders.csv"] = "side,symbol,size,type,limit,tif\nbuy,KO,1,limit,1.50,fok\n";
    CHECK(shell.run("order submit --from orders.csv --wait fill") == 15);
}

TEST_CASE("a key that is free again still leads to what it was last used for") {
    OrderShell shell;
    REQUIRE(shell.run("risk set order_quantity_max 4 x") == 0);
    REQUIRE(shell.run("buy KO 10 limit 1.50 --key d1") == 9);
    const json shown = shell.ask("order show d1");
    INFO(shown.dump());
    CHECK(shell.shell.code == 0);
    CHECK(shown["data"]["state"] == "denied");
    CHECK_THAT(shown["messages"][0]["text"].get<std::string>(), Contains("the key 'd1': it is free"));
    CHECK(shell.run("order wait d1") == 15);
    CHECK(shell.run("cancel d1") == 12);
    REQUIRE(shell.run("buy KO 2 limit 1.50 --key d1") == 0);
    const json used = shell.ask("order show d1");
    CHECK(used["data"]["state"] == "working");
    CHECK(used["messages"].empty());
}

TEST_CASE("closing all withdraws the exits first, names them, and leaves nothing held") {
    OrderShell orders({"KO"});
    REQUIRE(orders.run("buy KO 6 market") == 0);
    REQUIRE(orders.run("buy KO 4 market target 150 protect 50") == 0);
    REQUIRE(orders.run("buy KO 5 market --json") == 0);
    REQUIRE(orders.run("sell KO 3 limit 160 tif gtc") == 0);
    REQUIRE(orders.open_orders() == 3);

    CHECK(orders.run("close KO 13 market") == 9); // a part that does not fit beside them is refused
    CHECK_THAT(orders.shell.client.err, Contains("close KO all"));
    REQUIRE(orders.open_orders() == 3);

    const nlohmann::json rehearsed = orders.ask("close KO all market --dry-run");
    CHECK_THAT(rehearsed.dump(), Contains("would be withdrawn first"));
    REQUIRE(orders.open_orders() == 3);
    REQUIRE(orders.position("KO") == "15");

    const nlohmann::json closed = orders.ask("close KO all market --key flat");
    CHECK_THAT(closed.dump(), Contains("withdrawn first: order") && Contains("sell KO 3 limit 160"));
    CHECK_THAT(closed.dump(), !Contains("still held"));
    CHECK(orders.position("KO") == "0");
    CHECK(orders.open_orders() == 0);

    REQUIRE(orders.run("buy KO 4 market protect 50") == 0); // the key again withdraws nothing more
    CHECK(orders.run("close KO all market --key flat") == 0);
    CHECK(orders.open_orders() == 1);
    CHECK(orders.position("KO") == "4");
}

TEST_CASE("a list and a reversal withdraw exits, too, but not what may do more than reduce") {
    OrderShell orders({"KO", "PEP"});
    orders.run("watchlist add day KO PEP");
    REQUIRE(orders.run("buy KO 4 market protect 50") == 0);
    REQUIRE(orders.run("buy PEP 4 market protect 50") == 0);
    REQUIRE(orders.run("close @day all market") == 0);
    CHECK(orders.position("KO") == "0");
    CHECK(orders.position("PEP") == "0");

    REQUIRE(orders.run("buy KO 4 market protect 50") == 0);
    REQUIRE(orders.run("close KO all market --reverse") == 0);
    CHECK(orders.position("KO") == "-4");
    CHECK(orders.open_orders() == 0);

    REQUIRE(orders.run("buy PEP 4 market") == 0);
    REQUIRE(orders.run("sell PEP 3 limit 160 --short tif gtc") == 0);
    CHECK(orders.run("close PEP all market") == 9); // one could be closed: not silently
    CHECK(orders.position("PEP") == "4");
}
