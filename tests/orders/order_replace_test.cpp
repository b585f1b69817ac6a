// Changing working orders.

#include "tests/orders/order_desk.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::test;
using Catch::Matchers::Contains;
using orders::Order;
using orders::RevisionOutcome;

namespace {

const ClientOrderId first_id("k4x9-1-1");

/// A desk where "buy GOOG 100 limit 99.50" rests.
struct ReplaceDesk : OrderDesk {
    ReplaceDesk() {
        exchange.capabilities.replace = true;
        REQUIRE(place(limit_form(Side::buy, 100, Decimal::of(9950, 2)), with_key("first")).has_value());
    }
    const Order& first() const { return order(first_id.value); }
};

} // namespace

TEST_CASE("a change is on disk before it is on the wire, and the order goes on under its id") {
    ReplaceDesk desk;
    const Result<Order> changed = desk.replace(first_id, 80, 98);
    REQUIRE(changed.has_value());
    CHECK(changed->request.quantity == Decimal(80));
    CHECK(changed->request.price == PriceRule(LimitPrice{98}));
    CHECK(changed->state == OrderState::working);
    CHECK(desk.exchange.find(first_id)->request.quantity == Decimal(80));
    const std::vector<std::string> kinds = desk.journal_kinds(first_id.value);
    CHECK(kinds.at(kinds.size() - 2) == "order.replace_intended");
    CHECK(kinds.back() == "order.replaced");
}

TEST_CASE("a refused change leaves the order as it was, in the venue's words") {
    ReplaceDesk desk;
    desk.exchange.expect_replace().then_reject("104", "cannot modify");
    const Result<Order> changed = desk.replace(first_id, 80, 98);
    CHECK(changed.error().kind == ErrorKind::rejected);
    CHECK(changed.error().venue_code == "104");
    CHECK(desk.first().state == OrderState::working);
    CHECK(desk.first().request.quantity == Decimal(100));
    CHECK(desk.first().revisions.back().outcome == RevisionOutcome::refused);
}

TEST_CASE("the same key changes once, and says again what came of it") {
    ReplaceDesk desk;
    REQUIRE(desk.replace(first_id, 80, 98, "smaller").has_value());
    const Result<Order> again = desk.replace(first_id, 80, 98, "smaller");
    REQUIRE(again.has_value());
    CHECK(desk.exchange.replaces() == 1);
    const Result<Order> other = desk.replace(first_id, 70, 98, "smaller");
    CHECK(other.error().code == "order.key_used");
    const Result<Order> taken = desk.replace(first_id, 70, 98, "first");
    CHECK(taken.error().code == "order.key_used");
    const Result<orders::Placed> placed = desk.place(limit_form(Side::buy, 5, 99), with_key("smaller"));
    CHECK(placed.error().code == "order.key_used");
    desk.restart();
    REQUIRE(desk.settle());
    CHECK(desk.replace(first_id, 80, 98, "smaller").has_value());
    CHECK(desk.exchange.replaces() == 1);
}

TEST_CASE("what cannot be changed says why, and nothing is sent") {
    ReplaceDesk desk;
    desk.exchange.fill(first_id, 60);
    desk.run_ready();
    CHECK(desk.replace(first_id, 60, 98).error().code == "modify.below_filled");
    const auto running = desk.begin_replace(first_id, 80, 98);
    CHECK(desk.replace(first_id, 70, 98).error().code == "order.being_changed");
    desk.run_ready();
    CHECK((*running)->has_value());
    REQUIRE(desk.cancel(first_id).has_value());
    CHECK(desk.replace(first_id, 90, 98).error().code == "order.final");
    CHECK(desk.exchange.replaces() == 1);

    desk.exchange.capabilities.replace = false;
    REQUIRE(desk.place(limit_form(Side::buy, 5, 99)).has_value());
    const Result<Order> never = desk.replace(ClientOrderId("k4x9-1-2"), 4, 99);
    CHECK(never.error().code == "venue.no_replace");
    CHECK_THAT(never.error().hint, Contains("cancel it and place a new one"));
}

TEST_CASE("a change whose answer is lost is settled by asking, never by sending it again") {
    for (const bool arrives : {true, false}) {
        INFO((arrives ? "arrived" : "did not arrive"));
        ReplaceDesk desk;
        desk.exchange.expect_replace().fail_unknown(arrives).then_replace();
        const Result<Order> changed = desk.replace(first_id, 80, 98, "smaller");
        CHECK(changed.error().kind == ErrorKind::unknown);
        REQUIRE(desk.settle());
        CHECK(desk.first().state == OrderState::working);
        CHECK(desk.first().request.quantity == Decimal(arrives ? 80 : 100));
        CHECK(desk.exchange.replaces() == (arrives ? 1 : 0));
        const auto outcome = desk.first().revisions.back().outcome;
        CHECK(outcome == (arrives ? RevisionOutcome::made : RevisionOutcome::not_sent));
    }
}

TEST_CASE("a change that certainly did not leave gives its key back") {
    ReplaceDesk desk;
    desk.exchange.expect_replace().fail_before_wire();
    CHECK(desk.replace(first_id, 80, 98, "smaller").error().kind == ErrorKind::connection);
    CHECK(desk.first().state == OrderState::working);
    CHECK(desk.replace(first_id, 70, 98, "smaller").has_value());
}

TEST_CASE("a change is left alone while it may still arrive") {
    using namespace std::chrono_literals;
    ReplaceDesk desk;
    desk.exchange.capabilities.turns_up_within = 20s;
    desk.exchange.expect_replace().vanish();
    CHECK(desk.replace(first_id, 80, 98).error().kind == ErrorKind::unknown); // after 5 s
    desk.run_for(5s);
    CHECK(desk.first().state == OrderState::replacing);
    desk.run_for(30s);
    CHECK(desk.first().state == OrderState::working);
}

TEST_CASE("a change by another program is taken over") {
    ReplaceDesk desk;
    desk.venue->link_down();
    desk.exchange.change(first_id, 150, LimitPrice{97});
    desk.venue->link_up();
    REQUIRE(desk.settle());
    CHECK(desk.first().request.quantity == Decimal(150));
    CHECK(desk.was_told("stands otherwise at the venue: buy GOOG 150 limit 97"));
}
