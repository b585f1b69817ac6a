#include "tests/support/exchange_server.hpp"
#include "tests/support/remote_venue.hpp"
#include "tests/venue/paper_fixture.hpp"

using namespace tradesh;
using namespace tradesh::test;
using namespace tradesh::venue;
using namespace std::chrono_literals;
using Moment = ExchangeServer::Moment;

namespace {

/// The exchange server, and one remote venue that is connected to it.
struct Remote {
    Remote() {
        Instrument goog;
        goog.symbol = "GOOG";
        server.list(goog);
        server.set_price("GOOG", 100, decimal("100.10"), 1000);
        identity = test.open();
        test.wait_for_events(1);
        test.events.clear(); // the first "link up"
    }
    ~Remote() { test.close(); }

    /// A question is answered after everything that came before it.
    std::optional<VenueOrder> find(std::string id) { return test.find(std::move(id)).value(); }
    void wait_for_link() {
        run_until(loop, [&] { return venue.connections()[0].state == "up"; });
    }

    TempDirectory directory;
    ExchangeServer server{{.socket_path = directory.path + "/exchange"}};
    SystemClock clock;
    runtime::Loop loop{clock};
    RemoteVenue venue{loop, directory.path + "/exchange"};
    VenueUnderTest test{loop, venue};
    Result<AccountIdentity> identity = fail(ErrorKind::failed, "test", "not opened");
};

} // namespace

TEST_CASE("orders go over the socket and come back as events, quotes and snapshots") {
    Remote t;
    CHECK(t.identity.value().account == "SIM-1");
    CHECK(t.test.quote("GOOG").value().ask == decimal("100.10"));
    CHECK(t.test.quote("NONE").error().kind == ErrorKind::not_found);
    t.test.submit(order("a", Side::buy, "10")).value();
    t.test.submit(order("b", Side::buy, "10", limit("90"))).value();
    t.test.replace("b", "12", StopPrice{90, std::nullopt}).value();
    t.test.replace("b", "12", limit("91")).value();
    t.test.cancel("b").value();
    t.test.cancel("c").value();
    t.test.submit(order("d", Side::buy, "10", limit("90.001"))).value();
    t.test.wait_for_events(8);
    CHECK(t.test.lines() == Lines{"accepted a", "filled a 10", "accepted b", "replace rejected b unsupported",
                                  "replaced b 12 limit 91", "cancelled b", "cancel rejected c unknown_order",
                                  "rejected d bad_tick"});
    const TradingSnapshot snapshot = t.test.snapshot().value();
    CHECK(snapshot.open_orders.empty());
    CHECK(snapshot.fills == t.server.fills());
    CHECK(snapshot.positions == t.server.positions());
    CHECK(snapshot.account.cash == decimal("98998.00"));
    CHECK(t.find("b").value().state == OrderState::cancelled);
    CHECK_FALSE(t.find("never"));
    CHECK(t.server.submissions("a") == 1);
    CHECK(t.server.connections_accepted() == 1);
    CHECK(t.venue.connections()[0].opened == 1);
}

TEST_CASE("a resting order fills when the test moves the price") {
    Remote t;
    t.test.submit(order("a", Side::buy, "10", limit("99"))).value();
    t.test.wait_for_events(1);
    t.server.set_price("GOOG", decimal("98.80"), decimal("98.90"), 4);
    t.server.set_price("GOOG", decimal("98.80"), decimal("98.90"), 100);
    t.test.wait_for_events(3);
    CHECK(t.test.lines() == Lines{"accepted a", "filled a 4", "filled a 6"});
}

TEST_CASE("fault: a dropped acknowledgement leaves the order in") {
    Remote t;
    t.server.drop_acknowledgements(1);
    t.test.submit(order("a", Side::buy, "10", limit("90"))).value();
    CHECK(t.find("a").value().state == OrderState::working);
    CHECK(t.test.lines().empty());
    t.test.submit(order("b", Side::buy, "10", limit("90"))).value();
    t.test.wait_for_events(1);
    CHECK(t.test.lines() == Lines{"accepted b"});
}

TEST_CASE("fault: held and delayed acknowledgements come late, with what follows them in order") {
    Remote t;
    t.server.hold_acknowledgements();
    t.test.submit(order("a", Side::buy, "10")).value();
    run_until(t.loop, [&] { return t.server.submissions("a") == 1; });
    CHECK(t.server.fills().size() == 1);
    t.loop.poll();
    CHECK(t.test.lines().empty());
    t.server.release();
    t.test.wait_for_events(2);
    t.server.delay_acknowledgements(20ms);
    const Duration before = t.clock.elapsed();
    t.test.submit(order("b", Side::buy, "10")).value();
    t.test.wait_for_events(4);
    CHECK(t.clock.elapsed() - before >= 20ms);
    CHECK(t.test.lines() == Lines{"accepted a", "filled a 10", "accepted b", "filled b 10"});
}

TEST_CASE("fault: a duplicated fill has the same execution id") {
    Remote t;
    t.server.duplicate_fills(1);
    t.test.submit(order("a", Side::buy, "10")).value();
    t.test.submit(order("b", Side::buy, "10")).value();
    t.test.wait_for_events(5);
    CHECK(t.test.lines() == Lines{"accepted a", "filled a 10", "filled a 10", "accepted b", "filled b 10"});
    CHECK(std::get<OrderFilled>(t.test.events[1].what).fill == std::get<OrderFilled>(t.test.events[2].what).fill);
    CHECK(t.server.fills().size() == 2);
}

TEST_CASE("fault: a connection that breaks before or after an order took effect comes back by itself") {
    const Moment moment = GENERATE(Moment::before_processing, Moment::after_processing);
    Remote t;
    t.test.submit(order("a", Side::buy, "1")).value();
    t.test.wait_for_events(2);
    t.server.disconnect_at(1, moment);
    t.test.submit(order("b", Side::buy, "1")).value(); // on the wire, its fate unknown
    t.test.wait_for_events(4);
    CHECK(t.test.lines() == Lines{"accepted a", "filled a 1", "link down", "link up"});
    const bool took_effect = moment == Moment::after_processing;
    CHECK(t.find("b").has_value() == took_effect);
    CHECK(t.server.submissions("b") == (took_effect ? 1 : 0));
    CHECK(t.test.snapshot().value().fills.size() == (took_effect ? 2U : 1U));
    CHECK(t.venue.connections()[0].opened == 2);
}

TEST_CASE("fault: while connections are refused nothing is sent, and the error says that nothing was") {
    Remote t;
    t.server.refuse_connections(true);
    t.server.disconnect_now();
    t.test.wait_for_events(1);
    const Result<void> submitted = t.test.submit(order("a", Side::buy, "1"));
    REQUIRE_FALSE(submitted);
    CHECK(submitted.error().kind == ErrorKind::connection);
    CHECK(t.test.find("a").error().kind == ErrorKind::connection);
    CHECK(t.server.submissions("a") == 0);
    t.server.refuse_connections(false);
    t.wait_for_link();
    t.test.submit(order("a", Side::buy, "1")).value();
    t.test.wait_for_events(4);
    CHECK(t.test.lines() == Lines{"link down", "link up", "accepted a", "filled a 1"});
}

TEST_CASE("a question that is cut off by a lost connection ends with an error") {
    Remote t;
    t.server.disconnect_at(1, Moment::before_processing);
    CHECK(t.test.find("a").error().code == "remote.lost");
    t.wait_for_link();
    CHECK_FALSE(t.find("a"));
}

TEST_CASE("a second core finds the exchange as the first one left it") {
    TempDirectory directory;
    ExchangeServer server({.socket_path = directory.path + "/exchange", .account = "U1", .simulated = false});
    Instrument goog;
    goog.symbol = "GOOG";
    server.list(goog);
    server.set_price("GOOG", 100, decimal("100.10"), 1000);
    for (int run = 1; run <= 2; ++run) {
        SystemClock clock;
        runtime::Loop loop(clock);
        RemoteVenue venue(loop, directory.path + "/exchange");
        VenueUnderTest test(loop, venue);
        const AccountIdentity identity = test.open().value();
        CHECK(identity.account == "U1");
        CHECK_FALSE(identity.simulated);
        CHECK(test.snapshot().value().fills.size() == static_cast<std::size_t>(run - 1));
        test.submit(order("o" + std::to_string(run), Side::buy, "1")).value();
        test.wait_for_events(3);
        test.close();
    }
    CHECK(server.submitted_ids() == std::vector<std::string>{"o1", "o2"});
    CHECK(server.positions().at(0).quantity == 2);
}

TEST_CASE("linked orders, trailing stops and ends go over the socket as everything else") {
    Remote t;
    const Capabilities can = t.venue.capabilities();
    CHECK((can.replace && can.linked_orders && can.valid_until));
    CHECK(can.turns_up_within == 300ms);
    OrderRequest stop = order("s", Side::sell, "10", TrailingStop{.distance = 2, .percent = true});
    stop.parent = ClientOrderId("e");
    stop.oco_group = "x";
    stop.valid_until = t.clock.now() + 24h;
    t.test.submit_linked({order("e", Side::buy, "10"), stop}).value();
    t.test.wait_for_events(5);
    CHECK(t.test.lines() == Lines{"accepted e", "accepted s", "state s held", "filled e 10", "state s working"});
    CHECK(t.find("s")->request == stop);
    t.server.set_price("GOOG", 97, decimal("97.10"), 1000);
    t.test.wait_for_events(6);
    CHECK(t.test.lines().back() == "filled s 10");
}

TEST_CASE("fault: a connection that breaks around a change of an order leaves it done or not done, never half") {
    const Moment moment = GENERATE(Moment::before_processing, Moment::after_processing);
    const std::string what = GENERATE("cancel", "replace", "linked");
    const bool took_effect = moment == Moment::after_processing;
    Remote t;
    t.test.submit(order("a", Side::buy, "1", limit("90"))).value();
    t.test.wait_for_events(1);
    t.server.disconnect_at(1, moment);
    if (what == "cancel") {
        t.test.cancel("a").value();
    } else if (what == "replace") {
        t.test.replace("a", "2", limit("91")).value();
    } else {
        OrderRequest exit = order("x", Side::sell, "5", limit("120"));
        exit.parent = ClientOrderId("e");
        t.test.submit_linked({order("e", Side::buy, "5"), exit}).value();
    }
    t.test.wait_for_events(3);
    CHECK(t.test.lines() == Lines{"accepted a", "link down", "link up"});
    if (what == "cancel") {
        CHECK(t.find("a")->state == (took_effect ? OrderState::cancelled : OrderState::working));
    } else if (what == "replace") {
        CHECK(t.find("a")->request.quantity == (took_effect ? 2 : 1));
    } else {
        CHECK(t.find("e").has_value() == took_effect);
        CHECK(t.find("x").has_value() == took_effect);
        CHECK(t.server.submissions("x") == (took_effect ? 1 : 0));
    }
}
