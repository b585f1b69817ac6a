#include "core/market/option_pricing.hpp"
#include "tests/venue/paper_fixture.hpp"

#include <algorithm>
#include <cmath>

using namespace tradesh;
using namespace tradesh::test;
using std::chrono::days;

namespace {

const TradingDate today = std::chrono::year(2026) / 11 / 20; // of the virtual clock: a Friday

Instrument stock(std::string symbol = "GOOG") {
    Instrument instrument;
    instrument.symbol = std::move(symbol);
    instrument.exchange = "NASDAQ";
    instrument.zone = "America/New_York";
    return instrument;
}

struct Market {
    TempDirectory directory;
    VirtualLoop time;
    FakeHistory history;
    venue::paper::PaperVenue venue{time.loop, {.directory = directory.path}, history.source()};
    VenueUnderTest test{time.loop, venue};

    Market() { REQUIRE(test.open()); }
    ~Market() { test.close(); }

    Result<OptionChain> chain(venue::ChainWanted wanted) {
        return finish<Result<OptionChain>>(time.loop, [&] { return venue.option_chains()->chain(wanted); });
    }
    Result<OptionChain> chain(Instrument underlying) {
        return chain(venue::ChainWanted{.underlying = std::move(underlying), .expiry_from = {}, .expiry_to = {}});
    }
    Result<std::vector<venue::DailyVolatility>> volatilities(TradingDate from, TradingDate to) {
        using Days = Result<std::vector<venue::DailyVolatility>>;
        return finish<Days>(time.loop, [&] { return venue.option_chains()->volatility_history(stock(), from, to); });
    }
};

double middle(const OptionQuote& quote) { return (quote.bid->to_double() + quote.ask->to_double()) / 2; }

} // namespace

TEST_CASE("a chain stands on the quote of its underlying and says that it is simulated") {
    Market market;
    const OptionChain chain = market.chain(stock()).value();
    CHECK(chain.kind == QuoteKind::simulated);
    CHECK(chain.time == market.time.loop.clock().now());
    CHECK(chain.spot == market.test.quote("GOOG").value().last.value());
    CHECK(chain.options.size() > 1'000);
    CHECK(chain.underlying == "GOOG");
    CHECK(market.chain(stock()).value() == chain);
}

TEST_CASE("calls and puts of one strike keep parity to within the widths of their quotes") {
    Market market;
    const OptionChain chain = market.chain(stock()).value();
    std::size_t pairs = 0;
    for (const OptionQuote& call : chain.options) {
        if (call.option.right != OptionRight::call || !call.bid) {
            continue;
        }
        for (const OptionQuote& put : chain.options) {
            if (put.option.right != OptionRight::put || !put.bid || put.option.expiry != call.option.expiry ||
                put.option.strike != call.option.strike) {
                continue;
            }
            const double years = years_to_expiry(call, chain);
            const double forward = chain.spot.to_double() * std::exp(-chain.dividend_yield * years) -
                                   call.option.strike.to_double() * std::exp(-chain.rate * years);
            const double widths = (*call.ask - *call.bid + *put.ask - *put.bid).to_double() / 2;
            CHECK(std::abs(middle(call) - middle(put) - forward) <= widths + 1e-6);
            ++pairs;
        }
    }
    CHECK(pairs > 300);
}

TEST_CASE("expiries are those that were wanted, and none is an error with what to do") {
    Market market;
    const OptionChain chain =
        market.chain({.underlying = stock(), .expiry_from = today + days(20), .expiry_to = today + days(40)}).value();
    for (const OptionQuote& quote : chain.options) {
        CHECK(TradingDate(quote.option.expiry) >= today + days(20));
        CHECK(TradingDate(quote.option.expiry) <= today + days(40));
    }
    const Result<OptionChain> none =
        market.chain({.underlying = stock(), .expiry_from = today + days(4'000), .expiry_to = {}});
    CHECK(none.error().code == "options.no_expiry");
    CHECK(none.error().kind == ErrorKind::not_found);
}

TEST_CASE("what cannot be quoted or is no stock or index has no options") {
    Market market;
    CHECK(market.chain(stock("NONE")).error().kind == ErrorKind::not_found);
    Instrument pair = stock("EURUSD");
    pair.kind = Forex{.base = Currency("EUR")};
    CHECK(market.chain(pair).error().code == "options.none_listed");
    Instrument index = stock();
    index.kind = Index{};
    CHECK(market.chain(index));
}

TEST_CASE("past volatilities are those of trading days, and go on into the chain of today") {
    Market market;
    const std::vector<venue::DailyVolatility> days_before =
        market.volatilities(today - days(14), today + days(10)).value();
    REQUIRE(days_before.size() == 10); // two weeks; today has not ended
    for (const venue::DailyVolatility& day : days_before) {
        const std::chrono::weekday weekday(day.date);
        CHECK((weekday != std::chrono::Saturday && weekday != std::chrono::Sunday));
        CHECK(day.date < today);
    }
    CHECK(market.volatilities(today - days(14), today).value() == days_before);

    // What the quotes nearest to the forward in a month imply is close to what yesterday had.
    const OptionChain chain =
        market.chain({.underlying = stock(), .expiry_from = today + days(25), .expiry_to = today + days(35)}).value();
    double implied = 0;
    double nearest = 1e9;
    for (const OptionQuote& quote : chain.options) {
        const double strike = quote.option.strike.to_double();
        const double distance = std::abs(strike - chain.spot.to_double() * 1.0025);
        if (quote.bid && distance < nearest) {
            nearest = distance;
            implied = options::implied_volatility({.right = quote.option.right,
                                                   .spot = chain.spot.to_double(),
                                                   .strike = strike,
                                                   .years = years_to_expiry(quote, chain),
                                                   .rate = chain.rate,
                                                   .dividend_yield = chain.dividend_yield},
                                                  middle(quote))
                          .value();
        }
    }
    CHECK(implied == Approx(days_before.back().volatility).epsilon(0.10));

    Instrument nowhere = stock();
    nowhere.exchange = "";
    const Result<std::vector<venue::DailyVolatility>> unknown = finish<Result<std::vector<venue::DailyVolatility>>>(
        market.time.loop, [&] { return market.venue.option_chains()->volatility_history(nowhere, today, today); });
    CHECK(unknown.error().code == "calendar.unknown");
}

TEST_CASE("where nobody said where the underlying trades, options expire on the days of New York") {
    Market market;
    Instrument nowhere = stock();
    nowhere.exchange = "";
    const OptionChain chain = market.chain(nowhere).value();
    CHECK(chain.options == market.chain(stock()).value().options);
    CHECK(std::ranges::any_of(chain.options, [](const OptionQuote& quote) {
        return TradingDate(quote.option.expiry) == std::chrono::year(2026) / 12 / 24;
    }));
}

TEST_CASE("the same account has the same options after a restart") {
    TempDirectory directory;
    FakeHistory history;
    std::vector<OptionChain> chains;
    for (const std::uint64_t seed : {7U, 8U}) { // the account keeps the seed it was made with
        VirtualLoop time;
        venue::paper::PaperVenue venue{time.loop, {.directory = directory.path, .seed = seed}, history.source()};
        VenueUnderTest test{time.loop, venue};
        REQUIRE(test.open());
        const venue::ChainWanted wanted{.underlying = stock(), .expiry_from = {}, .expiry_to = {}};
        chains.push_back(
            finish<Result<OptionChain>>(time.loop, [&] { return venue.option_chains()->chain(wanted); }).value());
        test.close();
    }
    CHECK(chains[0] == chains[1]);
}
