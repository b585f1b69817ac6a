// No id of an order is ever given twice, whatever becomes of the journal.

#include "tests/orders/order_desk.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::test;
using orders::Order;
using orders::Placed;

namespace {

orders::OrderForm buy(Decimal quantity) { return limit_form(Side::buy, quantity, 99); }

std::string placed_id(OrderDesk& desk, Decimal quantity) {
    const Result<Placed> placed = desk.place(buy(quantity), with_key("n-1"));
    REQUIRE(placed.has_value());
    CHECK_FALSE(placed->replayed);
    CHECK(placed->order.request.quantity == quantity);
    return placed->order.request.id.value;
}

/// Orders are placed in a second session, and then the journal of the first is put back.
void lose_second_session(OrderDesk& desk, const std::string& second_tag, const std::string& third_tag) {
    const std::string backup = desk.back_up();
    desk.tag = second_tag;
    desk.crash();
    REQUIRE(desk.settle());
    CHECK(placed_id(desk, 10) == second_tag + "-2-1");
    desk.tag = third_tag;
    desk.restore(backup);
    REQUIRE(desk.settle());
}

} // namespace

TEST_CASE("after a journal was put back, its next session takes no id of the one it lost") {
    OrderDesk desk;
    REQUIRE(desk.place(buy(5)).has_value());
    lose_second_session(desk, "m2p7", "w8r3");
    CHECK(desk.order("m2p7-2-1").external); // the venue tells of it
    CHECK(placed_id(desk, 20) == "w8r3-2-1");
    CHECK(desk.exchange.submits(ClientOrderId("m2p7-2-1")) == 1);
    CHECK(desk.look_up("1-1").value().request.id.value == "k4x9-1-1");
    CHECK(desk.look_up("2-1").error().kind == ErrorKind::usage); // two orders end so, and both are named
}

TEST_CASE("ids that the venue is found to know are passed over") {
    OrderDesk desk;
    REQUIRE(desk.place(buy(5)).has_value());
    lose_second_session(desk, "k4x9", "k4x9");
    CHECK(placed_id(desk, 20) == "k4x9-2-2");
    CHECK(desk.exchange.submits(ClientOrderId("k4x9-2-1")) == 1);
}

TEST_CASE("a session of which the journal knows an order is not begun again") {
    OrderDesk desk;
    OrderRequest elsewhere{
        .id = ClientOrderId("k4x9-2-1"), .symbol = "GOOG", .side = Side::buy, .quantity = 5, .price = LimitPrice{90}};
    desk.venue->link_down();
    desk.exchange.rest(elsewhere);
    desk.venue->link_up();
    REQUIRE(desk.settle());
    desk.crash();
    REQUIRE(desk.settle());
    CHECK(placed_id(desk, 20) == "k4x9-3-1");
}
