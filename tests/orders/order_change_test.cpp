#include "core/orders/order_change.hpp"
#include "tests/orders/quoted_stock.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tradesh;
using namespace tradesh::test;
using namespace tradesh::orders;

namespace {

/// A working order for 100.
Order working(PriceRule price, Decimal filled = 0, Side side = Side::buy) {
    Order order;
    order.request.id = ClientOrderId("k-1");
    order.request.symbol = "GOOG";
    order.request.side = side;
    order.request.quantity = 100;
    order.request.price = price;
    order.state = OrderState::working;
    order.filled = filled;
    order.filled_notional = filled * number("100.005");
    if (filled.is_positive()) {
        Fill fill; // how many digits the prices have
        fill.price = number("100.01");
        order.fills.push_back(fill);
    }
    return order;
}

PriceWord at(std::string_view price) { return PriceWord{.base = PriceBase::absolute, .offset = number(price)}; }
PriceWord step(std::string_view offset, OffsetUnit unit = OffsetUnit::currency) {
    return PriceWord{.base = PriceBase::present, .offset = number(offset), .unit = unit};
}

/// "50 limit 99.50", or the code of the refusal.
std::string changed(const OrderChange& change, const Order& order) {
    const Result<Replacement> replacement = resolve_change(change, order, stock(), market());
    return replacement ? replacement->quantity.to_string() + " " + to_text(replacement->price)
                       : replacement.error().code;
}

} // namespace

TEST_CASE("a change moves prices from where they are") {
    const Order limit = working(LimitPrice{number("99.50")});
    CHECK(changed({.limit = at("99")}, limit) == "100 limit 99");
    CHECK(changed({.limit = step("1", OffsetUnit::ticks)}, limit) == "100 limit 99.51");
    CHECK(changed({.limit = step("-1", OffsetUnit::percent)}, limit) == "100 limit 98.50"); // 98.505 down for a buy
    CHECK(changed({.limit = PriceWord{.base = PriceBase::mid, .offset = 0}}, limit) == "100 limit 100.00");
    const Order stop = working(StopPrice{.stop = 95, .limit = Decimal(94)});
    CHECK(changed({.stop = step("1")}, stop) == "100 stop 96.00 limit 94");
    CHECK(changed({.limit = step("-1"), .stop = at("96")}, stop) == "100 stop 96 limit 93.00");
    const Order trail = working(TrailingStop{.distance = 2, .percent = true});
    CHECK(changed({.trail = TrailForm{.distance = number("1.5"), .percent = false}}, trail) == "100 trail 1.5");
}

TEST_CASE("a new total lies above what has filled") {
    const Order order = working(LimitPrice{99}, 30);
    CHECK(changed({.quantity = Decimal(50)}, order) == "50 limit 99");
    CHECK(changed({.quantity = Decimal(31)}, order) == "31 limit 99");
    CHECK(changed({.quantity = Decimal(30)}, order) == "modify.below_filled");
    CHECK(changed({.quantity = number("50.5")}, order) == "order.off_lot");
    const Result<Replacement> below = resolve_change({.quantity = Decimal(20)}, order, stock(), market());
    CHECK(below.error().kind == ErrorKind::refused);
    CHECK(below.error().message == "30 of 100 have filled, and the new total is 20");
    CHECK(below.error().hint == "to keep what has filled and stop there: cancel k-1");
}

TEST_CASE("an order keeps its type, and what does not change is nothing to do") {
    const Order limit = working(LimitPrice{99});
    CHECK(changed({.stop = at("90")}, limit) == "modify.other_type");
    CHECK(changed({.limit = at("90")}, working(MarketPrice{})) == "modify.other_type");
    CHECK(changed({.limit = at("90")}, working(StopPrice{.stop = 95, .limit = {}})) == "modify.other_type");
    CHECK(changed({.quantity = Decimal(100), .limit = at("99.00")}, limit) == "modify.nothing_new");
    CHECK(changed({.limit = at("99.005")}, limit) == "order.off_tick");
    Order done = limit;
    done.state = OrderState::filled;
    CHECK(changed({.limit = at("90")}, done) == "order.final");
}

TEST_CASE("the exits of an order move through it") {
    const OrderChange change{.target = at("110"), .protect = step("1")};
    CHECK(to_text(*change_of_exit(change, true)) == "limit 110");
    CHECK(to_text(*change_of_exit(change, false)) == "stop +1");
    CHECK_FALSE(change_of_exit(OrderChange{.quantity = Decimal(5)}, true).has_value());
    CHECK(is_target(working(LimitPrice{110}).request));
    CHECK_FALSE(is_target(working(StopPrice{.stop = 90, .limit = {}}).request));

    Order exit = working(StopPrice{.stop = 95, .limit = {}}, 0, Side::sell);
    exit.request.parent = ClientOrderId("k-0");
    CHECK(changed({.quantity = Decimal(50)}, exit) == "modify.exit_quantity");
    CHECK(changed({.stop = step("1", OffsetUnit::percent)}, exit) == "100 stop 95.95");
}

TEST_CASE("protect entry takes the stop to the average price, to the tick towards no loss") {
    CHECK(to_text(*protect_at_entry(working(LimitPrice{101}, 30), stock())) == "stop 100.01"); // 100.005
    CHECK(to_text(*protect_at_entry(working(LimitPrice{99}, 30, Side::sell), stock())) == "stop 100");
    CHECK(protect_at_entry(working(LimitPrice{101}), stock()).error().code == "modify.no_entry_price");
}
