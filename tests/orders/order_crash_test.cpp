// The core dies after every single turn of its loop, in place and in cancel, and the next one settles.

#include "tests/orders/settled_desk.hpp"
#include "tests/support/catch.hpp"

#include <asio/io_context.hpp>

#include <functional>

using namespace tradesh;
using namespace tradesh::test;
using orders::Order;

namespace {

const ClientOrderId first_id("k4x9-1-1");

orders::OrderForm buy_100() { return limit_form(Side::buy, 100, Decimal::of(9950, 2)); }

struct Scenario {
    std::string name;
    std::function<void(OrderDesk&)> prepare; ///< scripts, and what came before
    bool of_cancel = false;
};

/// Runs the scenario `turns` turns far; true when it ended before that.
template <class Outcome>
bool run_turns(OrderDesk& desk, const Outcome& outcome, int turns) {
    for (int i = 0; i < turns; ++i) {
        if (outcome->has_value() && desk.exchange.scripts_done()) {
            return true;
        }
        desk.turn();
    }
    return false;
}

/// The number of different turns after which the core was killed.
int kill_after_every_turn(const Scenario& scenario) {
    for (int turns = 0; turns < 200; ++turns) {
        OrderDesk desk;
        scenario.prepare(desk);
        INFO(scenario.name << ", killed after turn " << turns);
        orders::PlaceOptions options = with_key("monday");
        options.wait = orders::WaitFor::acknowledged;
        bool ended = false;
        if (scenario.of_cancel) {
            ended = run_turns(desk, desk.begin_cancel(first_id), turns);
        } else {
            ended = run_turns(desk, desk.begin_place(buy_100(), options), turns);
        }
        desk.crash();
        REQUIRE(desk.settle());
        check_settled(desk);
        if (!scenario.of_cancel) {
            // The script runs again with the same key: whatever it hears, there is never a second order.
            const Result<orders::Placed> again = desk.place(buy_100(), options);
            static_cast<void>(again);
            REQUIRE(desk.settle());
            check_settled(desk);
            CHECK(desk.exchange.submits() <= 1);
        }
        if (ended) {
            return turns;
        }
    }
    FAIL("the scenario does not end");
    return 0;
}

/// The journal can no longer be written after this many turns; once it works again, the same core settles.
int fail_journal_after_every_turn(const Scenario& scenario) {
    for (int turns = 0; turns < 200; ++turns) {
        OrderDesk desk;
        scenario.prepare(desk);
        INFO(scenario.name << ", journal fails after turn " << turns);
        bool ended = false;
        const auto run = [&](const auto& outcome) {
            ended = run_turns(desk, outcome, turns);
            desk.write_protect(true);
            REQUIRE(desk.run_until([&] { return outcome->has_value() && desk.exchange.scripts_done(); }));
            if (!scenario.of_cancel && desk.exchange.submits() > 0 && !(*outcome)->has_value()) {
                const ErrorKind kind = (*outcome)->error().kind; // what has left is never told as a plain failure
                CHECK((kind == ErrorKind::unknown || kind == ErrorKind::rejected));
            }
        };
        if (scenario.of_cancel) {
            run(desk.begin_cancel(first_id));
        } else {
            run(desk.begin_place(buy_100()));
        }
        desk.write_protect(false);
        REQUIRE(desk.settle());
        check_settled(desk);
        if (ended) {
            return turns;
        }
    }
    FAIL("the scenario does not end");
    return 0;
}

void place_first(OrderDesk& desk) { REQUIRE(desk.place(buy_100()).has_value()); }

const std::vector<Scenario>& placings() {
    static const std::vector<Scenario> scenarios{
        {"acknowledged", [](OrderDesk&) {}},
        {"filled in two parts",
         [](OrderDesk& desk) {
             desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(60).duplicate_fill().then_fill(40);
         }},
        {"filled before the acknowledgement",
         [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).drop_ack().then_fill(60); }},
        {"rejected", [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).then_reject("201", "no margin"); }},
        {"withdrawn by the venue",
         [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(60).then_cancel(); }},
        {"lost on the wire, arrived",
         [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).fail_unknown(true).drop_ack(); }},
        {"lost on the wire, not arrived",
         [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).fail_unknown(false); }},
        {"not sent", [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).fail_before_wire(); }},
    };
    return scenarios;
}

/// A cancel of a resting order that meets with this.
Scenario cancel_of(std::string name, std::function<void(ScriptedExchange::Script&)> script) {
    return {std::move(name),
            [script = std::move(script)](OrderDesk& desk) {
                place_first(desk);
                script(desk.exchange.expect_cancel());
            },
            true};
}

const std::vector<Scenario>& cancels() {
    using Script = ScriptedExchange::Script;
    static const std::vector<Scenario> scenarios{
        cancel_of("accepted", [](Script& script) { script.then_cancel(); }),
        cancel_of("refused", [](Script& script) { script.then_reject("161", "not now"); }),
        cancel_of("overtaken by a fill", [](Script& script) { script.then_fill(100).then_reject("161", "too late"); }),
        cancel_of("after a part filled", [](Script& script) { script.then_fill(30).then_cancel(); }),
        cancel_of("lost on the wire, arrived", [](Script& script) { script.fail_unknown(true).then_cancel(); }),
        cancel_of("not sent", [](Script& script) { script.fail_before_wire(); }),
    };
    return scenarios;
}

} // namespace

TEST_CASE("killed after every turn of a placing, journal and venue agree afterwards") {
    for (const Scenario& scenario : placings()) {
        CHECK(kill_after_every_turn(scenario) > 5);
    }
}

TEST_CASE("killed after every turn of a cancel, journal and venue agree afterwards") {
    for (const Scenario& scenario : cancels()) {
        CHECK(kill_after_every_turn(scenario) > 3);
    }
}

TEST_CASE("when the journal fails for a while at any turn, the same core settles afterwards") {
    for (const Scenario& scenario : placings()) {
        CHECK(fail_journal_after_every_turn(scenario) > 5);
    }
    for (const Scenario& scenario : cancels()) {
        CHECK(fail_journal_after_every_turn(scenario) > 3);
    }
}

TEST_CASE("a core killed while it settles settles all the same") {
    for (int turns = 0; turns < 30; ++turns) {
        OrderDesk desk;
        desk.exchange.expect_submit("GOOG", 100).fail_unknown(true).drop_ack().then_fill(60);
        desk.begin_place(buy_100());
        while (desk.exchange.submits() == 0) {
            desk.turn();
        }
        desk.crash();
        INFO("killed again after turn " << turns);
        for (int i = 0; i < turns; ++i) {
            desk.time.loop.context().restart();
            desk.time.loop.context().poll_one();
        }
        desk.crash();
        REQUIRE(desk.settle());
        check_settled(desk);
    }
}

TEST_CASE("ids of the next session never meet those of an earlier one") {
    OrderDesk desk;
    REQUIRE(desk.place(buy_100()).has_value());
    desk.crash();
    REQUIRE(desk.settle());
    CHECK(desk.place(buy_100())->order.request.id.value == "k4x9-2-1");
    CHECK(desk.exchange.submits() == 2);
}
