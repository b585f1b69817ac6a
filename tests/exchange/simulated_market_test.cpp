#include "core/exchange/simulated_market.hpp"

#include "tests/exchange/exchange_fixture.hpp"

#include <cmath>

using namespace tradesh;
using namespace tradesh::test;
using namespace tradesh::exchange;
using namespace std::chrono_literals;

namespace {

Instrument goog() {
    Instrument instrument;
    instrument.symbol = "GOOG";
    return instrument;
}

/// A market whose house quotes the model.
struct Setup {
    Instant start = instant("2026-11-20 15:00");
    tradesh::exchange::Exchange exchange{"T", FeeModel{}};
    SimulatedMarket market{exchange, PriceModel(7), start};
    AccountIndex account = 0;

    Setup() {
        exchange.list(goog()).value();
        account = exchange.open_account("paper", Currency("USD"), 10'000'000);
        market.set_anchor(0, Anchor{.time = start, .price = 170});
        exchange.take_changes();
    }
    void submit(OrderRequest request, Instant at) {
        market.advance(at);
        market.refresh(0);
        exchange.submit(account, request, market.time()).value();
    }
    Lines timed_lines() {
        Lines all;
        for (const Event& event : exchange.take_changes().events) {
            all.push_back(to_rfc3339(event.time) + " " + to_line(event));
        }
        return all;
    }
};

} // namespace

TEST_CASE("a price is a pure function of seed, symbol, time and anchor, and equals the anchor at its time") {
    const Anchor anchor{.time = instant("2026-11-20 15:00"), .price = decimal("172.345")};
    const Instant later = anchor.time + 25h;
    CHECK(PriceModel(1).price(goog(), anchor, anchor.time) == 17235);
    CHECK(PriceModel(1).price(goog(), anchor, later) == PriceModel(1).price(goog(), anchor, later));
    CHECK(PriceModel(1).price(goog(), anchor, later) != PriceModel(2).price(goog(), anchor, later));
    Instrument other = goog();
    other.symbol = "AAPL";
    CHECK(PriceModel(1).price(goog(), anchor, later) != PriceModel(1).price(other, anchor, later));
    CHECK(PriceModel(1).price(goog(), Anchor{later, 50}, later) == 5000);
}

TEST_CASE("prices move 1.5 to 2 percent a day, without drift, and stay positive multiples of the tick") {
    const Anchor anchor{.time = instant("2026-01-01"), .price = 1000};
    double squares = 0;
    double hourly_squares = 0;
    double sum = 0;
    int count = 0;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        const PriceModel model(seed);
        for (int day = 0; day < 250; ++day, ++count) {
            const Instant at = anchor.time + std::chrono::days(day);
            const auto price = [&](Instant when) { return static_cast<double>(model.price(goog(), anchor, when)); };
            const double change = std::log(price(at + 24h) / price(at));
            const double hourly = std::log(price(at + 1h) / price(at));
            sum += change;
            squares += change * change;
            hourly_squares += hourly * hourly;
        }
    }
    const double daily = std::sqrt(squares / count);
    CHECK(daily > 0.015);
    CHECK(daily < 0.020);
    CHECK(std::sqrt(hourly_squares / count * 24) > 0.7 * daily);
    CHECK(std::sqrt(hourly_squares / count * 24) < 1.3 * daily);
    CHECK(std::fabs(sum / count) < 0.002);
    CHECK(PriceModel(3).price(goog(), Anchor{anchor.time, decimal("0.01")}, anchor.time + 24h * 2000) >= 1);
}

TEST_CASE("quotes are a few ticks wide, deep, and never crossed") {
    const Anchor anchor{.time = instant("2026-01-01"), .price = 170};
    for (int hour = 0; hour < 500; ++hour) {
        const HouseQuotes quotes = PriceModel(5).quotes(goog(), anchor, anchor.time + std::chrono::hours(hour));
        REQUIRE(quotes.bids.size() == 5);
        REQUIRE(quotes.asks.size() == 5);
        const Ticks spread = quotes.asks[0].price - quotes.bids[0].price;
        REQUIRE(spread >= 2);
        REQUIRE(spread <= 8);
        for (std::size_t i = 1; i < 5; ++i) {
            REQUIRE(quotes.bids[i].price < quotes.bids[i - 1].price);
            REQUIRE(quotes.asks[i].price > quotes.asks[i - 1].price);
            REQUIRE(quotes.asks[i].quantity > 0);
        }
    }
    const HouseQuotes penny = PriceModel(5).quotes(goog(), Anchor{anchor.time, decimal("0.01")}, anchor.time);
    CHECK(penny.bids.size() == 1);
    CHECK(penny.bids[0].price >= 1);
    CHECK(penny.asks[0].price > penny.bids[0].price);
}

TEST_CASE("the same inputs give the same events, advanced at once or second by second") {
    const auto run = [](Duration piece) {
        Setup s;
        s.submit(ExchangeFixture::order("m", Side::buy, "3000", MarketPrice{}), s.start + 1500ms);
        s.submit(ExchangeFixture::order("l", Side::buy, "2500", ExchangeFixture::limit("169.50")), s.start + 2s);
        s.submit(ExchangeFixture::order("st", Side::sell, "500", ExchangeFixture::stop("169")), s.start + 3s);
        s.submit(ExchangeFixture::order("d", Side::buy, "5", ExchangeFixture::limit("100"), TimeInForce::day),
                 s.start + 4s);
        const Instant end = s.start + 10h;
        for (Instant at = s.start + 4s; at < end; at += piece) {
            s.market.advance(std::min(end, at + piece));
        }
        return s.timed_lines();
    };
    const Lines at_once = run(10h);
    CHECK(at_once.size() > 8);
    CHECK(at_once.back() == "2026-11-21T00:00:00Z expired d");
    CHECK(run(1s) == at_once);
    CHECK(run(333ms) == at_once);
    CHECK(run(17min) == at_once);
}

TEST_CASE("a large market order fills at several steps, each with its own time") {
    Setup s;
    s.submit(ExchangeFixture::order("m", Side::buy, "5000", MarketPrice{}), s.start + 500ms);
    s.market.advance(s.start + 1min);
    std::set<Instant> times;
    Decimal filled;
    for (const Event& event : s.exchange.take_changes().events) {
        if (const auto* fill = std::get_if<Filled>(&event.what)) {
            times.insert(fill->fill.time);
            filled += fill->fill.quantity;
        }
    }
    CHECK(filled == 5000);
    CHECK(times.size() > 1);
    CHECK(*times.begin() == s.start + 500ms);
    CHECK(*std::next(times.begin()) == s.start + 1s);
}

TEST_CASE("years away cost a bounded number of steps, and day orders still end at their own midnight") {
    Setup s;
    s.submit(ExchangeFixture::order("g", Side::buy, "1", ExchangeFixture::limit("1")), s.start);
    s.submit(ExchangeFixture::order("d", Side::buy, "1", ExchangeFixture::limit("1"), TimeInForce::day), s.start);
    s.timed_lines();
    s.market.advance(s.start + 24h * 3650);
    CHECK(s.timed_lines() == Lines{"2026-11-21T00:00:00Z expired d"});
    CHECK(s.market.time() == s.start + 24h * 3650);
    s.market.advance(s.start);
    CHECK(s.market.time() == s.start + 24h * 3650);
}

TEST_CASE("with nothing open there is no step to wait for, and quotes say that they are simulated") {
    Setup s;
    CHECK_FALSE(s.market.next_step());
    s.market.advance(s.start + 90min + 250ms);
    const Quote quote = s.market.quote(0);
    CHECK(quote.kind == QuoteKind::simulated);
    CHECK(quote.time == s.start + 90min);
    CHECK(*quote.bid < *quote.last);
    CHECK(*quote.last < *quote.ask);
    s.submit(ExchangeFixture::order("g", Side::buy, "1", ExchangeFixture::limit("1")), s.start + 2h + 100ms);
    CHECK(s.market.next_step() == s.start + 2h + 1s);
}

TEST_CASE("moving the anchor moves the price at once") {
    Setup s;
    s.submit(ExchangeFixture::order("g", Side::buy, "1", ExchangeFixture::limit("90")), s.start + 1h);
    s.timed_lines();
    s.market.set_anchor(0, Anchor{.time = s.market.time(), .price = 80});
    CHECK(s.timed_lines().size() == 1);
    CHECK(s.market.quote(0).last == 80);
}
