#include "tests/orders/order_desk.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::test;
using namespace std::chrono_literals;
using orders::Order;
using orders::Placed;
using Kinds = std::vector<std::string>;

namespace {

const ClientOrderId first_id("k4x9-1-1");

orders::OrderForm buy_100() { return limit_form(Side::buy, 100, Decimal::of(9950, 2)); }

} // namespace

TEST_CASE("a cancel is journalled, sent and answered") {
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(60);
    REQUIRE(desk.place(buy_100()).has_value());
    const Result<Order> cancelled = desk.cancel(first_id);
    CHECK(cancelled->state == OrderState::cancelled);
    CHECK(cancelled->filled == Decimal(60));
    CHECK(desk.journal_kinds("k4x9-1-1") == Kinds{"order.intended", "order.accepted", "order.timed", "order.filled",
                                                  "order.cancel_intended", "order.cancelled"});
    const Result<Order> again = desk.cancel(first_id);
    CHECK(again.error().kind == ErrorKind::refused);
    CHECK(again.error().message == "order k4x9-1-1 is already cancelled");
    CHECK(desk.exchange.cancels() == 1);
}

TEST_CASE("a refused cancel carries the venue's words and leaves the order working") {
    OrderDesk desk;
    REQUIRE(desk.place(buy_100()).has_value());
    desk.exchange.expect_cancel().then_reject("161", "cancel not allowed in the auction");
    const Result<Order> cancelled = desk.cancel(first_id);
    CHECK(cancelled.error().kind == ErrorKind::rejected);
    CHECK(cancelled.error().venue_code == "161");
    CHECK(cancelled.error().venue_message == "cancel not allowed in the auction");
    CHECK(desk.order("k4x9-1-1").state == OrderState::working);
}

TEST_CASE("a cancel that a fill overtakes says that the order was filled") {
    OrderDesk desk;
    REQUIRE(desk.place(buy_100()).has_value());
    desk.exchange.expect_cancel().then_fill(100).then_reject("161", "too late");
    const Result<Order> cancelled = desk.cancel(first_id);
    CHECK(cancelled.error().kind == ErrorKind::rejected);
    CHECK(cancelled.error().code == "order.cancel_too_late");
    REQUIRE(desk.settle());
    CHECK(desk.order("k4x9-1-1").state == OrderState::filled);
}

TEST_CASE("a partial fill on the way does not stop the cancel") {
    OrderDesk desk;
    REQUIRE(desk.place(buy_100()).has_value());
    desk.exchange.expect_cancel().then_fill(30).then_cancel();
    const Result<Order> cancelled = desk.cancel(first_id);
    CHECK(cancelled->state == OrderState::cancelled);
    CHECK(cancelled->filled == Decimal(30));
}

TEST_CASE("a cancel that did not leave fails as that, and the order is found to be working") {
    OrderDesk desk;
    REQUIRE(desk.place(buy_100()).has_value());
    desk.exchange.expect_cancel().fail_before_wire();
    const Result<Order> cancelled = desk.cancel(first_id);
    CHECK(cancelled.error().kind == ErrorKind::connection);
    CHECK(cancelled.error().attempted == "cancel order k4x9-1-1");
    REQUIRE(desk.settle());
    CHECK(desk.order("k4x9-1-1").state == OrderState::working);
    CHECK(desk.was_told("is still working: its cancel never arrived"));
}

TEST_CASE("a cancel whose answer is lost is unknown until the venue has been asked") {
    for (const bool arrives : {true, false}) {
        OrderDesk desk;
        REQUIRE(desk.place(buy_100()).has_value());
        auto& script = desk.exchange.expect_cancel().fail_unknown(arrives);
        if (arrives) {
            script.then_cancel();
        }
        const Result<Order> cancelled = desk.cancel(first_id);
        CHECK(cancelled.error().kind == ErrorKind::unknown);
        REQUIRE(desk.settle());
        CHECK(desk.order("k4x9-1-1").state == (arrives ? OrderState::cancelled : OrderState::working));
        CHECK(desk.reconcile()->empty());
    }
}

TEST_CASE("a cancel that nobody answers ends after its timeout as unknown") {
    OrderDesk desk;
    REQUIRE(desk.place(buy_100()).has_value());
    desk.exchange.expect_cancel().vanish();
    const Duration asked = desk.time.clock.elapsed();
    const Result<Order> cancelled = desk.cancel(first_id);
    CHECK(cancelled.error().kind == ErrorKind::unknown);
    CHECK(cancelled.error().code == "order.cancel_unknown");
    CHECK(desk.time.clock.elapsed() == asked + 5s);
    REQUIRE(desk.settle());
    CHECK(desk.order("k4x9-1-1").state == OrderState::working);
}

TEST_CASE("a cancel of an order that is still being recorded waits until it has left") {
    OrderDesk desk;
    const auto placed = desk.begin_place(buy_100());
    while (desk.ledger().all().empty()) {
        desk.turn();
    }
    REQUIRE(desk.order("k4x9-1-1").state == OrderState::intent);
    const Result<Order> cancelled = desk.cancel(first_id);
    CHECK(cancelled->state == OrderState::cancelled);
    CHECK((*placed)->has_value());
    CHECK(desk.exchange.submits() == 1);
    CHECK(desk.journal_kinds("k4x9-1-1").front() == "order.intended");
}

TEST_CASE("a cancel of an order that could not be recorded finds nothing to cancel") {
    OrderDesk desk;
    desk.run_for(std::chrono::seconds(1)); // the session is on the disk
    desk.write_protect(true);
    CHECK_FALSE(desk.place(buy_100()).has_value());
    const Result<Order> cancelled = desk.cancel(first_id);
    CHECK(cancelled.error().kind == ErrorKind::not_found);
    CHECK(cancelled.error().code == "order.never_recorded");
    CHECK(desk.exchange.submits() == 0);
    CHECK(desk.exchange.cancels() == 0);
}

TEST_CASE("two cancels of one order both learn its end") {
    OrderDesk desk;
    REQUIRE(desk.place(buy_100()).has_value());
    desk.exchange.expect_cancel().vanish();
    const auto first = desk.begin_cancel(first_id);
    desk.run_for(3s);
    const auto second = desk.begin_cancel(first_id); // the usual script: it succeeds
    desk.run_ready();
    CHECK((*first)->has_value());
    CHECK((*second)->has_value());
    CHECK(desk.order("k4x9-1-1").state == OrderState::cancelled);
}

TEST_CASE("a settlement during a cancel leaves the order to the command that holds it") {
    OrderDesk desk;
    REQUIRE(desk.place(buy_100()).has_value());
    desk.exchange.expect_cancel().vanish();
    desk.exchange.expect_cancel().vanish();
    const auto first = desk.begin_cancel(first_id);
    desk.run_for(3s);
    const auto second = desk.begin_cancel(first_id);
    desk.run_for(2500ms); // the first has given up, the second still waits
    REQUIRE(first->has_value());
    REQUIRE_FALSE(second->has_value());
    CHECK(desk.reconcile()->empty());
    CHECK(desk.order("k4x9-1-1").state == OrderState::cancelling);
    desk.exchange.withdraw(first_id, "by request");
    desk.run_ready();
    CHECK((**second)->state == OrderState::cancelled);
}

TEST_CASE("a refused cancel of an order without an answer leaves it to be asked for") {
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).vanish();
    desk.exchange.expect_cancel().then_reject("no_such_order", "unknown order");
    const auto placed = desk.begin_place(buy_100());
    desk.run_for(1s);
    const Result<Order> cancelled = desk.cancel(first_id);
    CHECK(cancelled.error().venue_code == "no_such_order");
    REQUIRE(desk.run_until([&] { return placed->has_value(); }));
    CHECK((*placed)->error().kind == ErrorKind::unknown);
    REQUIRE(desk.settle());
    CHECK(desk.order("k4x9-1-1").state == OrderState::not_sent);
}

TEST_CASE("a cancel that cannot be recorded is not sent") {
    OrderDesk desk;
    REQUIRE(desk.place(buy_100()).has_value());
    desk.close_journal();
    CHECK(desk.cancel(first_id).error().code == "journal.closed");
    CHECK(desk.exchange.cancels() == 0);
    CHECK(desk.order("k4x9-1-1").state == OrderState::working);
}
