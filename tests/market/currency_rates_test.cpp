#include "core/market/currency_rates.hpp"

#include "tests/support/catch.hpp"

using namespace tradesh;
using std::chrono::days;

namespace {

std::chrono::sys_days date(std::string_view text) { return std::chrono::floor<days>(parse_instant(text).value()); }

const Currency usd("USD");
const Currency eur("EUR");
const Currency gbp("GBP");

} // namespace

TEST_CASE("the newest rate of the day or before counts, as long as it is young enough") {
    CurrencyRates rates(usd);
    rates.add(eur, date("2026-11-18"), Decimal::of(11, 1));
    rates.add(eur, date("2026-11-20"), Decimal::of(12, 1));
    const Money ten{.amount = 10, .currency = eur};
    const auto in_dollars = [&](std::string_view today, int age_max) {
        return rates.convert(ten, usd, date(today), days(age_max));
    };
    CHECK(in_dollars("2026-11-19", 1)->amount == Decimal(11));
    CHECK(in_dollars("2026-11-20", 0)->amount == Decimal(12));
    CHECK(in_dollars("2026-11-24", 4)->amount == Decimal(12));
    CHECK(in_dollars("2026-11-25", 4).error().code == "rates.too_old");
    CHECK_THAT(in_dollars("2026-11-25", 4).error().message, Contains("of 2026-11-20, 5 days old"));
    CHECK(in_dollars("2026-11-17", 4).error().code == "rates.missing");
    CHECK(rates.convert({.amount = 12, .currency = usd}, eur, date("2026-11-20"), days(1))->amount == Decimal(10));
    CHECK(rates.convert(ten, eur, date("1999-01-01"), days(0)) == ten);
    CHECK_THAT(rates.convert(ten, gbp, date("2026-11-20"), days(1)).error().message, Contains("no rate of GBP"));
}

TEST_CASE("rates are read from lines of currency, date and rate") {
    CurrencyRates rates(usd);
    REQUIRE(read_rates_csv("currency,date,rate\nEUR,2026-11-20,1.0842\r\n\nGBP,2026-11-20,1.25\n", "rates.csv", rates));
    CHECK(rates.convert({.amount = 100, .currency = eur}, usd, date("2026-11-20"), days(0))->amount ==
          Decimal::of(10842, 2));
    for (const std::string_view bad : {"EUR,2026-11-20", "e!,2026-11-20,1", "EUR,soon,1", "EUR,2026-11-20,0"}) {
        CAPTURE(bad);
        const Result<void> read = read_rates_csv("GBP,2026-11-20,1\n" + std::string(bad) + "\n", "rates.csv", rates);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().kind == ErrorKind::config);
        CHECK(read.error().subject == "rates.csv:2");
    }
}
