#include "tests/exchange/exchange_fixture.hpp"

using namespace tradesh;
using namespace tradesh::test;

namespace {

/// A call spread: buy C100, sell C110, a hundred units each; quoted 5.00/5.20 and 2.00/2.10.
struct Spread : ExchangeFixture {
    explicit Spread(exchange::FeeModel fees = {.per_unit = 0, .minimum = 0, .share_max = 0})
        : ExchangeFixture(fees, 10'000) {
        for (const int strike : {100, 110}) {
            Instrument option;
            option.symbol = "C" + std::to_string(strike);
            option.kind = Option{.underlying = "GOOG", .expiry = {}, .strike = strike, .right = OptionRight::call};
            option.multiplier = 100;
            market.list(option).value();
        }
        Instrument combo;
        combo.symbol = "SPREAD";
        combo.kind = Combo{.legs = {{"C100", 1}, {"C110", -1}}};
        combo.multiplier = 100;
        market.list(combo).value();
        legs({500, 520}, {200, 210});
    }
    Lines legs(std::pair<exchange::Ticks, exchange::Ticks> low, std::pair<exchange::Ticks, exchange::Ticks> high,
               exchange::Lots size = 5) {
        market.set_quotes(1, {{{low.first, size}}, {{low.second, size}}, low.first}, now);
        market.set_quotes(2, {{{high.first, size}}, {{high.second, size}}, high.first}, now);
        market.match_combos(now);
        return lines();
    }
    OrderRequest spread(std::string id, Side side, std::string_view quantity, PriceRule price,
                        TimeInForce time_in_force = TimeInForce::gtc) {
        OrderRequest request = order(std::move(id), side, quantity, price, time_in_force);
        request.symbol = "SPREAD";
        return request;
    }
};

} // namespace

TEST_CASE("a combo trades all its legs at once at its net price, and each leg moves its own position") {
    Spread t;
    CHECK(t.submit(t.spread("a", Side::buy, "2", t.limit("3.20"))) ==
          Lines{"accepted a", "a C100 buy 2 @ 5.20 fee 0.00", "a C110 sell 2 @ 2.00 fee 0.00", "a buy 2 @ 3.2 fee 0"});
    CHECK(t.state("a") == OrderState::filled);
    CHECK(t.market.holding(t.alice, 1).quantity == 2);
    CHECK(t.market.holding(t.alice, 2).quantity == -2);
    CHECK(t.market.positions(t.alice).size() == 2);
    CHECK(t.market.summary(t.alice).cash == 10'000 - 640);
    CHECK(t.market.describe(*t.market.find(t.alice, ClientOrderId("a"))).average_price == decimal("3.2"));
    CHECK(t.submit(t.spread("b", Side::sell, "2", t.limit("2.90"))).back() == "b sell 2 @ 2.9 fee 0");
    CHECK(t.market.holding(t.alice, 2).quantity == 0);
    CHECK(t.market.summary(t.alice).reserved.is_zero());
}

TEST_CASE("a combo rests until the house offers its legs at the net price, as often as the best levels allow") {
    Spread t;
    CHECK(t.submit(t.spread("a", Side::buy, "8", t.limit("3.00"))) == Lines{"accepted a"});
    CHECK(t.market.has_live_orders(1));
    CHECK(t.market.summary(t.alice).reserved == 8 * 300); // what is bought covers what is sold
    CHECK(t.legs({480, 500}, {190, 199}).empty());
    CHECK(t.legs({480, 490}, {190, 199}).back() == "a buy 5 @ 3 fee 0");
    CHECK(t.legs({480, 490}, {190, 199}).back() == "a buy 3 @ 3 fee 0");
    CHECK_FALSE(t.market.has_live_orders(1));
    CHECK_FALSE(t.market.has_live_orders());
}

TEST_CASE("a credit is a price below zero, and a combo can be sold") {
    Spread t;
    Instrument credit;
    credit.symbol = "CREDIT";
    credit.kind = Combo{.legs = {{"C100", -1}, {"C110", 1}}};
    credit.multiplier = 100;
    t.market.list(credit).value();
    OrderRequest request = t.spread("c", Side::buy, "1", t.limit("-2.90"));
    request.symbol = "CREDIT";
    CHECK(t.submit(request).back() == "c buy 1 @ -2.9 fee 0");
    CHECK(t.market.summary(t.alice).cash == 10'290);
    CHECK(t.market.summary(t.alice).buying_power ==
          10'290 - 780); // one and a half times what is short, as that is less than the width
    CHECK(t.submit(t.spread("s", Side::sell, "1", t.limit("3.00"), TimeInForce::ioc)) ==
          Lines{"accepted s", "cancelled s: the house offers no more of all legs at once at limit 3.00"});
    CHECK(t.submit(t.spread("f", Side::buy, "6", MarketPrice{}, TimeInForce::fok)).back().starts_with("cancelled f"));
}

TEST_CASE("a combo that sells more than it buys reserves the largest loss that it can make") {
    Spread t;
    CHECK(t.submit(t.spread("a", Side::sell, "5", t.limit("3.50"))) == Lines{"accepted a"});
    CHECK(t.market.summary(t.alice).reserved == 5 * (1000 - 350)); // the width, less what comes in
    CHECK(t.submit(t.spread("b", Side::sell, "11", t.limit("3.50"))).front() ==
          "rejected b insufficient_buying_power: needs 7150.00 USD, buying power is 6750.00 USD");
}

TEST_CASE("what a combo cannot be is refused") {
    Spread t;
    CHECK(
        t.submit(t.spread("a", Side::buy, "1", t.stop("3"))) ==
        Lines{"rejected a unsupported: SPREAD is a combo: it takes market and limit orders that stand alone, day, gtc, "
              "ioc or fok"});
    CHECK(t.submit(t.spread("b", Side::buy, "1", t.limit("3.005"))).front().starts_with("rejected b bad_tick"));
    CHECK(t.submit(t.spread("c", Side::buy, "32", t.limit("3.20"))).front() ==
          "rejected c insufficient_buying_power: needs 10240.00 USD, buying power is 10000.00 USD");
    Instrument broken;
    broken.symbol = "BROKEN";
    broken.kind = Combo{.legs = {{"C100", 1}, {"C999", -1}}};
    t.market.list(broken).value();
    OrderRequest request = t.spread("d", Side::buy, "1", t.limit("3"));
    request.symbol = "BROKEN";
    CHECK(t.submit(request) ==
          Lines{"rejected d not_tradable: BROKEN is a combo: it needs two legs or more, all of them listed here"});
}

TEST_CASE("each trade of a combo pays the fee of each leg") {
    Spread t(exchange::FeeModel{});
    CHECK(t.submit(t.spread("a", Side::buy, "1", MarketPrice{})) ==
          Lines{"accepted a", "a C100 buy 1 @ 5.20 fee 1.00", "a C110 sell 1 @ 2.00 fee 1.00", "a buy 1 @ 3.2 fee 0"});
    CHECK(t.market.summary(t.alice).cash == 10'000 - 320 - 2);
}
