#include "tests/exchange/exchange_fixture.hpp"

using namespace tradesh;
using namespace tradesh::test;
using exchange::FeeModel;

using Fixture = ExchangeFixture;

TEST_CASE("a limit order fills at the resting prices, in price-time order, and rests with what is left") {
    Fixture t;
    t.submit(t.bob, t.order("b1", Side::sell, "5", t.limit("101"), TimeInForce::gtc, true));
    t.submit(t.bob, t.order("b2", Side::sell, "5", t.limit("100"), TimeInForce::gtc, true));
    t.submit(t.bob, t.order("b3", Side::sell, "5", t.limit("100"), TimeInForce::gtc, true));
    CHECK(t.submit(t.order("a", Side::buy, "20", t.limit("100.50"))) ==
          Lines{"accepted a", "a buy 5 @ 100.00 fee 0.00", "b2 sell 5 @ 100.00 fee 0.00", "a buy 5 @ 100.00 fee 0.00",
                "b3 sell 5 @ 100.00 fee 0.00"});
    CHECK(t.state("a") == OrderState::partially_filled);
    CHECK(t.market.book(0).best_price(Side::buy) == 10050);
    CHECK(t.market.book(0).best_price(Side::sell) == 10100);
}

TEST_CASE("a market order walks the depth; the rest waits for the next quotes") {
    Fixture t;
    t.house({{9990, 50}}, {{10000, 30}, {10010, 30}});
    CHECK(t.submit(t.order("a", Side::buy, "100", MarketPrice{}, TimeInForce::day)) ==
          Lines{"accepted a", "a buy 30 @ 100.00 fee 0.00", "a buy 30 @ 100.10 fee 0.00"});
    CHECK(t.state("a") == OrderState::partially_filled);
    CHECK(t.house({{10000, 50}}, {{10020, 100}}) == Lines{"a buy 40 @ 100.20 fee 0.00"});
    CHECK(t.state("a") == OrderState::filled);
    CHECK_FALSE(t.market.has_live_orders());
}

TEST_CASE("ioc takes what is there, fok all or nothing") {
    Fixture t;
    t.house({{9990, 50}}, {{10000, 30}});
    CHECK(t.submit(t.order("f", Side::buy, "31", t.limit("100"), TimeInForce::fok)) ==
          Lines{"accepted f", "cancelled f: fill or kill: only 30 could fill at once"});
    CHECK(t.submit(t.order("i", Side::buy, "31", t.limit("100"), TimeInForce::ioc)) ==
          Lines{"accepted i", "i buy 30 @ 100.00 fee 0.00",
                "cancelled i: immediate or cancel: nothing more could fill at once"});
    CHECK(t.submit(t.order("s", Side::sell, "30", MarketPrice{}, TimeInForce::fok)) ==
          Lines{"accepted s", "s sell 30 @ 99.90 fee 0.00"});
}

TEST_CASE("resting orders fill against finite house depth at their own price, the older first") {
    Fixture t;
    t.house({{9900, 50}}, {{10000, 30}});
    t.submit(t.order("old", Side::buy, "20", t.limit("99.50")));
    t.submit(t.bob, t.order("young", Side::buy, "20", t.limit("99.50")));
    t.submit(t.bob, t.order("better", Side::buy, "5", t.limit("99.60")));
    CHECK(t.house({{9900, 50}}, {{9940, 30}}) ==
          Lines{"better buy 5 @ 99.60 fee 0.00", "old buy 20 @ 99.50 fee 0.00", "young buy 5 @ 99.50 fee 0.00"});
    CHECK(t.house({{9900, 50}}, {{9960, 30}}).empty());
    CHECK(t.house({{9900, 50}}, {{9950, 10}}) == Lines{"young buy 10 @ 99.50 fee 0.00"});
}

TEST_CASE("a market order that finds the house's depth taken waits until the house quotes again") {
    Fixture t;
    CHECK(t.submit(t.order("early", Side::buy, "1", MarketPrice{})) ==
          Lines{"rejected early no_market: nobody offers the other side of GOOG"});
    t.house({{9900, 50}}, {{10000, 30}});
    t.submit(t.order("a", Side::buy, "30", MarketPrice{}));
    CHECK(t.submit(t.order("b", Side::buy, "1", MarketPrice{})) == Lines{"accepted b"});
    CHECK(t.house({{9900, 50}}, {{10010, 30}}) == Lines{"b buy 1 @ 100.10 fee 0.00"});
}

TEST_CASE("stops trigger on the last price or on the house's quote, in order of arrival, and in chains") {
    Fixture t;
    t.house({{9990, 100}}, {{10010, 100}}, 10000);
    t.submit(t.order("long", Side::buy, "50", MarketPrice{}));
    t.submit(t.order("s1", Side::sell, "20", t.stop("99")));
    t.submit(t.order("s2", Side::sell, "20", t.stop_limit("99", "98.95")));
    t.submit(t.order("b1", Side::buy, "1", t.stop("102")));
    CHECK(t.house({{9910, 100}}, {{9930, 100}}, 9920).empty());
    CHECK(t.house({{9890, 30}, {9880, 30}}, {{9910, 100}}, 9900) ==
          Lines{"s1 sell 20 @ 98.90 fee 0.00"}); // s2's limit is not reached by what is left
    CHECK(t.house({{9895, 30}}, {{9910, 100}}, 9902) == Lines{"s2 sell 20 @ 98.95 fee 0.00"});
    CHECK(t.house({{10200, 30}}, {{10210, 30}}, 10199) == Lines{"b1 buy 1 @ 102.10 fee 0.00"});
}

TEST_CASE("a stop that the market has already passed triggers at once") {
    Fixture t;
    t.house({{9990, 100}}, {{10010, 100}}, 10000);
    CHECK(t.submit(t.order("b", Side::buy, "1", t.stop("99"))) == Lines{"accepted b", "b buy 1 @ 100.10 fee 0.00"});
}

TEST_CASE("an order that would meet its own account's order is cancelled for the rest") {
    Fixture t;
    t.house({{9900, 100}}, {{10000, 10}});
    t.submit(t.order("first", Side::buy, "10", MarketPrice{}));
    t.house({{9900, 100}}, {{10000, 10}});
    t.submit(t.order("mine", Side::sell, "10", t.limit("100.05")));
    CHECK(t.submit(t.order("cross", Side::buy, "15", t.limit("101"))) ==
          Lines{"accepted cross", "cross buy 10 @ 100.00 fee 0.00",
                "cancelled cross: self-trade prevention: would meet own order mine"});
    CHECK(t.state("mine") == OrderState::working);
}

TEST_CASE("cancel and replace, and what they refuse") {
    Fixture t;
    t.house({{9900, 100}}, {{10000, 100}});
    t.submit(t.order("a", Side::buy, "10", t.limit("99")));
    t.submit(t.bob, t.order("b", Side::buy, "10", t.limit("99")));
    SECTION("less at the same price keeps its place") {
        CHECK(t.replace("a", "6", t.limit("99")) == Lines{"replaced a 6 limit 99"});
        CHECK(t.house({}, {{9900, 10}}) == Lines{"a buy 6 @ 99.00 fee 0.00", "b buy 4 @ 99.00 fee 0.00"});
    }
    SECTION("more loses it") {
        CHECK(t.replace("a", "12", t.limit("99")) == Lines{"replaced a 12 limit 99"});
        CHECK(t.house({}, {{9900, 12}}) == Lines{"b buy 10 @ 99.00 fee 0.00", "a buy 2 @ 99.00 fee 0.00"});
        CHECK(t.replace("a", "2", t.limit("99")) == Lines{"replaced a 2 limit 99"});
        CHECK(t.state("a") == OrderState::filled); // what had filled is all it is for
    }
    SECTION("a new price may trade at once") {
        CHECK(t.replace("a", "10", t.limit("100")) == Lines{"replaced a 10 limit 100", "a buy 10 @ 100.00 fee 0.00"});
        CHECK(t.cancel("a") == Lines{"cancel rejected a order_final: the order is already filled"});
        CHECK(t.replace("a", "11", t.limit("100")) ==
              Lines{"replace rejected a order_final: the order is already filled"});
    }
    SECTION("refusals leave the order as it was") {
        CHECK(t.replace("a", "10", t.limit("99.001")) ==
              Lines{"replace rejected a bad_tick: price 99.001 is not a multiple of the tick 0.01"});
        CHECK(t.replace("a", "10", MarketPrice{}) ==
              Lines{"replace rejected a unsupported: a limit order cannot become a market order"});
        CHECK(
            t.replace("a", "2000", t.limit("99")) ==
            Lines{"replace rejected a insufficient_buying_power: needs 198000.00 USD, buying power is 100000.00 USD"});
        CHECK(t.cancel("x") == Lines{"cancel rejected x unknown_order: no order has the client order id x"});
        CHECK(t.cancel("a") == Lines{"cancelled a: by request"});
        CHECK(t.market.book(0).best_price(Side::buy) == 9900);
        CHECK(t.market.buying_power(t.alice) == 100'000);
    }
}

TEST_CASE("day orders end with the UTC day, gtc orders do not") {
    Fixture t;
    t.house({{9900, 100}}, {{10000, 100}});
    t.submit(t.order("d", Side::buy, "1", t.limit("90"), TimeInForce::day));
    t.submit(t.order("g", Side::buy, "1", t.limit("90"), TimeInForce::gtc));
    t.market.expire(instant("2026-11-20 23:59:59.999"));
    CHECK(t.lines().empty());
    t.market.expire(instant("2026-11-21 08:00"));
    const exchange::Changes changes = t.market.take_changes();
    REQUIRE(changes.events.size() == 1);
    CHECK(to_line(changes.events[0]) == "expired d");
    CHECK(changes.events[0].time == instant("2026-11-21"));
    CHECK(t.state("g") == OrderState::working);
}

TEST_CASE("the same id with the same request repeats the answer; another request is an error") {
    Fixture t;
    t.house({{9900, 100}}, {{10000, 100}});
    const OrderRequest request = t.order("a", Side::buy, "10", MarketPrice{});
    CHECK(t.submit(request) == Lines{"accepted a", "a buy 10 @ 100.00 fee 0.00"});
    CHECK(t.submit(request) == Lines{"accepted a"});
    CHECK(t.position().quantity == 10);
    const Result<void> other = t.market.submit(t.alice, t.order("a", Side::buy, "11", MarketPrice{}), t.now);
    REQUIRE_FALSE(other);
    CHECK(other.error().code == "exchange.duplicate_id");
    CHECK(t.lines().empty());
}
