#include "tests/orders/order_desk.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace tradesh;
using namespace tradesh::test;
using namespace std::chrono_literals;
using orders::Placed;
using orders::PlaceOptions;

namespace {

orders::OrderForm buy_100() { return limit_form(Side::buy, 100, Decimal::of(9950, 2)); }

} // namespace

TEST_CASE("the same key and request give the same order, and nothing is sent again") {
    OrderDesk desk;
    const Result<Placed> first = desk.place(buy_100(), with_key("monday"));
    const Result<Placed> again = desk.place(buy_100(), with_key("monday"));
    CHECK(again->replayed);
    CHECK(again->order.request.id == first->order.request.id);
    desk.restart();
    REQUIRE(desk.settle());
    const Result<Placed> after_restart = desk.place(buy_100(), with_key("monday"));
    CHECK(after_restart->replayed);
    CHECK(after_restart->order.request.id == first->order.request.id);
    CHECK(desk.exchange.submits() == 1);
}

TEST_CASE("the same key with another request is refused") {
    OrderDesk desk;
    REQUIRE(desk.place(buy_100(), with_key("monday")).has_value());
    const Result<Placed> other = desk.place(limit_form(Side::buy, 101, Decimal::of(9950, 2)), with_key("monday"));
    CHECK(other.error().kind == ErrorKind::refused);
    CHECK(other.error().code == "order.key_used");
    CHECK(other.error().message == "key 'monday' already stands for another order: buy GOOG 100 limit 99.5 day");
    CHECK(desk.exchange.submits() == 1);
}

TEST_CASE("a key of an earlier day is refused unless its old outcome is asked for") {
    OrderDesk desk;
    REQUIRE(desk.place(buy_100(), with_key("rebalance")).has_value());
    desk.time.clock.step_wall_clock(24h);
    const Result<Placed> next_day = desk.place(buy_100(), with_key("rebalance"));
    CHECK(next_day.error().kind == ErrorKind::refused);
    CHECK(next_day.error().code == "order.key_old");
    PlaceOptions old = with_key("rebalance");
    old.replay_old = true;
    CHECK(desk.place(buy_100(), old)->replayed);
    CHECK(desk.exchange.submits() == 1);
}

TEST_CASE("forty places at once with one key make one order") {
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(100);
    std::vector<OrderDesk::Outcome<Placed>> outcomes;
    for (int i = 0; i < 40; ++i) {
        outcomes.push_back(desk.begin_place(buy_100(), with_key("monday")));
    }
    const auto ended = [](const auto& outcome) { return outcome->has_value(); };
    REQUIRE(desk.run_until([&] { return std::ranges::all_of(outcomes, ended); }));
    int replayed = 0;
    for (const auto& outcome : outcomes) {
        REQUIRE((*outcome)->has_value());
        CHECK((**outcome)->order.request.id.value == "k4x9-1-1");
        replayed += (**outcome)->replayed ? 1 : 0;
    }
    CHECK(replayed == 39);
    CHECK(desk.exchange.submits() == 1);
}

TEST_CASE("an order that certainly never left does not use up its key") {
    for (const bool restarted : {false, true}) {
        OrderDesk desk;
        desk.exchange.expect_submit("GOOG", 100).fail_before_wire();
        const Result<Placed> first = desk.place(buy_100(), with_key("monday"));
        CHECK(first.error().kind == ErrorKind::connection);
        CHECK(first.error().code == "scripted.no_link");
        CHECK(desk.order("k4x9-1-1").state == OrderState::not_sent);
        if (restarted) {
            desk.restart();
            REQUIRE(desk.settle());
        }
        const Result<Placed> second = desk.place(buy_100(), with_key("monday"));
        REQUIRE(second.has_value());
        CHECK_FALSE(second->replayed);
        CHECK(desk.place(buy_100(), with_key("monday"))->replayed);
        CHECK(desk.exchange.submits() == 1);
    }
}

TEST_CASE("everybody who waits for one order learns why it was not sent") {
    OrderDesk desk;
    desk.exchange.expect_submit("GOOG", 100).fail_before_wire();
    std::vector<OrderDesk::Outcome<Placed>> outcomes;
    for (int i = 0; i < 3; ++i) {
        outcomes.push_back(desk.begin_place(buy_100(), with_key("monday")));
    }
    desk.run_ready();
    for (const auto& outcome : outcomes) {
        REQUIRE(outcome->has_value());
        REQUIRE_FALSE((*outcome)->has_value());
        CHECK((*outcome)->error().code == "scripted.no_link");
    }
    CHECK(desk.ledger().all().size() == 1);
    CHECK(desk.exchange.submits() == 0);
}
