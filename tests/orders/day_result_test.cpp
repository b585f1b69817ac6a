#include "core/orders/day_result.hpp"

#include "tests/orders/order_facts.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::test;
using namespace tradesh::orders;
using namespace std::chrono_literals;

namespace {

struct Day {
    Day() { counted.emplace("GOOG", Counted{.currency = Currency("USD"), .multiplier = 1}); }

    void price(Decimal price) {
        marks.insert_or_assign("GOOG", Mark{.price = price, .elapsed = Duration(0)});
        result.see_first(marks);
    }
    void trade(std::string execution, Side side, Decimal quantity, Decimal at, Duration after = 1s) {
        Fill traded = fill(std::move(execution), quantity, order_id.value, at);
        traded.side = side;
        traded.time = nine_thirty + after;
        traded.fee.amount = 1;
        result.filled(traded);
    }
    DayMeasure measure(std::string currency = "USD") const {
        return result.measure(marks, counted, Currency(currency), rates, std::chrono::days(4));
    }
    std::string profit() const {
        const DayMeasure day = measure();
        return day.profit ? day.profit->amount.normalized().to_string() : day.unknown;
    }

    DayResult result;
    Marks marks;
    CountedSymbols counted;
    CurrencyRates rates;
};

HeldPositions held(Decimal quantity) {
    return {{"GOOG", {.quantity = quantity, .average_price = 10, .currency = Currency("USD")}}};
}

} // namespace

TEST_CASE("a day is worth what positions and fills of the day have brought, fees included") {
    Day day;
    day.result.begin(nine_thirty, held(100));
    CHECK(day.profit() == "there is no quote of GOOG");
    day.price(50); // the first price of the day: what it began with
    CHECK(day.profit() == "0");
    day.price(48);
    CHECK(day.profit() == "-200");
    day.trade("x1", Side::sell, 100, 49);
    CHECK(day.profit() == "-101");
    day.trade("x2", Side::buy, 10, 47);
    CHECK(day.profit() == "-92"); // -100 realised, 10 open, 2 of fees
    day.counted.at("GOOG").multiplier = 10;
    CHECK(day.profit() == "-902");
}

TEST_CASE("fills before the day began are in what it began with") {
    Day day;
    day.result.begin(nine_thirty, {});
    day.trade("x1", Side::buy, 10, 47, 0s);
    CHECK(day.profit() == "0");
}

TEST_CASE("a restart goes on where the day was") {
    Day day;
    day.result.begin(nine_thirty, held(100));
    day.price(50);
    day.result.saw_net_liquidation({.amount = 10'000, .currency = Currency("USD")});
    Day next;
    REQUIRE(next.result.restore(day.result.to_json()));
    next.price(45);
    CHECK(next.profit() == "-500");
    CHECK(next.result.date() == day.result.date());
    next.result.saw_net_liquidation({.amount = 9'000, .currency = Currency("USD")});
    CHECK(next.measure().drawdown_pct == Decimal(10));
    next.result.forget_highest();
    CHECK(next.measure().drawdown_pct == Decimal(0));
    CHECK_FALSE(next.result.restore("{"));
    CHECK(next.profit() == "-500");
}

TEST_CASE("another currency needs a rate, and nothing is guessed") {
    Day day;
    day.result.begin(nine_thirty, held(100));
    day.price(50);
    day.price(52);
    CHECK_THAT(day.measure("EUR").unknown, Contains("no rate of EUR"));
    day.rates.add(Currency("EUR"), day.result.date(), 2);
    CHECK(day.measure("EUR").profit == Money{.amount = 100, .currency = Currency("EUR")});
}
