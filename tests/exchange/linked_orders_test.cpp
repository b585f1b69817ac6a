#include "tests/exchange/exchange_fixture.hpp"

using namespace tradesh;
using namespace tradesh::test;

namespace {

/// A bracket to buy 10 at 99 with a target at 105 and a stop at 95.
struct Bracket : ExchangeFixture {
    Bracket() { house({{9900, 1000}}, {{10000, 1000}}); }
    Lines place() {
        return submit_linked({order("entry", Side::buy, "10", limit("99")), exit("target", "entry", "10", limit("105")),
                              exit("stop", "entry", "10", stop("95"))});
    }
};

} // namespace

TEST_CASE("exits are held until their order fills, and reserve nothing") {
    Bracket t;
    CHECK(t.place() == Lines{"accepted entry", "accepted target", "held target", "accepted stop", "held stop"});
    CHECK(t.market.summary(t.alice).reserved == 990);
    CHECK(t.house({{9600, 100}}, {{9700, 100}}) ==
          Lines{"entry buy 10 @ 99.00 fee 0.00", "working target", "working stop"});
    CHECK(t.market.summary(t.alice).reserved.is_zero());
    SECTION("the target fills: the stop is cancelled") {
        CHECK(t.house({{10500, 100}}, {{10600, 100}}) ==
              Lines{"target sell 10 @ 105.00 fee 0.00", "cancelled stop: one cancels other: target filled"});
    }
    SECTION("the stop fills: the target is cancelled") {
        CHECK(t.house({{9400, 100}}, {{9500, 100}}) ==
              Lines{"stop sell 10 @ 94.00 fee 0.00", "cancelled target: one cancels other: stop filled"});
    }
    CHECK(t.position().quantity == 0);
    CHECK_FALSE(t.market.has_live_orders());
}

TEST_CASE("exits work as far as their order has filled, and what one fills is taken off the other") {
    Bracket t;
    t.place();
    CHECK(t.house({{9500, 100}}, {{9900, 4}}) ==
          Lines{"entry buy 4 @ 99.00 fee 0.00", "working target", "working stop"});
    CHECK(t.house({{10500, 3}}, {{10600, 100}}) == Lines{"target sell 3 @ 105.00 fee 0.00", "replaced stop 7 stop 95"});
    CHECK(t.house({{10500, 100}}, {{10600, 100}}) ==
          Lines{"target sell 1 @ 105.00 fee 0.00", "replaced stop 6 stop 95"});
    CHECK(t.position().quantity == 0);
    SECTION("the rest of the entry brings the rest of the exits") {
        CHECK(t.house({{9800, 100}}, {{9900, 6}}) == Lines{"entry buy 6 @ 99.00 fee 0.00"});
        CHECK(t.house({{9400, 100}}, {{9450, 100}}) ==
              Lines{"stop sell 6 @ 94.00 fee 0.00", "cancelled target: one cancels other: stop filled"});
    }
    SECTION("the entry is cancelled: nothing is left for them") {
        CHECK(t.cancel("entry") == Lines{"cancelled entry: by request", "cancelled target: its order fills no more",
                                         "cancelled stop: its order fills no more"});
    }
    CHECK(t.position().quantity == 0);
}

TEST_CASE("exits end with an order that ends without a fill, and shrink to a part fill") {
    Bracket t;
    t.place();
    SECTION("no fill") {
        CHECK(t.cancel("entry") == Lines{"cancelled entry: by request",
                                         "cancelled target: its order ended without a fill",
                                         "cancelled stop: its order ended without a fill"});
        CHECK(t.market.buying_power(t.alice) == 100'000);
    }
    SECTION("a part fill") {
        t.house({{9800, 100}}, {{9900, 4}});
        CHECK(t.cancel("entry") ==
              Lines{"cancelled entry: by request", "replaced target 4 limit 105", "replaced stop 4 stop 95"});
        CHECK(t.house({{10500, 100}}, {{10600, 100}}) ==
              Lines{"target sell 4 @ 105.00 fee 0.00", "cancelled stop: one cancels other: target filled"});
    }
    CHECK_FALSE(t.market.has_live_orders());
}

TEST_CASE("exits follow another quantity of their order, before it can fill") {
    Bracket t;
    t.place();
    SECTION("more, and it fills at once: all of it has its exits") {
        CHECK(t.replace("entry", "15", t.limit("100")) ==
              Lines{"replaced entry 15 limit 100", "replaced target 15 limit 105", "replaced stop 15 stop 95",
                    "entry buy 15 @ 100.00 fee 0.00", "working target", "working stop"});
        CHECK(t.house({{9400, 100}}, {{9500, 100}}) ==
              Lines{"stop sell 15 @ 94.00 fee 0.00", "cancelled target: one cancels other: stop filled"});
    }
    SECTION("less") {
        CHECK(t.replace("entry", "6", t.limit("99")) ==
              Lines{"replaced entry 6 limit 99", "replaced target 6 limit 105", "replaced stop 6 stop 95"});
        t.house({{9500, 100}}, {{9900, 6}});
        CHECK(t.house({{10500, 100}}, {{10600, 100}}) ==
              Lines{"target sell 6 @ 105.00 fee 0.00", "cancelled stop: one cancels other: target filled"});
    }
    SECTION("after a part was filled and closed again") {
        t.house({{9500, 100}}, {{9900, 4}});
        t.house({{10500, 3}}, {{10600, 100}});
        CHECK(t.replace("entry", "8", t.limit("99")) ==
              Lines{"replaced entry 8 limit 99", "replaced target 8 limit 105", "replaced stop 5 stop 95"});
        t.house({{9800, 100}}, {{9900, 4}});
        CHECK(t.house({{9400, 100}}, {{9500, 100}}) ==
              Lines{"stop sell 5 @ 94.00 fee 0.00", "cancelled target: one cancels other: stop filled"});
    }
    SECTION("a change that is refused leaves them alone") {
        CHECK(t.replace("entry", "2000", t.limit("99")).front().starts_with("replace rejected entry insufficient"));
        CHECK(t.replace("target", "11", t.limit("105")).front().starts_with("replace rejected target bad_quantity"));
        t.cancel("entry");
    }
    CHECK_FALSE(t.market.has_live_orders());
}

TEST_CASE("linked orders are accepted or rejected together") {
    Bracket t;
    CHECK(
        t.submit_linked({t.order("e", Side::buy, "10", t.limit("99")), t.exit("x", "e", "10", t.limit("105.001"))}) ==
        Lines{
            "rejected e linked_rejected: an order that it belongs to was rejected: price 105.001 is not a multiple of "
            "the tick 0.01",
            "rejected x bad_tick: price 105.001 is not a multiple of the tick 0.01"});
    CHECK(t.submit_linked({t.order("f", Side::buy, "2000", t.limit("99")), t.exit("y", "f", "10", t.limit("105"))})
              .front()
              .starts_with("rejected f insufficient_buying_power"));
    CHECK_FALSE(t.market.has_live_orders());
    CHECK(t.market.buying_power(t.alice) == 100'000);
    const auto refusal = [&](const OrderRequest& exit) {
        static int count = 0;
        OrderRequest entry = t.order("p" + std::to_string(++count), Side::buy, "10", t.limit("99"));
        OrderRequest second = exit;
        second.id = ClientOrderId("q" + std::to_string(count));
        second.parent = second.parent.value == "entry" ? entry.id : second.parent;
        return t.submit_linked({entry, second}).back().substr(("rejected q" + std::to_string(count)).size() + 1);
    };
    OrderRequest same_side = t.exit("", "entry", "10", t.limit("105"));
    same_side.side = Side::buy;
    CHECK(refusal(same_side).starts_with("bad_parent: it is to be an exit of p1, which is no order of the other side"));
    CHECK(refusal(t.exit("", "none", "10", t.limit("105"))) ==
          "bad_parent: it is to be an exit of none, which is not known here");
    CHECK(refusal(t.exit("", "entry", "11", t.limit("105"))) ==
          "bad_quantity: the exits of p3 would be for 11, and it has 10 for them");
    OrderRequest at_once = t.exit("", "entry", "10", t.limit("105"));
    at_once.time_in_force = TimeInForce::ioc;
    CHECK(refusal(at_once) == "unsupported: an exit cannot be ioc; use day or gtc");
    CHECK_FALSE(t.market.has_live_orders());
}

TEST_CASE("the same linked orders again repeat the answers and do nothing else") {
    Bracket t;
    t.place();
    CHECK(t.place() == Lines{"accepted entry", "accepted target", "accepted stop"});
    const std::vector<OrderRequest> other{t.order("entry", Side::buy, "10", t.limit("99")),
                                          t.exit("target", "entry", "9", t.limit("105"))};
    CHECK(t.market.submit_linked(t.alice, other, t.now).error().code == "exchange.duplicate_id");
}

TEST_CASE("one cancels other: a pair of entries reserves once, and ends together unless one is cancelled by hand") {
    Bracket t;
    OrderRequest low = t.order("low", Side::buy, "600", t.limit("98"));
    OrderRequest high = t.order("high", Side::buy, "600", t.stop("110"));
    low.oco_group = high.oco_group = "pair";
    CHECK(t.submit_linked({low, high}) == Lines{"accepted low", "accepted high"});
    CHECK(t.market.summary(t.alice).reserved == 66'000);
    SECTION("a part fill is taken off the other") {
        CHECK(t.house({{9700, 100}}, {{9800, 250}}) ==
              Lines{"low buy 250 @ 98.00 fee 0.00", "replaced high 350 stop 110"});
        CHECK(t.house({{11000, 1000}}, {{11010, 1000}}) ==
              Lines{"high buy 350 @ 110.10 fee 0.00", "cancelled low: one cancels other: high filled"});
        CHECK(t.position().quantity == 600);
    }
    SECTION("its own cancel leaves the other") {
        CHECK(t.cancel("low") == Lines{"cancelled low: by request"});
        CHECK(t.market.summary(t.alice).reserved == 66'000);
        CHECK(t.state("high") == OrderState::working);
    }
    SECTION("replacing one leaves the other as it is") {
        CHECK(t.replace("low", "600", t.limit("97")) == Lines{"replaced low 600 limit 97"});
        CHECK(t.state("high") == OrderState::working);
    }
}

TEST_CASE("when one of a group expires the others end with it") {
    Bracket t;
    OrderRequest low = t.order("low", Side::buy, "1", t.limit("98"));
    OrderRequest high = t.order("high", Side::buy, "1", t.stop("110"));
    low.oco_group = high.oco_group = "pair";
    low.valid_until = t.now + std::chrono::minutes(5);
    t.submit_linked({low, high});
    t.market.expire(t.now + std::chrono::minutes(4));
    CHECK(t.lines().empty());
    t.market.expire(t.now + std::chrono::minutes(6));
    CHECK(t.lines() == Lines{"expired low", "cancelled high: one cancels other: low expired"});
}

TEST_CASE("one sweep through both orders of a group fills them only once") {
    Bracket t;
    OrderRequest first = t.order("first", Side::buy, "10", t.limit("99"));
    OrderRequest second = t.order("second", Side::buy, "10", t.limit("98"));
    first.oco_group = second.oco_group = "pair";
    t.submit_linked({first, second});
    t.house({}, {{10000, 1000}});
    CHECK(t.submit(t.bob, t.order("sweep", Side::sell, "15", t.limit("97"), TimeInForce::gtc, true)) ==
          Lines{"accepted sweep", "sweep sell 10 @ 99.00 fee 0.00", "first buy 10 @ 99.00 fee 0.00",
                "cancelled second: one cancels other: first filled"});
    CHECK(t.market.book(0).best_price(Side::sell) == 9700);
}

TEST_CASE("an exit never opens a position: what is beyond it is cancelled") {
    Bracket t;
    t.place();
    t.house({{9800, 100}}, {{9900, 100}});
    CHECK(t.submit(t.order("plain", Side::sell, "1", MarketPrice{})).front().starts_with("rejected plain short_not"));
    t.submit(t.order("away", Side::sell, "7", MarketPrice{}, TimeInForce::gtc, true));
    CHECK(t.house({{10500, 100}}, {{10600, 100}}) ==
          Lines{"target sell 3 @ 105.00 fee 0.00", "replaced stop 7 stop 95"});
    CHECK(t.house({{9400, 100}}, {{9500, 100}}) == Lines{"cancelled stop: no position is left to exit"});
    CHECK(t.position().quantity == 0);
}

TEST_CASE("an exit may come later, also to an order that has filled") {
    Bracket t;
    t.submit(t.order("entry", Side::buy, "10", MarketPrice{}));
    CHECK(t.submit(t.exit("late", "entry", "10", t.stop("95"))) == Lines{"accepted late", "held late", "working late"});
    CHECK(t.submit(t.exit("more", "entry", "1", t.stop("95"), "other"))
              .front()
              .starts_with("rejected more bad_quantity: the exits of entry would be for"));
    CHECK(t.house({{9400, 100}}, {{9500, 100}}) == Lines{"late sell 10 @ 94.00 fee 0.00"});
}
