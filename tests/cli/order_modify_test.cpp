#include "tests/cli/order_shell.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;

namespace {

/// The type of an order as it stands: "limit 1.51".
std::string type_of(OrderShell& shell, const std::string& order) {
    return shell.ask("order show " + order)["data"]["type"];
}

/// The open exit of an order that is of this type, "" when there is none.
std::string exit_of(OrderShell& shell, const std::string& order, const std::string& type) {
    const json open = shell.ask("orders")["data"];
    for (const json& row : open) {
        if (row["exit_of"] == order && row["type"].get<std::string>().starts_with(type)) {
            return row["order"];
        }
    }
    return "";
}

} // namespace

TEST_CASE("a limit moves from where it is, and a key makes a second run harmless") {
    OrderShell shell;
    const std::string order = shell.ask("buy KO 10 limit 1.50 --key o1")["data"]["order"];
    const json moved = shell.ask("order modify o1 limit +1t --key up");
    INFO(moved.dump());
    CHECK(shell.shell.code == 0);
    CHECK(moved["data"][0]["type"] == "limit 1.51");
    CHECK(shell.run("order modify o1 limit +1t --key up") == 0);
    CHECK(type_of(shell, order) == "limit 1.51");
    CHECK(shell.run("order modify o1 limit +2t --key up") == 9); // the key stands for another change
    CHECK(shell.run("order modify o1 limit +1t quantity 20") == 0);
    CHECK(type_of(shell, order) == "limit 1.52");
    CHECK(shell.ask("order show o1")["data"]["quantity"] == "20");
}

TEST_CASE("what cannot change is refused with its reason") {
    OrderShell shell;
    shell.run("buy KO 10 limit 1.50 --key o1");
    CHECK(shell.run("order modify o1 stop 5") == 9);
    CHECK(shell.run("order modify o1 limit 1.50") == 12); // nothing new
    CHECK(shell.run("order modify o1") == 2);
    CHECK(shell.run("order modify nosuch limit 1") == 12);
    CHECK(shell.run("order modify o1 target 5") == 12); // it has none
    CHECK(shell.ask("order modify o1 limit 1.60 --dry-run")["data"]["orders"][0]["type"] == "limit 1.60");
    CHECK(shell.ask("order show o1")["data"]["type"] == "limit 1.50");
    shell.run("cancel o1");
    CHECK(shell.run("order modify o1 limit 1.60") == 9);
}

TEST_CASE("exits go out with their order, and move through it") {
    OrderShell shell;
    const json placed = shell.ask("buy KO 10 market target +20pct protect -20pct --key b1");
    INFO(placed.dump() << shell.shell.client.err);
    REQUIRE(shell.shell.code == 0);
    const std::string order = placed["data"]["order"];
    CHECK(shell.open_orders() == 2);
    const std::string stop = exit_of(shell, order, "stop");
    REQUIRE_FALSE(stop.empty());
    REQUIRE_FALSE(exit_of(shell, order, "limit").empty());

    const json moved = shell.ask("order modify b1 protect 85 target 115");
    INFO(moved.dump());
    CHECK(shell.shell.code == 0);
    CHECK(type_of(shell, stop) == "stop 85");
    CHECK(shell.run("order modify b1 protect +1usd") == 0);
    CHECK(type_of(shell, stop).starts_with("stop 86"));

    const json entry = shell.ask("order show " + order)["data"];
    CHECK(entry["protect_order"] == stop);
    CHECK(entry["target"] == "limit 115");
    const json exit = shell.ask("order show " + stop)["data"];
    CHECK(exit["exit_of"] == order);
    CHECK(exit["cancels_with"] == entry["target_order"]);

    CHECK(shell.run("cancel --all") == 0);
    CHECK(shell.position("KO") == "10");
}

TEST_CASE("an exit on the wrong side of the market is refused: a mistyped price sells nothing") {
    OrderShell shell;
    shell.run("buy KO 10 market target +20pct protect -20pct --key b1");
    const std::string order = shell.ask("order show b1")["data"]["order"];
    const std::string stop = exit_of(shell, order, "stop");
    for (const std::string wrong : {"protect 990", "target 5"}) {
        const json refused = shell.ask("order modify b1 " + wrong);
        INFO(refused.dump());
        CHECK(shell.shell.code == 9);
        CHECK(refused["error"]["code"] == "modify.exit_side");
        CHECK_THAT(std::string(refused["error"]["message"]), Contains("the bid of KO"));
    }
    CHECK(shell.run("order modify " + stop + " stop 990") == 9);
    CHECK(shell.position("KO") == "10");
    CHECK(shell.open_orders() == 2);
}

TEST_CASE("an exit whose entry has not filled stays on its side of the entry's price") {
    OrderShell shell;
    shell.run("buy KO 10 limit 1.50 target 2.00 protect 1.00 --key e1");
    CHECK(shell.run("order modify e1 protect 1.60") == 9); // below the market, above the entry
    CHECK(shell.run("order modify e1 protect 1.20") == 0);
    CHECK(shell.run("order modify e1 target 1.40") == 9);
    CHECK(shell.run("order modify e1 limit 1.40 protect 1.60") == 9);
    CHECK(shell.ask("order show e1")["data"]["type"] == "limit 1.50"); // all of it or nothing
    CHECK(shell.run("order modify e1 limit 1.70 protect 1.60") == 0);
}

TEST_CASE("the quantity of an entry is that of its exits") {
    OrderShell shell;
    shell.run("buy KO 10 limit 1.50 target 2.00 protect 1.00 --key e1");
    const json entry = shell.ask("order show e1")["data"];
    CHECK(shell.run("order modify e1 quantity 15") == 0);
    for (const std::string name : {"target_order", "protect_order"}) {
        CHECK(shell.ask("order show " + std::string(entry[name]))["data"]["quantity"] == "15");
    }
}

TEST_CASE("protect entry takes the stop to the price that was paid") {
    OrderShell shell;
    shell.run("sell KO 10 market protect +40pct --short --key s1");
    CHECK(shell.run("order modify s1 protect entry --dry-run") == 9); // not while the position stands at a loss
    shell.run("paper anchor KO 80");
    const json sold = shell.ask("order show s1")["data"];
    INFO(sold.dump());
    const std::string stop = exit_of(shell, sold["order"], "stop");
    REQUIRE_FALSE(stop.empty());
    const json rehearsed = shell.ask("order modify s1 protect entry --dry-run");
    INFO(rehearsed.dump());
    CHECK(shell.shell.code == 0);
    CHECK(rehearsed["data"]["orders"][0]["order"] == stop);
    const json by_exit = shell.ask("order modify " + stop + " protect entry --dry-run");
    CHECK(by_exit["data"]["orders"][0]["type"] == rehearsed["data"]["orders"][0]["type"]);
}

TEST_CASE("a rehearsed change makes every check and ends as the change would") {
    OrderShell shell;
    shell.run("buy KO 10 limit 1.50 --key o1");
    const json fine = shell.ask("order modify o1 limit 1.60 --dry-run");
    CHECK(shell.shell.code == 0);
    CHECK(fine["data"]["checks"].size() == 16);
    REQUIRE(shell.run("risk set order_quantity_max 15") == 0);
    const json refused = shell.ask("order modify o1 quantity 16 --dry-run");
    INFO(refused.dump());
    CHECK(shell.shell.code == 9);
    CHECK(refused["data"]["checks"].size() == 16);
    CHECK(refused["error"]["code"] == "risk.order_quantity");
    const json real = shell.ask("order modify o1 quantity 16");
    CHECK(shell.shell.code == 9);
    CHECK(real["error"]["message"] == refused["error"]["message"]);
    CHECK(shell.ask("order show o1")["data"]["quantity"] == "10");
}

TEST_CASE("a rehearsal looks at the key: another order's is refused, its own would be replayed") {
    OrderShell shell;
    const std::string order = shell.ask("buy KO 10 limit 1.50 --key o1")["data"]["order"];
    CHECK(shell.run("buy KO 9 limit 1.50 --key o1 --dry-run") == 9);
    CHECK_THAT(shell.shell.client.err, Contains("already stands for another order"));
    const json again = shell.ask("buy KO 10 limit 1.50 --key o1 --dry-run");
    INFO(again.dump());
    CHECK(shell.shell.code == 0);
    CHECK(again["data"]["order"]["replays"] == order);
    REQUIRE(shell.run("order modify o1 limit 1.60 --key up") == 0);
    CHECK(shell.run("order modify o1 limit 1.70 --key up --dry-run") == 9);
    CHECK(shell.run("order modify o1 limit 1.60 --key up --dry-run") == 0);
    CHECK_THAT(shell.shell.client.err, Contains("nothing would be sent"));
}

TEST_CASE("one of two orders cancels the other") {
    OrderShell shell;
    shell.run("buy KO 10 market");
    const json both = shell.ask("sell KO all limit 150 or stop 50 tif gtc --key either");
    INFO(both.dump());
    CHECK(shell.shell.code == 0);
    CHECK(shell.open_orders() == 2);
    CHECK(both["data"]["or"] == "stop 50");
    const std::string other = both["data"]["or_order"];
    CHECK(both["data"]["cancels_with"] == other);
    const json second = shell.ask("order show " + other)["data"];
    CHECK(second["cancels_with"] == both["data"]["order"]);
    CHECK(second["or_order"] == both["data"]["order"]);
    CHECK(shell.run("sell KO 5 market") == 9); // all of it is in open orders
    CHECK(shell.run("cancel either") == 0);
    CHECK(shell.run("cancel --all") != 11);
    CHECK(shell.open_orders() == 0);
}

TEST_CASE("an order that may live for a moment ends by itself") {
    OrderShell shell;
    const json placed = shell.ask("buy KO 10 limit 1.50 --cancel-after 300ms --key brief");
    INFO(placed.dump());
    CHECK(placed["data"]["valid_until"].is_string());
    const json ended = shell.ask("order wait brief --timeout 5s");
    CHECK(ended["data"]["state"] == "expired");
    CHECK(shell.run("buy KO 10 limit 1.50 --valid-until 2026-11-20T14:00:00Z") == 9); // an hour ago
    CHECK(shell.run("buy KO 10 limit 1.50 --valid-until NYSE:close-5m") == 0);
    CHECK(shell.run("cancel --all") == 0);
}

TEST_CASE("modify has a short form, and what does not change prints no heading") {
    OrderShell shell;
    REQUIRE(shell.run("buy KO 10 limit 1.50 --key o1") == 0);
    CHECK(shell.run("modify o1 limit 1.60") == 0);
    shell.shell.client.out.clear();
    CHECK(shell.run("modify o1 quantity 0.5 --tsv") != 0);
    CHECK(shell.run("modify o1 stop 5") == 9);
    CHECK(shell.run("cancel nosuch") == 12);
    CHECK(shell.shell.client.out.empty());
}

TEST_CASE("an entry does not move beyond its exits") {
    OrderShell shell;
    shell.run("buy KO 10 limit 1.50 target 2.00 protect 1.00 --key b");
    CHECK(shell.run("order modify b limit 0.90") == 9);
    CHECK_THAT(shell.shell.client.err, Contains("modify.exit_side") && Contains("protect P"));
    CHECK(shell.run("order modify b limit 2.10 --dry-run") == 9);
    CHECK(shell.run("order modify b limit 2.10") == 9);
    CHECK(shell.ask("order show b")["data"]["type"] == "limit 1.50");
    CHECK(shell.run("order modify b limit 2.10 target 3.00") == 0);
    CHECK(shell.run("order modify b limit 2.20") == 0);
}

TEST_CASE("the key of two orders that cancel one another means both") {
    OrderShell shell;
    shell.run("buy KO 10 market");
    const json both = shell.ask("sell KO 5 limit 150 or stop 50 tif gtc --key oc");
    const std::string other = both["data"]["or_order"];
    SECTION("to cancel") {
        CHECK(shell.run("cancel oc") == 0);
        CHECK(shell.open_orders() == 0);
    }
    SECTION("by its id one of them goes, and the other is named") {
        CHECK(shell.run("cancel " + other) == 0);
        CHECK_THAT(shell.shell.client.err, Contains("works on: cancel " + both["data"]["order"].get<std::string>()));
        CHECK(shell.open_orders() == 1);
        CHECK(shell.run("cancel oc") == 0);
        CHECK(shell.open_orders() == 0);
    }
    SECTION("to change their size") {
        CHECK(shell.run("order modify oc quantity 3 --key smaller") == 0);
        CHECK(shell.ask("order show oc")["data"]["quantity"] == "3");
        CHECK(shell.ask("order show " + other)["data"]["quantity"] == "3");
        CHECK(shell.run("order modify oc quantity 3 --key smaller") == 0); // again is the same
        CHECK(shell.run("order modify oc quantity 3") == 12);
        CHECK(shell.run("order modify oc quantity 4") == 0);
        CHECK(shell.ask("order show " + other)["data"]["quantity"] == "4");
    }
    SECTION("to change the price that one of them has") {
        CHECK(shell.run("order modify oc stop 40") == 0);
        CHECK(shell.ask("order show " + other)["data"]["type"] == "stop 40");
        CHECK(shell.run("order modify oc limit 160") == 0);
        CHECK(shell.ask("order show oc")["data"]["type"] == "limit 160");
        CHECK(shell.run("order modify oc trail 1") == 9);
    }
}
