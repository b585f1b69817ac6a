#include "core/orders/risk_checks.hpp"

#include "tests/orders/risk_case.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::test;
using orders::Limit;
using orders::RiskCheck;
using orders::RiskPurpose;
using orders::TradingState;

namespace {

constexpr orders::Verdict pass = orders::Verdict::pass;
constexpr orders::Verdict deny = orders::Verdict::deny;
constexpr orders::Verdict warn = orders::Verdict::warn;
constexpr orders::Verdict not_limited = orders::Verdict::not_limited;

OrderRequest other(std::string id, Side side, Decimal quantity, PriceRule price) {
    OrderRequest order = request(std::move(id), side, quantity);
    order.price = price;
    return order;
}

} // namespace

TEST_CASE("all sixteen checks are made, in their order, also after one has denied") {
    const std::vector<std::string> names{"form",       "trading_state",   "duplicate",    "instrument",
                                         "session",    "reference_price", "price_collar", "order_size",
                                         "position",   "short_selling",   "self_match",   "open_orders",
                                         "order_rate", "day_loss",        "buying_power", "concentration"};
    RiskCase risk;
    risk.order.quantity = -5;
    std::vector<std::string> made;
    for (const RiskCheck& check : risk.checks()) {
        made.push_back(check.name);
    }
    CHECK(made == names);
}

TEST_CASE("paper limits nothing but sanity, live rules limit everything, and an ordinary order passes both") {
    for (const bool live_rules : {false, true}) {
        for (const RiskCheck& check : RiskCase(live_rules).checks()) {
            CAPTURE(live_rules, check.name, check.value);
            CHECK(check.verdict != deny);
            CHECK(check.verdict != warn);
            if (live_rules) {
                CHECK(check.verdict == pass);
            }
        }
    }
}

TEST_CASE("1: the form must be one that the venue can take") {
    RiskCase risk;
    CHECK(risk.verdict("form") == pass);
    SECTION("quantity") {
        risk.order.quantity = 0;
        CHECK(risk.verdict("form") == deny);
    }
    SECTION("lot") {
        risk.instrument.lot = 3;
        CHECK(risk.check("form").value == "the quantity 100 is no positive multiple of the lot 3");
    }
    SECTION("tick") {
        risk.order.price = LimitPrice{Decimal::of(99503, 3)};
        CHECK(risk.check("form").value == "the price 99.503 is no multiple of the tick 0.01");
    }
    SECTION("price") {
        risk.order.price = StopPrice{.stop = 0, .limit = std::nullopt};
        CHECK(risk.verdict("form") == deny);
    }
    SECTION("a combination may cost nothing or less") {
        risk.instrument.kind = Combo{};
        risk.order.price = LimitPrice{-1};
        CHECK(risk.verdict("form") == pass);
    }
    SECTION("currency") {
        risk.instrument.currency = Currency("EUR");
        CHECK(risk.verdict("form") == pass);
        risk.capabilities.one_currency = true;
        CHECK(risk.check("form").value == "GOOG trades in EUR, and the account holds USD: this venue converts nothing");
    }
    SECTION("type and time in force") {
        risk.capabilities.price_rules = {"market"};
        CHECK(risk.check("form").value == "the venue takes no limit orders");
        risk.capabilities.price_rules = {"limit"};
        risk.capabilities.times_in_force = {TimeInForce::gtc};
        CHECK(risk.check("form").value == "the venue takes no orders with tif day");
    }
    SECTION("an end that is past") {
        risk.order.valid_until = risk.now;
        CHECK(risk.verdict("form") == deny);
        risk.order.valid_until = risk.now + std::chrono::seconds(1);
        CHECK(risk.verdict("form") == pass);
    }
}

TEST_CASE("2: HALTED passes nothing but flattening, REDUCING what reduces") {
    struct Example {
        TradingState state;
        Decimal held;
        RiskPurpose purpose;
        orders::Verdict verdict;
    };
    const std::vector<Example> examples{
        {TradingState::active, 0, RiskPurpose::open, pass},
        {TradingState::reducing, 0, RiskPurpose::open, deny},
        {TradingState::reducing, -100, RiskPurpose::open, pass},
        {TradingState::reducing, -99, RiskPurpose::open, deny},
        {TradingState::reducing, 0, RiskPurpose::reduce, pass},
        {TradingState::halted, -100, RiskPurpose::open, deny},
        {TradingState::halted, -100, RiskPurpose::reduce, deny},
        {TradingState::halted, -100, RiskPurpose::flatten, pass},
    };
    for (const Example& example : examples) {
        RiskCase risk;
        risk.standing = {.state = example.state, .since = nine_thirty, .reason = "fat finger", .cause = "user"};
        risk.purpose = example.purpose;
        risk.hold("GOOG", example.held);
        CAPTURE(orders::name_of(example.state), example.held.to_string());
        CHECK(risk.verdict("trading_state") == example.verdict);
    }
    RiskCase halted;
    halted.standing = {.state = TradingState::halted, .since = nine_thirty, .reason = "fat finger", .cause = "user"};
    CHECK_THAT(halted.check("trading_state").value, Contains("HALTED since 2026-11-20T14:30:00Z (fat finger)"));
}

TEST_CASE("2: in REDUCING an open order may become smaller, and no larger or nearer") {
    struct Example {
        TradingState state;
        Decimal quantity;
        PriceRule price;
        orders::Verdict verdict;
    };
    const PriceRule as_it_was = LimitPrice{Decimal::of(9950, 2)};
    const std::vector<Example> examples{
        {TradingState::reducing, 50, as_it_was, pass},      {TradingState::reducing, 101, as_it_was, deny},
        {TradingState::reducing, 50, LimitPrice{99}, pass}, {TradingState::reducing, 50, LimitPrice{100}, deny},
        {TradingState::reducing, 50, MarketPrice{}, deny},  {TradingState::halted, 50, as_it_was, deny},
    };
    for (const Example& example : examples) {
        RiskCase risk;
        risk.open(other("a", Side::buy, 100, as_it_was));
        risk.replaces = risk.ledger.find(ClientOrderId("a"));
        risk.standing = {.state = example.state, .since = nine_thirty, .reason = "numbers", .cause = "user"};
        risk.order.quantity = example.quantity;
        risk.order.price = example.price;
        CAPTURE(orders::name_of(example.state), example.quantity.to_string(), to_text(example.price));
        CHECK(risk.verdict("trading_state") == example.verdict);
    }
}

TEST_CASE("what only takes away of an open order passes limits that it is over, and says so") {
    RiskCase risk(true);
    risk.open(other("a", Side::buy, 100, LimitPrice{80})); // the market has left it
    risk.replaces = risk.ledger.find(ClientOrderId("a"));
    risk.order.price = LimitPrice{80};
    risk.order.quantity = 50;
    risk.set(Limit::order_quantity_max, 10);
    CHECK(risk.verdict("price_collar") == warn);
    CHECK(risk.verdict("order_size") == warn);
    CHECK_THAT(risk.check("order_size").value, Contains("it only takes away of the order"));
    CHECK(orders::verdict_of(risk.checks(), risk.order).has_value());
    risk.order.quantity = 101;
    CHECK(risk.verdict("order_size") == deny);
    CHECK(risk.verdict("price_collar") == deny);
}

TEST_CASE("3: the same order again is a warning on paper and refused on live, unless it has a key") {
    RiskCase risk(true);
    risk.open(request("k4x9-1-1"));
    CHECK(risk.verdict("duplicate") == pass); // 30 s are more than 10
    risk.set(Limit::duplicate_window_s, 30);
    CHECK(risk.verdict("duplicate") == pass); // equal to the window
    risk.set(Limit::duplicate_window_s, 31);
    CHECK(risk.verdict("duplicate") == deny);
    CHECK_THAT(risk.check("duplicate").value, Contains("k4x9-1-1"));
    SECTION("a key means it") {
        risk.keyed = true;
        CHECK(risk.verdict("duplicate") == pass);
    }
    SECTION("another price is another order") {
        risk.order.price = LimitPrice{99};
        CHECK(risk.verdict("duplicate") == pass);
    }
    SECTION("an id twice is refused even with a key") {
        risk.keyed = true;
        risk.order.id = ClientOrderId("k4x9-1-1");
        CHECK(risk.verdict("duplicate") == deny);
    }
    SECTION("on paper") {
        RiskCase paper;
        paper.open(request("k4x9-1-1")).set(Limit::duplicate_window_s, 31);
        CHECK(paper.verdict("duplicate") == warn);
    }
}

TEST_CASE("4: what cannot or must not be traded") {
    RiskCase risk;
    SECTION("an index") {
        risk.instrument.kind = Index{};
        CHECK(risk.check("instrument").value == "GOOG is an index: it is quoted, never traded");
    }
    SECTION("expired") {
        using std::chrono::year_month_day, std::chrono::year, std::chrono::month, std::chrono::day;
        const auto expiring = [](unsigned on) {
            return Future{.root = "ES", .expiry = year_month_day(year(2026), month(11), day(on))};
        };
        risk.instrument.kind = expiring(20);
        CHECK(risk.verdict("instrument") == pass); // it still trades today
        risk.instrument.kind = expiring(19);
        CHECK(risk.verdict("instrument") == deny);
    }
    SECTION("restricted, itself or what is under it") {
        risk.limits.restricted_symbols.emplace("GME", "limits.toml:9");
        CHECK(risk.verdict("instrument") == pass);
        risk.instrument.kind = Option{.underlying = "GME", .expiry = {}, .strike = 1};
        std::get<Option>(risk.instrument.kind).expiry =
            std::chrono::year_month_day(std::chrono::year(2027), std::chrono::month(1), std::chrono::day(15));
        CHECK(risk.check("instrument").value == "GME is restricted");
        CHECK(risk.check("instrument").source == "limits.toml:9");
        risk.hold("GOOG", -100);
        CHECK(risk.verdict("instrument") == warn); // it gets somebody out
    }
    SECTION("not among the allowed") {
        risk.limits.allowed_symbols = std::set<std::string, std::less<>>{"AAPL"};
        CHECK(risk.verdict("instrument") == deny);
        risk.limits.allowed_symbols->insert("GOOG");
        CHECK(risk.verdict("instrument") == pass);
    }
}

TEST_CASE("5: a closed market, and the cut-offs of its auctions") {
    struct Example {
        std::string at;
        PriceRule price;
        TimeInForce time_in_force;
        orders::Verdict verdict;
    };
    const PriceRule limit = LimitPrice{Decimal::of(9950, 2)};
    const std::vector<Example> examples{
        {"2026-11-20 14:30", MarketPrice{}, TimeInForce::day, pass}, // New York opens
        {"2026-11-20 14:29", MarketPrice{}, TimeInForce::day, deny},
        {"2026-11-20 14:29", limit, TimeInForce::gtc, warn},
        {"2026-11-20 14:29", limit, TimeInForce::ioc, deny},
        {"2026-11-20 14:28", limit, TimeInForce::opg, pass},
        {"2026-11-20 14:28:01", limit, TimeInForce::opg, deny},
        {"2026-11-20 20:50", MarketPrice{}, TimeInForce::cls, pass},
        {"2026-11-20 20:50:01", MarketPrice{}, TimeInForce::cls, deny},
        {"2026-11-20 21:00", MarketPrice{}, TimeInForce::day, deny},
        {"2026-11-21 15:00", limit, TimeInForce::day, warn},         // a Saturday
        {"2026-11-27 18:00", MarketPrice{}, TimeInForce::day, deny}, // a half day
    };
    for (const Example& example : examples) {
        RiskCase risk;
        risk.simulated = false;
        risk.quote->kind = QuoteKind::realtime;
        risk.calendar = SessionCalendar::find("NASDAQ").value();
        risk.now = parse_instant(example.at).value();
        risk.order.price = example.price;
        risk.order.time_in_force = example.time_in_force;
        CAPTURE(example.at, to_text(example.price), std::string(name_of(example.time_in_force)));
        CHECK(risk.verdict("session") == example.verdict);
    }
    RiskCase paper;
    CHECK(paper.check("session").value == "the paper market is always open");
    paper.simulated = false;
    CHECK_THAT(paper.check("session").value, Contains("not known"));
}

TEST_CASE("6: the quote that an order is measured by is fresh, two-sided and real") {
    RiskCase risk;
    risk.set(Limit::price_band_pct, 5).set(Limit::quote_age_max_s, 2);
    risk.quote_age = std::chrono::seconds(2);
    CHECK(risk.verdict("reference_price") == pass);
    SECTION("old") {
        risk.quote_age += std::chrono::milliseconds(1);
        CHECK(risk.verdict("reference_price") == deny);
        CHECK_THAT(risk.check("reference_price").value, Contains("2.001 s"));
    }
    SECTION("one-sided") {
        risk.quote->bid.reset();
        CHECK(risk.check("reference_price").value == "the quote has no bid");
    }
    SECTION("crossed") {
        risk.quote->bid = 100;
        CHECK(risk.check("reference_price").value == "the quote is crossed: bid 100, ask 99.6");
    }
    SECTION("delayed") {
        risk.quote->kind = QuoteKind::delayed;
        CHECK(risk.check("reference_price").value == "the quote is delayed");
    }
    SECTION("made up") {
        risk.quote->kind = QuoteKind::simulated;
        CHECK(risk.verdict("reference_price") == pass);
        CHECK_THAT(risk.check("reference_price").value, Contains("simulated"));
        risk.simulated = false;
        CHECK(risk.verdict("reference_price") == deny);
    }
    SECTION("missing") {
        risk.quote.reset();
        CHECK(risk.verdict("reference_price") == deny);
        CHECK(risk.verdict("price_collar") == deny);
    }
    SECTION("missing, and nobody needs it") {
        RiskCase paper;
        paper.quote.reset();
        CHECK(paper.verdict("reference_price") == not_limited);
        CHECK(paper.verdict("price_collar") == not_limited);
    }
}

TEST_CASE("7: limits stay near the market, market orders meet no wide spread") {
    RiskCase risk;
    risk.set(Limit::price_band_pct, 10).set(Limit::spread_max_pct, 1);
    risk.quote->bid = 99;
    risk.quote->ask = 101;
    struct Example {
        PriceRule price;
        orders::Verdict verdict;
    };
    const std::vector<Example> examples{
        {LimitPrice{110}, pass},
        {LimitPrice{Decimal::of(11001, 2)}, deny},
        {LimitPrice{90}, pass},
        {LimitPrice{Decimal::of(8999, 2)}, deny},
        {StopPrice{.stop = 120, .limit = Decimal(132)}, pass},
        {StopPrice{.stop = 120, .limit = Decimal::of(13201, 2)}, deny},
        {StopPrice{.stop = 150, .limit = std::nullopt}, pass},
        {MarketPrice{}, deny}, // the spread is 2 %
    };
    for (const Example& example : examples) {
        risk.order.price = example.price;
        CAPTURE(to_text(example.price));
        CHECK(risk.verdict("price_collar") == example.verdict);
    }
    risk.purpose = RiskPurpose::reduce; // a wide market keeps nobody in
    CHECK(risk.verdict("price_collar") == warn);
    risk.order.price = LimitPrice{Decimal::of(8999, 2)}; // a price of one's own may still be a slip
    CHECK(risk.verdict("price_collar") == deny);
    risk.order.price = MarketPrice{};
    risk.purpose = RiskPurpose::open;
    risk.set(Limit::spread_max_pct, 2);
    CHECK(risk.verdict("price_collar") == pass);
    CHECK(risk.check("price_collar").value == "2 %");
}

TEST_CASE("7: a stop that the market has reached already would trigger at once, and does not go out") {
    struct Example {
        Side side;
        Decimal stop;
        std::optional<Decimal> limit;
        orders::Verdict verdict;
    };
    const std::vector<Example> examples{
        {Side::buy, Decimal::of(9960, 2), {}, deny},  {Side::buy, Decimal::of(9961, 2), {}, pass},
        {Side::buy, 50, Decimal(51), deny},           {Side::sell, Decimal::of(9940, 2), {}, deny},
        {Side::sell, Decimal::of(9939, 2), {}, pass}, {Side::sell, 120, Decimal(119), deny},
    };
    RiskCase risk;
    for (const RiskPurpose purpose : {RiskPurpose::open, RiskPurpose::reduce}) {
        risk.purpose = purpose;
        for (const Example& example : examples) {
            risk.order.side = example.side;
            risk.order.price = StopPrice{.stop = example.stop, .limit = example.limit};
            CAPTURE(to_text(risk.order.price));
            const orders::Verdict verdict = risk.verdict("price_collar");
            CHECK((verdict == deny) == (example.verdict == deny));
        }
    }
    risk.order.side = Side::buy;
    risk.order.price = StopPrice{.stop = 50, .limit = std::nullopt};
    CHECK(risk.check("price_collar").value == "the buy stop at 50 is not above the ask of 99.6: it would trigger at "
                                              "once; for that, order at the market or with a limit");
    risk.quote->last = Decimal(100);
    risk.order.price = StopPrice{.stop = 100, .limit = std::nullopt};
    CHECK_THAT(risk.check("price_collar").value, Contains("is not above the last trade at 100"));
    risk.quote.reset();
    CHECK(risk.verdict("price_collar") == pass);
}

TEST_CASE("8: quantity and notional; what equals its limit passes") {
    RiskCase risk;
    risk.set(Limit::order_quantity_max, 100).set(Limit::order_notional_max, 9950, "USD");
    CHECK(risk.check("order_size") == RiskCheck{.name = "order_size",
                                                .verdict = pass,
                                                .value = "order_quantity 100; order_notional 9950 USD",
                                                .limit = "100; 9950 USD",
                                                .source = "limits.toml:7",
                                                .measure = ""});
    SECTION("quantity") {
        risk.set(Limit::order_quantity_max, 99);
        CHECK(risk.check("order_size").measure == "order_quantity");
        CHECK(risk.verdict("order_size") == deny);
    }
    SECTION("notional, with the multiplier") {
        risk.set(Limit::order_notional_max, 9949, "USD");
        CHECK(risk.verdict("order_size") == deny);
        risk.set(Limit::order_notional_max, 9950, "USD");
        risk.instrument.multiplier = 100;
        CHECK(risk.check("order_size").value == "995000 USD");
    }
    SECTION("least") {
        risk.set(Limit::order_notional_min, 9950, "USD");
        CHECK(risk.verdict("order_size") == pass);
        risk.set(Limit::order_notional_min, 9951, "USD");
        CHECK(risk.verdict("order_size") == deny);
    }
    SECTION("of one symbol") {
        risk.set(Limit::order_quantity_max, 50, "", {.account = "", .symbol = "AAPL"});
        CHECK(risk.verdict("order_size") == pass);
        risk.set(Limit::order_quantity_max, 50, "", {.account = "", .symbol = "GOOG"});
        CHECK(risk.verdict("order_size") == deny);
    }
    SECTION("of one account") {
        risk.set(Limit::order_quantity_max, 50, "", {.account = "T2", .symbol = ""});
        CHECK(risk.verdict("order_size") == pass);
        risk.set(Limit::order_quantity_max, 50, "", {.account = "T1", .symbol = ""});
        CHECK(risk.verdict("order_size") == deny);
    }
    SECTION("what reduces passes, and is told") {
        risk.set(Limit::order_quantity_max, 99).hold("GOOG", -100);
        CHECK(risk.verdict("order_size") == warn);
    }
    SECTION("another currency needs a rate") {
        risk.instrument.currency = Currency("EUR");
        CHECK_THAT(risk.check("order_size").value, Contains("there is no rate of EUR in USD for 2026-11-20"));
        const Error refusal = verdict_of(risk.checks(), risk.order).error();
        CHECK_THAT(refusal.hint, Contains("EUR,2026-11-20,RATE") && Contains("[rates]") &&
                                     Contains("EUR = { date = \"2026-11-20\", rate = \"RATE\" }"));
        CHECK(risk.check("buying_power").value ==
              "it cannot be compared with 100000 USD of the account: 9950 EUR: there is no rate of EUR in USD for "
              "2026-11-20");
        CHECK(risk.check("buying_power").cure == refusal.hint);
        risk.rates.add(Currency("EUR"), std::chrono::floor<std::chrono::days>(nine_thirty), Decimal::of(5, 1));
        CHECK(risk.verdict("order_size") == pass); // 4975 USD
    }
}

TEST_CASE("9: the position counts with every open order of its side filled") {
    RiskCase risk;
    risk.hold("GOOG", 50).open(other("a", Side::buy, 30, LimitPrice{90}));
    risk.open(other("b", Side::sell, 40, LimitPrice{110}));
    risk.set(Limit::position_quantity_max, 180);
    CHECK(risk.verdict("position") == pass);
    risk.set(Limit::position_quantity_max, 179);
    CHECK(risk.check("position").value == "180");
    SECTION("by value") {
        risk.set(Limit::position_quantity_max, 180).set(Limit::position_notional_max, 17'910, "USD");
        CHECK(risk.verdict("position") == pass); // 180 at 99.50
        risk.set(Limit::position_notional_max, 17'909, "USD");
        CHECK(risk.verdict("position") == deny);
    }
    SECTION("short") {
        risk.order = other("", Side::sell, 200, LimitPrice{100});
        risk.set(Limit::position_quantity_max, 190); // 50 - 40 - 200
        CHECK(risk.verdict("position") == pass);
        risk.set(Limit::position_quantity_max, 189);
        CHECK(risk.verdict("position") == deny);
    }
    SECTION("exits do not count, and of orders that cancel one another the largest does") {
        OrderRequest exit = other("c", Side::buy, 500, LimitPrice{90});
        exit.parent = ClientOrderId("b");
        risk.open(exit);
        OrderRequest first = other("d", Side::buy, 10, LimitPrice{90});
        OrderRequest second = other("e", Side::buy, 20, LimitPrice{80});
        first.oco_group = second.oco_group = "g";
        risk.open(first).open(second);
        risk.set(Limit::position_quantity_max, 200);
        CHECK(risk.verdict("position") == pass);
        risk.set(Limit::position_quantity_max, 199);
        CHECK(risk.verdict("position") == deny);
    }
    SECTION("a change counts as the new order less the old one") {
        risk.replaces = risk.ledger.find(ClientOrderId("a"));
        risk.set(Limit::position_quantity_max, 150);
        CHECK(risk.verdict("position") == pass);
        risk.set(Limit::position_quantity_max, 149);
        CHECK(risk.verdict("position") == deny);
    }
}

TEST_CASE("9: gross exposure adds up longs and shorts, each on its worse side") {
    RiskCase risk;
    risk.order.quantity = 10; // 995 at the middle
    risk.hold("AAPL", -20, 50).hold("MSFT", 5, 100);
    risk.marks.emplace("MSFT", orders::Mark{.price = 110, .elapsed = Duration(0)});
    OrderRequest more = other("a", Side::buy, 5, LimitPrice{100});
    more.symbol = "MSFT";
    risk.open(more);
    risk.set(Limit::gross_exposure_max, 3095, "USD"); // 995 + 1000 + 10 * 110
    CHECK(risk.verdict("position") == pass);
    risk.set(Limit::gross_exposure_max, 3094, "USD");
    CHECK(risk.verdict("position") == deny);
    more = other("b", Side::buy, 5, MarketPrice{});
    more.symbol = "NVDA";
    risk.open(more);
    CHECK_THAT(risk.check("position").value, Contains("there is no price of NVDA"));
}

TEST_CASE("10: a short position needs leave of the limits and of the order") {
    RiskCase risk(true);
    risk.order = other("", Side::sell, 100, LimitPrice{Decimal::of(9950, 2)});
    risk.hold("GOOG", 100);
    CHECK(risk.verdict("short_selling") == pass);
    risk.hold("GOOG", 99);
    CHECK(risk.verdict("short_selling") == deny);
    risk.order.may_open_short = true;
    CHECK(risk.check("short_selling").limit == "no");
    CHECK(risk.verdict("short_selling") == deny);
    risk.set(Limit::short_selling, 1);
    CHECK(risk.verdict("short_selling") == pass);
}

TEST_CASE("11: an order does not trade against our own, as far as it can reach") {
    struct Example {
        PriceRule ours;
        PriceRule resting;
        orders::Verdict verdict;
    };
    const Decimal ask = Decimal::of(9960, 2);
    const auto sell_stop = [](Decimal stop, std::optional<Decimal> limit = std::nullopt) {
        return StopPrice{.stop = stop, .limit = limit};
    };
    // Nobody says how much stands at the ask: the order may walk the book, a market order 2 % of it under live rules.
    const std::vector<Example> examples{
        {LimitPrice{100}, LimitPrice{100}, deny},
        {LimitPrice{99}, LimitPrice{100}, pass},
        {LimitPrice{99}, LimitPrice{99}, deny},
        {MarketPrice{}, LimitPrice{ask}, deny},
        {MarketPrice{}, LimitPrice{99}, deny},
        {MarketPrice{}, LimitPrice{Decimal::of(10260, 2)}, pass}, // a target 3 % away
        {MarketPrice{}, sell_stop(90), pass},                     // far below: nothing triggers it
        {LimitPrice{100}, sell_stop(90), pass},
        {MarketPrice{}, sell_stop(ask), deny}, // our own purchase triggers it
        {MarketPrice{}, sell_stop(ask, 150), pass},
        {MarketPrice{}, sell_stop(ask, 99), deny},
        {LimitPrice{99}, sell_stop(ask), pass}, // it only rests
        {sell_stop(101), LimitPrice{101}, pass},
    };
    for (const Example& example : examples) {
        for (const bool live_rules : {true, false}) {
            RiskCase risk(live_rules);
            risk.open(other("a", Side::sell, 10, example.resting));
            risk.order.price = example.ours;
            CAPTURE(to_text(example.ours), to_text(example.resting), live_rules);
            CHECK(risk.verdict("self_match") == (live_rules || example.verdict == pass ? example.verdict : warn));
        }
    }
}

TEST_CASE("11: what is shown at the best price is reached no further; without a fresh quote anything may be") {
    RiskCase risk(true);
    risk.open(other("a", Side::sell, 10, LimitPrice{100}));
    risk.order.price = MarketPrice{};
    CHECK(risk.verdict("self_match") == deny); // within the 2 % that the spread may have
    risk.quote->ask_size = Decimal(100);
    CHECK(risk.verdict("self_match") == pass);
    risk.order.price = LimitPrice{101};
    CHECK(risk.verdict("self_match") == pass);
    risk.order.quantity = 101;
    CHECK(risk.verdict("self_match") == deny);
    risk.order.price = MarketPrice{};
    risk.quote_age = std::chrono::minutes(1);
    CHECK(risk.verdict("self_match") == deny);
    risk.quote.reset();
    CHECK(risk.verdict("self_match") == deny);
    risk.order.price = LimitPrice{99};
    CHECK(risk.verdict("self_match") == pass);

    RiskCase selling(true);
    selling.hold("GOOG", 100).open(other("a", Side::buy, 10, LimitPrice{97}));
    selling.order.side = Side::sell;
    selling.order.price = MarketPrice{};
    CHECK(selling.verdict("self_match") == pass);
    selling.open(other("b", Side::buy, 10, LimitPrice{98}));
    CHECK(selling.verdict("self_match") == warn); // it only reduces
}

TEST_CASE("12: open orders, in all and in the symbol") {
    RiskCase risk;
    OrderRequest elsewhere = other("a", Side::buy, 1, LimitPrice{1});
    elsewhere.symbol = "AAPL";
    risk.open(elsewhere).open(other("b", Side::buy, 1, LimitPrice{1}));
    risk.set(Limit::open_orders_max, 3).set(Limit::open_orders_per_symbol_max, 2);
    CHECK(risk.verdict("open_orders") == pass);
    risk.set(Limit::open_orders_max, 2);
    CHECK(risk.check("open_orders").measure == "open_orders");
    CHECK(risk.verdict("open_orders") == deny);
    risk.replaces = risk.ledger.find(ClientOrderId("b"));
    CHECK(risk.verdict("open_orders") == pass); // it takes the place of one
    risk.replaces = nullptr;
    risk.set(Limit::open_orders_max, 3).set(Limit::open_orders_per_symbol_max, 1);
    CHECK(risk.check("open_orders").measure == "open_orders_in_symbol");
}

TEST_CASE("13: orders within a second and a minute") {
    RiskCase risk;
    risk.set(Limit::orders_per_second_max, 2).set(Limit::orders_per_minute_max, 10);
    risk.sent = {.last_second = 1, .last_minute = 9};
    CHECK(risk.verdict("order_rate") == pass);
    risk.sent = {.last_second = 2, .last_minute = 9};
    CHECK(risk.check("order_rate").measure == "orders_per_second");
    risk.sent = {.last_second = 0, .last_minute = 10};
    CHECK(risk.check("order_rate").measure == "orders_per_minute");
}

TEST_CASE("14: the loss of the day and the drawdown") {
    RiskCase risk;
    risk.set(Limit::daily_loss_max, 500, "USD").set(Limit::drawdown_max_pct, 10);
    risk.day.profit->amount = -500;
    risk.day.drawdown_pct = 10;
    CHECK(risk.verdict("day_loss") == pass);
    SECTION("loss") {
        risk.day.profit->amount = -501;
        CHECK(risk.check("day_loss").measure == "daily_loss");
        CHECK(risk.check("day_loss").value == "501 USD");
    }
    SECTION("drawdown") {
        risk.day.drawdown_pct = Decimal::of(101, 1);
        CHECK(risk.check("day_loss").measure == "drawdown");
    }
    SECTION("not known") {
        risk.day.profit.reset();
        risk.day.unknown = "there is no quote of MSFT";
        CHECK_THAT(risk.check("day_loss").value, Contains("there is no quote of MSFT"));
        CHECK(risk.verdict("day_loss") == deny);
    }
}

TEST_CASE("15: buying power, less what orders on their way will take") {
    RiskCase risk;
    risk.account.buying_power = 9950;
    CHECK(risk.verdict("buying_power") == pass);
    risk.reserved = Decimal::of(1, 2);
    CHECK(risk.verdict("buying_power") == deny);
    CHECK(risk.check("buying_power").limit == "9949.99 USD");
    SECTION("a change needs only what is new") {
        risk.open(other("a", Side::buy, 40, LimitPrice{Decimal::of(9950, 2)}));
        risk.replaces = risk.ledger.find(ClientOrderId("a"));
        risk.reserved = 0;
        risk.account.buying_power = 5970;
        CHECK(risk.verdict("buying_power") == pass);
        risk.account.buying_power = 5969;
        CHECK(risk.verdict("buying_power") == deny);
    }
    SECTION("a sale of what is held takes none") {
        risk.order = other("", Side::sell, 100, MarketPrice{});
        risk.hold("GOOG", 100);
        CHECK(risk.verdict("buying_power") == pass);
    }
    SECTION("the account's currency needs a rate") {
        risk.reserved = 0;
        risk.account.currency = Currency("EUR");
        CHECK(risk.verdict("buying_power") == deny);
        risk.rates.add(Currency("EUR"), std::chrono::floor<std::chrono::days>(nine_thirty), 2);
        CHECK(risk.check("buying_power").value == "4975 EUR");
        CHECK(risk.verdict("buying_power") == pass);
    }
}

TEST_CASE("16: one symbol's share of net liquidation") {
    RiskCase risk;
    risk.hold("GOOG", 100);
    risk.set(Limit::concentration_max_pct, Decimal::of(199, 1)); // 200 at 99.50 of 100,000
    CHECK(risk.verdict("concentration") == pass);
    risk.set(Limit::concentration_max_pct, Decimal::of(198, 1));
    CHECK(risk.check("concentration").value == "19.9 %");
    CHECK(risk.verdict("concentration") == deny);
    risk.account.net_liquidation = 0;
    CHECK(risk.verdict("concentration") == deny);
}

TEST_CASE("what gets somebody out passes what would keep him in, and says so; flattening passes what can be sent") {
    RiskCase risk(true);
    risk.purpose = RiskPurpose::reduce;
    risk.set(Limit::order_quantity_max, 1).set(Limit::open_orders_max, 1);
    risk.day.profit->amount = -1'000'000;
    risk.open(other("a", Side::sell, 10, LimitPrice{100}));
    CHECK(orders::verdict_of(risk.checks(), risk.order).has_value());
    risk.quote.reset();
    risk.standing.state = TradingState::halted;
    CHECK(risk.verdict("trading_state") == deny);
    CHECK(risk.verdict("reference_price") == deny);
    risk.purpose = RiskPurpose::flatten;
    CHECK(orders::verdict_of(risk.checks(), risk.order).has_value());
    risk.order.quantity = 0;
    CHECK_FALSE(orders::verdict_of(risk.checks(), risk.order).has_value());
}

TEST_CASE("a denial names value, limit and where the limit was set") {
    RiskCase risk;
    risk.set(Limit::order_notional_max, 5000, "USD");
    const Result<void> verdict = orders::verdict_of(risk.checks(), risk.order);
    REQUIRE_FALSE(verdict.has_value());
    CHECK(verdict.error().kind == ErrorKind::refused);
    CHECK(verdict.error().code == "risk.order_notional");
    CHECK(verdict.error().message == "order_notional 9950 USD is over the limit 5000 USD");
    CHECK_THAT(verdict.error().hint, Contains("limits.toml:7"));
}
