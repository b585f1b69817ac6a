#include "tests/exchange/exchange_fixture.hpp"

using namespace tradesh;
using namespace tradesh::test;
using exchange::FeeModel;
using exchange::Holding;

using Fixture = ExchangeFixture;

namespace {

FeeModel usual_fees() { return FeeModel{}; }

} // namespace

TEST_CASE("orders are refused with the exchange's own code and words") {
    Fixture t;
    t.house({{9900, 100}}, {{10000, 100}});
    Instrument index;
    index.symbol = "SPX";
    index.kind = Index{};
    t.market.list(index).value();
    Instrument bund;
    bund.symbol = "FGBL";
    bund.currency = Currency("EUR");
    t.market.list(bund).value();
    struct Row {
        OrderRequest request;
        std::string answer;
    };
    auto other = [&](std::string symbol) {
        OrderRequest request = t.order("a", Side::buy, "1", t.limit("99"));
        request.symbol = std::move(symbol);
        return request;
    };
    const std::vector<Row> rows{
        {other("NONE"), "unknown_instrument: NONE is not listed here"},
        {other("SPX"), "not_tradable: SPX is of kind index, not traded here"},
        {other("FGBL"), "currency_mismatch: FGBL trades in EUR and the account holds USD"},
        {t.order("a", Side::buy, "0", t.limit("99")), "bad_quantity: quantity 0 is not between one lot and 10^12 lots"},
        {t.order("a", Side::buy, "-5", t.limit("99")),
         "bad_quantity: quantity -5 is not between one lot and 10^12 lots"},
        {t.order("a", Side::buy, "99999999999999999999", t.limit("99")),
         "bad_quantity: quantity 99999999999999999999 is not between one lot and 10^12 lots"},
        {t.order("a", Side::buy, "1.5", t.limit("99")), "bad_lot: quantity 1.5 is not a multiple of the lot 1"},
        {t.order("a", Side::buy, "1", t.limit("0")), "bad_price: price 0 is not between one tick and 10^12 ticks"},
        {t.order("a", Side::buy, "1", t.limit("99.005")), "bad_tick: price 99.005 is not a multiple of the tick 0.01"},
        {t.order("a", Side::buy, "1", t.stop_limit("99", "98.999")),
         "bad_tick: price 98.999 is not a multiple of the tick 0.01"},
        {t.order("a", Side::buy, "1", t.stop("99"), TimeInForce::ioc),
         "unsupported: a stop order cannot be ioc; use day or gtc"},
        {t.order("a", Side::buy, "1001", t.limit("100")),
         "insufficient_buying_power: needs 100100.00 USD, buying power is 100000.00 USD"},
        {t.order("a", Side::buy, "1001", MarketPrice{}),
         "insufficient_buying_power: needs 100100.00 USD, buying power is 100000.00 USD"},
        {t.order("a", Side::sell, "1", MarketPrice{}),
         "short_not_allowed: sells 1 but only 0 of the position are free to sell, and the order may not go short"},
    };
    for (const Row& row : rows) {
        Fixture fresh = t;
        CHECK(fresh.submit(row.request) == Lines{"rejected a " + row.answer});
        CHECK(fresh.state("a") == OrderState::rejected);
        CHECK(fresh.market.buying_power(fresh.alice) == 100'000);
    }
    CHECK(t.submit(t.order("a", Side::buy, "1000", t.limit("100"))).front() == "accepted a");
}

TEST_CASE("open orders reserve what they can cost, and give it back") {
    Fixture t(usual_fees());
    t.house({{9900, 1000}}, {{10000, 1000}});
    t.submit(t.order("a", Side::buy, "400", t.limit("98")));
    CHECK(t.market.summary(t.alice).reserved == decimal("39202.00")); // with the fee: 400 x 0.005
    CHECK(t.market.buying_power(t.alice) == decimal("60798.00"));
    CHECK(t.submit(t.order("b", Side::buy, "700", t.limit("98"))) ==
          Lines{"rejected b insufficient_buying_power: needs 68603.50 USD, buying power is 60798.00 USD"});
    t.cancel("a");
    CHECK(t.market.summary(t.alice).reserved.is_zero());
    t.submit(t.order("c", Side::buy, "10", t.limit("101")));
    const AccountSummary after = t.market.summary(t.alice);
    CHECK(after.cash == decimal("98999.00")); // 10 x 100 and the minimum fee
    CHECK(after.position_value == 990);       // at the bid
    CHECK(after.net_liquidation == decimal("99989.00"));
}

TEST_CASE("fees: a minimum per order however it fills, and never above one percent") {
    Fixture t(usual_fees());
    t.house({{9900, 1000}}, {{10000, 30}, {10001, 30}});
    CHECK(t.submit(t.order("a", Side::buy, "50", MarketPrice{})) ==
          Lines{"accepted a", "a buy 30 @ 100.00 fee 1.00", "a buy 20 @ 100.01 fee 0.00"});
    t.house({{9900, 1000}}, {{10000, 900}});
    CHECK(t.submit(t.order("b", Side::buy, "800", MarketPrice{})).back() == "b buy 800 @ 100.00 fee 4.00");
    t.house({{40, 1000}}, {{50, 900}});
    CHECK(t.submit(t.order("c", Side::buy, "100", MarketPrice{})).back() == "c buy 100 @ 0.50 fee 0.50");
    CHECK(t.position().fees == decimal("5.50"));
}

TEST_CASE("a market order that outruns the cash is cancelled for the rest") {
    Fixture t({.per_unit = 0, .minimum = 0, .share_max = 0}, 1000);
    t.house({{9900, 1000}}, {{10000, 5}});
    CHECK(t.submit(t.order("a", Side::buy, "9", MarketPrice{})).size() == 2);
    CHECK(t.house({{19000, 10}}, {{20000, 10}}) ==
          Lines{"a buy 2 @ 200.00 fee 0.00", "cancelled a: insufficient buying power for the rest"});
    CHECK(t.market.summary(t.alice).cash == 100);
}

TEST_CASE("positions keep average price and realised profit, through zero and back") {
    Fixture t;
    const auto trade = [&](std::string id, Side side, std::string_view quantity, exchange::Ticks price) {
        t.house({{price, 1000}}, {{price + 1, 1000}});
        t.submit(
            t.order(std::move(id), side, quantity, t.limit(side == Side::buy ? "500" : "1"), TimeInForce::gtc, true));
        return t.position();
    };
    CHECK(trade("a", Side::buy, "10", 9999).average_price == 100);
    Position position = trade("b", Side::buy, "5", 10599);
    CHECK(position.quantity == 15);
    CHECK(position.average_price == 102);
    position = trade("c", Side::sell, "6", 11200);
    CHECK(position.realised == 60);
    CHECK(position.average_price == 102);
    position = trade("d", Side::sell, "14", 10000); // closes 9 at a loss of 2 each, opens 5 short
    CHECK(position.quantity == -5);
    CHECK(position.average_price == 100);
    CHECK(position.realised == 42);
    position = trade("e", Side::buy, "5", 8999);
    CHECK(position.quantity == 0);
    CHECK(position.realised == 92);
    CHECK(t.market.summary(t.alice).cash == 100'092);
}

TEST_CASE("an average that is not a round number loses no cent") {
    Holding holding;
    holding.trade(Side::buy, 1, decimal("10.00"), 1, 1);
    holding.trade(Side::buy, 2, decimal("10.01"), 1, 1);
    CHECK(holding.average_price(1) == decimal("10.00666667"));
    holding.trade(Side::sell, 1, decimal("10.05"), 1, 1);
    holding.trade(Side::sell, 2, decimal("10.05"), 1, 1);
    CHECK(holding.realised == decimal("0.13"));
    CHECK(holding.cost.is_zero());
}

TEST_CASE("shorts hold back one and a half times their value; covering is always possible") {
    Fixture t({.per_unit = 0, .minimum = 0, .share_max = 0}, 1000);
    t.house({{10000, 1000}}, {{10000, 1000}});
    t.house({{10000, 1000}}, {{10001, 1000}});
    CHECK(t.submit(t.order("big", Side::sell, "21", t.limit("100"), TimeInForce::gtc, true)) ==
          Lines{"rejected big insufficient_buying_power: needs 1050.00 USD, buying power is 1000.00 USD"});
    CHECK(t.submit(t.order("s", Side::sell, "19", t.limit("100"), TimeInForce::gtc, true)).size() == 2);
    CHECK(t.market.summary(t.alice).cash == 2900);
    CHECK(t.market.buying_power(t.alice) == decimal("49.715")); // 2900 - 1.5 x 19 x 100.01
    CHECK(t.submit(t.order("c", Side::buy, "19", MarketPrice{})).back() == "c buy 19 @ 100.01 fee 0.00");
    CHECK(t.position().quantity == 0);
    CHECK(t.submit(t.order("x", Side::sell, "1", MarketPrice{})).front().starts_with("rejected x short_not_allowed"));
}

TEST_CASE("sells without leave to go short share the position among them") {
    Fixture t;
    t.house({{9900, 100}}, {{10000, 100}});
    t.submit(t.order("a", Side::buy, "10", MarketPrice{}));
    CHECK(t.submit(t.order("s1", Side::sell, "6", t.limit("120"))) == Lines{"accepted s1"});
    CHECK(t.submit(t.order("s2", Side::sell, "5", t.limit("120"))) ==
          Lines{"rejected s2 short_not_allowed: sells 5 but only 4 of the position are free to sell, and the order may "
                "not go short"});
    CHECK(t.submit(t.order("s3", Side::sell, "4", t.limit("120"))) == Lines{"accepted s3"});
}

TEST_CASE("an exchange restored from its state goes on as the first one would") {
    Fixture t(usual_fees());
    t.house({{9900, 100}}, {{10000, 100}}, 9950);
    t.submit(t.order("pos", Side::buy, "40", MarketPrice{}));
    t.submit(t.order("r1", Side::buy, "10", t.limit("98")));
    t.submit(t.bob, t.order("r2", Side::buy, "10", t.limit("98")));
    t.replace("r1", "12", t.limit("98"));
    t.submit(t.order("st", Side::sell, "10", t.stop("97")));
    t.submit(t.bob, t.order("m", Side::buy, "100", MarketPrice{})); // 60 are left of the offer: 40 wait
    exchange::ExchangeState state{
        .instruments = {t.market.instrument(0)},
        .accounts = {{"alice", Currency("USD"), t.market.summary(t.alice).cash},
                     {"bob", Currency("USD"), t.market.summary(t.bob).cash}},
        .holdings = {{t.alice, "GOOG", t.market.holding(t.alice, 0)}, {t.bob, "GOOG", t.market.holding(t.bob, 0)}},
        .orders = {},
        .last_order = t.market.last_order(),
        .last_execution = t.market.last_execution(),
        .last_priority = t.market.last_priority()};
    for (const exchange::Order* order : t.market.orders()) {
        state.orders.push_back(*order);
    }
    Fixture second(usual_fees());
    second.market = exchange::Exchange("T", usual_fees());
    second.market.restore(state);
    const Lines first_lines = t.house({{9600, 100}}, {{9610, 15}, {9620, 90}}, 9605);
    CHECK(first_lines == Lines{"r2 buy 10 @ 98.00 fee 1.00", "r1 buy 5 @ 98.00 fee 1.00", "r1 buy 7 @ 98.00 fee 0.00",
                               "m buy 40 @ 96.20 fee 0.00", "st sell 10 @ 96.00 fee 1.00"});
    CHECK(second.house({{9600, 100}}, {{9610, 15}, {9620, 90}}, 9605) == first_lines);
    CHECK(second.market.summary(0).cash == t.market.summary(0).cash);
    CHECK(second.market.positions(0) == t.market.positions(0));
    CHECK(second.market.positions(1) == t.market.positions(1));
    CHECK(second.submit(t.order("r1", Side::buy, "10", t.limit("98"))) == Lines{"accepted r1"});
    CHECK(second.market.last_execution() == t.market.last_execution());
}
