#include "core/orders/order_event_codec.hpp"
#include "core/orders/webhook_filter.hpp"
#include "core/orders/webhook_message.hpp"
#include "core/orders/webhook_type.hpp"
#include "tests/orders/order_facts.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

#include <set>

using namespace tradesh;
using namespace tradesh::orders;
using namespace tradesh::test;

namespace {

const WebhookSource source{.installation = "k4x9", .profile = "paper", .mode = "paper", .simulated = true};

std::vector<store::JournalRow> rows_of(const std::vector<OrderFact>& facts) {
    std::vector<store::JournalRow> rows;
    for (const OrderFact& fact : facts) {
        store::JournalEvent row = encode(event(fact));
        row.venue = "paper";
        row.account = "T1";
        rows.push_back({.seq = static_cast<std::int64_t>(rows.size()) + 100, .event = std::move(row)});
    }
    return rows;
}

WebhookMessage message_of(const std::vector<OrderFact>& facts) {
    const std::vector<store::JournalRow> rows = rows_of(facts);
    return make_webhook_message(source, rows).value().value();
}

nlohmann::json body_of(const WebhookMessage& message) { return nlohmann::json::parse(message.body); }

std::string type_after(const std::vector<OrderFact>& facts) { return message_of(facts).type; }

} // namespace

TEST_CASE("a message tells what happened and where the order then stood") {
    const WebhookMessage message =
        message_of({intended(order_id.value, "morning"), accepted(), filled("E1", 40), filled("E2", 60)});
    CHECK(message.id == "msg_k4x9_103");
    CHECK(message.type == "order.filled");
    const nlohmann::json body = body_of(message);
    CHECK(body["type"] == "order.filled");
    CHECK(body["timestamp"] == "2026-11-20T14:30:00Z");
    const nlohmann::json& data = body["data"];
    CHECK(data["order"] == "k4x9-1-1");
    CHECK(data["sequence"] == 4);
    CHECK(data["key"] == "morning");
    CHECK(data["symbol"] == "GOOG");
    CHECK(data["side"] == "buy");
    CHECK(data["quantity"] == "100");
    CHECK(data["filled"] == "100");
    CHECK(data["remaining"] == "0");
    CHECK(data["average_price"] == "99");
    CHECK(data["state"] == "filled");
    CHECK(data["final"] == true);
    CHECK(data["venue_order_id"] == "V7");
    CHECK(data["execution"]["id"] == "E2");
    CHECK(data["execution"]["quantity"] == "60");
    CHECK(data["execution"]["fee"] == "0.35");
    CHECK(data["source"] == "venue");
    CHECK(data["account"] == "T1");
    CHECK(data["profile"] == "paper");
    CHECK(data["mode"] == "paper");
    CHECK(data["simulated"] == true);
}

TEST_CASE("each event of an order has its type") {
    CHECK(type_after({intended()}) == "order.submitted");
    CHECK(type_after({intended(), accepted()}) == "order.accepted");
    CHECK(type_after({intended(), accepted(), filled("E1", 1)}) == "order.partially_filled");
    CHECK(type_after({intended(), accepted(), filled("E1", 100)}) == "order.filled");
    CHECK(type_after({intended(), cancel_intended()}) == "order.cancel_requested");
    CHECK(type_after({intended(), accepted(), cancelled()}) == "order.canceled");
    CHECK(type_after({intended(), accepted(), cancel_intended(), cancel_rejected()}) == "order.cancel_rejected");
    CHECK(type_after({intended(), rejected()}) == "order.rejected");
    CHECK(type_after({intended(), accepted(), expired()}) == "order.expired");
    CHECK(type_after({intended(), unknown()}) == "order.unknown");
    CHECK(type_after({intended(), not_sent()}) == "order.not_sent");
    CHECK(type_after({denied()}) == "order.denied");
    CHECK(type_after({intended(), accepted(), replace_intended()}) == "order.replace_requested");
    CHECK(type_after({intended(), accepted(), replace_intended(), replaced()}) == "order.replaced");
    CHECK(type_after({intended(), accepted(), replace_intended(), replace_rejected()}) == "order.replace_rejected");
    CHECK(type_after({intended(), accepted(), reported(OrderState::held, "Held")}) == "order.state_changed");
    CHECK(type_after({intended(), accepted(), filled("E1", 50), corrected(40)}) == "order.fill_corrected");
}

TEST_CASE("a refusal of our own tells why, a replacement what is in force, a correction what counts") {
    const nlohmann::json refused = body_of(message_of({denied()}))["data"];
    CHECK(refused["state"] == "denied");
    CHECK(refused["final"] == true);
    CHECK(refused["reason_code"] == "risk.order_quantity");
    CHECK(refused["reason"] == "order_quantity 100 is over the limit 50");
    const nlohmann::json changed =
        body_of(message_of({intended(), accepted(), timed(), replace_intended(80), replaced(80)}))["data"];
    CHECK(changed["quantity"] == "80");
    CHECK(changed["price"] == "limit 98");
    CHECK(changed["sequence"] == 4); // stage times are no message
    const nlohmann::json corrected_data =
        body_of(message_of({intended(), accepted(), filled("E1", 50), corrected(40)}))["data"];
    CHECK(corrected_data["filled"] == "40");
    CHECK(corrected_data["execution"]["corrects"] == "E1");
}

TEST_CASE("every event that the journal can hold of an order is some message") {
    for (const OrderFact& fact :
         {intended(), accepted(), filled("E1", 1), rejected(), cancelled(), expired(), cancel_intended(),
          cancel_rejected(), not_sent(), unknown(), denied(), replace_intended(), replaced(), replace_rejected(),
          reported(OrderState::held), corrected(1)}) {
        CHECK_FALSE(webhook_types_of(encode(event(fact)).kind).empty());
    }
    CHECK(webhook_types_of("bar.loaded").empty());
    const auto types = webhook_types();
    CHECK(std::set<std::string_view>(types.begin(), types.end()).size() == types.size());
}

TEST_CASE("the same rows make the same message, and a long reason does not make it long") {
    const std::vector<OrderFact> facts{intended(),
                                       venue::OrderRejected{order_id, "201", std::string(100'000, 'x') + "\xff\xfe"}};
    CHECK(message_of(facts).body == message_of(facts).body);
    CHECK(message_of(facts).body.size() < 20'000);
    const std::vector<OrderFact> umlauts{intended(),
                                         venue::OrderRejected{order_id, "1", std::string(999, 'x') + "\u00fc"}};
    CHECK(body_of(message_of(umlauts))["data"]["reason"] == std::string(999, 'x') + "...");
}

TEST_CASE("what is not about an order carries what the journal says") {
    const store::JournalRow row{.seq = 9,
                                .event = {.time = nine_thirty,
                                          .kind = "risk.halted",
                                          .venue = "paper",
                                          .account = "T1",
                                          .payload = R"({"reason":"daily loss","limit":"500"})"}};
    const WebhookMessage message = make_webhook_message(source, std::span(&row, 1)).value().value();
    CHECK(message.type == "risk.halted");
    CHECK(body_of(message)["data"]["details"]["reason"] == "daily loss");
    store::JournalRow link = row;
    link.event.kind = "link.down";
    CHECK(make_webhook_message(source, std::span(&link, 1)).value().value().type == "connection.lost");
    link.event.payload = std::string(50'000, 'x');
    CHECK(make_webhook_message(source, std::span(&link, 1)).value().value().body.size() < 20'000);
    link.event.kind = "settings.changed";
    CHECK_FALSE(make_webhook_message(source, std::span(&link, 1)).value());
}

TEST_CASE("a row that cannot be read is an error, not a guess") {
    std::vector<store::JournalRow> rows = rows_of({intended(), accepted()});
    rows[1].event.payload = "{";
    const auto made = make_webhook_message(source, rows);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == "journal.unreadable");
}

TEST_CASE("ids name a row of one journal") {
    CHECK(webhook_message_seq("k4x9", "msg_k4x9_345") == 345);
    CHECK(webhook_message_seq("k4x9", "345") == 345);
    for (const char* none : {"", "msg_k4x9_", "msg_zzzz_3", "0", "-3", "3x", "msg_k4x9_test_17"}) {
        CHECK_FALSE(webhook_message_seq("k4x9", none));
    }
}

TEST_CASE("a filter names types, families or all, and nothing that does not exist") {
    const WebhookFilter filter = WebhookFilter::parse("order.*, risk.halted").value();
    CHECK(filter.to_text() == "order.*,risk.halted");
    CHECK(filter.wants("order.filled"));
    CHECK(filter.wants("risk.halted"));
    CHECK_FALSE(filter.wants("risk.resumed"));
    CHECK(WebhookFilter::parse("*").value().wants("trigger.fired"));
    const WebhookFilter whole = WebhookFilter::parse("order.filled").value();
    CHECK(whole.wants_any(webhook_types_of("order.filled")));
    CHECK_FALSE(whole.wants("order.partially_filled"));
    for (const char* bad : {"", "order.fill", "orders.*", "order.*,", "**"}) {
        const Result<WebhookFilter> parsed = WebhookFilter::parse(bad);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().kind == ErrorKind::usage);
    }
    CHECK(WebhookFilter::parse("order.fill").error().message.contains("order.filled"));
}
