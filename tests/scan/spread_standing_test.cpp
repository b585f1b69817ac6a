#include "core/exchange/option_chain_model.hpp"
#include "core/market/option_pricing.hpp"
#include "core/scan/volatility_standing.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace tradesh;
using namespace tradesh::scan;
using std::chrono::days;

namespace {

const Instant monday_noon = parse_instant("2026-11-23T17:00:00Z").value();
const SessionCalendar new_york = SessionCalendar::find("NYSE").value();
const std::chrono::sys_days monday = std::chrono::floor<days>(monday_noon);

Instrument stock(std::string symbol) {
    Instrument instrument;
    instrument.symbol = std::move(symbol);
    return instrument;
}

void keep_expiries(OptionChain& chain, int from_days, int to_days) {
    std::erase_if(chain.options, [&](const OptionQuote& quote) {
        const auto ahead = (std::chrono::sys_days(quote.option.expiry) - monday).count();
        return ahead < from_days || ahead > to_days;
    });
}

} // namespace

TEST_CASE("the volatility at the money is the one behind the quotes") {
    const exchange::OptionChainModel model({});
    for (const std::string symbol : {"AAPL", "MSFT", "SPX"}) {
        for (const int spot : {60, 232, 4'700}) {
            CAPTURE(symbol, spot);
            OptionChain chain = model.chain(stock(symbol), spot, monday_noon, new_york);
            const double level = model.level(stock(symbol), monday);
            CHECK(at_the_money_volatility(chain).value() == Approx(level).epsilon(0.03));
            keep_expiries(chain, 32, 365); // none before 30 days: that of the nearest
            CHECK(at_the_money_volatility(chain).value() == Approx(level).epsilon(0.03));
            keep_expiries(chain, 200, 365);
            CHECK(at_the_money_volatility(chain).value() == Approx(level).epsilon(0.03));
        }
    }
}

TEST_CASE("between two expiries the variance is interpolated") {
    // Quotes of two expiries, each with a volatility of its own: 20 % after 20 days, 30 % after 40.
    OptionChain chain{.underlying = "X", .spot = 100, .time = monday_noon, .today = monday, .options = {}};
    for (const auto& [ahead, volatility] : {std::pair(20, 0.20), std::pair(40, 0.30)}) {
        for (const OptionRight right : {OptionRight::call, OptionRight::put}) {
            for (const int strike : {99, 101}) {
                const options::Terms terms{
                    .right = right, .spot = 100, .strike = static_cast<double>(strike), .years = ahead / 365.0};
                const Decimal fair = Decimal::from_double(options::price(terms, volatility), 6);
                chain.options.push_back(
                    {.symbol = "X",
                     .option = {.underlying = "X", .expiry = monday + days(ahead), .strike = strike, .right = right},
                     .expires = monday_noon + days(ahead),
                     .bid = fair - Decimal::of(1, 4),
                     .ask = fair + Decimal::of(1, 4)});
            }
        }
    }
    // (20 * 0.2^2 + 40 * 0.3^2) / 2 days of variance at 30 days
    CHECK(at_the_money_volatility(chain).value() == Approx(std::sqrt((0.8 + 3.6) / 2 / 30)).epsilon(1e-3));
}

TEST_CASE("without quotes that can be trusted near the money there is no volatility") {
    OptionChain chain = exchange::OptionChainModel({}).chain(stock("AAPL"), 232, monday_noon, new_york);
    CHECK_FALSE(at_the_money_volatility(OptionChain()));
    std::erase_if(chain.options, [](const OptionQuote& quote) { return quote.option.strike > Decimal(230); });
    CHECK_FALSE(at_the_money_volatility(chain)); // all strikes lie on one side
    for (OptionQuote& quote : chain.options) {
        quote.bid = std::nullopt;
    }
    CHECK_FALSE(at_the_money_volatility(chain));
}

TEST_CASE("rank and percentile tell where a volatility stands, and nothing of too few days") {
    std::vector<double> days_before;
    for (int i = 0; i < 20; ++i) {
        days_before.push_back(0.20 + 0.01 * i); // 0.20 to 0.39
    }
    const VolatilityStanding standing = standing_among(0.2475, days_before);
    CHECK(standing.rank.value() == Approx(25));
    CHECK(standing.percentile.value() == Approx(25)); // five of twenty
    CHECK(standing.days == 20);
    CHECK(standing_among(0.20, days_before).percentile.value() == 0); // strictly below
    CHECK(standing_among(0.50, days_before).rank.value() == 100);
    CHECK(standing_among(0.50, days_before).percentile.value() == 100);
    CHECK(standing_among(0.10, days_before).rank.value() == 0);

    days_before.pop_back();
    CHECK_FALSE(standing_among(0.25, days_before).rank);
    CHECK_FALSE(standing_among(0.25, days_before).percentile);
    CHECK_FALSE(standing_among(std::nullopt, std::vector<double>(252, 0.2)).percentile);
    const VolatilityStanding alike = standing_among(0.25, std::vector<double>(252, 0.2));
    CHECK_FALSE(alike.rank);
    CHECK(alike.percentile.value() == 100);
}
