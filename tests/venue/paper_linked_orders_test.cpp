#include "tests/venue/paper_fixture.hpp"

using namespace tradesh;
using namespace tradesh::test;
using namespace tradesh::venue;
using namespace std::chrono_literals;

namespace {

/// GOOG with its exchange, so that its sessions are known.
venue::paper::ReferencePriceSource nasdaq_history() {
    return [](std::string symbol) -> runtime::Task<Result<venue::paper::ReferencePrice>> {
        venue::paper::ReferencePrice reference;
        reference.instrument.symbol = symbol;
        reference.instrument.exchange = "NASDAQ";
        reference.last_close = 170;
        co_return reference;
    };
}

struct Paper {
    Paper(VirtualLoop& time, const TempDirectory& directory)
        : loop(time.loop),
          venue(time.loop, paper::PaperOptions{.directory = directory.path}, nasdaq_history()),
          test(time.loop, venue) {
        test.open().value();
    }
    Result<void> move(Decimal price) {
        return finish<Result<void>>(loop, [&] { return venue.move_anchor("GOOG", price); });
    }
    runtime::Loop& loop;
    paper::PaperVenue venue;
    VenueUnderTest test;
};

OrderRequest exit(std::string id, std::string parent, PriceRule price) {
    OrderRequest request = order(std::move(id), Side::sell, "10", price);
    request.parent = ClientOrderId(std::move(parent));
    request.oco_group = "x";
    return request;
}

} // namespace

TEST_CASE("the paper venue holds a bracket over restarts, before and after its entry fills") {
    VirtualLoop time;
    TempDirectory directory;
    {
        Paper paper(time, directory);
        const Capabilities can = paper.venue.capabilities();
        CHECK((can.replace && can.linked_orders && can.valid_until));
        CHECK(can.turns_up_within == Duration(0));
        REQUIRE(paper.test.submit_linked({order("e", Side::buy, "10", limit("150")), exit("t", "e", limit("190")),
                                          exit("s", "e", TrailingStop{.distance = 5, .percent = true})}));
        CHECK(paper.test.lines() == Lines{"accepted e", "accepted t", "state t held", "accepted s", "state s held"});
        paper.test.close();
    }
    {
        Paper paper(time, directory);
        CHECK(paper.test.find("s").value()->state == OrderState::held);
        CHECK(paper.test.find("s").value()->request.parent.value == "e");
        paper.move(140).value();
        CHECK(paper.test.lines() == Lines{"filled e 10", "state t working", "state s working"});
        paper.move(160).value(); // the stop follows to 152
        paper.test.close();
    }
    Paper paper(time, directory);
    const VenueOrder stop = paper.test.find("s").value().value();
    CHECK(stop.state == OrderState::working);
    CHECK(to_text(stop.request.price) == "trail 5pct");
    paper.move(decimal("151.50")).value();
    CHECK(paper.test.lines() == Lines{"filled s 10", "cancelled t"});
    CHECK(paper.test.snapshot().value().positions.at(0).quantity == 0);
    paper.test.close();
}

TEST_CASE("an exit of an order that only the file still knows works at once") {
    VirtualLoop time;
    TempDirectory directory;
    Paper paper(time, directory);
    paper.test.submit(order("e", Side::buy, "10")).value();
    paper.test.events.clear();
    paper.test.submit(exit("s", "e", StopPrice{.stop = 100, .limit = std::nullopt})).value();
    CHECK(paper.test.lines() == Lines{"accepted s", "state s held", "state s working"});
    paper.test.submit(exit("again", "e", limit("300"))).value();
    CHECK(paper.test.lines().back() == "rejected again bad_quantity");
    paper.test.close();
}

TEST_CASE("orders on close and valid-until orders end in their own time while the core is down") {
    VirtualLoop time;
    TempDirectory directory;
    const Instant start = time.clock.now();
    OrderRequest timed = order("timed", Side::buy, "1", limit("20"));
    timed.valid_until = start + 1h;
    {
        Paper paper(time, directory);
        paper.test.submit(order("moc", Side::buy, "10", MarketPrice{}, TimeInForce::cls)).value();
        paper.test.submit(timed).value();
        CHECK(paper.test.find("moc").value()->state == OrderState::accepted_for_bidding);
        paper.test.close();
    }
    time.clock.advance(24h * 6);
    Paper paper(time, directory);
    run_until(time.loop, [&] { return paper.test.events.size() >= 2; });
    CHECK(paper.test.lines() == Lines{"expired timed", "filled moc 10"});
    CHECK(paper.test.events[0].time == start + 1h);
    const Fill fill = std::get<OrderFilled>(paper.test.events[1].what).fill;
    CHECK(fill.time > start);
    CHECK(fill.time < time.clock.now());
    CHECK((fill.time - std::chrono::floor<std::chrono::days>(fill.time)) % 1min == 0s);
    CHECK(paper.test.find("timed").value()->request == timed);
    paper.test.close();
}
