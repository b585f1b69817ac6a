// Orders that have left memory are still there for everybody who asks, and for the venue's late words.

#include "tests/orders/order_desk.hpp"
#include "tests/orders/order_facts.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace tradesh;
using namespace tradesh::test;
using namespace std::chrono_literals;
using orders::Order;
using orders::Placed;

namespace {

constexpr std::size_t kept = 2;

std::string id_of(int number) { return "k4x9-1-" + std::to_string(number); }

/// Buys 1, 2, 3 ... shares with the keys "day-1", "day-2" ...; each fills at once.
void trade(OrderDesk& desk, int first, int last) {
    for (int number = first; number <= last; ++number) {
        desk.exchange.expect_submit("GOOG", number).then_ack().then_fill(number);
        const Result<Placed> placed =
            desk.place(market_form(Side::buy, number), with_key("day-" + std::to_string(number)));
        REQUIRE(placed.has_value());
        REQUIRE(placed->order.state == OrderState::filled);
    }
}

bool in_memory(const OrderDesk& desk, int number) {
    return desk.ledger().find(ClientOrderId(id_of(number))) != nullptr;
}

} // namespace

TEST_CASE("memory holds what is open and what ended last") {
    OrderDesk desk(true, kept);
    REQUIRE(desk.place(limit_form(Side::buy, 100, 99)).has_value());
    trade(desk, 2, 9);
    CHECK(desk.ledger().all().size() == kept + 1);
    CHECK(in_memory(desk, 1));
    CHECK_FALSE(in_memory(desk, 7));
    CHECK(in_memory(desk, 8));
    CHECK(desk.ledger().count() == 9);
    desk.restart();
    REQUIRE(desk.settle());
    CHECK(desk.ledger().all().size() == kept + 1);
    CHECK(in_memory(desk, 1));
    CHECK(in_memory(desk, 9));
    CHECK(desk.ledger().count() == 9);
}

TEST_CASE("an order that left memory is found by every name it has") {
    OrderDesk desk(true, kept);
    trade(desk, 1, 6);
    const std::string venue_id = desk.exchange.find(ClientOrderId(id_of(2)))->venue_id.value;
    for (const std::string& name : {id_of(2), std::string("1-2"), std::string("2"), std::string("day-2"), venue_id}) {
        INFO(name);
        const Result<Order> order = desk.look_up(name);
        REQUIRE(order.has_value());
        CHECK(order->request.id.value == id_of(2));
        CHECK(order->filled == Decimal(2));
        CHECK(order->history.size() == 3);
    }
    CHECK(desk.look_up("day-7").error().kind == ErrorKind::not_found);
    CHECK(desk.look_up("").error().kind == ErrorKind::not_found);
    CHECK(desk.wait_final(ClientOrderId(id_of(1)))->state == OrderState::filled);
    CHECK(desk.cancel(ClientOrderId(id_of(3))).error().code == "order.final");
    CHECK(desk.exchange.cancels() == 0);
}

TEST_CASE("every order there ever was can be listed, in the order in which they began") {
    OrderDesk desk(true, kept);
    trade(desk, 1, 6);
    const orders::OrderLedger everything = desk.load_all();
    REQUIRE(everything.all().size() == 6);
    for (int number = 1; number <= 6; ++number) {
        const Order& order = *everything.all()[static_cast<std::size_t>(number - 1)];
        CHECK(order.request.id.value == id_of(number));
        CHECK(order.fills.size() == 1);
    }
    CHECK(desk.ledger().all().size() == kept);
}

TEST_CASE("a key stands for its order when the order has left memory, after a restart, too") {
    OrderDesk desk(true, kept);
    trade(desk, 1, 5);
    for (const bool restarted : {false, true}) {
        if (restarted) {
            desk.restart();
            REQUIRE(desk.settle());
        }
        const Result<Placed> again = desk.place(market_form(Side::buy, 1), with_key("day-1"));
        REQUIRE(again.has_value());
        CHECK(again->replayed);
        CHECK(again->order.request.id.value == id_of(1));
        CHECK(desk.place(market_form(Side::buy, 7), with_key("day-2")).error().code == "order.key_used");
        CHECK(desk.exchange.submits() == 5);
        CHECK(desk.ledger().all().size() <= kept + 1);
    }
}

TEST_CASE("the key of an order that was never sent stays free when the order has left memory") {
    OrderDesk desk(true, kept);
    desk.exchange.expect_submit("GOOG", 100).fail_before_wire();
    REQUIRE_FALSE(desk.place(market_form(Side::buy, 100), with_key("monday")).has_value());
    trade(desk, 2, 5);
    REQUIRE_FALSE(in_memory(desk, 1));
    desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(100);
    const Result<Placed> second = desk.place(market_form(Side::buy, 100), with_key("monday"));
    REQUIRE(second.has_value());
    CHECK_FALSE(second->replayed);
    trade(desk, 7, 9);
    CHECK(desk.place(market_form(Side::buy, 100), with_key("monday"))->order.request.id.value == id_of(6));
}

TEST_CASE("racing places with one key make one order, though orders leave memory all the while") {
    OrderDesk desk(true, 0);
    std::vector<OrderDesk::Outcome<Placed>> outcomes;
    for (int i = 0; i < 20; ++i) {
        if (i < 3) {
            desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(100);
        }
        outcomes.push_back(desk.begin_place(market_form(Side::buy, 100), with_key("monday")));
        desk.turn();
    }
    const auto ended = [](const auto& outcome) { return outcome->has_value(); };
    REQUIRE(desk.run_until([&] { return std::ranges::all_of(outcomes, ended); }));
    for (const auto& outcome : outcomes) {
        REQUIRE((*outcome)->has_value());
        CHECK((**outcome)->order.request.id.value == id_of(1));
    }
    CHECK(desk.exchange.submits() == 1);
}

TEST_CASE("a late fill of a cancelled order counts, though the order has left memory") {
    for (const bool while_away : {false, true}) {
        OrderDesk desk(true, kept);
        REQUIRE(desk.place(limit_form(Side::buy, 100, 99)).has_value());
        REQUIRE(desk.cancel(ClientOrderId(id_of(1))).has_value());
        trade(desk, 2, 6);
        REQUIRE_FALSE(in_memory(desk, 1));
        if (while_away) {
            desk.venue->link_down();
        }
        desk.exchange.fill(ClientOrderId(id_of(1)), 40);
        desk.run_ready();
        if (while_away) {
            desk.venue->link_up();
        }
        REQUIRE(desk.settle());
        const Result<Order> order = desk.look_up(id_of(1));
        REQUIRE(order.has_value());
        CHECK(order->filled == Decimal(40));
        CHECK_FALSE(order->external);
        CHECK(desk.was_told("filled: buy GOOG 40 @ 100 (order k4x9-1-1)"));
        CHECK(desk.ledger().count() == 6);
        CHECK(desk.reconcile()->empty());
        trade(desk, 7, 9);
        desk.restart(); // the fold meets the late fill when the order has already gone
        REQUIRE(desk.settle());
        CHECK(desk.look_up(id_of(1))->filled == Decimal(40));
        CHECK(desk.reconcile()->empty());
        CHECK(desk.ledger().count() == 9);
    }
}

TEST_CASE("what the venue repeats about an order that left memory is not news") {
    OrderDesk desk(true, kept);
    desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(100).duplicate_fill();
    REQUIRE(desk.place(market_form(Side::buy, 100)).has_value());
    trade(desk, 2, 6);
    desk.restart(); // asks for everything since the last fill, and once more below
    REQUIRE(desk.settle());
    CHECK(desk.reconcile()->empty());
    CHECK(desk.look_up(id_of(1))->filled == Decimal(100));
    CHECK(desk.ledger().count() == 6);
}
