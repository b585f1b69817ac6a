#include "core/history/adjustment.hpp"
#include "tests/history/sample_bars.hpp"

#include <cmath>

using namespace tradesh;
using namespace tradesh::history;
using namespace tradesh::test;

namespace {

const Currency usd("USD");

std::chrono::sys_days date(std::string_view text) { return std::chrono::floor<std::chrono::days>(at(text)); }
CorporateAction split(std::string_view ex_date, int more, int less) {
    return {.ex_date = date(ex_date), .what = Split{.new_shares = more, .old_shares = less}};
}
CorporateAction dividend(std::string_view ex_date, std::string_view amount, Currency currency = usd) {
    return {.ex_date = date(ex_date), .what = Dividend{.amount = {.amount = number(amount), .currency = currency}}};
}

Bars three_days() {
    return bars_of({bar("2024-06-06", "100 102 98 100 1000"), bar("2024-06-07", "100 101 99 100 2000"),
                    bar("2024-06-10", "50 51 49 50.5 5000")});
}

} // namespace

TEST_CASE("before a split prices shrink and volumes grow") {
    const Bars bars = adjust(three_days(), std::vector{split("2024-06-10", 2, 1)}, usd).value();
    CHECK(bars.at(0) == bar("2024-06-06", "50 51 49 50 2000"));
    CHECK(bars.at(1) == bar("2024-06-07", "50 50.5 49.5 50 4000"));
    CHECK(bars.at(2) == bar("2024-06-10", "50 51 49 50.5 5000"));
}

TEST_CASE("a third stays a third until the very end") {
    const Bars bars =
        adjust(three_days(), std::vector{split("2024-06-10", 3, 1), split("2024-06-07", 1, 3)}, usd).value();
    CHECK(bars.at(0) == bar("2024-06-06", "100 102 98 100 1000")); // 1 for 3, then 3 for 1
    CHECK(bars.at(1) == bar("2024-06-07", "33.333333 33.666667 33 33.333333 6000"));
}

TEST_CASE("before a dividend prices shrink by its share of the close before it; volumes stay") {
    const Bars bars = adjust(three_days(), std::vector{dividend("2024-06-10", "4")}, usd).value();
    CHECK(bars.at(0) == bar("2024-06-06", "96 97.92 94.08 96 1000"));
    CHECK(bars.at(1) == bar("2024-06-07", "96 96.96 95.04 96 2000"));
    CHECK(bars.at(2) == bar("2024-06-10", "50 51 49 50.5 5000"));
}

TEST_CASE("actions of one date: a dividend is for the shares before the split, two dividends are one") {
    const Bars together =
        adjust(three_days(), std::vector{dividend("2024-06-10", "4"), split("2024-06-10", 2, 1)}, usd).value();
    CHECK(together.at(1) == bar("2024-06-07", "48 48.48 47.52 48 4000"));
    const Bars two =
        adjust(three_days(), std::vector{dividend("2024-06-10", "1"), dividend("2024-06-10", "3")}, usd).value();
    CHECK(two.at(1) == bar("2024-06-07", "96 96.96 95.04 96 2000"));
}

TEST_CASE("actions apply wherever they fall") {
    const auto first_close = [](std::string_view ex_date) {
        return adjust(three_days(), std::vector{split(ex_date, 2, 1)}, usd).value().close.at(0);
    };
    CHECK(first_close("2024-06-06") == Decimal(100)); // no bar before it
    CHECK(first_close("2020-01-01") == Decimal(100));
    CHECK(first_close("2024-06-08") == Decimal(50)); // a date without a bar
    CHECK(first_close("2030-01-01") == Decimal(50)); // after the last bar
    CHECK(adjust(three_days(), {}, usd).value().close.at(0) == Decimal(100));
    CHECK(adjust(Bars(), std::vector{split("2024-06-06", 2, 1)}, usd).value().empty());
}

TEST_CASE("prices keep the decimals they have, and six where a factor needs them") {
    const Bars coin = bars_of({bar("2024-06-06", "0.00000012 0.00000012 0.00000011 0.00000012 7"),
                               bar("2024-06-07", "0.00000006 0.00000006 0.00000006 0.00000006 7")});
    CHECK(adjust(coin, std::vector{split("2024-06-07", 2, 1)}, usd).value().at(0).low ==
          number("0.00000006")); // half to even
    const Bars bars = adjust(three_days(), std::vector{dividend("2024-06-10", "0.3333333")}, usd).value();
    CHECK(bars.at(0).close == number("99.666667"));
}

TEST_CASE("a dividend that cannot be right is refused with date and reason") {
    const auto refused = [](const CorporateAction& action) {
        const Result<Bars> bars = adjust(three_days(), std::vector{action}, usd);
        REQUIRE_FALSE(bars);
        CHECK(bars.error().code == "adjust.dividend");
        CHECK_THAT(bars.error().attempted, Contains("2024-06-10"));
        return bars.error().message;
    };
    CHECK_THAT(refused(dividend("2024-06-10", "100")), Contains("100 USD does not lie between zero and the price"));
    CHECK_THAT(refused(dividend("2024-06-10", "-1")), Contains("-1 USD"));
    CHECK_THAT(refused(dividend("2024-06-10", "1", Currency("EUR"))), Contains("paid in EUR"));
    CHECK(adjust(three_days(), std::vector{dividend("2024-06-06", "500")}, usd)); // changes no bar
}

TEST_CASE("numbers that grow without bound are an error, not a crash") {
    std::vector<CorporateAction> actions(40, split("2024-06-10", 1'000'000, 1));
    const Result<Bars> bars = adjust(three_days(), actions, usd);
    REQUIRE_FALSE(bars);
    CHECK(bars.error().code == "adjust.out_of_range");
}

// Coca-Cola paid 14 cents a share in 1997. The file's own adjusted closes were made by somebody else from all later
// dividends and splits as well, so it is their ratios within the file that must agree.
TEST_CASE("adjusted closes of Coca-Cola agree with those published") {
    const ParsedBars file = read_bars(data_file("KO_1d.csv"), "America/New_York");
    const std::vector<CorporateAction> actions{dividend("1997-03-12", "0.14"), split("2012-08-13", 2, 1)};
    const Bars bars = adjust(file.raw, actions, usd).value();
    REQUIRE(bars.size() == 59);
    CHECK(bars.at(58).close == number("29.3125")); // 58.625 / 2
    CHECK(bars.at(58).volume == file.raw.at(58).volume * Decimal(2));
    CHECK(bars.at(0).close == number("25.878931")); // 51.875 * (1 - 0.14 / 62) / 2
    const double unit = file.adjusted.close.at(58).to_double() / bars.close.at(58).to_double();
    for (std::size_t i = 0; i < bars.size(); ++i) {
        INFO(to_rfc3339(bars.open_time[i]));
        const double ratio = file.adjusted.close.at(i).to_double() / bars.close.at(i).to_double() / unit;
        CHECK(std::fabs(ratio - 1) < 2e-7);
    }
}
