#include "core/orders/activity_reader.hpp"

#include "tests/orders/journal_session.hpp"
#include "tests/orders/order_facts.hpp"

using namespace tradesh;
using namespace tradesh::orders;
using namespace tradesh::test;
using runtime::Task;

namespace {

const OrderHead head{.symbol = "GOOG", .words = "buy GOOG 100 limit 99.50", .key = "eod-1"};

std::string sentence(OrderFact fact, FactSource source = FactSource::venue) {
    const store::JournalRow row{.seq = 7, .event = encode(event(std::move(fact), source)), .checksum = {}};
    return tell(row, head).value().value().text;
}

std::string sentence(std::string kind, std::string payload) {
    store::JournalRow row;
    row.event.kind = std::move(kind);
    row.event.payload = std::move(payload);
    return tell(row, {}).value().value().text;
}

} // namespace

TEST_CASE("Each fact of an order is a sentence with its reason") {
    CHECK(sentence(intended(order_id.value, "eod-1"), FactSource::user) ==
          "buy GOOG 100 limit 99.50 day is recorded and goes out, key eod-1");
    CHECK(sentence(accepted()) == "buy GOOG 100 limit 99.50 was accepted by the venue as V7");
    CHECK(sentence(filled("x1", 40)) == "bought 40 GOOG @ 99, fee 0.35 USD");
    CHECK(sentence(rejected()) == "the venue refused buy GOOG 100 limit 99.50 (201): no margin");
    CHECK(sentence(cancel_intended(), FactSource::user) == "a cancel of buy GOOG 100 limit 99.50 goes out");
    CHECK(sentence(cancelled()) == "buy GOOG 100 limit 99.50 was cancelled by request");
    CHECK(sentence(venue::OrderCancelled{order_id, "halted"}) ==
          "buy GOOG 100 limit 99.50 was withdrawn by the venue: halted");
    CHECK(sentence(expired()) == "buy GOOG 100 limit 99.50 expired: its time ran out");
    CHECK(sentence(cancel_rejected()) ==
          "the cancel of buy GOOG 100 limit 99.50 was refused and the order stands (161): too late");
    CHECK(sentence(not_sent(), FactSource::user) ==
          "buy GOOG 100 limit 99.50 was not sent (tws.no_link): the link was down");
    CHECK(sentence(unknown(), FactSource::user) ==
          "the fate of buy GOOG 100 limit 99.50 is unknown: no answer within 5s; it is not sent again, and the venue "
          "is asked until it is known");
}

TEST_CASE("A denial is told with the numbers that decided it") {
    OrderDenied denied;
    denied.request = request();
    denied.code = "risk.order_notional_max";
    denied.message = "the order is too large";
    denied.checks = {{.name = "form", .verdict = Verdict::pass, .value = "", .limit = ""},
                     {.name = "order_notional",
                      .verdict = Verdict::deny,
                      .value = "9950 USD",
                      .limit = "5000 USD",
                      .source = "profiles.toml"}};
    CHECK(sentence(denied, FactSource::user) ==
          "buy GOOG 100 limit 99.50 was refused by our own checks and not sent (risk.order_notional_max): the order is "
          "too large [order_notional: 9950 USD, limit 5000 USD (profiles.toml)]");
}

TEST_CASE("What was learnt when settling says so") {
    CHECK(sentence(filled("x1", 40), FactSource::reconciliation) ==
          "bought 40 GOOG @ 99, fee 0.35 USD, found when settling with the venue");
    CHECK(sentence(accepted(), FactSource::reconciliation) ==
          "buy GOOG 100 limit 99.50 had reached the venue and is live as V7");
    CHECK(sentence(not_sent(), FactSource::reconciliation) ==
          "buy GOOG 100 limit 99.50 never reached the venue; it was not sent again (tws.no_link): the link was down");
    CHECK(sentence(venue::OrderCancelled{order_id, "the venue no longer knows the order"},
                   FactSource::reconciliation) == "buy GOOG 100 limit 99.50 is no longer at the venue and counts as "
                                                  "cancelled: the venue no longer knows the order");
}

TEST_CASE("What is about no order is told too, also a kind that nobody taught us") {
    CHECK(sentence("risk.halted", R"({"reason":"daily loss of 500 USD","source":"risk"})") ==
          "trading is HALTED: new orders are refused and open ones withdrawn: daily loss of 500 USD");
    CHECK(sentence("link.down", R"({"reason":"reset by peer"})") == "the link to the venue is down: reset by peer");
    CHECK(sentence("trigger.missed",
                   R"({"id":"when-3","rule":{"expression":"GOOG.last > 900"},"command":"sell GOOG all market"})") ==
          "when-3 (if GOOG.last > 900: sell GOOG all market) came due while no core was there to see it, and did not "
          "run");
    CHECK(sentence("future.kind", R"({"reason":"why not"})") == "future.kind: why not");
    CHECK(sentence("future.kind", "no JSON") == "future.kind");
}

TEST_CASE("The newest events are found from the end, and what follows is news once") {
    with_journal([](store::Journal& journal) -> Task<void> {
        std::vector<OrderEvent> events{event(intended())};
        for (int i = 0; i < 1'200; ++i) {
            events.push_back(event(filled("x" + std::to_string(i), 1)));
        }
        co_await write(journal, std::move(events));

        ActivityReader reader(journal, {.symbol = "GOOG"});
        const Result<std::vector<Activity>> latest = co_await reader.latest(700);
        REQUIRE(latest);
        REQUIRE(latest->size() == 700);
        CHECK(latest->front().seq == 502);
        CHECK(latest->back().seq == 1'201);
        CHECK(latest->back().symbol == "GOOG");

        Result<std::vector<Activity>> news = co_await reader.news();
        CHECK(news.value().empty());
        std::vector<OrderEvent> more{event(cancelled())};
        co_await write(journal, std::move(more));
        news = co_await reader.news();
        REQUIRE(news.value().size() == 1);
        CHECK(news->front().seq == 1'202);
        news = co_await reader.news();
        CHECK(news.value().empty());
    });
}

TEST_CASE("A reader that begins at the beginning tells everything, and one for another symbol nothing") {
    with_journal([](store::Journal& journal) -> Task<void> {
        std::vector<OrderEvent> events{event(intended())};
        for (int i = 0; i < 1'200; ++i) {
            events.push_back(event(filled("x" + std::to_string(i), 1)));
        }
        co_await write(journal, std::move(events));
        std::size_t told = 0;
        ActivityReader reader(journal, {});
        for (;;) {
            const Result<std::vector<Activity>> page = co_await reader.news();
            REQUIRE(page);
            if (page->empty()) {
                break;
            }
            told += page->size();
        }
        CHECK(told == 1'201);
        ActivityReader other(journal, {.symbol = "KO"});
        const Result<std::vector<Activity>> none = co_await other.latest(50);
        CHECK(none.value().empty());
    });
}
