#include "tests/orders/order_desk.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/failing_disk.hpp"

using namespace tradesh;
using namespace tradesh::test;
using namespace std::chrono_literals;
using orders::Placed;
using orders::PlaceOptions;
using orders::WaitFor;
using Kinds = std::vector<std::string>;

namespace {

orders::OrderForm buy_100() { return limit_form(Side::buy, 100, Decimal::of(9950, 2)); }

orders::OrderForm sell_short(Decimal quantity, Decimal price) {
    orders::OrderForm form = limit_form(Side::sell, quantity, price);
    form.may_open_short = true;
    return form;
}

PlaceOptions waiting_for(WaitFor what, Duration timeout = 5s) {
    PlaceOptions options;
    options.wait = what;
    options.timeout = timeout;
    return options;
}

} // namespace

TEST_CASE("an order is journalled, sent, acknowledged and filled") {
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(60, Decimal::of(9950, 2)).then_fill(40, 99);
    const Result<Placed> placed = desk.place(buy_100(), waiting_for(WaitFor::filled));
    REQUIRE(placed.has_value());
    CHECK(placed->order.request.id.value == "k4x9-1-1");
    CHECK(placed->order.state == OrderState::filled);
    CHECK(placed->order.average_price()->to_string() == "99.3");
    CHECK_FALSE(placed->replayed);
    CHECK_FALSE(placed->still_open);
    CHECK(desk.exchange.submits() == 1);
    CHECK(desk.journal_kinds("k4x9-1-1") ==
          Kinds{"order.intended", "order.accepted", "order.timed", "order.filled", "order.filled"});
    CHECK(desk.was_told("filled: buy GOOG 60 @ 99.50 (order k4x9-1-1)"));
    CHECK(desk.manager->times().answer.count() == 1);
}

TEST_CASE("a resting order is answered once it is acknowledged, and says that it is open when a fill was waited for") {
    OrderDesk desk;
    const Duration asked = desk.time.clock.elapsed();
    CHECK(desk.place(buy_100())->order.state == OrderState::working);
    CHECK(desk.time.clock.elapsed() == asked);
    const Result<Placed> open = desk.place(buy_100(), waiting_for(WaitFor::filled, 30s));
    CHECK(open->still_open);
    CHECK(desk.time.clock.elapsed() == asked + 30s);
}

TEST_CASE("a market order gets a moment to fill before it is reported as working") {
    OrderDesk desk;
    const Duration asked = desk.time.clock.elapsed();
    const auto slow = desk.begin_place(market_form(Side::buy, 10));
    desk.run_for(1s);
    CHECK_FALSE(slow->has_value());
    desk.exchange.fill(ClientOrderId("k4x9-1-1"), 10);
    desk.run_ready();
    CHECK((**slow)->order.state == OrderState::filled);
    const Result<Placed> halted = desk.place(market_form(Side::buy, 10));
    CHECK(halted->order.state == OrderState::working);
    CHECK(desk.time.clock.elapsed() == asked + 1s + 2s);
}

TEST_CASE("a rejection carries the venue's own code and words") {
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).then_reject("201", "insufficient margin");
    const Result<Placed> placed = desk.place(buy_100(), with_key("monday"));
    REQUIRE_FALSE(placed.has_value());
    CHECK(placed.error().kind == ErrorKind::rejected);
    CHECK(placed.error().venue_code == "201");
    CHECK(placed.error().venue_message == "insufficient margin");
    CHECK(placed.error().subject == "buy GOOG 100 limit 99.50");
    // The key stands for that outcome now.
    const Result<Placed> again = desk.place(buy_100(), with_key("monday"));
    CHECK(again.error().venue_code == "201");
    CHECK(desk.exchange.submits() == 1);
    CHECK_THAT(placed.error().message, !Contains("replayed"));
    CHECK_THAT(placed.error().hint, Contains("with a new key"));
    CHECK_THAT(again.error().message, Contains("replayed: the venue") && Contains("nothing was sent now"));
}

TEST_CASE("an outcome is visible only once it is durable") {
    OrderDesk desk;
    const auto outcome = desk.begin_place(buy_100());
    while (!outcome->has_value()) {
        desk.turn();
        const orders::Order* order = desk.ledger().find(ClientOrderId("k4x9-1-1"));
        if (order != nullptr && order->state == OrderState::working) {
            CHECK(desk.journal_kinds("k4x9-1-1") == Kinds{"order.intended", "order.accepted"});
            break;
        }
        if (desk.exchange.submits() > 0) {
            CHECK(desk.journal_kinds("k4x9-1-1").front() == "order.intended");
        }
    }
}

TEST_CASE("a fill that the venue repeats counts once, in position and journal") {
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(60).duplicate_fill();
    REQUIRE(desk.place(buy_100()).has_value());
    REQUIRE(desk.settle());
    CHECK(desk.order("k4x9-1-1").filled == Decimal(60));
    const Result<Placed> sold = desk.place(limit_form(Side::sell, 61, 120));
    CHECK(sold.error().code == "order.would_open_short");
    CHECK_THAT(sold.error().message, Contains("60 can be sold (position 60"));
}

TEST_CASE("two sells never count on the same position") {
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(100);
    REQUIRE(desk.place(buy_100()).has_value());
    const auto first = desk.begin_place(limit_form(Side::sell, 70, 120));
    const auto second = desk.begin_place(limit_form(Side::sell, 70, 120));
    desk.run_ready();
    CHECK((*first)->has_value() != (*second)->has_value());
    CHECK(desk.exchange.submits() == 2);
}

TEST_CASE("a limit of the profile refuses, on record with its numbers, and leaves the key free") {
    OrderDesk desk;
    desk.limits.set(orders::Limit::order_quantity_max, {}, {.number = 50, .currency = {}, .source = "limits.toml:3"});
    desk.run_for(1s); // the first session is on the disk
    desk.restart();
    REQUIRE(desk.settle());
    const Result<Placed> refused = desk.place(buy_100(), with_key("monday"));
    CHECK(refused.error().kind == ErrorKind::refused);
    CHECK(refused.error().message == "order_quantity 100 is over the limit 50");
    CHECK_THAT(refused.error().hint, Contains("limits.toml:3"));
    CHECK_THAT(refused.error().subject, Contains("on record as order k4x9-2-1"));
    CHECK(desk.exchange.submits() == 0);
    CHECK(desk.journal_kinds("k4x9-2-1") == std::vector<std::string>{"order.denied"});
    desk.restart();
    REQUIRE(desk.settle());
    const orders::Order denied = desk.look_up("k4x9-2-1").value();
    CHECK(denied.state == OrderState::denied);
    CHECK(denied.checks.size() == 16);
    CHECK(denied.reason_code.starts_with("risk."));
    CHECK(desk.place(limit_form(Side::buy, 50, 99), with_key("monday")).has_value());
}

// Unknown ------------------------------------------------------------------------------------------------------------

TEST_CASE("an acknowledgement that never comes makes the order unknown until the venue has been asked") {
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).drop_ack();
    const Result<Placed> placed = desk.place(buy_100(), with_key("monday"));
    REQUIRE_FALSE(placed.has_value());
    CHECK(placed.error().kind == ErrorKind::unknown);
    CHECK_THAT(placed.error().hint, Contains("do not send it again"));
    REQUIRE(desk.settle());
    CHECK(desk.order("k4x9-1-1").state == OrderState::working);
    CHECK(desk.was_told("settled: order k4x9-1-1 (buy GOOG 100 limit 99.50) had reached the venue and is working"));
    CHECK(desk.manager->take_findings().size() == 1);
    CHECK(desk.place(buy_100(), with_key("monday"))->replayed);
    CHECK(desk.exchange.submits() == 1);
}

TEST_CASE("an order that filled while its acknowledgement was lost is settled with its fills") {
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).fail_unknown(true).drop_ack();
    CHECK(desk.place(buy_100()).error().kind == ErrorKind::unknown);
    desk.venue->link_down();
    desk.run_ready();
    CHECK_FALSE(desk.manager->link_up());
    REQUIRE(desk.exchange.find(ClientOrderId("k4x9-1-1")) != nullptr);
    desk.exchange.fill(ClientOrderId("k4x9-1-1"), 100); // nobody hears it
    desk.venue->link_up();
    REQUIRE(desk.settle());
    CHECK(desk.order("k4x9-1-1").state == OrderState::filled);
    CHECK(desk.was_told("the link is back"));
    CHECK(desk.reconcile()->empty());
}

TEST_CASE("an order that never arrived is counted as not sent, after several misses, and is not sent again") {
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).vanish();
    const Result<Placed> placed = desk.place(buy_100(), with_key("monday"));
    CHECK(placed.error().kind == ErrorKind::unknown);
    const Duration given_up = desk.time.clock.elapsed();
    REQUIRE(desk.settle());
    CHECK(desk.time.clock.elapsed() >= given_up + 400ms);
    CHECK(desk.order("k4x9-1-1").state == OrderState::not_sent);
    CHECK(desk.was_told("never reached the venue; it was not sent again"));
    CHECK(desk.exchange.submits() == 0);
    CHECK_FALSE(desk.place(buy_100(), with_key("monday"))->replayed); // its key is free again
}

TEST_CASE("an order counted as lost that turns up after all is live again, and its key stands for it") {
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).vanish();
    CHECK_FALSE(desk.place(buy_100(), with_key("monday")).has_value());
    REQUIRE(desk.settle());
    desk.exchange.rest(desk.order("k4x9-1-1").request);
    REQUIRE(desk.settle());
    CHECK(desk.order("k4x9-1-1").state == OrderState::working);
    CHECK(desk.place(buy_100(), with_key("monday"))->replayed);
    CHECK(desk.exchange.submits() == 0);
}

TEST_CASE("an answer that comes while the journal writes the timeout wins") {
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).vanish();
    const auto outcome = desk.begin_place(buy_100());
    desk.run_ready();
    desk.time.clock.advance(5s);
    desk.exchange.rest(desk.order("k4x9-1-1").request);
    desk.time.loop.timers().fire_due();
    REQUIRE(desk.run_until([&] { return outcome->has_value(); }));
    REQUIRE(desk.settle());
    CHECK(desk.order("k4x9-1-1").state == OrderState::working);
}

TEST_CASE("nothing is traded before the first settlement") {
    OrderDesk desk(false);
    const Result<Placed> early = desk.place(buy_100(), with_key("monday"));
    CHECK(early.error().kind == ErrorKind::timeout);
    CHECK(early.error().code == "orders.not_settled");
    CHECK(desk.cancel(ClientOrderId("k4x9-1-1")).error().code == "orders.not_settled");
    CHECK(desk.exchange.submits() == 0);
    desk.venue->link_up();
    REQUIRE(desk.settle());
    CHECK(desk.place(buy_100(), with_key("monday")).has_value());
}

TEST_CASE("an order placed elsewhere is adopted, with its fills, and can be cancelled") {
    OrderDesk desk;
    OrderRequest request;
    request.id = ClientOrderId("manual-1");
    request.symbol = "GOOG";
    request.quantity = 10;
    desk.exchange.rest(request);
    desk.exchange.fill(request.id, 4);
    REQUIRE(desk.settle());
    CHECK(desk.order("manual-1").external);
    CHECK(desk.order("manual-1").filled == Decimal(4));
    CHECK(desk.reconcile()->empty());
    CHECK(desk.cancel(request.id)->state == OrderState::cancelled);
    CHECK(desk.place(limit_form(Side::sell, 4, 120)).has_value()); // the position counts
}

// Interruptions and failures -----------------------------------------------------------------------------------------

TEST_CASE("a command that is interrupted stops waiting; its order goes out once all the same") {
    for (int turns = 0; turns < 12; ++turns) {
        OrderDesk desk;
        desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(100);
        const auto outcome = desk.begin_place(buy_100(), waiting_for(WaitFor::filled));
        for (int i = 0; i < turns && !outcome->has_value(); ++i) {
            desk.turn();
        }
        const bool existed = !desk.ledger().all().empty();
        desk.interrupt();
        REQUIRE(desk.run_until([&] { return outcome->has_value(); }));
        REQUIRE(desk.settle());
        INFO("interrupted after " << turns << " turns");
        CHECK(desk.exchange.submits() <= 1);
        if (existed) {
            CHECK(desk.exchange.submits() == 1);
            CHECK(desk.order("k4x9-1-1").state == OrderState::filled);
        }
        CHECK(desk.exchange.submits() == static_cast<int>(desk.ledger().all().size()));
    }
}

TEST_CASE("an interrupted wait for the fill leaves the order working and says so") {
    OrderDesk desk;
    const auto outcome = desk.begin_place(buy_100(), waiting_for(WaitFor::filled, 60s));
    desk.run_for(1s);
    CHECK_FALSE(outcome->has_value());
    desk.interrupt();
    desk.run_ready();
    CHECK((**outcome)->interrupted);
    CHECK((**outcome)->order.state == OrderState::working);
}

TEST_CASE("an order whose intent cannot be recorded is not sent, and its key stays free") {
    OrderDesk desk;
    desk.run_for(1s); // the session is on the disk
    int announced = 0;
    int settled = 0;
    PlaceOptions options = with_key("monday");
    options.announce_effect = [&](std::string_view) { ++announced; };
    options.settle_effect = [&] { ++settled; };
    desk.write_protect(true);
    std::vector<OrderDesk::Outcome<Placed>> outcomes;
    for (int i = 0; i < 3; ++i) {
        outcomes.push_back(desk.begin_place(buy_100(), options));
    }
    desk.run_ready();
    for (const auto& outcome : outcomes) { // the two that found the key in use fail with the first
        REQUIRE(outcome->has_value());
        REQUIRE_FALSE((*outcome)->has_value());
        CHECK_FALSE((*outcome)->error().unknown_effect());
        CHECK_THAT((*outcome)->error().describe(), Contains("readonly"));
        CHECK((*outcome)->error().subject == (*outcomes.front())->error().subject);
    }
    CHECK(announced == 1);
    CHECK(settled == 3);
    CHECK(desk.exchange.submits() == 0);
    CHECK(desk.ledger().all().empty());
    desk.write_protect(false);
    const Result<Placed> placed = desk.place(buy_100(), with_key("monday"));
    REQUIRE(placed.has_value());
    CHECK_FALSE(placed->replayed);
    CHECK(desk.exchange.submits() == 1);
}

TEST_CASE("a closed journal refuses every order before it is sent") {
    OrderDesk desk;
    desk.close_journal();
    const Result<Placed> placed = desk.place(buy_100(), with_key("monday"));
    CHECK(placed.error().code == "journal.closed");
    CHECK(placed.error().subject == "monday");
    CHECK(desk.exchange.submits() == 0);
}

TEST_CASE("a journal that fails after the send tells the person that the outcome is not known") {
    OrderDesk desk;
    const auto outcome = desk.begin_place(buy_100());
    while (desk.exchange.submits() == 0) {
        desk.turn();
    }
    desk.close_journal();
    REQUIRE(desk.run_until([&] { return outcome->has_value(); }));
    CHECK((*outcome)->error().kind == ErrorKind::unknown);
    CHECK(desk.was_told("cannot record what the venue reports"));
    desk.restart();
    REQUIRE(desk.settle());
    CHECK(desk.order("k4x9-1-1").state == OrderState::working);
    CHECK(desk.exchange.submits() == 1);
}

TEST_CASE("a rehearsal shows the order and its checks, and sends nothing") {
    OrderDesk desk;
    std::optional<Result<orders::Rehearsal>> rehearsal;
    runtime::TaskScope scope(desk.time.loop);
    scope.spawn("rehearse", [&](runtime::TaskInfo&) -> runtime::Task<void> {
        Result<orders::Rehearsal> shown = co_await desk.manager->rehearse(market_form(Side::buy, 10), goog());
        rehearsal.emplace(std::move(shown));
    });
    desk.run_ready();
    REQUIRE((rehearsal && rehearsal->has_value()));
    CHECK((*rehearsal)->notional->to_string() == "1001.00 USD");
    CHECK((*rehearsal)->checks.size() == 16);
    CHECK((*rehearsal)->checks.at(14).name == "buying_power");
    CHECK(desk.exchange.submits() == 0);
    CHECK(desk.ledger().all().empty());
}

TEST_CASE("a check that only warns lets the order pass and is handed back, once") {
    OrderDesk desk;
    REQUIRE(desk.place(buy_100()).has_value());
    const orders::OrderForm against = sell_short(10, 99);
    const Result<Placed> placed = desk.place(against, with_key("monday"));
    REQUIRE(placed.has_value());
    REQUIRE(placed->warnings.size() == 1);
    CHECK(placed->warnings.front().name == "self_match");
    CHECK(desk.place(against, with_key("monday"))->warnings.empty()); // a replay checks nothing
}

TEST_CASE("on a full disk an order that only reduces is recorded from the reserve; others are refused") {
    FailingDisk disk;
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(100);
    REQUIRE(desk.place(buy_100(), waiting_for(WaitFor::filled)).has_value());

    disk.fail_at(1, FailingDisk::Failure::full);
    CHECK(desk.place(buy_100()).error().code == "journal.disk_full");
    disk.fail_at(1, FailingDisk::Failure::full);
    CHECK(desk.place(limit_form(Side::sell, 60, 110)).has_value());
}
