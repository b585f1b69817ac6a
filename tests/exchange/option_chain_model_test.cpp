#include "core/exchange/option_chain_model.hpp"
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
    CHECK(model.chain(apple(), 232, monday_noon) == model.chain(apple(), 232, monday_noon));
    CHECK(model.chain(apple(), 232, monday_noon).kind == QuoteKind::simulated);
    CHECK(model.chain(apple(), 232, monday_noon) != OptionChainModel({.seed = 2}).chain(apple(), 232, monday_noon));
}

TEST_CASE("expiries are Fridays to come: eight weeks, then the third of each month") {
    const OptionChain chain = OptionChainModel({}).chain(apple(), 232, monday_noon);
    std::set<std::chrono::sys_days> expiries;
    for (const OptionQuote& quote : chain.options) {
        expiries.insert(quote.option.expiry);
    }
    CHECK(*expiries.begin() == std::chrono::sys_days(std::chrono::year(2026) / 11 / 27));
    CHECK(expiries.size() == 18); // eight weeks to 2027-01-15, and 2027-02 to 2027-11
    for (const std::chrono::sys_days expiry : expiries) {
        CHECK(std::chrono::weekday(expiry) == std::chrono::Friday);
    }
    const OptionChain on_friday = OptionChainModel({}).chain(apple(), 232, monday_noon + std::chrono::days(4));
    CHECK(std::chrono::sys_days(on_friday.options.front().option.expiry) ==
          std::chrono::sys_days(std::chrono::year(2026) / 12 / 4));
}

TEST_CASE("quotes keep put-call parity to within their widths, and bids stay below asks") {
    for (const int spot : {3, 24, 99, 232, 4'700}) {
        const OptionChain chain = OptionChainModel({}).chain(apple(), spot, monday_noon);
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
            const double years =
                static_cast<double>((key.first - std::chrono::floor<std::chrono::days>(monday_noon)).count()) / 365;
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
    const OptionChain chain = model.chain(apple(), 232, monday_noon);
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
