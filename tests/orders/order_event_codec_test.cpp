#include "core/orders/order_event_codec.hpp"
#include "core/orders/order_ledger.hpp"
#include "tests/orders/order_facts.hpp"
#include "tests/support/catch.hpp"

#include <vector>

using namespace tradesh;
using namespace tradesh::test;
using orders::FactSource;
using orders::OrderEvent;
using orders::OrderFact;

namespace {

OrderFact intended_with(PriceRule rule, TimeInForce time_in_force, bool may_open_short) {
    OrderRequest wanted = request();
    wanted.side = may_open_short ? Side::sell : Side::buy;
    wanted.quantity = Decimal::of(1234567890123, 8);
    wanted.price = std::move(rule);
    wanted.time_in_force = time_in_force;
    wanted.may_open_short = may_open_short;
    return orders::OrderIntended{{.request = wanted, .key = "rebalance \"monday\"", .form = "buy GOOG ünïcode"}};
}

OrderFact adopted(std::optional<Decimal> average) {
    VenueOrder order;
    order.request = request();
    order.venue_id = VenueOrderId("V7");
    order.filled = average ? 60 : 0;
    order.average_price = average;
    return orders::OrderAdopted{order};
}

/// An exit of another order, one of two that cancel one another, with a time at which it ends, in a group.
OrderFact linked() {
    OrderRequest wanted = request();
    wanted.valid_until = nine_thirty + Duration(std::chrono::hours(6));
    wanted.parent = ClientOrderId("k4x9-1-7");
    wanted.oco_group = "k4x9-1-7";
    return orders::OrderIntended{
        {.request = wanted,
         .key = "",
         .form = "exit",
         .checks = {{.name = "form", .verdict = orders::Verdict::warn, .value = "1", .limit = ""}},
         .group = "pair",
         .leg = 2}};
}

std::vector<OrderFact> every_fact() {
    Fill free = fill("E2", 40);
    free.fee = Money{};
    Fill leg = fill("E3", 40);
    leg.of = FillOf::leg;
    return {intended_with(MarketPrice{}, TimeInForce::day, false),
            intended_with(LimitPrice{Decimal::of(9950, 2)}, TimeInForce::gtc, true),
            intended_with(StopPrice{.stop = Decimal::of(905, 1), .limit = std::nullopt}, TimeInForce::ioc, false),
            intended_with(StopPrice{.stop = 90, .limit = Decimal(89)}, TimeInForce::fok, false),
            adopted(std::nullopt),
            adopted(Decimal::of(990001, 4)),
            accepted(),
            rejected(),
            filled("E1", 60),
            venue::OrderFilled{free},
            venue::OrderFilled{leg},
            cancelled(),
            expired(),
            cancel_intended(),
            cancel_rejected(),
            not_sent(),
            unknown(),
            linked(),
            intended_with(TrailingStop{.distance = Decimal::of(15, 1), .percent = false}, TimeInForce::opg, true),
            intended_with(TrailingStop{.distance = 2, .percent = true}, TimeInForce::cls, true),
            denied(),
            replace_intended(80, "tuesday"),
            replaced(),
            replace_rejected(),
            reported(OrderState::held, "PreSubmitted"),
            corrected(50),
            corrected(0),
            timed()};
}

/// Everything an order shows, as text: two orders with the same text are the same to every reader.
std::string text_of(const orders::Order& order) {
    std::string text = orders::describe(order.request) + "|" + std::string(name_of(order.request.time_in_force)) + "|" +
                       (order.request.may_open_short ? "short" : "") + "|" + std::string(name_of(order.state)) + "|" +
                       order.venue_id.value + "|" + order.key + "|" + order.form + "|" + order.filled.to_string() +
                       "|" + order.filled_notional.to_string() + "|" + order.fees.to_string() + "|" +
                       std::string(order.fee_currency.code()) + "|" + order.reason_code + "|" + order.reason + "|" +
                       to_rfc3339(order.updated);
    for (const orders::Transition& step : order.history) {
        text += "\n" + to_rfc3339(step.time) + " " + step.event + " " + std::string(orders::name_of(step.source)) +
                " " + step.detail;
    }
    return text;
}

store::JournalEvent row_of(const OrderFact& fact) { return orders::encode(event(fact)); }

} // namespace

TEST_CASE("every fact comes back from the journal as it went in") {
    for (const OrderFact& fact : every_fact()) {
        for (const FactSource source : {FactSource::user, FactSource::venue, FactSource::reconciliation}) {
            INFO(orders::name_of(fact));
            const OrderEvent before{.time = nine_thirty + Duration(123), .source = source, .fact = fact};
            const store::JournalEvent row = orders::encode(before);
            CHECK(store::check_journal_event(row).has_value());
            CHECK(orders::is_order_event(row));
            CHECK(row.kind == "order." + std::string(orders::name_of(fact)));
            CHECK(row.client_order_id == order_id.value);
            const Result<OrderEvent> after = orders::decode(row);
            REQUIRE(after.has_value());
            CHECK(after->time == before.time);
            CHECK(after->source == source);
            CHECK(after->fact.index() == fact.index());
            CHECK(orders::encode(*after) == row);

            orders::OrderLedger live;
            orders::OrderLedger replayed;
            live.apply(event(intended()));
            replayed.apply(event(intended()));
            live.apply(before);
            replayed.apply(*after);
            CHECK(text_of(*live.find(order_id)) == text_of(*replayed.find(order_id)));
        }
    }
}

TEST_CASE("a request and a fill come back exactly") {
    const OrderFact limit = intended_with(LimitPrice{Decimal::of(9950, 2)}, TimeInForce::gtc, true);
    const Result<OrderEvent> order = orders::decode(row_of(limit));
    CHECK(std::get<orders::OrderIntended>(order->fact).request == std::get<orders::OrderIntended>(limit).request);
    CHECK(std::get<orders::OrderIntended>(order->fact).key == "rebalance \"monday\"");
    const Result<OrderEvent> trade = orders::decode(row_of(filled("E1", 60)));
    CHECK(std::get<venue::OrderFilled>(trade->fact).fill == fill("E1", 60));
}

TEST_CASE("what an order carries comes back exactly") {
    const OrderFact fact = linked();
    const auto& before = std::get<orders::OrderIntended>(fact);
    const store::JournalEvent row = row_of(fact);
    CHECK(row.parent == "k4x9-1-7");
    CHECK(row.group == "pair");
    CHECK(row.leg == 2);
    const Result<OrderEvent> read = orders::decode(row);
    const auto& after = std::get<orders::OrderIntended>(read->fact);
    CHECK(after.request == before.request);
    CHECK(after.checks == before.checks);
    CHECK(after.group == "pair");
    CHECK(after.leg == 2);
    const Result<OrderEvent> refusal = orders::decode(row_of(denied()));
    CHECK(std::get<orders::OrderDenied>(refusal->fact).checks == std::get<orders::OrderDenied>(denied()).checks);
    const Result<OrderEvent> times = orders::decode(row_of(timed()));
    CHECK(std::get<orders::OrderTimed>(times->fact) == std::get<orders::OrderTimed>(timed()));
}

TEST_CASE("rows of the first journals stay readable") {
    const auto row = [](std::string kind, std::string payload) {
        store::JournalEvent event;
        event.time = nine_thirty;
        event.kind = "order." + std::move(kind);
        event.client_order_id = order_id.value;
        event.payload = std::move(payload);
        return event;
    };
    store::JournalEvent begun =
        row("intended", R"({"request":{"symbol":"GOOG","side":"buy","quantity":"100",)"
                        R"("price":{"type":"limit","limit":"99.50"},"tif":"day","short":false},)"
                        R"("form":"buy GOOG 100 limit 99.5 day","source":"user"})");
    begun.key = "monday";
    store::JournalEvent answered = row("accepted", R"({"source":"venue"})");
    answered.venue_order_id = "V7";
    const std::vector<store::JournalEvent> rows{
        begun,
        answered,
        row("cancel_intended", R"({"source":"user"})"),
        row("filled", R"({"execution":"E1","symbol":"GOOG","side":"buy","quantity":"60","price":"99","fee":"0.35",)"
                      R"("fee_currency":"USD","time_ns":1795271400000000000,"source":"venue"})"),
        row("cancelled", R"({"message":"by request","source":"venue"})"),
    };
    orders::OrderLedger ledger;
    for (const store::JournalEvent& each : rows) {
        const Result<OrderEvent> read = orders::decode(each);
        REQUIRE(read.has_value());
        CHECK(ledger.apply(*read) == orders::Applied::changed);
    }
    const orders::Order* order = ledger.find_by_key("monday");
    REQUIRE(order != nullptr);
    CHECK(order->state == OrderState::cancelled);
    CHECK(order->filled == Decimal(60));
    CHECK(order->checks.empty());
    const Result<OrderEvent> adoption =
        orders::decode(row("adopted", R"({"request":{"symbol":"GOOG","side":"sell","quantity":"5",)"
                                      R"("price":{"type":"stop","stop":"90"},"tif":"gtc","short":false},)"
                                      R"("filled":"0","source":"reconciliation"})"));
    REQUIRE(adoption.has_value());
    CHECK(orders::begin_order(*adoption).state == OrderState::working);
}

TEST_CASE("a row that cannot be read is an error that names it, never a guess") {
    const auto damaged = [](const OrderFact& fact, std::string_view part, std::string_view with) {
        store::JournalEvent row = row_of(fact);
        const std::size_t at = row.payload.find(part);
        REQUIRE(at != std::string::npos);
        row.payload.replace(at, part.size(), with);
        return row;
    };
    std::vector<store::JournalEvent> rows{
        damaged(intended(), R"("side":"buy")", R"("side":"hold")"),
        damaged(intended(), R"("quantity":"100")", R"("quantity":"many")"),
        damaged(intended(), R"("quantity":"100")", R"("quantity":100)"),
        damaged(intended(), R"("type":"limit")", R"("type":"iceberg")"),
        damaged(intended(), R"("tif":"day")", R"("tif":"week")"),
        damaged(intended(), R"("symbol":"GOOG",)", ""),
        damaged(intended(), R"("source":"venue")", R"("source":"rumour")"),
        damaged(intended(), R"("request")", R"("order")"),
        damaged(filled("E1", 60), R"("execution":"E1")", R"("execution":"")"),
        damaged(filled("E1", 60), R"("time_ns")", R"("when")"),
        damaged(filled("E1", 60), R"("fee_currency":"USD")", R"("fee_currency":"not a currency")"),
    };
    store::JournalEvent row = row_of(accepted());
    row.payload = "{";
    rows.push_back(row);
    row.payload = "[1]";
    rows.push_back(row);
    row.payload = "";
    rows.push_back(row);
    row = row_of(accepted());
    row.kind = "order.teleported";
    rows.push_back(row);
    row.kind = "other.accepted";
    rows.push_back(row);
    row.kind = "x";
    rows.push_back(row);
    for (const store::JournalEvent& each : rows) {
        INFO(each.kind << " " << each.payload);
        const Result<OrderEvent> read = orders::decode(each);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().code == "journal.unreadable");
        CHECK(read.error().subject == each.kind + " of order " + order_id.value);
    }
}
