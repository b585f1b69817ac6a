#include "tests/cli/scan_bars.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/webhook_receiver.hpp"

using namespace tradesh;
using namespace tradesh::test;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

const std::string given_secret = "whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=";

} // namespace

TEST_CASE("a webhook is added, shown without its secret, tried and removed") {
    HttpServer server;
    DataShell shell(std::nullopt);
    const json added = shell.ask({"webhook", "add", "desk", server.url("/hook"), "--allow-private"});
    REQUIRE(shell.code == 0);
    const std::string secret = added["data"]["secret"];
    CHECK(secret.starts_with("whsec_"));
    CHECK(added["data"]["events"] == "*");
    CHECK(added["data"]["private_allowed"] == true);

    const json listed = shell.ask({"webhook", "list"});
    CHECK(listed["data"][0]["name"] == "desk");
    CHECK(listed["data"][0]["state"] == "on");
    CHECK(listed["data"][0]["pending"] == "0");
    CHECK_FALSE(listed.dump().contains(secret.substr(6)));

    CHECK(shell.ask({"webhook", "test", "desk"})["data"]["status"] == "200");
    server.answer({.status = 503});
    CHECK(shell.run({"webhook", "test", "desk"}) == 10);
    CHECK_THAT(shell.client.err, Contains("answered 503"));
    server.stop();
    CHECK(shell.run({"webhook", "test", "desk"}) == 5);

    CHECK(shell.run({"webhook", "add", "desk", server.url(), "--allow-private"}) == 9);
    CHECK(shell.run({"webhook", "rm", "desk"}) == 0);
    CHECK(shell.run({"webhook", "rm", "desk"}) == 12);
    REQUIRE(shell.run({"webhook", "list"}) == 0);
    CHECK_THAT(shell.client.err, Contains("there is no webhook yet"));
}

TEST_CASE("an order on paper arrives at the receiver with the secret that was given") {
    HttpServer server;
    DataShell shell(std::nullopt);
    shell.client.input = {given_secret + "\n"};
    REQUIRE(shell.run({"webhook", "add", "desk", server.url("/hook"), "--allow-private", "--events", "order.*",
                       "--secret-file", "-"}) == 0);
    CHECK_FALSE(shell.client.out.contains(given_secret.substr(6)));
    CHECK_FALSE(shell.client.err.contains("shown this once"));
    import_three(shell);
    REQUIRE(shell.run({"buy", "UP", "10", "market"}) == 0);
    for (int tries = 0; tries < 1000 && server.requests().size() < 3; ++tries) {
        shell.run({"webhook", "list"}); // the loop turns while a command runs
    }
    for (int tries = 0; tries < 1000 && shell.ask({"webhook", "list"})["data"][0]["delivered"] != "3"; ++tries) {
    }
    const auto received = received_webhooks(server, orders::WebhookSecret::parse(given_secret).value());
    REQUIRE(received.size() >= 3);
    CHECK(faults_of(received).empty());
    CHECK(received.front().type == "order.submitted");
    CHECK(received.back().type == "order.filled");
    CHECK(json::parse(received.back().body)["data"]["mode"] == "paper");
    CHECK(shell.ask({"status"})["data"]["webhooks_pending"] == "0");

    CHECK(shell.run({"webhook", "replay", "desk", "1..3"}) == 0);
    CHECK(shell.run({"webhook", "replay", "desk", "--all"}) == 12);
    CHECK_THAT(shell.client.err, Contains("there is no dead letter"));
    CHECK(shell.run({"webhook", "dead"}) == 0);
}

TEST_CASE("a webhook stops and goes on, and gets a new secret") {
    HttpServer server;
    DataShell shell(std::nullopt);
    REQUIRE(shell.run({"webhook", "add", "desk", server.url(), "--allow-private"}) == 0);
    CHECK(shell.ask({"webhook", "disable", "desk"})["data"]["state"] == "disabled");
    CHECK(shell.ask({"webhook", "list"})["data"][0]["last_error"] == "by hand");
    CHECK(shell.ask({"webhook", "enable", "desk"})["data"]["state"] == "on");
    shell.client.files["new.secret"] = given_secret + "\n";
    const json rotated = shell.ask({"webhook", "rotate", "desk", "--secret-file", "new.secret"});
    CHECK(shell.code == 0);
    CHECK_FALSE(rotated.dump().contains(given_secret.substr(6)));
    shell.ask({"webhook", "test", "desk"});
    const auto received = received_webhooks(server, orders::WebhookSecret::parse(given_secret).value());
    REQUIRE(received.size() == 1);
    CHECK(received[0].is_signed);
}

TEST_CASE("words of webhooks are checked before anything happens") {
    DataShell shell(std::nullopt);
    CHECK(shell.run({"webhook", "add", "desk", "https://127.0.0.1/"}) == 9);
    CHECK_THAT(shell.client.err, Contains("--allow-private"));
    CHECK(shell.run({"webhook", "add", "desk", "http://example.com/"}) == 9);
    CHECK(shell.run({"webhook", "add", "desk", "example.com"}) == 2);
    CHECK(shell.run({"webhook", "add", "Desk!", "https://example.com"}) == 2);
    CHECK(shell.run({"webhook", "add", "desk", "https://example.com", "--events", "order.fild"}) == 2);
    CHECK_THAT(shell.client.err, Contains("order.filled"));
    shell.client.files["bad.secret"] = "hunter2\n";
    CHECK(shell.run({"webhook", "add", "desk", "https://example.com", "--secret-file", "bad.secret"}) == 2);
    CHECK_FALSE(shell.client.err.contains("hunter2"));
    CHECK(shell.run({"webhook", "add", "desk", "https://example.com", "--secret-file", "none"}) != 0);
    CHECK(shell.run({"webhook", "replay", "desk"}) == 2);
    CHECK(shell.run({"webhook", "replay", "desk", "--all"}) == 12);
    CHECK(shell.run({"webhook", "replay", "desk", "msg_zzzz_1"}) == 2);
    CHECK(shell.run({"webhook", "test", "desk"}) == 12);
    CHECK(shell.run({"webhook", "dead", "desk"}) == 12);
    CHECK(shell.ask({"webhook", "list"})["data"].empty());
}

TEST_CASE("a webhook's URL is checked before anything is kept") {
    DataShell shell(std::nullopt);
    for (const char* url : {"https://example.com:99999/", "https://example.com:0/", "https://example.com:x/",
                            "https://example.com:/hook", "https://[2001:db8::1]:70000/", "https://example.com/#part"}) {
        INFO(url);
        CHECK(shell.run({"webhook", "add", "desk", url}) == 2);
    }
    CHECK(shell.run({"webhook", "add", "desk", "https://example.com:8443/hook"}) == 0);
    CHECK_THAT(shell.client.err, Contains("shown this once"));
    CHECK(shell.run({"webhook", "add", "other", "https://example.com/hook", "--fields", "name"}) == 0);
    CHECK_FALSE(shell.client.err.contains("shown this once"));
    CHECK_THAT(shell.client.err, Contains("nobody has seen it") && Contains("webhook rotate other"));
    CHECK(shell.run({"webhook", "rotate", "desk"}) == 0);
    CHECK_THAT(shell.client.err, Contains("the old secret signs as well"));
}
