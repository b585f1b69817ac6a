#include "core/orders/order_form.hpp"
#include "tests/orders/quoted_stock.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tradesh;
using namespace tradesh::test;
using namespace tradesh::orders;
using namespace std::chrono_literals;

namespace {

MarketView holding(Decimal position, Decimal open = 0) {
    MarketView view = market();
    view.position_quantity = position;
    view.open_quantity = open;
    view.open_reducing_quantity = open;
    return view;
}

PriceWord at(std::string_view price) { return PriceWord{.base = PriceBase::absolute, .offset = number(price)}; }
PriceWord step(std::string_view offset, OffsetUnit unit = OffsetUnit::currency) {
    return PriceWord{.base = PriceBase::present, .offset = number(offset), .unit = unit};
}

OrderForm form(Side side, Size size, PriceForm price) {
    OrderForm wanted;
    wanted.side = side;
    wanted.symbol = "GOOG";
    wanted.size = size;
    wanted.price = price;
    wanted.may_open_short = side == Side::sell;
    return wanted;
}

OrderForm bracket(Side side, PriceForm price, std::optional<PriceWord> target, std::optional<ProtectForm> protect) {
    OrderForm wanted = form(side, SizeInUnits{10}, price);
    wanted.target = target;
    wanted.protect = protect;
    return wanted;
}

/// "sell limit 102 / sell stop 99", or the code of the refusal.
std::string exits_of(const OrderForm& wanted, const MarketView& view = market()) {
    const Result<OrderRequest> entry = resolve(wanted, stock(), view);
    if (!entry) {
        return entry.error().code;
    }
    const Result<std::vector<OrderRequest>> exits = resolve_exits(wanted, *entry, stock(), view);
    if (!exits) {
        return exits.error().code;
    }
    std::string text;
    for (const OrderRequest& exit : *exits) {
        CHECK(exit.quantity == entry->quantity);
        CHECK(exit.time_in_force == TimeInForce::gtc);
        CHECK_FALSE(exit.may_open_short);
        text += (text.empty() ? "" : " / ") + std::string(name_of(exit.side)) + " " + to_text(exit.price);
    }
    return text;
}

std::string order_of(const OrderForm& wanted, const MarketView& view) {
    const Result<OrderRequest> request = resolve(wanted, stock(), view);
    return request ? std::string(name_of(request->side)) + " " + request->quantity.normalized().to_string() +
                         (request->may_open_short ? " short" : "")
                   : request.error().code;
}

std::string message_of(const OrderForm& wanted, const MarketView& view) {
    const Result<OrderRequest> request = resolve(wanted, stock(), view);
    REQUIRE_FALSE(request.has_value());
    return request.error().message;
}

} // namespace

TEST_CASE("exits stand where they were put, or so far from the entry") {
    const PriceForm limit = LimitForm{at("100")};
    CHECK(exits_of(bracket(Side::buy, limit, at("110"), at("95"))) == "sell limit 110 / sell stop 95");
    CHECK(exits_of(bracket(Side::buy, limit, step("2"), step("-1"))) == "sell limit 102.00 / sell stop 99.00");
    CHECK(exits_of(bracket(Side::buy, limit, step("3", OffsetUnit::ticks), {})) == "sell limit 100.03");
    CHECK(exits_of(bracket(Side::buy, limit, {}, step("-1", OffsetUnit::percent))) == "sell stop 99.00");
    CHECK(exits_of(bracket(Side::buy, limit, {}, TrailForm{.distance = 1, .percent = true})) == "sell trail 1pct");
    CHECK(exits_of(bracket(Side::sell, limit, step("-2"), step("1"))) == "buy limit 98.00 / buy stop 101.00");
    CHECK(exits_of(form(Side::buy, SizeInUnits{10}, limit)).empty());
}

TEST_CASE("steps are counted from the limit, else the stop, else the far side of the quote") {
    const PriceWord up = step("1");
    CHECK(exits_of(bracket(Side::buy, StopForm{at("120"), {}}, up, {})) == "sell limit 121.00");
    CHECK(exits_of(bracket(Side::buy, StopForm{at("120"), at("121")}, up, {})) == "sell limit 122.00");
    CHECK(exits_of(bracket(Side::buy, MarketForm{}, up, {})) == "sell limit 101.10");
    CHECK(exits_of(bracket(Side::sell, MarketForm{}, step("-1"), {})) == "buy limit 98.90");
}

TEST_CASE("a computed exit is rounded to the tick: the target away from the entry, the stop towards it") {
    const PriceForm limit = LimitForm{at("99.99")};
    CHECK(exits_of(bracket(Side::buy, limit, step("0.5", OffsetUnit::percent), step("-0.5", OffsetUnit::percent))) ==
          "sell limit 100.49 / sell stop 99.50"); // 100.48995 and 99.49005
    CHECK(exits_of(bracket(Side::buy, limit, at("110.005"), {})) == "order.off_tick");
}

TEST_CASE("an exit on the wrong side of its entry is refused with both prices") {
    const PriceForm limit = LimitForm{at("100")};
    CHECK(exits_of(bracket(Side::buy, limit, at("99"), {})) == "order.exit_side");
    CHECK(exits_of(bracket(Side::buy, limit, {}, at("100"))) == "order.exit_side");
    CHECK(exits_of(bracket(Side::sell, limit, step("2"), {})) == "order.exit_side");
    const OrderForm wrong = bracket(Side::buy, limit, {}, at("101"));
    const Result<OrderRequest> entry = resolve(wrong, stock(), market());
    CHECK(resolve_exits(wrong, *entry, stock(), market()).error().message ==
          "the protect of a buy lies below its price: 101 is not below 100");
}

TEST_CASE("a stop that the market has reached guards no position that is there at once") {
    CHECK(exits_of(bracket(Side::buy, LimitForm{at("120")}, {}, at("110"))) == "order.exit_side"); // bid 99.90
    CHECK(exits_of(bracket(Side::buy, LimitForm{at("120")}, {}, at("99.90"))) == "order.exit_side");
    CHECK(exits_of(bracket(Side::buy, LimitForm{at("120")}, {}, at("99.89"))) == "sell stop 99.89");
    CHECK(exits_of(bracket(Side::sell, LimitForm{at("80")}, {}, at("90"))) == "order.exit_side"); // ask 100.10
    CHECK(exits_of(bracket(Side::sell, LimitForm{at("80")}, {}, at("100.11"))) == "buy stop 100.11");
}

TEST_CASE("exits are tied to their entry, and two of them to one another") {
    OrderRequest entry;
    entry.id = ClientOrderId("k-1");
    OrderRequest exit;
    exit.side = Side::sell;
    std::vector<OrderRequest> one{exit};
    link_exits(entry, one);
    CHECK(one[0].parent == entry.id);
    CHECK(one[0].oco_group.empty());
    std::vector<OrderRequest> two{exit, exit};
    link_exits(entry, two);
    CHECK(two[0].oco_group == "k-1");
    CHECK(two[1].oco_group == "k-1");
}

TEST_CASE("an alternative is the same order at another price, and each cancels the other") {
    OrderForm either = form(Side::sell, SizeInUnits{10}, LimitForm{at("110")});
    either.may_open_short = false;
    either.alternative = StopForm{at("95"), {}};
    OrderRequest first = resolve(either, stock(), holding(10)).value();
    std::vector<OrderRequest> other = resolve_exits(either, first, stock(), holding(10)).value();
    REQUIRE(other.size() == 1);
    CHECK(to_text(other[0].price) == "stop 95");
    CHECK(other[0].side == Side::sell);
    CHECK(other[0].quantity == 10);
    first.id = ClientOrderId("k-1");
    other[0].id = ClientOrderId("k-2");
    link_exits(first, other);
    CHECK(first.oco_group == "k-1");
    CHECK(other[0].oco_group == "k-1");
    CHECK(other[0].parent.value.empty());
    CHECK(to_text(either) == "sell GOOG 10 limit 110 or stop 95 day");
}

TEST_CASE("a size by risk is what may be lost between the entry and the protecting stop") {
    const Size risk = SizeByRisk{{200, Currency("USD")}};
    OrderForm wanted = form(Side::buy, risk, LimitForm{at("100")});
    CHECK(order_of(wanted, market()) == "order.risk_needs_protect");
    wanted.protect = at("98");
    CHECK(order_of(wanted, market()) == "buy 100");
    wanted.protect = step("-3");
    CHECK(order_of(wanted, market()) == "buy 66");
    wanted.protect = TrailForm{.distance = 1, .percent = true};
    CHECK(order_of(wanted, market()) == "buy 200");
    wanted.price = MarketForm{}; // at the ask: 100.10 - 98 = 2.10 each
    wanted.protect = at("98");
    CHECK(order_of(wanted, market()) == "buy 95");
    wanted.size = SizeByRisk{{200, Currency("EUR")}};
    CHECK(order_of(wanted, market()) == "order.size_currency");
}

TEST_CASE("a reversal is one order of twice the position") {
    OrderForm reverse = form(Side::buy, SizeAll{}, MarketForm{});
    reverse.reverses = true;
    CHECK(order_of(reverse, holding(50)) == "sell 100 short");
    CHECK(order_of(reverse, holding(-50)) == "buy 100");
    CHECK(order_of(reverse, market()) == "order.nothing_to_close");
    CHECK(message_of(reverse, holding(50, 20)) == "20 GOOG are in open orders, and a reversal counts on what is held");
    reverse.size = SizeInPercent{50};
    CHECK(order_of(reverse, holding(50)) == "order.reverse_all");
}

TEST_CASE("a rebalance buys or sells what is missing to a share of net liquidation") {
    OrderForm wanted = form(Side::sell, SizeInPercent{5}, MarketForm{});
    wanted.may_open_short = false;
    wanted.rebalances = true;
    CHECK(needs_quote(wanted));
    CHECK(order_of(wanted, market()) == "buy 50");
    CHECK(order_of(wanted, holding(20)) == "buy 30");
    CHECK(order_of(wanted, holding(80)) == "sell 30");
    CHECK(order_of(wanted, holding(-10)) == "buy 60");
    CHECK(order_of(wanted, holding(50)) == "order.balanced");
    CHECK(resolve(wanted, stock(), holding(50)).error().kind == ErrorKind::not_found);
    CHECK(order_of(wanted, holding(50, 10)) == "order.rebalance_open_orders");
    wanted.price = LimitForm{at("50")};
    CHECK(order_of(wanted, holding(20)) == "buy 80");
}

TEST_CASE("an order ends when it was told to, if that is still to come") {
    OrderForm wanted = form(Side::buy, SizeInUnits{10}, LimitForm{at("100")});
    wanted.valid_until = Validity{.asked = Duration(30s)};
    CHECK(resolve(wanted, stock(), market())->valid_until == market().now + 30s);
    wanted.valid_until = Validity{.asked = TimeOfDay{.since_midnight = 9h}, .moment = market().now - 1h};
    CHECK(message_of(wanted, market()) ==
          "the order may live until 09:00, which was 1 h 0 min ago (2026-11-20T14:00:00Z)");
    wanted.valid_until->moment = market().now + 1h;
    CHECK(resolve(wanted, stock(), market())->valid_until == market().now + 1h);
}

TEST_CASE("a trailing stop keeps a distance on the tick") {
    const auto trail = [](std::string_view distance, bool percent) {
        OrderForm wanted = form(Side::buy, SizeInUnits{10}, TrailForm{number(distance), percent});
        const Result<OrderRequest> request = resolve(wanted, stock(), market());
        return request ? to_text(request->price) : request.error().code;
    };
    CHECK(trail("1.5", false) == "trail 1.5");
    CHECK(trail("2", true) == "trail 2pct");
    CHECK(trail("0.005", false) == "order.off_tick");
    CHECK(trail("100", true) == "order.trail_range");
}

TEST_CASE("a quote that is too wide or too old sets no price, and says by how much") {
    const OrderForm wanted = form(Side::buy, SizeInUnits{10}, LimitForm{{.base = PriceBase::mid, .offset = 0}});
    MarketView wide = market();
    wide.quote->ask = number("106");
    CHECK(message_of(wanted, wide) ==
          "the spread is 5.9252 percent of the middle (bid 99.90, ask 106); the limit is 5 percent");
    wide.quote_spread_max_percent = 6;
    CHECK(order_of(wanted, wide) == "buy 10");
    OrderForm strict = wanted;
    strict.quote_age_max = 100ms;
    CHECK(message_of(strict, market()) == "the quote is 200.0 ms old; the limit is 100.0 ms");
    strict.quote_age_max = 1h;
    MarketView old = market();
    old.quote_age = 10min;
    CHECK(order_of(strict, old) == "buy 10");
}

TEST_CASE("a market order that would slip too far is refused") {
    OrderForm wanted = form(Side::buy, SizeInUnits{10}, MarketForm{});
    wanted.slippage_percent_max = number("0.05");
    CHECK(message_of(wanted, market()) == "a market order would buy at 100.10, which is 0.1 percent from the middle "
                                          "(bid 99.90, ask 100.10); the limit is 0.05 percent");
    wanted.slippage_percent_max = number("0.1");
    CHECK(order_of(wanted, market()) == "buy 10");
}

TEST_CASE("every part of a form is in its words") {
    OrderForm wanted = form(Side::buy, SizeByRisk{{200, Currency("USD")}}, TrailForm{number("1.50"), false});
    wanted.target = step("2.0", OffsetUnit::percent);
    wanted.protect = TrailForm{.distance = 1, .percent = true};
    wanted.valid_until = Validity{.asked = SessionEdge{.exchange = "NYSE", .is_close = true, .offset = -5min}};
    wanted.quote_age_max = 1s;
    wanted.slippage_percent_max = number("0.20");
    CHECK(to_text(wanted) == "buy GOOG risk 200USD trail 1.5 day target +2pct protect trail 1pct until NYSE:close-5m "
                             "max-age 1s slippage 0.2pct");
    wanted.valid_until->moment = market().now; // what the words come to is not what was asked
    wanted.valid_until->asked = Duration(90s);
    wanted.target = step("-1", OffsetUnit::ticks);
    wanted.protect = at("95.00");
    CHECK(to_text(wanted) == "buy GOOG risk 200USD trail 1.5 day target -1t protect 95 for 1m30s max-age 1s "
                             "slippage 0.2pct");
    OrderForm reverse = form(Side::buy, SizeAll{}, MarketForm{});
    reverse.reverses = true;
    CHECK(to_text(reverse) == "reverse GOOG all market day");
    OrderForm share = form(Side::buy, SizeInPercent{5}, MarketForm{});
    share.rebalances = true;
    CHECK(to_text(share) == "rebalance GOOG 5pct market day");
}
