#include "core/exchange/auction_times.hpp"
#include "core/exchange/simulated_market.hpp"
#include "tests/exchange/exchange_fixture.hpp"

using namespace tradesh;
using namespace tradesh::test;
using namespace std::chrono_literals;

namespace {

SessionCalendar nasdaq() { return SessionCalendar::find("NASDAQ").value(); }

/// A long position of 50, bought at 100.
struct Long : ExchangeFixture {
    Long() {
        house({{9990, 100}}, {{10000, 100}}, 9995);
        submit(order("long", Side::buy, "50", MarketPrice{}));
    }
    Lines at(exchange::Ticks last) { return house({{last - 5, 100}}, {{last + 5, 100}}, last); }
};

} // namespace

TEST_CASE("a trailing stop follows the best price, never goes back, and sells at the market") {
    Long t;
    t.at(10000);
    CHECK(t.submit(t.order("s", Side::sell, "50", t.trail("1.50"))) == Lines{"accepted s"});
    CHECK(t.at(9900).empty());
    CHECK(t.at(10300).empty()); // the stop is at 101.50 now
    CHECK(t.at(10160).empty());
    CHECK(t.at(10150) == Lines{"s sell 50 @ 101.45 fee 0.00"});
    CHECK(t.position().quantity == 0);
}

TEST_CASE("a trailing stop to buy follows the market down, in percent, rounded away from it") {
    Long t;
    t.at(10000);
    t.submit(t.order("b", Side::buy, "1", t.trail("2", true)));
    CHECK(t.market.summary(t.alice).reserved == 102);
    CHECK(t.at(9555).empty()); // 97.461: the stop is at 97.47
    CHECK(t.at(9746).empty());
    CHECK(t.at(9747) == Lines{"b buy 1 @ 97.52 fee 0.00"});
}

TEST_CASE("the distance of a trailing stop can be replaced; its best price stays") {
    Long t;
    t.submit(t.order("s", Side::sell, "50", t.trail("5")));
    t.at(11000);
    CHECK(t.at(10700).empty());
    CHECK(t.replace("s", "50", t.trail("2.50")) == Lines{"replaced s 50 trail 2.50", "s sell 50 @ 106.95 fee 0.00"});
}

TEST_CASE("trailing stops are refused without a price, with a distance below a tick or beyond the price") {
    ExchangeFixture t;
    CHECK(t.submit(t.order("a", Side::buy, "1", t.trail("1"))) ==
          Lines{"rejected a no_market: no price of GOOG is known to trail"});
    t.house({{9990, 100}}, {{10000, 100}}, 9995);
    CHECK(t.submit(t.order("b", Side::buy, "1", t.trail("0.005"))).front().starts_with("rejected b bad_tick"));
    CHECK(t.submit(t.order("c", Side::buy, "1", t.trail("100", true))).front().starts_with("rejected c bad_price"));
    CHECK(t.submit(t.order("d", Side::sell, "1", t.trail("100"), TimeInForce::gtc, true)) ==
          Lines{"rejected d bad_price: distance 100 is more than the price itself"});
    CHECK(t.submit(t.order("e", Side::buy, "1", t.trail("1"), TimeInForce::cls)) ==
          Lines{"rejected e unsupported: a stop order cannot be cls; use day or gtc"});
}

TEST_CASE("an order is refused when its time is over, and ends when it comes") {
    ExchangeFixture t;
    t.house({{9990, 100}}, {{10000, 100}});
    OrderRequest request = t.order("a", Side::buy, "1", t.limit("90"));
    request.valid_until = t.now;
    CHECK(t.submit(request) == Lines{"rejected a bad_time: it was valid until 2026-11-20T15:00:00Z, which is over"});
    request.id = ClientOrderId("b");
    request.valid_until = t.now + 90s;
    t.submit(request);
    t.market.expire(t.now + 1h);
    const exchange::Changes changes = t.market.take_changes();
    REQUIRE(changes.events.size() == 1);
    CHECK(to_line(changes.events[0]) == "expired b");
    CHECK(changes.events[0].time == t.now + 90s);
}

TEST_CASE("the next opening and close are those of regular sessions, over nights, weekends, holidays and half days") {
    const auto opening = [](std::string_view at) { return exchange::next_opening(nasdaq(), instant(at)).value(); };
    const auto close = [](std::string_view at) { return exchange::next_close(nasdaq(), instant(at)).value(); };
    CHECK(opening("2026-11-20 15:00") == instant("2026-11-23 14:30")); // over a weekend
    CHECK(opening("2026-11-20 14:00") == instant("2026-11-20 14:30"));
    CHECK(opening("2026-11-20 14:30") == instant("2026-11-23 14:30"));
    CHECK(close("2026-11-20 20:00") == instant("2026-11-20 21:00"));
    CHECK(close("2026-11-20 21:00") == instant("2026-11-23 21:00"));
    CHECK(close("2026-11-26 15:00") == instant("2026-11-27 18:00")); // Thanksgiving, and the half day after it
    const SessionCalendar tokyo = SessionCalendar::find("TSE").value();
    CHECK(exchange::next_close(tokyo, instant("2026-11-20 01:00")).value() == instant("2026-11-20 06:30"));
    CHECK(exchange::next_opening(tokyo, instant("2026-11-20 03:00")).value() > instant("2026-11-21 00:00"));
    CHECK_FALSE(exchange::next_close(nasdaq(), instant("2199-01-01 00:00")));
}

TEST_CASE("orders on open and on close wait for their auction and fill whole at its one price") {
    ExchangeFixture t;
    t.now = instant("2026-11-20 20:00"); // 15:00 in New York
    t.house({{9990, 5}}, {{10000, 5}});
    CHECK(t.submit(t.order("none", Side::buy, "100", MarketPrice{}, TimeInForce::cls)) ==
          Lines{"rejected none no_session: it is not known when the exchange of GOOG closes; name its exchange when "
                "importing it, or use day or gtc"});
    t.market.set_calendar(0, nasdaq());
    CHECK(t.submit(t.order("moc", Side::buy, "100", MarketPrice{}, TimeInForce::cls)) ==
          Lines{"accepted moc", "accepted_for_bidding moc"});
    t.submit(t.order("loc", Side::buy, "10", t.limit("99.80"), TimeInForce::cls));
    t.submit(t.order("moo", Side::buy, "10", MarketPrice{}, TimeInForce::opg));
    CHECK(t.house({{9900, 100}}, {{9910, 100}}).empty());
    const exchange::Exchange::Auction auction = t.market.next_auction().value();
    CHECK(auction.time == instant("2026-11-20 21:00"));
    t.market.hold_auction(auction.listing, 9985, auction.time);
    CHECK(t.lines() == Lines{"moc buy 100 @ 99.85 fee 0.00", "expired loc"});
    CHECK(t.cancel("moo") == Lines{"cancelled moo: by request"});
    CHECK_FALSE(t.market.next_auction());
}

TEST_CASE("a market that was not watched holds its auctions in their own moments") {
    const auto run = [](Duration piece) {
        exchange::Exchange exchange("T", exchange::FeeModel{});
        Instrument goog;
        goog.symbol = "GOOG";
        exchange.list(goog).value();
        exchange.set_calendar(0, nasdaq());
        const exchange::AccountIndex account = exchange.open_account("paper", Currency("USD"), 10'000'000);
        const Instant start = instant("2026-11-20 20:00");
        exchange::SimulatedMarket market(exchange, exchange::PriceModel(7), start);
        market.set_anchor(0, exchange::Anchor{.time = start, .price = 170});
        for (const auto& [id, time_in_force] :
             {std::pair("moc", TimeInForce::cls), std::pair("moo", TimeInForce::opg)}) {
            exchange.submit(account, ExchangeFixture::order(id, Side::buy, "5000", MarketPrice{}, time_in_force), start)
                .value();
        }
        for (Instant at = start; at < start + 96h;) {
            at = std::min(start + 96h, at + piece);
            market.advance(at);
        }
        Lines lines;
        for (const exchange::Event& event : exchange.take_changes().events) {
            if (const auto* filled = std::get_if<exchange::Filled>(&event.what)) {
                lines.push_back(to_rfc3339(event.time) + " " + filled->fill.order.value + " " +
                                filled->fill.quantity.to_string() + " @ " + filled->fill.price.to_string());
            }
        }
        return lines;
    };
    const Lines at_once = run(96h);
    REQUIRE(at_once.size() == 2);
    CHECK(at_once[0].starts_with("2026-11-20T21:00:00Z moc 5000 @ "));
    CHECK(at_once[1].starts_with("2026-11-23T14:30:00Z moo 5000 @ "));
    CHECK(run(1h) == at_once);
}
