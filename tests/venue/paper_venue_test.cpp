#include "core/venue/paper/paper_schema.hpp"
#include "tests/venue/paper_fixture.hpp"

using namespace tradesh;
using namespace tradesh::test;
using namespace tradesh::venue;
using namespace std::chrono_literals;

namespace {

/// A paper venue in a directory; several may follow each other there, as the runs of a core do.
struct Paper {
    Paper(VirtualLoop& time, const TempDirectory& directory, FakeHistory& history, Decimal cash = 100'000)
        : venue(time.loop,
                paper::PaperOptions{.directory = directory.path, .cash = {.amount = cash, .currency = Currency("USD")}},
                history.source()),
          test(time.loop, venue) {}
    paper::PaperVenue venue;
    VenueUnderTest test;
};

} // namespace

TEST_CASE("a market order is accepted, filled, and in the account") {
    VirtualLoop time;
    TempDirectory directory;
    FakeHistory history;
    Paper paper(time, directory, history);
    const AccountIdentity identity = paper.test.open().value();
    CHECK(identity.account == "PAPER-1");
    CHECK(identity.simulated);
    const Quote quote = paper.test.quote("GOOG").value();
    CHECK(quote.kind == QuoteKind::simulated);
    CHECK(quote.last == 170);
    REQUIRE(paper.test.submit(order("a", Side::buy, "10")));
    CHECK(paper.test.lines() == Lines{"accepted a", "filled a 10"});
    const VenueOrder found = paper.test.find("a").value().value();
    CHECK(found.state == OrderState::filled);
    CHECK(found.filled == 10);
    CHECK(found.average_price == quote.ask);
    const TradingSnapshot snapshot = paper.test.snapshot().value();
    REQUIRE(snapshot.positions.size() == 1);
    CHECK(snapshot.positions[0].quantity == 10);
    CHECK(snapshot.open_orders.empty());
    REQUIRE(snapshot.fills.size() == 1);
    CHECK(snapshot.fills[0] == std::get<OrderFilled>(paper.test.events[1].what).fill);
    CHECK(snapshot.account.cash == 100'000 - *quote.ask * 10 - 1);
    CHECK(history.asked == 1);
    const std::vector<ConnectionInfo> connections = paper.venue.connections();
    CHECK(connections.at(0).opened == 1);
    CHECK(connections.at(0).reused >= 4);
    paper.test.close();
}

TEST_CASE("the paper exchange tells of what was traded there, also in its next run and without history") {
    VirtualLoop time;
    TempDirectory directory;
    FakeHistory history;
    const auto describe = [&](Paper& paper, const std::string& symbol) {
        return finish<Result<std::optional<Instrument>>>(time.loop, [&] { return paper.venue.describe(symbol); })
            .value();
    };
    {
        Paper paper(time, directory, history);
        paper.test.open().value();
        CHECK_FALSE(describe(paper, "GOOG"));
        REQUIRE(paper.test.submit(order("a", Side::buy, "10")));
        paper.test.close();
    }
    history.closes.clear();
    Paper paper(time, directory, history);
    paper.test.open().value();
    const std::optional<Instrument> known = describe(paper, "GOOG");
    REQUIRE(known);
    CHECK(known->symbol == "GOOG");
    CHECK(known->tick == decimal("0.01"));
    CHECK_FALSE(describe(paper, "KO"));
    REQUIRE(paper.test.submit(order("b", Side::sell, "10")));
    CHECK(paper.test.find("b").value()->state == OrderState::filled);
    paper.test.close();
}

TEST_CASE("a symbol without history is refused with the cure, before anything happens") {
    VirtualLoop time;
    TempDirectory directory;
    FakeHistory history;
    Paper paper(time, directory, history);
    paper.test.open().value();
    OrderRequest request = order("a", Side::buy, "10");
    request.symbol = "NONE";
    const Result<void> submitted = paper.test.submit(request);
    REQUIRE_FALSE(submitted);
    CHECK(submitted.error().kind == ErrorKind::not_found);
    CHECK(submitted.error().hint == "import history first: data import FILE --symbol NONE");
    CHECK(paper.test.quote("NONE").error().kind == ErrorKind::not_found);
    CHECK_FALSE(paper.test.find("a").value());
    CHECK(paper.test.lines().empty());
    paper.test.close();
}

TEST_CASE("refusals of the exchange come as events with its code and are remembered") {
    VirtualLoop time;
    TempDirectory directory;
    FakeHistory history;
    Paper paper(time, directory, history, 1000);
    paper.test.open().value();
    paper.test.submit(order("big", Side::buy, "10")).value();
    paper.test.submit(order("short", Side::sell, "1")).value();
    paper.test.submit(order("tick", Side::buy, "1", limit("1.005"))).value();
    CHECK(paper.test.lines() == Lines{"rejected big insufficient_buying_power", "rejected short short_not_allowed",
                                      "rejected tick bad_tick"});
    const VenueOrder found = paper.test.find("big").value().value();
    CHECK(found.state == OrderState::rejected);
    CHECK_THAT(found.reason, Contains("buying power is 1000.00 USD"));
    paper.test.close();
}

TEST_CASE("the same id does not double, in memory or from the file; another request under it is refused") {
    VirtualLoop time;
    TempDirectory directory;
    FakeHistory history;
    {
        Paper paper(time, directory, history);
        paper.test.open().value();
        paper.test.submit(order("a", Side::buy, "10")).value();
        paper.test.submit(order("a", Side::buy, "10")).value();
        CHECK(paper.test.lines() == Lines{"accepted a", "filled a 10", "accepted a"});
        paper.test.close();
    }
    Paper paper(time, directory, history);
    paper.test.open().value();
    paper.test.submit(order("a", Side::buy, "10")).value();
    const Result<void> other = paper.test.submit(order("a", Side::buy, "11"));
    REQUIRE_FALSE(other);
    CHECK(other.error().kind == ErrorKind::rejected);
    CHECK(other.error().venue_code == "duplicate_id");
    paper.test.cancel("a").value();
    paper.test.cancel("b").value();
    CHECK(paper.test.lines() ==
          Lines{"accepted a", "cancel rejected a order_final", "cancel rejected b unknown_order"});
    CHECK(paper.test.snapshot().value().positions.at(0).quantity == 10);
    paper.test.close();
}

TEST_CASE("account, positions and resting orders survive a restart; what happened meanwhile comes with its own time") {
    VirtualLoop time;
    TempDirectory directory;
    FakeHistory history;
    TradingSnapshot before;
    const Instant entered = time.clock.now();
    {
        Paper paper(time, directory, history);
        paper.test.open().value();
        paper.test.submit(order("pos", Side::buy, "10")).value();
        paper.test.submit(order("low", Side::buy, "1", limit("20"))).value();
        paper.test.submit(order("day", Side::buy, "1", limit("20"), TimeInForce::day)).value();
        paper.test.submit(order("near", Side::buy, "2", limit("169.90"))).value();
        paper.test.replace("low", "3", limit("21")).value();
        before = paper.test.snapshot().value();
        CHECK(before.open_orders.size() == 3);
        paper.test.close();
    }
    time.clock.advance(48h);
    Paper paper(time, directory, history);
    paper.test.open().value();
    run_until(time.loop, [&] { return paper.test.events.size() >= 2; });
    CHECK(paper.test.lines() == Lines{"filled near 2", "expired day"});
    const Fill fill = std::get<OrderFilled>(paper.test.events[0].what).fill;
    CHECK(fill.price == decimal("169.90"));
    CHECK(fill.time > entered);
    CHECK(fill.time < time.clock.now());
    const TradingSnapshot after = paper.test.snapshot().value();
    REQUIRE(after.open_orders.size() == 1);
    CHECK(after.open_orders[0].request.quantity == 3);
    CHECK(after.open_orders[0].request.price == limit("21"));
    CHECK(after.positions.at(0).quantity == 12);
    CHECK(after.account.cash == before.account.cash - decimal("339.80") - 1);
    CHECK(paper.test.snapshot(fill.time).value().fills.size() == 1);
    CHECK(after.fills.size() == 2);
    CHECK(after.fills[0].execution != after.fills[1].execution);
    paper.test.close();
}

TEST_CASE("while an order rests the market is stepped each second, and not otherwise") {
    VirtualLoop time;
    TempDirectory directory;
    FakeHistory history;
    Paper paper(time, directory, history);
    paper.test.open().value();
    time.loop.poll();
    CHECK(time.loop.timers().size() == 0);
    paper.test.submit(order("near", Side::buy, "2", limit("169.90"))).value();
    paper.test.lines();
    int seconds = 0;
    while (paper.test.events.size() < 2 && seconds < 200'000) {
        run_until(time.loop, [&] { return time.loop.timers().size() > 0 || paper.test.events.size() >= 2; });
        time.clock.advance(1s);
        time.loop.timers().fire_due();
        time.loop.poll();
        ++seconds;
    }
    CHECK(paper.test.lines() == Lines{"accepted near", "filled near 2"});
    time.loop.poll();
    CHECK(time.loop.timers().size() == 0);
    paper.test.close();
}

TEST_CASE("the anchor is fixed by the first quote and moved only by hand") {
    VirtualLoop time;
    TempDirectory directory;
    FakeHistory history;
    Quote before;
    {
        Paper paper(time, directory, history);
        paper.test.open().value();
        paper.test.quote("GOOG").value();
        paper.test.close();
    }
    history.closes["GOOG"] = 500;
    time.clock.advance(1h);
    Paper paper(time, directory, history);
    paper.test.open().value();
    CHECK(*paper.test.quote("GOOG").value().last < 200);
    const auto move = [&](std::string symbol, Decimal price) {
        return finish<Result<void>>(time.loop, [&] { return paper.venue.move_anchor(symbol, price); });
    };
    REQUIRE(move("GOOG", 300));
    CHECK(paper.test.quote("GOOG").value().last == 300);
    CHECK(move("GOOG", 0).error().kind == ErrorKind::usage);
    CHECK(move("NONE", 5).error().kind == ErrorKind::not_found);
    paper.test.close();
}

TEST_CASE("requests that come together are answered together, in their order") {
    VirtualLoop time;
    TempDirectory directory;
    FakeHistory history;
    Paper paper(time, directory, history);
    paper.test.open().value();
    runtime::TaskScope scope(time.loop);
    int accepted = 0;
    for (int i = 0; i < 300; ++i) {
        scope.spawn("submit", [&, i](runtime::TaskInfo&) -> runtime::Task<void> {
            const OrderRequest request = order("o" + std::to_string(i), Side::buy, "1", limit("2"));
            const Result<void> result = co_await paper.venue.submit(request);
            accepted += result ? 1 : 0;
        });
    }
    run_until(time.loop, [&] { return scope.empty() && paper.test.events.size() == 300; });
    CHECK(accepted == 300);
    CHECK(paper.test.lines().back() == "accepted o299");
    paper.test.close();
    CHECK(paper.test.submit(order("late", Side::buy, "1")).error().code == "paper.closed");
}

TEST_CASE("another account or a foreign file in the directory is refused") {
    VirtualLoop time;
    TempDirectory directory;
    FakeHistory history;
    {
        Paper paper(time, directory, history);
        paper.test.open().value();
        paper.test.close();
    }
    paper::PaperVenue other(time.loop, paper::PaperOptions{.directory = directory.path, .account = "PAPER-2"},
                            history.source());
    const auto opened = finish<Result<AccountIdentity>>(time.loop, [&] { return other.open(); });
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == "paper.account_changed");
}

TEST_CASE("a commit that fails announces nothing, leaves the request unknown, and the exchange as the file has it") {
    VirtualLoop time;
    TempDirectory directory;
    FakeHistory history;
    Paper paper(time, directory, history);
    paper.test.open().value();
    paper.test.submit(order("before", Side::buy, "1", limit("20"))).value();
    store::Database file = store::Database::open(directory.path + "/paper.db", paper::paper_file).value();
    REQUIRE(file.execute("ALTER TABLE execution RENAME TO elsewhere"));
    const Result<void> submitted = paper.test.submit(order("a", Side::buy, "1"));
    REQUIRE_FALSE(submitted);
    CHECK(submitted.error().unknown_effect());
    CHECK(submitted.error().code == "paper.commit");
    CHECK_FALSE(paper.test.find("a").value());
    CHECK(paper.test.find("before").value()->state == OrderState::working);
    REQUIRE(file.execute("ALTER TABLE elsewhere RENAME TO execution"));
    const TradingSnapshot snapshot = paper.test.snapshot().value();
    CHECK(snapshot.account.cash == 100'000);
    CHECK(snapshot.positions.empty());
    CHECK(snapshot.open_orders.size() == 1);
    paper.test.submit(order("b", Side::buy, "1")).value();
    CHECK(paper.test.lines() == Lines{"accepted before", "accepted b", "filled b 1"});
    paper.test.close();
}
