#include "core/orders/order_ledger.hpp"
#include "tests/cli/order_shell.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;

namespace {

std::string legs(const json& answer) {
    std::string text;
    for (const json& row : answer["data"]) {
        text += (text.empty() ? "" : ", ") + row["leg"].get<std::string>() + " " + row["state"].get<std::string>();
    }
    return text;
}

/// A group lasts from line to line at a prompt alone.
struct GroupShell : OrderShell {
    GroupShell() { shell.client.client_facts.kind = cli::ClientKind::prompt; }
    int text(const std::string& commands) {
        shell.client.client_facts.kind = cli::ClientKind::one_shot;
        return shell.run({"-c", commands});
    }
};

} // namespace

TEST_CASE("a group is collected, then sent leg by leg; its key makes a second run harmless") {
    GroupShell shell;
    REQUIRE(shell.run("begin pair --key pair-{session}") == 0);
    const json first = shell.ask("buy KO 10 market");
    CHECK(first["data"]["leg"] == "1");
    CHECK(first["data"]["state"] == "collected");
    CHECK(shell.run("buy PEP 5 limit 1.50") == 0);
    CHECK(shell.position("KO") == "0");
    const json rehearsed = shell.ask("commit --dry-run");
    CHECK(legs(rehearsed) == "1 rehearsed, 2 rehearsed");
    const json sent = shell.ask("commit");
    INFO(sent.dump());
    CHECK(shell.shell.code == 0);
    CHECK(legs(sent) == "1 filled, 2 working");
    CHECK(sent["data"][0]["key"] == "pair-2026-11-20:1");
    CHECK(shell.run("commit") == 2); // the group is done

    shell.run("begin pair");
    shell.run("buy KO 10 market");
    shell.run("buy PEP 5 limit 1.50");
    const json again = shell.ask("commit --key pair-{session}");
    CHECK(again["data"][0]["order"] == sent["data"][0]["order"]);
    CHECK(again["data"][1]["replayed"] == true);
    CHECK_THAT(shell.shell.client.out + shell.shell.client.err, Contains("replayed: key 'pair-2026-11-20'"));
    CHECK(sent["data"][1]["replayed"] == false);
    CHECK(shell.position("KO") == "10");
    CHECK(shell.open_orders() == 1);
}

TEST_CASE("a group's key with another leg is refused, and what the first run sent stays") {
    GroupShell shell;
    shell.run("begin p --key h1");
    shell.run("buy KO 1 market");
    shell.run("buy PEP 1 limit 1.50 tif gtc");
    REQUIRE(shell.run("commit") == 0);
    shell.run("begin p --key h1");
    shell.run("buy KO 1 market");
    shell.run("buy PEP 2 limit 1.50 tif gtc");
    CHECK(shell.run("commit --dry-run") == 9);
    const json refused = shell.ask("commit");
    INFO(refused.dump());
    CHECK(shell.shell.code == 9);
    CHECK(refused["error"]["code"] == "order.key_used");
    CHECK(refused["error"]["attempted"] == "commit the group: nothing was sent");
    CHECK(shell.open_orders() == 1);
    CHECK(shell.position("KO") == "1");
    shell.run("abort");
}

TEST_CASE("a group replays although its legs left memory and its limits have changed") {
    GroupShell shell;
    shell.run("begin p --key gk");
    shell.run("buy KO 3 market");
    shell.run("buy PEP 3 market");
    REQUIRE(shell.run("commit") == 0);
    for (std::size_t i = 0; i < orders::ended_orders_kept; ++i) {
        REQUIRE(shell.run(i % 2 == 0 ? "buy KO 1 market" : "sell KO 1 market") == 0);
    }
    REQUIRE(shell.run("risk set order_quantity_max 2 smaller") == 0);
    shell.run("begin p --key gk");
    shell.run("buy KO 3 market");
    shell.run("buy PEP 3 market");
    const json again = shell.ask("commit");
    INFO(again.dump());
    CHECK(shell.shell.code == 0);
    CHECK(again["data"][0]["replayed"] == true);
    CHECK(shell.position("PEP") == "3");
}

TEST_CASE("a forgotten commit is told, and is no success in a script") {
    GroupShell shell;
    CHECK(shell.text("begin pair; buy KO 1 limit 1.50") == 2);
    CHECK_THAT(shell.shell.client.err, Contains("group.dropped") && Contains("'pair' is dropped with its 1 leg") &&
                                           Contains("nothing of it was sent"));
    CHECK(shell.text("begin pair; buy KO 1 limit 1.50; nonsense") == 2);
    CHECK_THAT(shell.shell.client.err, Contains("'pair' is dropped with its 1 leg"));
    CHECK(shell.text("begin pair; sell PEP 5 market; commit") == 9);
    CHECK_THAT(shell.shell.client.err, Contains("'pair' is dropped with its 1 leg"));
    CHECK(shell.text("begin pair; buy KO 1 limit 1.50; abort") == 0);
    CHECK(shell.text("begin pair; buy KO 1 limit 1.50; commit") == 0);
    CHECK(shell.open_orders() == 1);
}

TEST_CASE("a group's rehearsal that would be denied says so, and a halt names its cure") {
    GroupShell shell;
    REQUIRE(shell.run("risk set order_quantity_max 5 x") == 0);
    shell.run("begin pair");
    shell.run("buy KO 1 limit 1.50");
    shell.run("buy PEP 6 limit 1.50");
    const json rehearsed = shell.ask("commit --dry-run");
    INFO(rehearsed.dump());
    CHECK(shell.shell.code == 9);
    CHECK(legs(rehearsed) == "1 rehearsed, 2 denied");
    CHECK_THAT(rehearsed["data"][1]["reason"].get<std::string>(), Contains("risk.order_quantity"));
    shell.run("abort");
    REQUIRE(shell.run("risk halt lunch") == 0);
    shell.run("begin pair");
    shell.run("buy KO 1 limit 1.50");
    const json halted = shell.ask("commit");
    INFO(halted.dump());
    CHECK(shell.shell.code == 9);
    CHECK(halted["error"]["code"] == "risk.trading_state");
    CHECK_THAT(halted["error"]["message"].get<std::string>(), !Contains("the limit is"));
    CHECK_THAT(halted["error"]["hint"].get<std::string>(), Contains("risk resume"));
}

TEST_CASE("a leg that is denied keeps the whole group back, and the group stays open to be mended") {
    GroupShell shell;
    shell.run("begin pair");
    shell.run("buy KO 10 market");
    shell.run("sell PEP 5 market"); // there is none to sell
    const json denied = shell.ask("commit");
    INFO(denied.dump());
    CHECK(shell.shell.code == 9);
    CHECK(denied["error"]["code"] == "order.would_open_short");
    CHECK_THAT(denied["error"]["subject"].get<std::string>(), Contains("leg 2 of 'pair'"));
    CHECK(shell.position("KO") == "0");
    CHECK(shell.run("begin other") == 2);
    CHECK(shell.run("abort") == 0);
    CHECK(shell.run("abort") == 2);
    CHECK(shell.run("buy KO 1 market") == 0); // sent at once again
    CHECK(shell.position("KO") == "1");
}

TEST_CASE("a leg that fails after another has filled exits 14 with the order that makes one flat") {
    GroupShell shell;
    shell.run("begin both");
    shell.run("buy KO 600 market"); // 60,000 of 100,000
    shell.run("buy PEP 600 limit 99");
    const json half = shell.ask("commit");
    INFO(half.dump());
    CHECK(shell.shell.code == 14);
    CHECK(half["error"]["code"] == "group.leg_filled");
    CHECK(half["error"]["hint"] == "to be flat again: sell KO 600 market");
    CHECK(half["data"].size() == 2);
    CHECK(shell.open_orders() == 0);
}

TEST_CASE("all or none withdraws what has not filled in time") {
    GroupShell shell;
    shell.run("begin patient");
    shell.run("buy PEP 5 limit 1.50");
    shell.run("buy KO 10 limit 1.50");
    const json none = shell.ask("commit --all-or-none --timeout 200ms");
    INFO(none.dump());
    CHECK(shell.shell.code == 10);
    CHECK(legs(none) == "1 cancelled, 2 cancelled");
    CHECK_THAT(none["error"]["message"].get<std::string>(), Contains("nothing has filled"));

    shell.run("begin mixed");
    shell.run("buy KO 10 market");
    shell.run("buy PEP 5 limit 1.50");
    const json mixed = shell.ask("commit --all-or-none --timeout 200ms");
    CHECK(shell.shell.code == 14);
    CHECK(legs(mixed) == "1 filled, 2 cancelled");
}

TEST_CASE("what does not belong into a group is refused") {
    GroupShell shell;
    CHECK(shell.run("commit") == 2);
    shell.run("begin pair");
    CHECK(shell.run("commit") == 2); // no legs
    CHECK(shell.run("buy KO 1 market key own") == 2);
    CHECK(shell.run("buy KO 1 market --key own") == 2);
    CHECK(shell.run("close @day all market") == 2);
    shell.shell.client.files["orders.csv"] = "side,symbol,size,type\nbuy,KO,1,market\n";
    CHECK(shell.run("order submit --from orders.csv") == 2);
    CHECK_THAT(shell.shell.client.err, Contains("group.no_files"));
    CHECK(shell.position("KO") == "0");
    CHECK(shell.run("buy KO 1 market --dry-run") == 0); // rehearsed at once, not collected
    CHECK(shell.run("abort") == 0);
}

TEST_CASE("a rehearsed group may be left behind, but not one that grew since") {
    GroupShell shell;
    CHECK(shell.text("begin pair; buy KO 1 limit 1.50; commit --dry-run") == 0);
    CHECK(shell.text("begin pair; buy KO 1 limit 1.50; commit --dry-run; buy PEP 1 limit 1.50") == 2);
    CHECK(shell.open_orders() == 0);
}

TEST_CASE("a leg is not waited for alone") {
    GroupShell shell;
    CHECK(shell.text("begin pair; buy KO 1 limit 1.50 --wait fill; commit") == 2);
    CHECK_THAT(shell.shell.client.err, Contains("group.wait_of_leg") && Contains("commit --all-or-none"));
}
