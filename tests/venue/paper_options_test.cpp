#include "tests/venue/paper_fixture.hpp"

using namespace tradesh;
using namespace tradesh::test;
using namespace tradesh::venue;
using namespace std::chrono_literals;

namespace {

const std::string low = "GOOG261218C00160000";
const std::string high = "GOOG261218C00180000";

/// GOOG at 170 on NASDAQ, and a call spread on it.
venue::paper::ReferencePriceSource stored() {
    return [](std::string symbol) -> runtime::Task<Result<venue::paper::ReferencePrice>> {
        venue::paper::ReferencePrice reference;
        reference.instrument.symbol = symbol;
        if (symbol == "GOOG") {
            reference.instrument.exchange = "NASDAQ";
            reference.last_close = 170;
            co_return reference;
        }
        if (symbol == "SPREAD") {
            reference.instrument.kind = Combo{.legs = {{low, 1}, {high, -1}}};
            reference.instrument.multiplier = 100;
            co_return reference;
        }
        co_return fail(ErrorKind::not_found, "data.none", "no bars of " + symbol);
    };
}

struct Paper {
    Paper(VirtualLoop& time, const TempDirectory& directory)
        : venue(time.loop, paper::PaperOptions{.directory = directory.path}, stored()),
          test(time.loop, venue) {
        test.open().value();
    }
    paper::PaperVenue venue;
    VenueUnderTest test;
};

OrderRequest in(std::string symbol, OrderRequest request) {
    request.symbol = std::move(symbol);
    return request;
}

Decimal held(const TradingSnapshot& snapshot, const std::string& symbol) {
    for (const Position& position : snapshot.positions) {
        if (position.symbol == symbol) {
            return position.quantity;
        }
    }
    return 0;
}

} // namespace

TEST_CASE("a contract of the chain is quoted and traded under its symbol") {
    VirtualLoop time;
    TempDirectory directory;
    Paper paper(time, directory);
    Instrument goog;
    goog.symbol = "GOOG";
    goog.exchange = "NASDAQ";
    const auto chain = finish<Result<OptionChain>>(time.loop, [&] {
        return paper.venue.option_chains()->chain({.underlying = goog, .expiry_from = {}, .expiry_to = {}});
    });
    const OptionQuote& listed = *std::ranges::find(chain.value().options, high, &OptionQuote::symbol);
    const Quote quote = paper.test.quote(high).value();
    CHECK(quote.bid == listed.bid);
    CHECK(quote.ask == listed.ask);
    CHECK(quote.kind == QuoteKind::simulated);
    paper.test.submit(in(high, order("a", Side::buy, "1"))).value();
    CHECK(paper.test.lines() == Lines{"accepted a", "filled a 1"});
    const TradingSnapshot snapshot = paper.test.snapshot().value();
    CHECK(held(snapshot, high) == 1);
    CHECK(snapshot.account.cash == 100'000 - *quote.ask * 100 - 1);
    CHECK(paper.test.quote("GOOG261219C00180000").error().code == "paper.no_contract"); // a Saturday
    CHECK(paper.test.quote("GOOG201218C00180000").error().code == "paper.no_contract");
    CHECK(paper.test.quote("NONE261218C00180000").error().kind == ErrorKind::not_found);
    paper.test.close();
}

TEST_CASE("a spread trades as one, moves its legs, and is settled in cash at expiry, also over a restart") {
    VirtualLoop time;
    TempDirectory directory;
    Decimal cash;
    {
        Paper paper(time, directory);
        const Quote quote = paper.test.quote("SPREAD").value();
        CHECK(*quote.bid < *quote.ask);
        paper.test.submit(in("SPREAD", order("s", Side::buy, "1"))).value();
        CHECK(paper.test.lines() == Lines{"accepted s", "filled s 1", "filled s 1", "filled s 1"});
        const TradingSnapshot snapshot = paper.test.snapshot().value();
        CHECK(held(snapshot, low) == 1);
        CHECK(held(snapshot, high) == -1);
        CHECK(held(snapshot, "SPREAD") == 0);
        cash = snapshot.account.cash;
        CHECK(cash == 100'000 - *quote.ask * 100 - 2);
        CHECK(snapshot.fills.at(0).of == FillOf::leg);
        CHECK(snapshot.fills.at(2).of == FillOf::combo);
        CHECK(snapshot.fills.at(2).price == *quote.ask);
        paper.test.close();
    }
    time.clock.advance(24h * 40); // beyond the third Friday of December
    Paper paper(time, directory);
    const TradingSnapshot after = paper.test.snapshot().value();
    CHECK(held(after, low) == 0);
    CHECK(held(after, high) == 0);
    REQUIRE(after.fills.size() == 5);
    const Decimal worth = after.fills[3].price - after.fills[4].price;
    CHECK(after.account.cash == cash + worth * 100);
    CHECK_FALSE(worth.is_negative());
    CHECK(worth <= 20);
    CHECK(after.fills[3].time == parse_instant("2026-12-18 21:00").value());
    CHECK(after.fills[3].order.value.empty());
    CHECK(paper.test.submit(in(high, order("late", Side::buy, "1"))).error().code == "paper.no_contract");
    paper.test.close();
}
