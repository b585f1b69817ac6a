// Words of the venue and of people that cross on their way: what is newer counts, and everything counts once.

#include "tests/orders/order_desk.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace tradesh;
using namespace tradesh::test;
using namespace std::chrono_literals;
using orders::Order;
using orders::Placed;

namespace {

const ClientOrderId first_id("k4x9-1-1");

orders::OrderForm buy(Decimal quantity) { return limit_form(Side::buy, quantity, 99); }

/// The venue has filled some of the first order and lists no execution of it, so it is asked about the order.
void bring_into_doubt(OrderDesk& desk) {
    REQUIRE(desk.place(buy(100)).has_value());
    desk.venue->link_down();
    desk.exchange.fill(first_id, 60);
    desk.exchange.forget_fills();
    desk.exchange.delays.find = 4s;
    desk.venue->link_up();
    desk.run_for(1s);
    REQUIRE(desk.exchange.finds() == 1);
}

std::ptrdiff_t count_rows(OrderDesk& desk, const ClientOrderId& id, std::string_view kind) {
    const std::vector<std::string> kinds = desk.journal_kinds(id.value);
    return std::ranges::count(kinds, kind);
}

} // namespace

TEST_CASE("a cancel that sets out while the venue is asked about its order is not taken for lost") {
    OrderDesk desk;
    bring_into_doubt(desk);
    desk.exchange.delays.cancel = 10s;
    const auto cancelled = desk.begin_cancel(first_id);
    REQUIRE(desk.run_until([&] { return cancelled->has_value(); }));
    CHECK((*cancelled)->has_value());
    REQUIRE(desk.settle());
    CHECK(desk.order(first_id.value).state == OrderState::cancelled);
    CHECK(desk.order(first_id.value).filled == 60);
    CHECK(count_rows(desk, first_id, "order.cancel_rejected") == 0);
}

TEST_CASE("a change that sets out while the venue is asked about its order is not taken for lost") {
    OrderDesk desk;
    desk.exchange.capabilities.replace = true;
    bring_into_doubt(desk);
    desk.exchange.delays.replace = 10s;
    const auto changed = desk.begin_replace(first_id, 120, 98, "change-1");
    REQUIRE(desk.run_until([&] { return changed->has_value(); }));
    CHECK((*changed)->has_value());
    REQUIRE(desk.settle());
    REQUIRE(desk.order(first_id.value).revisions.size() == 1);
    const Order& order = desk.order(first_id.value);
    CHECK(order.request.quantity == 120);
    CHECK(order.revisions.front().outcome == orders::RevisionOutcome::made);
    CHECK(count_rows(desk, first_id, "order.replaced") == 1);
}

TEST_CASE("a list of the venue that is older than a change does not undo the change") {
    OrderDesk desk;
    desk.exchange.capabilities.replace = true;
    REQUIRE(desk.place(buy(100)).has_value());
    desk.exchange.delays.snapshot = 3s;
    desk.venue->link_up(); // a reason to settle
    desk.run_for(1s);
    desk.exchange.delays.snapshot = 0s;
    REQUIRE(desk.replace(first_id, 120, 98).has_value());
    desk.run_for(10s);
    CHECK(desk.order(first_id.value).request.quantity == 120);
    CHECK(count_rows(desk, first_id, "order.replaced") == 1);
    CHECK(desk.manager->take_findings().empty());
}

TEST_CASE("a change of an order whose intent cannot be recorded finds nothing to change") {
    OrderDesk desk;
    desk.exchange.capabilities.replace = true;
    desk.run_for(1s); // the session is on the disk
    desk.write_protect(true);
    const auto placed = desk.begin_place(buy(10));
    for (int turns = 0; desk.ledger().find(first_id) == nullptr && turns < 10'000; ++turns) {
        desk.turn();
    }
    REQUIRE(desk.ledger().find(first_id) != nullptr);
    const auto changed = desk.begin_replace(first_id, 20, 98);
    const auto cancelled = desk.begin_cancel(first_id);
    REQUIRE(desk.run_until([&] { return placed->has_value() && changed->has_value() && cancelled->has_value(); }));
    CHECK((*changed)->error().kind == ErrorKind::not_found);
    CHECK((*cancelled)->error().code == "order.never_recorded");
    CHECK(desk.exchange.submits() == 0);
    desk.write_protect(false);
}

TEST_CASE("a fill that list and message tell at the same time is recorded once") {
    for (int turns = 0; turns < 40; ++turns) {
        INFO("filled after turn " << turns);
        OrderDesk desk;
        REQUIRE(desk.place(buy(100)).has_value());
        desk.venue->link_up();
        for (int i = 0; i < turns; ++i) {
            desk.turn();
        }
        desk.exchange.fill(first_id, 60);
        for (int i = 0; i < turns / 4; ++i) {
            desk.turn();
        }
        desk.venue->link_up();
        REQUIRE(desk.settle());
        CHECK(count_rows(desk, first_id, "order.filled") == 1);
        CHECK(desk.order(first_id.value).filled == 60);
        CHECK(desk.risk->positions().at("GOOG").quantity == 60);
    }
}

TEST_CASE("the same execution twice in one message is recorded once") {
    OrderDesk desk;
    REQUIRE(desk.place(buy(100)).has_value());
    desk.exchange.fill(first_id, 60);
    desk.exchange.repeat_last_fill();
    REQUIRE(desk.settle());
    CHECK(count_rows(desk, first_id, "order.filled") == 1);
}

TEST_CASE("the venue is asked once about an order, however many want to know") {
    OrderDesk desk;
    bring_into_doubt(desk);
    desk.venue->link_up(); // another settlement has the same doubt
    desk.run_for(2s);
    CHECK(desk.exchange.finds() == 1);
    REQUIRE(desk.settle());
    CHECK(desk.order(first_id.value).filled == 60);
    CHECK(count_rows(desk, first_id, "order.filled") == 1);
}

TEST_CASE("an order whose time comes while the link is down is ended when the link is back") {
    OrderDesk desk;
    orders::OrderForm form = buy(100);
    form.valid_until = orders::Validity{.asked = MomentWord{}, .moment = desk.time.clock.now() + 10s};
    REQUIRE(desk.place(form).has_value());
    desk.venue->link_down();
    desk.run_for(60s);
    CHECK(desk.order(first_id.value).state == OrderState::cancelling);
    desk.venue->link_up();
    desk.run_for(40s); // the pause between two settlements that fail is 30 s at most
    CHECK(desk.order(first_id.value).state == OrderState::cancelled);
    CHECK(desk.exchange.find(first_id)->state == OrderState::cancelled);
}

TEST_CASE("a venue that takes its time over each cancel does not make a withdrawal wait for each") {
    OrderDesk desk;
    for (int i = 0; i < 100; ++i) {
        REQUIRE(desk.place(buy(10)).has_value());
    }
    desk.exchange.delays.cancel = 1s;
    const Duration began = desk.time.clock.elapsed();
    CHECK(desk.withdraw(20s).still_open.empty());
    CHECK(desk.time.clock.elapsed() - began < 10s); // 32 at a time
    CHECK(desk.exchange.cancels() == 100);
}

TEST_CASE("a withdrawal is over at its limit, whatever the venue is still busy with") {
    OrderDesk desk;
    REQUIRE(desk.place(buy(10)).has_value());
    SECTION("a settlement") { desk.exchange.delays.snapshot = 60s; }
    SECTION("a cancel") { desk.exchange.delays.cancel = 60s; }
    const Duration began = desk.time.clock.elapsed();
    desk.withdraw(5s);
    CHECK(desk.time.clock.elapsed() - began <= 5s);
}

TEST_CASE("an order is on the wire when it is handed over, though the call returns after the answer") {
    OrderDesk desk;
    desk.exchange.delays.submit = 1s; // the answer comes after a second, the call is back after two
    REQUIRE(desk.place(buy(10)).has_value());
    const orders::OrderTimed times = desk.order(first_id.value).times.value();
    CHECK(times.wire == 0s);
    CHECK(times.answer == 1s);
}
