#include "core/orders/order_form_support.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tradesh;
using namespace tradesh::orders;
using namespace std::chrono_literals;

namespace {

/// A venue with stops and nothing else beyond market and limit orders of the day.
venue::Capabilities plain_venue() {
    return {.price_rules = {"market", "limit", "stop"}, .times_in_force = {TimeInForce::day, TimeInForce::ioc}};
}

std::string verdict(const OrderForm& form, const venue::Capabilities& capabilities = plain_venue()) {
    const Result<void> supported = check_supported(form, capabilities, "mill");
    if (supported) {
        return "yes";
    }
    CHECK(supported.error().kind == ErrorKind::refused);
    CHECK(supported.error().code == "order.unsupported");
    return supported.error().message + "; " + supported.error().hint;
}

OrderForm form(PriceForm price, TimeInForce time_in_force = TimeInForce::day) {
    OrderForm wanted;
    wanted.symbol = "GOOG";
    wanted.size = SizeInUnits{10};
    wanted.price = price;
    wanted.time_in_force = time_in_force;
    return wanted;
}

const PriceWord at_100{.base = PriceBase::absolute, .offset = 100};

} // namespace

TEST_CASE("what a venue takes passes, and what it does not names the nearest that it does") {
    CHECK(verdict(form(MarketForm{})) == "yes");
    CHECK(verdict(form(StopForm{at_100, {}})) == "yes");
    CHECK(verdict(form(StopForm{at_100, at_100})) ==
          "mill takes no stop-limit orders; the nearest that it takes: stop PRICE");
    CHECK(verdict(form(TrailForm{.distance = 1})) ==
          "mill takes no trail orders; the nearest that it takes: stop PRICE, moved by hand with order modify");
    CHECK(verdict(form(MarketForm{}, TimeInForce::fok)) ==
          "mill takes no orders with tif fok; the nearest that it takes: tif ioc, which may fill in part");
    CHECK(verdict(form(MarketForm{}, TimeInForce::cls)) ==
          "mill takes no orders with tif cls; the nearest that it takes: tif day, sent near the open or the close");
}

TEST_CASE("exits and ends need a venue that keeps them") {
    OrderForm bracket = form(LimitForm{at_100});
    bracket.protect = TrailForm{.distance = 1, .percent = true};
    CHECK(verdict(bracket) ==
          "mill takes no exits with an order; place the order alone, and its exits once it has filled");
    venue::Capabilities linked = plain_venue();
    linked.linked_orders = true;
    CHECK(verdict(bracket, linked) == "mill takes no trailing exits; protect -1pct stays where it is put");
    bracket.protect = at_100;
    CHECK(verdict(bracket, linked) == "yes");
    bracket.valid_until = Validity{.asked = Duration(30s)};
    CHECK(verdict(bracket, linked) ==
          "mill takes no orders that end at a given time; tif day ends with the session, tif ioc at once");
    linked.valid_until = true;
    CHECK(verdict(bracket, linked) == "yes");
}
