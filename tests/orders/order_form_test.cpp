#include "core/orders/order_form.hpp"
#include "tests/orders/quoted_stock.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using namespace tradesh;
using namespace tradesh::test;
using namespace tradesh::orders;
using namespace std::chrono_literals;

namespace {

MarketView holding(Decimal position, Decimal open_reducing = 0) {
    MarketView view = market();
    view.position_quantity = position;
    view.open_reducing_quantity = open_reducing;
    return view;
}

OrderForm form(Side side, Size size, PriceForm price = MarketForm{}) {
    OrderForm wanted;
    wanted.side = side;
    wanted.symbol = "GOOG";
    wanted.size = size;
    wanted.price = price;
    return wanted;
}

OrderForm close(Size size = SizeAll{}) {
    OrderForm wanted = form(Side::buy, size);
    wanted.closes = true;
    return wanted;
}

PriceWord at(std::string_view price) { return PriceWord{.base = PriceBase::absolute, .offset = number(price)}; }
PriceWord from(PriceBase base, std::string_view offset = "0", OffsetUnit unit = OffsetUnit::currency) {
    return PriceWord{.base = base, .offset = number(offset), .unit = unit};
}

std::string quantity_of(const OrderForm& wanted, const MarketView& view, const Instrument& instrument = stock()) {
    const Result<OrderRequest> request = resolve(wanted, instrument, view);
    return request ? std::string(name_of(request->side)) + " " + request->quantity.normalized().to_string()
                   : request.error().code;
}

std::string price_of(Side side, const PriceWord& word, const MarketView& view = market(),
                     const Instrument& instrument = stock()) {
    const Result<OrderRequest> request =
        resolve(form(side, SizeInUnits{10}, LimitForm{word}), instrument, side == Side::sell ? holding(10) : view);
    return request ? to_text(request->price) : request.error().code;
}

Error refusal_of(const OrderForm& wanted, const MarketView& view, const Instrument& instrument = stock()) {
    Result<OrderRequest> request = resolve(wanted, instrument, view);
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().subject == "GOOG");
    CHECK_FALSE(request.error().hint.empty());
    return request.error();
}

} // namespace

TEST_CASE("a size becomes a quantity in whole lots, rounded down") {
    const SizeInMoney fifteen_thousand{15'000, Currency("USD")};
    CHECK(quantity_of(form(Side::buy, SizeInUnits{100}), market()) == "buy 100");
    CHECK(quantity_of(form(Side::buy, fifteen_thousand), market()) == "buy 149"); // at the ask
    CHECK(quantity_of(form(Side::buy, fifteen_thousand, LimitForm{at("75")}), market()) == "buy 200");
    CHECK(quantity_of(form(Side::buy, fifteen_thousand, StopForm{at("120"), {}}), market()) == "buy 125");
    CHECK(quantity_of(form(Side::buy, fifteen_thousand, StopForm{at("120"), at("150")}), market()) == "buy 100");
    CHECK(quantity_of(form(Side::sell, SizeInMoney{1'000, Currency("USD")}), holding(50)) == "sell 10"); // at the bid
    CHECK(quantity_of(form(Side::buy, SizeInPercent{25}, LimitForm{at("100")}), market()) == "buy 125");
    CHECK(quantity_of(form(Side::sell, SizeInPercent{25}), holding(50)) == "sell 12");
    CHECK(quantity_of(form(Side::sell, SizeAll{}), holding(50)) == "sell 50");
    CHECK(quantity_of(form(Side::sell, SizeAll{}), holding(50, 20)) == "sell 30");
}

TEST_CASE("a size in another currency is converted by the dated rate") {
    Instrument sap = stock();
    sap.currency = Currency("EUR");
    MarketView view = market();
    CurrencyRates rates;
    view.rates = &rates;
    view.rates_age_max = std::chrono::days(4);
    const OrderForm dollars = form(Side::buy, SizeInMoney{1'000, Currency("USD")}, LimitForm{at("50")});
    const Error missing = refusal_of(dollars, view, sap);
    CHECK(missing.message ==
          "the size is in USD but GOOG trades in EUR: there is no rate of EUR in USD for 2026-11-20");
    CHECK_THAT(missing.hint, Contains("EUR,2026-11-20,RATE"));
    rates.add(Currency("EUR"), std::chrono::floor<std::chrono::days>(view.now), 2);
    CHECK(quantity_of(dollars, view, sap) == "buy 10");                                                  // 500 EUR
    CHECK(quantity_of(form(Side::buy, SizeInPercent{25}, LimitForm{at("100")}), view, sap) == "buy 62"); // 6250 EUR
    OrderForm share = form(Side::buy, SizeInPercent{5}, LimitForm{at("100")});
    share.rebalances = true;
    CHECK(quantity_of(share, view, sap) == "buy 25"); // 2500 EUR
    OrderForm by_risk = form(Side::buy, SizeByRisk{{.amount = 200, .currency = Currency("USD")}}, LimitForm{at("100")});
    by_risk.protect = at("99");
    CHECK(quantity_of(by_risk, view, sap) == "buy 100");
}

TEST_CASE("an offset in money is in the instrument's currency, and in nothing else") {
    PriceWord word = from(PriceBase::mid, "-0.05");
    word.currency = Currency("USD");
    CHECK(price_of(Side::buy, word) == "limit 99.95");
    for (const std::string unit : {"EUR", "BPS", "PERCENT", "PCTT"}) {
        word.currency = Currency(unit);
        word.where = SourceSpan{.file = "", .line = 1, .column = 19, .length = 12, .text = ""};
        const Error error = resolve(form(Side::buy, SizeInUnits{10}, LimitForm{word}), stock(), market()).error();
        CHECK(error.kind == ErrorKind::usage);
        CHECK(error.message == "'" + unit + "' is no unit of an offset: GOOG is priced in USD");
        CHECK(error.hint == "write 0.05USD, 0.05t (ticks) or 0.05pct");
        CHECK(error.where == word.where);
    }
    OrderForm bracket = form(Side::buy, SizeInUnits{10});
    bracket.target = PriceWord{.base = PriceBase::present, .offset = 5, .currency = Currency("EUR")};
    const OrderRequest entry = resolve(form(Side::buy, SizeInUnits{10}), stock(), market()).value();
    CHECK(resolve_exits(bracket, entry, stock(), market()).error().code == "price.unit");
}

TEST_CASE("multiplier and lot take part in sizes") {
    Instrument future = stock();
    future.multiplier = 50;
    CHECK(quantity_of(form(Side::buy, SizeInMoney{15'000, Currency("USD")}, LimitForm{at("100")}), market(), future) ==
          "buy 3");
    Instrument coin = stock();
    coin.lot = number("0.001");
    CHECK(quantity_of(form(Side::buy, SizeInMoney{1'000, Currency("USD")}, LimitForm{at("300")}), market(), coin) ==
          "buy 3.333");
    Instrument hundreds = stock();
    hundreds.lot = 100;
    CHECK(quantity_of(form(Side::sell, SizeInPercent{50}), holding(500), hundreds) == "sell 200");
}

TEST_CASE("a close takes its side from the position") {
    CHECK(quantity_of(close(), holding(50)) == "sell 50");
    CHECK(quantity_of(close(), holding(-50)) == "buy 50");
    CHECK(quantity_of(close(SizeInUnits{20}), holding(-50)) == "buy 20");
    CHECK(quantity_of(close(SizeInPercent{50}), holding(50)) == "sell 25");
    CHECK(quantity_of(close(), holding(50, 20)) == "sell 30");
    const Error over = refusal_of(close(SizeInUnits{40}), holding(50, 20));
    CHECK(over.code == "order.over_close");
    CHECK(over.message == "closing 40 is more than the 30 that open orders leave of the position");
}

TEST_CASE("nothing to close is not found, which is exit code 12") {
    const Error nothing = refusal_of(close(), market());
    CHECK(nothing.kind == ErrorKind::not_found);
    CHECK(nothing.code == "order.nothing_to_close");
}

TEST_CASE("a sell never opens a short position unless it was asked to") {
    const Error more = refusal_of(form(Side::sell, SizeInUnits{60}), holding(50, 20));
    CHECK(more.kind == ErrorKind::refused);
    CHECK(more.code == "order.would_open_short");
    CHECK(more.message == "selling 60 would open a short position: 30 can be sold (position 50, open sell orders 20)");
    CHECK(refusal_of(form(Side::sell, SizeInUnits{1}), market()).code == "order.would_open_short");
    CHECK(refusal_of(form(Side::sell, SizeInUnits{1}), market()).hint == "add --short to sell short on purpose");
    CHECK(refusal_of(form(Side::sell, SizeInUnits{1}), holding(-50)).code == "order.would_open_short");
    OrderForm on_purpose = form(Side::sell, SizeInUnits{60});
    on_purpose.may_open_short = true;
    CHECK(quantity_of(on_purpose, holding(50)) == "sell 60");
    CHECK(resolve(on_purpose, stock(), holding(50))->may_open_short);
}

TEST_CASE("a part of a position is a part of a long one when selling, even with --short") {
    OrderForm all = form(Side::sell, SizeAll{});
    all.may_open_short = true;
    CHECK(refusal_of(all, holding(-50)).code == "order.nothing_to_close");
    all.size = SizeInPercent{50};
    CHECK(refusal_of(all, holding(-50)).code == "order.nothing_to_close");
    CHECK(refusal_of(all, market()).code == "order.nothing_to_close");
}

TEST_CASE("a position that open orders take wholly is told apart from none") {
    MarketView taken = holding(50);
    taken.open_reducing_quantity = 50;
    const Error refused = refusal_of(form(Side::sell, SizeAll{}), taken);
    CHECK(refused.code == "order.all_in_open_orders");
    CHECK(refused.message == "50 are held and 50 of them are already in open orders");
}

TEST_CASE("sizes that come to nothing or fit no lot are refused with the numbers") {
    const Error small = refusal_of(form(Side::buy, SizeInMoney{50, Currency("USD")}), market());
    CHECK(small.code == "order.size_zero");
    CHECK(small.message == "the size 50USD comes to no whole lot of GOOG");
    const Error broken = refusal_of(form(Side::buy, SizeInUnits{number("10.5")}), market());
    CHECK(broken.code == "order.off_lot");
    CHECK(broken.message == "the quantity 10.5 is not a positive multiple of the lot 1");
    CHECK(refusal_of(form(Side::buy, SizeInUnits{0}), market()).code == "order.off_lot");
    CHECK(refusal_of(form(Side::buy, SizeInUnits{-5}), market()).code == "order.off_lot");
    CHECK(refusal_of(form(Side::buy, SizeInMoney{-50, Currency("USD")}), market()).code == "order.size_zero");
    CHECK(refusal_of(form(Side::buy, SizeAll{}), holding(50)).code == "order.all_needs_position");
}

TEST_CASE("unlike currencies are refused, not converted") {
    const Error size = refusal_of(form(Side::buy, SizeInMoney{15'000, Currency("EUR")}), market());
    CHECK(size.code == "order.size_currency");
    CHECK(size.message == "the size is in EUR but GOOG trades in USD");
    MarketView euros = market();
    euros.account.currency = Currency("EUR");
    CHECK(refusal_of(form(Side::buy, SizeInPercent{25}), euros).code == "order.size_currency");
    CHECK(quantity_of(form(Side::buy, SizeInUnits{10}), euros) == "buy 10");
}

TEST_CASE("a size in money needs a price above zero") {
    Instrument oil = stock();
    oil.kind = Future{};
    const OrderForm at_zero = form(Side::buy, SizeInMoney{1'000, Currency("USD")}, LimitForm{at("0")});
    CHECK(refusal_of(at_zero, market(), oil).code == "order.size_needs_price");
    const OrderForm below_zero = form(Side::buy, SizeInMoney{1'000, Currency("USD")}, LimitForm{at("-37.63")});
    CHECK(refusal_of(below_zero, market(), oil).code == "order.size_needs_price");
}

TEST_CASE("price words start from the quote, and computed prices are rounded away from aggression") {
    CHECK(price_of(Side::buy, from(PriceBase::bid)) == "limit 99.90");
    CHECK(price_of(Side::buy, from(PriceBase::ask)) == "limit 100.10");
    CHECK(price_of(Side::buy, from(PriceBase::mid)) == "limit 100.00");
    CHECK(price_of(Side::buy, from(PriceBase::last, "-0.25")) == "limit 99.75");
    CHECK(price_of(Side::buy, from(PriceBase::bid, "1", OffsetUnit::ticks)) == "limit 99.91");
    CHECK(price_of(Side::sell, from(PriceBase::ask, "-2", OffsetUnit::ticks)) == "limit 100.08");
    CHECK(price_of(Side::buy, from(PriceBase::last, "-0.5", OffsetUnit::percent)) == "limit 99.50");
    CHECK(price_of(Side::buy, from(PriceBase::bid, "0.333", OffsetUnit::percent)) == "limit 100.23"); // 100.232667
    CHECK(price_of(Side::sell, from(PriceBase::bid, "0.333", OffsetUnit::percent)) == "limit 100.24");
    MarketView odd = market();
    odd.quote->ask = number("100.11");
    CHECK(price_of(Side::buy, from(PriceBase::mid), odd) == "limit 100.00"); // 100.005
}

TEST_CASE("stops and stop limits resolve both prices") {
    const OrderForm wanted =
        form(Side::buy, SizeInUnits{10}, StopForm{from(PriceBase::ask, "10", OffsetUnit::ticks), at("101")});
    CHECK(to_text(resolve(wanted, stock(), market())->price) == "stop 100.20 limit 101");
    const OrderForm plain = form(Side::buy, SizeInUnits{10}, StopForm{at("105"), std::nullopt});
    CHECK(to_text(resolve(plain, stock(), market())->price) == "stop 105");
}

TEST_CASE("a typed price is never moved: off the tick it is refused with its neighbours") {
    const Error off = refusal_of(form(Side::buy, SizeInUnits{10}, LimitForm{at("99.505")}), market());
    CHECK(off.code == "order.off_tick");
    CHECK(off.message == "the price 99.505 is not a multiple of the tick 0.01");
    CHECK(off.hint == "use 99.50 or 99.51");
    CHECK(price_of(Side::buy, at("-1")) == "order.price_not_positive");
    CHECK(price_of(Side::buy, at("0")) == "order.price_not_positive");
    CHECK(price_of(Side::buy, from(PriceBase::bid, "-200")) == "order.price_not_positive");
    Instrument oil = stock();
    oil.kind = Future{};
    CHECK(price_of(Side::buy, at("-37.63"), market(), oil) == "limit -37.63");
}

TEST_CASE("a quote that cannot be trusted prices nothing, and the refusal says why") {
    struct Row {
        std::string code;
        std::string message;
        void (*spoil)(MarketView&);
    };
    const std::vector<Row> table{
        {"quote.none", "there is no quote for GOOG", [](MarketView& view) { view.quote.reset(); }},
        {"quote.not_live", "the quote is delayed", [](MarketView& view) { view.quote->kind = QuoteKind::delayed; }},
        {"quote.not_live", "the quote is frozen", [](MarketView& view) { view.quote->kind = QuoteKind::frozen; }},
        {"quote.stale", "the quote is 3.5 s old; the limit is 2.0 s",
         [](MarketView& view) { view.quote_age = 3500ms; }},
        {"quote.one_sided", "the quote has no ask", [](MarketView& view) { view.quote->ask.reset(); }},
        {"quote.one_sided", "the quote has no bid", [](MarketView& view) { view.quote->bid.reset(); }},
        {"quote.crossed", "the quote is crossed: bid 100.20 is above ask 100.10",
         [](MarketView& view) { view.quote->bid = number("100.20"); }},
    };
    for (const Row& row : table) {
        MarketView view = market();
        row.spoil(view);
        for (const OrderForm& wanted : {form(Side::buy, SizeInUnits{10}, LimitForm{from(PriceBase::mid)}),
                                        form(Side::buy, SizeInMoney{1'000, Currency("USD")})}) {
            const Error refused = refusal_of(wanted, view);
            CHECK(refused.kind == ErrorKind::refused);
            CHECK(refused.code == row.code);
            CHECK(refused.message == row.message);
        }
        CHECK(quantity_of(form(Side::buy, SizeInUnits{10}, LimitForm{at("99")}), view) == "buy 10");
    }
}

TEST_CASE("'last' is the last trade or nothing") {
    MarketView view = market();
    view.quote->last.reset();
    CHECK(price_of(Side::buy, from(PriceBase::last), view) == "quote.no_last");
    CHECK(price_of(Side::buy, from(PriceBase::bid), view) == "limit 99.90");
}

TEST_CASE("a quote at the age limit is still good, and so is a simulated or a locked one") {
    MarketView view = market();
    view.quote_age = quote_age_max;
    view.quote->kind = QuoteKind::simulated;
    view.quote->bid = view.quote->ask;
    CHECK(price_of(Side::buy, from(PriceBase::mid), view) == "limit 100.10");
}

TEST_CASE("equal forms have equal canonical words") {
    CHECK(to_text(form(Side::buy, SizeInUnits{number("10.00")}, LimitForm{at("99.50")})) ==
          "buy GOOG 10 limit 99.5 day");
    CHECK(to_text(form(Side::buy, SizeInMoney{number("15000.0"), Currency("USD")})) == "buy GOOG 15000USD market day");
    CHECK(to_text(form(Side::sell, SizeInPercent{25}, StopForm{at("90"), at("89.5")})) ==
          "sell GOOG 25pct stop 90 limit 89.5 day");
    CHECK(to_text(close()) == "close GOOG all market day");
    OrderForm wanted = form(Side::sell, SizeInUnits{5}, LimitForm{from(PriceBase::bid, "1", OffsetUnit::ticks)});
    wanted.may_open_short = true;
    wanted.time_in_force = TimeInForce::gtc;
    CHECK(to_text(wanted) == "sell GOOG 5 limit bid+1t gtc short");
    CHECK(to_text(from(PriceBase::last, "-0.50", OffsetUnit::percent)) == "last-0.5pct");
    CHECK(to_text(from(PriceBase::mid)) == "mid");
    CHECK(to_text(from(PriceBase::ask, "0.02")) == "ask+0.02");
}

TEST_CASE("unlike forms have unlike words") {
    const std::vector<OrderForm> forms{
        form(Side::buy, SizeInUnits{10}),
        form(Side::sell, SizeInUnits{10}),
        close(SizeInUnits{10}),
        form(Side::buy, SizeInMoney{10, Currency("USD")}),
        form(Side::buy, SizeInMoney{10, Currency("EUR")}),
        form(Side::buy, SizeInPercent{10}),
        form(Side::buy, SizeInUnits{10}, LimitForm{at("99")}),
        form(Side::buy, SizeInUnits{10}, StopForm{at("99"), std::nullopt}),
        form(Side::buy, SizeInUnits{10}, StopForm{at("99"), at("99")}),
        form(Side::buy, SizeInUnits{10}, LimitForm{from(PriceBase::bid, "1")}),
        form(Side::buy, SizeInUnits{10}, LimitForm{from(PriceBase::bid, "1", OffsetUnit::ticks)}),
        form(Side::buy, SizeInUnits{10}, LimitForm{from(PriceBase::bid, "1", OffsetUnit::percent)}),
        form(Side::buy, SizeInUnits{10}, LimitForm{from(PriceBase::ask, "1")}),
    };
    for (std::size_t i = 0; i < forms.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            CHECK(to_text(forms[i]) != to_text(forms[j]));
        }
    }
}

TEST_CASE("a form needs a quote for relative prices and market orders") {
    CHECK(needs_quote(form(Side::buy, SizeInUnits{10})));
    CHECK(needs_quote(form(Side::buy, SizeInUnits{10}, LimitForm{from(PriceBase::mid)})));
    CHECK(needs_quote(form(Side::buy, SizeInUnits{10}, StopForm{at("99"), from(PriceBase::ask)})));
    CHECK_FALSE(needs_quote(form(Side::buy, SizeInUnits{10}, LimitForm{at("99")})));
    CHECK_FALSE(needs_quote(form(Side::buy, SizeInUnits{10}, StopForm{at("99"), at("98")})));
}

TEST_CASE("the notional is reckoned at the limit, the stop, or the far side of the quote") {
    const auto notional = [](const PriceForm& price, std::optional<Quote> quote) {
        const OrderRequest request = resolve(form(Side::buy, SizeInUnits{10}, price), stock(), market()).value();
        const std::optional<Money> money = notional_of(request, stock(), quote);
        return money ? money->to_string() : "not known";
    };
    CHECK(notional(LimitForm{at("99.50")}, std::nullopt) == "995.00 USD");
    CHECK(notional(StopForm{at("105"), std::nullopt}, std::nullopt) == "1050 USD");
    CHECK(notional(StopForm{at("105"), at("106")}, std::nullopt) == "1060 USD");
    CHECK(notional(MarketForm{}, market().quote) == "1001.00 USD");
    CHECK(notional(MarketForm{}, std::nullopt) == "not known");
}
