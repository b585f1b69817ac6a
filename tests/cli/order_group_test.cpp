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

} // namespace

TEST_CASE("a group is collected, then sent leg by leg; its key makes a second run harmless") {
    OrderShell shell;
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
    CHECK(shell.position("KO") == "10");
    CHECK(shell.open_orders() == 1);
}

TEST_CASE("a leg that is denied keeps the whole group back, and the group stays open to be mended") {
    OrderShell shell;
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
    OrderShell shell;
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
    OrderShell shell;
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
    OrderShell shell;
    CHECK(shell.run("commit") == 2);
    shell.run("begin pair");
    CHECK(shell.run("commit") == 2); // no legs
    CHECK(shell.run("buy KO 1 market key own") == 2);
    CHECK(shell.run("buy KO 1 market --key own") == 2);
    CHECK(shell.run("close @day all market") == 2);
    CHECK(shell.run("buy KO 1 market --dry-run") == 0); // rehearsed at once, not collected
    CHECK(shell.run("abort") == 0);
}
