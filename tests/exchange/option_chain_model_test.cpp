#include "core/exchange/option_chain_model.hpp"
#include "core/market/option_contract.hpp"
#include "core/market/option_pricing.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace tradesh;
using namespace tradesh::exchange;

namespace {

const Instant monday_noon = parse_instant("2026-11-23T17:00:00Z").value();
const SessionCalendar new_york = SessionCalendar::find("NYSE").value();

const std::chrono::sys_days monday = std::chrono::floor<std::chrono::days>(monday_noon);

Instrument apple() {
    Instrument instrument;
    instrument.symbol = "AAPL";
    return instrument;
}

double middle(const OptionQuote& quote) { return (quote.bid->to_double() + quote.ask->to_double()) / 2; }

} // namespace

TEST_CASE("a chain is the same whenever it is asked for") {
    const OptionChainModel model({});
    CHECK(model.chain(apple(), 232, monday_noon, new_york) == model.chain(apple(), 232, monday_noon, new_york));
    CHECK(model.chain(apple(), 232, monday_noon, new_york).kind == QuoteKind::simulated);
    CHECK(model.chain(apple(), 232, monday_noon, new_york) !=
          OptionChainModel({.seed = 2}).chain(apple(), 232, monday_noon, new_york));
}

TEST_CASE("expiries are Fridays to come: eight weeks, then the third of each month") {
    const OptionChain chain = OptionChainModel({}).chain(apple(), 232, monday_noon, new_york);
    std::set<std::chrono::sys_days> expiries;
    for (const OptionQuote& quote : chain.options) {
        expiries.insert(quote.option.expiry);
    }
    CHECK(*expiries.begin() == std::chrono::sys_days(std::chrono::year(2026) / 11 / 27));
    CHECK(expiries.size() == 18); // eight weeks to 2027-01-15, and 2027-02 to 2027-11
    // Christmas, New Year's Day and Juneteenth are Fridays without a session: the day before expires.
    for (const std::chrono::sys_days expiry : expiries) {
        const bool moved = expiry == std::chrono::sys_days(std::chrono::year(2026) / 12 / 24) ||
                           expiry == std::chrono::sys_days(std::chrono::year(2026) / 12 / 31) ||
                           expiry == std::chrono::sys_days(std::chrono::year(2027) / 6 / 17);
        CHECK(std::chrono::weekday(expiry) == (moved ? std::chrono::Thursday : std::chrono::Friday));
    }
    CHECK(expiries.contains(std::chrono::year(2026) / 12 / 24));
    CHECK(expiries.contains(std::chrono::year(2027) / 6 / 17));
}

TEST_CASE("options live until the close of their last day, and days are those of the exchange") {
    const OptionChainModel model({});
    const auto first = [&](std::string_view time) {
        const OptionChain chain = model.chain(apple(), 232, parse_instant(time).value(), new_york);
        const OptionQuote& quote = chain.options.front();
        return std::pair(to_date_text(std::chrono::sys_days(quote.option.expiry)), days_to_expiry(quote, chain));
    };
    CHECK(first("2026-12-03T23:30:00Z") == std::pair(std::string("2026-12-04"), 1)); // Thursday 18:30 in New York
    CHECK(first("2026-12-04T02:00:00Z") == std::pair(std::string("2026-12-04"), 1)); // Thursday 21:00
    CHECK(first("2026-12-04T20:59:00Z") == std::pair(std::string("2026-12-04"), 0)); // Friday, a minute to the close
    CHECK(first("2026-12-04T21:00:00Z") == std::pair(std::string("2026-12-11"), 7));
    CHECK(first("2026-11-27T17:59:00Z") == std::pair(std::string("2026-11-27"), 0)); // a half day
    CHECK(first("2026-11-27T18:00:00Z") == std::pair(std::string("2026-12-04"), 7));

    const OptionChain chain = model.chain(apple(), 232, parse_instant("2026-12-04T15:00:00Z").value(), new_york);
    CHECK(years_to_expiry(chain.options.front(), chain) == Approx(6.0 / 24 / 365));
    CHECK(chain.today == std::chrono::sys_days(std::chrono::year(2026) / 12 / 4));
}

TEST_CASE("strikes reach a fifth of the price and more to either side, however dear the underlying is") {
    for (const int spot : {30, 232, 490, 730, 2'600, 3'680, 560'000}) {
        CAPTURE(spot);
        const OptionChain chain = OptionChainModel({}).chain(apple(), spot, monday_noon, new_york);
        const auto [least, most] =
            std::ranges::minmax(chain.options, {}, [](const OptionQuote& quote) { return quote.option.strike; });
        CHECK(least.option.strike.to_double() <= spot * 0.83);
        CHECK(most.option.strike.to_double() >= spot * 1.17);
    }
}

TEST_CASE("quotes keep put-call parity to within their widths, and bids stay below asks") {
    for (const int spot : {3, 24, 99, 232, 4'700}) {
        const OptionChain chain = OptionChainModel({}).chain(apple(), spot, monday_noon, new_york);
        std::map<std::pair<std::chrono::sys_days, Decimal>, std::pair<const OptionQuote*, const OptionQuote*>> pairs;
        for (const OptionQuote& quote : chain.options) {
            CHECK((!quote.bid || *quote.bid < *quote.ask));
            CHECK(quote.option.strike.is_positive());
            auto& [call, put] = pairs[{quote.option.expiry, quote.option.strike}];
            (quote.option.right == OptionRight::call ? call : put) = &quote;
        }
        for (const auto& [key, pair] : pairs) {
            const auto& [call, put] = pair;
            REQUIRE((call != nullptr && put != nullptr));
            if (!call->bid || !put->bid) {
                continue;
            }
            const double years = years_to_expiry(*call, chain);
            const double forward =
                spot * std::exp(-chain.dividend_yield * years) - key.second.to_double() * std::exp(-chain.rate * years);
            const double widths = (*call->ask - *call->bid + *put->ask - *put->bid).to_double() / 2;
            CHECK(std::abs(middle(*call) - middle(*put) - forward) <= widths + 1e-6);
        }
    }
}

TEST_CASE("the smile is dearer on the downside and interest gathers at the money") {
    const OptionChainModel model({});
    CHECK(model.volatility(apple(), monday, -0.2, 0.25) > model.volatility(apple(), monday, 0, 0.25));
    CHECK(model.volatility(apple(), monday, 0.05, 0.25) < model.volatility(apple(), monday, -0.05, 0.25));
    const OptionChain chain = model.chain(apple(), 232, monday_noon, new_york);
    std::int64_t near = 0;
    std::int64_t far = 0;
    for (const OptionQuote& quote : chain.options) {
        const double distance = std::abs(quote.option.strike.to_double() - 232);
        (distance < 15 ? near : far) += distance < 15 || distance > 35 ? quote.open_interest : 0;
    }
    CHECK(near > far);
}

TEST_CASE(
    "volatility moves by the day, little from one to the next and enough in a year for a rank to mean something") {
    const OptionChainModel model({});
    for (const std::string_view symbol : {"AAPL", "MSFT", "KO", "SPX"}) {
        Instrument instrument;
        instrument.symbol = symbol;
        double least = 10;
        double most = 0;
        for (int day = 0; day < 365; ++day) {
            const double level = model.level(instrument, monday - std::chrono::days(day));
            const double before = model.level(instrument, monday - std::chrono::days(day + 1));
            CHECK(level != before);
            CHECK(std::abs(level / before - 1) < 0.15);
            least = std::min(least, level);
            most = std::max(most, level);
        }
        CHECK(most / least > 1.15);
        CHECK(most / least < 2.2);
        CHECK(least > 0.10);
        CHECK(most < 0.75);
    }
}

TEST_CASE("a contract is named as the OCC does") {
    const Option option{.underlying = "AAPL",
                        .expiry = std::chrono::year(2026) / 12 / 18,
                        .strike = Decimal::of(2225, 1),
                        .right = OptionRight::put};
    CHECK(option_symbol(option) == "AAPL261218P00222500");
}
