#include "core/market/option_contract.hpp"
#include "core/orders/combo_loss.hpp"
#include "core/orders/risk_book.hpp"
#include "core/orders/risk_judging.hpp"
#include "core/orders/spread_legs.hpp"
#include "tests/exchange/exchange_fixture.hpp"
#include "tests/orders/risk_case.hpp"
#include "tests/support/virtual_loop.hpp"

using namespace tradesh;
using namespace tradesh::test;
using orders::Limit;
using orders::Verdict;

namespace {

const std::string p750 = "GOOG261218P00750000";
const std::string p770 = "GOOG261218P00770000";
const std::string c800 = "GOOG261218C00800000";
const std::string c850 = "GOOG261218C00850000";

OrderRequest spread_order(const Instrument& spread, Decimal quantity, Decimal net) {
    OrderRequest order = request("s", Side::buy, quantity);
    order.symbol = spread.symbol;
    order.price = LimitPrice{net};
    return order;
}

/// An order for legs on GOOG at a net price, without a quote.
struct ComboCase : RiskCase {
    ComboCase(std::string_view legs, Decimal quantity, Decimal net, bool live_rules = false) : RiskCase(live_rules) {
        instrument = orders::spread_of(instrument, orders::parse_legs(legs).value()).value();
        order = spread_order(instrument, quantity, net);
        quote.reset();
    }
};

/// The exchange behind the paper venue, with the same contracts.
struct Market : ExchangeFixture {
    Market() : ExchangeFixture({.per_unit = 0, .minimum = 0, .share_max = 0}, 1'000'000) {
        Instrument goog;
        goog.symbol = "GOOG";
        exchange::ListingIndex at = 1;
        for (const std::string& symbol : {p750, p770, c800, c850}) {
            market.list(orders::contract_of(goog, symbol, parse_option_symbol(symbol).value())).value();
            market.set_quotes(at++, {{{1900, 50}}, {{2100, 50}}, 2000}, now);
        }
    }
    Decimal reserved_for(const ComboCase& asked) {
        market.list(asked.instrument).value();
        CHECK(submit(asked.order).front() == "accepted s");
        return market.summary(alice).reserved;
    }
};

} // namespace

TEST_CASE("the buying power that a combo needs is what the paper exchange holds back for it") {
    struct Example {
        std::string legs;
        Decimal quantity;
        Decimal net;
        Decimal needed;
    };
    const std::vector<Example> examples{
        {p770 + ",-" + p750, 2, Decimal::of(-350, 2), 0}, // more comes in than can be lost
        {p770 + ",-" + p750, 2, Decimal::of(-1, 1), 0},
        {p750 + ",-" + p770, 5, Decimal::of(-600, 2), 5 * (2000 - 600)}, // a credit
        {p750 + ",-" + p770, 5, -21, 0},
        {p750 + ",-" + p770 + ",-" + c800 + "," + c850, 3, -9, 3 * (5000 - 900)},
        {p750 + ",-2x" + p770, 1, -30, 79'000 - 3'000}, // at zero: 750 - 2 * 770
        {c850 + ",-2x" + c800, 1, -22, 95'000 - 2'200}, // uncovered, at twice the highest strike: 850 - 2 * 900
    };
    for (const Example& example : examples) {
        CAPTURE(example.legs, example.net.to_string());
        const ComboCase asked(example.legs, example.quantity, example.net);
        const std::string value = asked.check("buying_power").value;
        CHECK(value == orders::plain(example.needed) + " USD");
        CHECK(Market().reserved_for(asked).normalized() == example.needed);
    }
}

TEST_CASE("a credit spread is as large as what it can lose, in every check that measures money") {
    ComboCase asked(p750 + ",-" + p770, 5'000, Decimal::of(-578, 2));
    CHECK(asked.check("buying_power").verdict == Verdict::deny);
    CHECK(asked.check("buying_power").value == "7110000 USD");
    asked.set(Limit::order_notional_max, 7'000'000, "USD");
    CHECK(asked.check("order_size").value == "7110000 USD");
    CHECK(asked.verdict("order_size") == Verdict::deny);
    asked.set(Limit::position_notional_max, 7'000'000, "USD");
    CHECK(asked.check("position").value == "7110000 USD");
    asked.set(Limit::concentration_max_pct, 50);
    CHECK(asked.check("concentration").value == "7110 %");
}

TEST_CASE("gross exposure counts what combos can lose, the asked one and those at work") {
    ComboCase asked(p750 + ",-" + p770, 1, -5);
    asked.set(Limit::gross_exposure_max, 5'000, "USD");
    CHECK(asked.check("position").value == "position_quantity 1; position_notional 1500 USD; gross_exposure 1500 USD");
    const ComboCase other(p770 + ",-" + p750, 3, 4);
    asked.counted.emplace(other.instrument.symbol, orders::counted_as(other.instrument));
    OrderRequest working = other.order;
    working.id = ClientOrderId("w");
    asked.open(working);
    CHECK_THAT(asked.check("position").value, Contains("gross_exposure 2700 USD")); // 1500, and 3 * 400
}

TEST_CASE("a call sold in a combo that nothing covers is a short sale, and other sold legs are covered") {
    const ComboCase covered(p750 + ",-" + p770, 5, -6, true);
    CHECK(covered.verdict("short_selling") == Verdict::pass);
    CHECK(covered.check("short_selling").value == p770 + " is sold covered: at expiry it costs 10000 USD at most");
    const ComboCase naked(c850 + ",-2x" + c800, 1, -22, true);
    CHECK(naked.verdict("short_selling") == Verdict::deny);
    CHECK(naked.check("short_selling").value == "it sells " + c800 + " uncovered, and what that can lose has no bound");
    CHECK(ComboCase(c850 + ",-2x" + c800, 1, -22).verdict("short_selling") == Verdict::pass);
}

TEST_CASE("a combo that closes what is held risks no more than its price") {
    ComboCase closing(p770 + ",-" + p750, 2, 7, true);
    closing.hold(p750, 2);
    closing.hold(p770, -2);
    CHECK(closing.check("short_selling").value == "the order opens no short position");
    CHECK(closing.check("buying_power").value == "1400 USD");
}

TEST_CASE("until the venue has answered, what a combo can lose is taken off the buying power") {
    ComboCase asked(p750 + ",-" + p770, 5, -6);
    const VirtualLoop time;
    orders::RiskBook book({.clock = time.clock,
                           .limits = orders::RiskLimits(false),
                           .account = "T1",
                           .simulated = true,
                           .rates = CurrencyRates()});
    book.sent(asked.order, asked.instrument, Money{.amount = -3'000, .currency = Currency("USD")});
    asked.order.id = ClientOrderId("");
    const std::vector<orders::RiskCheck> checks = book.check({.request = asked.order,
                                                              .instrument = asked.instrument,
                                                              .account = asked.account,
                                                              .positions = asked.positions,
                                                              .ledger = asked.ledger,
                                                              .capabilities = asked.capabilities});
    CHECK(std::ranges::find(checks, "buying_power", &orders::RiskCheck::name)->limit == "93000 USD");
}
