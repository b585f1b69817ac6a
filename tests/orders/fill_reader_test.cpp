#include "core/orders/fill_reader.hpp"

#include "tests/orders/journal_session.hpp"
#include "tests/orders/order_facts.hpp"

using namespace tradesh;
using namespace tradesh::orders;
using namespace tradesh::test;
using namespace std::chrono_literals;
using runtime::Task;

namespace {

OrderEvent filled_at(std::string execution, Decimal quantity, Duration after, std::string order = order_id.value) {
    Fill one = fill(std::move(execution), quantity, std::move(order));
    one.time = nine_thirty + after;
    return OrderEvent{.time = one.time, .source = FactSource::venue, .fact = venue::OrderFilled{one}};
}

Task<std::vector<std::string>> executions(store::Journal& journal) {
    std::vector<std::string> all;
    FillReader reader(journal);
    for (;;) {
        const Result<std::vector<RecordedFill>> page = co_await reader.next();
        REQUIRE(page);
        if (page->empty()) {
            co_return all;
        }
        for (const RecordedFill& each : *page) {
            all.push_back(each.fill.execution.value + " " + each.fill.quantity.to_string() +
                          (each.key.empty() ? "" : " " + each.key));
        }
    }
}

} // namespace

TEST_CASE("Fills come in the order in which they traded, each once, with the key of their order") {
    with_journal([](store::Journal& journal) -> Task<void> {
        std::vector<OrderEvent> events{
            event(intended(order_id.value, "eod-1")), event(intended("k4x9-1-2")), filled_at("x3", 30, 3min),
            filled_at("x1", 10, 1min, "k4x9-1-2"),    filled_at("x3", 30, 3min),   filled_at("x2", 20, 2min)};
        co_await write(journal, std::move(events));
        const std::vector<std::string> all = co_await executions(journal);
        CHECK(all == std::vector<std::string>{"x1 10", "x2 20 eod-1", "x3 30 eod-1"});
    });
}

TEST_CASE("A journal of many pages is read whole") {
    with_journal([](store::Journal& journal) -> Task<void> {
        std::vector<OrderEvent> events{event(intended())};
        for (int i = 0; i < 1'700; ++i) {
            // Many at the same moment: a page may end among them.
            events.push_back(filled_at("x" + std::to_string(i), 1, std::chrono::minutes(i / 900)));
        }
        co_await write(journal, std::move(events));
        const std::vector<std::string> all = co_await executions(journal);
        REQUIRE(all.size() == 1'700);
        CHECK(all.front() == "x0 1");
        CHECK(all.back() == "x1699 1");
    });
}

TEST_CASE(
    "A corrected execution counts as it is now, a busted one not at all, an inferred one until the real one came") {
    with_journal([](store::Journal& journal) -> Task<void> {
        Fill right = fill("x2.2", 15);
        right.time = nine_thirty + 2min;
        Fill bust = fill("x3.2", 0);
        Fill guess = fill("", 40, "k4x9-1-2");
        guess.execution = inferred_execution(ClientOrderId("k4x9-1-2"), 40);
        guess.time = nine_thirty + 9min;
        std::vector<OrderEvent> events{
            event(intended()),
            event(intended("k4x9-1-2")),
            filled_at("x1", 10, 1min),
            filled_at("x2", 20, 2min),
            filled_at("x3", 30, 3min),
            OrderEvent{guess.time, FactSource::reconciliation, venue::OrderFilled{guess}},
            OrderEvent{nine_thirty + 1h, FactSource::venue, venue::ExecutionCorrected{ExecutionId("x2"), right}},
            OrderEvent{nine_thirty + 2h, FactSource::venue, venue::ExecutionCorrected{ExecutionId("x3"), bust}},
            filled_at("x7", 25, 4min, "k4x9-1-2")};
        co_await write(journal, std::move(events));
        const std::vector<std::string> all = co_await executions(journal);
        CHECK(all == std::vector<std::string>{"x1 10", "x2.2 15", "x7 25", guess.execution.value + " 15"});
    });
}

TEST_CASE("No fills: no page") {
    with_journal([](store::Journal& journal) -> Task<void> {
        std::vector<OrderEvent> events{event(intended())};
        co_await write(journal, std::move(events));
        const std::vector<std::string> all = co_await executions(journal);
        CHECK(all.empty());
    });
}
