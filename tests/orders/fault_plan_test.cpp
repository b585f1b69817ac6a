// Every step of every kind of order, failed and killed: the journal and its disk, the wire, the venue's answer.
// Afterwards journal and venue agree, each order reached the venue at most once, and nothing is unknown.

#include "tests/orders/settled_desk.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/failing_disk.hpp"

#include <asio/io_context.hpp>

#include <array>
#include <functional>
#include <set>

using namespace tradesh;
using namespace tradesh::test;
using orders::Order;

namespace {

const ClientOrderId first_id("k4x9-1-1");

orders::OrderForm buy_100() { return limit_form(Side::buy, 100, Decimal::of(9950, 2)); }

/// A command under way, of whatever kind.
struct Running {
    std::function<bool()> ended;
};

template <class Outcome>
Running running(Outcome outcome) {
    return {[outcome] { return outcome->has_value(); }};
}

struct Scenario {
    std::string name;
    std::function<void(OrderDesk&)> prepare;
    std::function<Running(OrderDesk&)> begin;
    std::function<Running(OrderDesk&)> again; ///< the same keyed command after the fault
    bool goes_on = false;                     ///< `again` sends the legs that had not gone out, each with its own key
};

enum class Fault : std::uint8_t { crash, journal_fails, disk_full, disk_broken, link_breaks };
constexpr std::array<std::string_view, 5> fault_names{"crash", "journal fails", "disk full", "disk broken",
                                                      "link breaks"};
std::string_view name_of(Fault fault) { return fault_names.at(static_cast<std::size_t>(fault)); }

/// No two orders that reached the venue came of one key.
void check_keys(OrderDesk& desk) {
    std::set<std::string> keys;
    for (const Order* order : desk.ledger().all()) {
        if (!order->key.empty() && desk.exchange.submits(order->request.id) > 0) {
            INFO("key " << order->key);
            CHECK(keys.insert(order->key).second);
        }
    }
}

/// Runs `turns` turns; true when all ended before that.
bool run_turns(OrderDesk& desk, const Running& command, int turns) {
    for (int i = 0; i < turns; ++i) {
        if (command.ended() && desk.exchange.scripts_done()) {
            return true;
        }
        desk.turn();
    }
    return false;
}

/// From here on every write to the journal fails, until the command has ended.
void fail_disk(OrderDesk& desk, FailingDisk& disk, FailingDisk::Failure failure, const Running& command) {
    disk.fail_at(1, failure, true);
    REQUIRE(desk.run_until([&] { return command.ended() && desk.exchange.scripts_done(); }));
    disk.mend();
}

/// The fault strikes, is over, and everything has been settled.
void strike(OrderDesk& desk, FailingDisk& disk, Fault fault, const Running& command) {
    switch (fault) {
    case Fault::crash: desk.crash(); break;
    case Fault::journal_fails:
        desk.write_protect(true);
        REQUIRE(desk.run_until([&] { return command.ended() && desk.exchange.scripts_done(); }));
        desk.write_protect(false);
        break;
    case Fault::disk_full: fail_disk(desk, disk, FailingDisk::Failure::full, command); break;
    case Fault::disk_broken: fail_disk(desk, disk, FailingDisk::Failure::broken, command); break;
    case Fault::link_breaks:
        desk.venue->link_down();
        REQUIRE(desk.run_until([&] { return command.ended() && desk.exchange.scripts_done(); }));
        desk.venue->link_up();
        break;
    }
    REQUIRE(desk.settle());
}

/// The number of different turns after which the fault struck.
int strike_after_every_turn(const Scenario& scenario, Fault fault) {
    for (int turns = 0; turns < 200; ++turns) {
        FailingDisk disk;
        OrderDesk desk;
        desk.exchange.capabilities.replace = true;
        desk.exchange.capabilities.linked_orders = true;
        desk.exchange.capabilities.resizes_exits = true;
        scenario.prepare(desk);
        REQUIRE(desk.settle());
        INFO(scenario.name << ", " << name_of(fault) << " after turn " << turns);
        const Running command = scenario.begin(desk);
        const bool ended = run_turns(desk, command, turns);
        strike(desk, disk, fault, command);
        check_settled(desk);
        const std::size_t before = desk.ledger().count();
        const int submits = desk.exchange.submits();
        const bool reached = submits > 0;
        const Running again = scenario.again(desk);
        REQUIRE(desk.run_until([&] { return again.ended() && desk.exchange.scripts_done(); }));
        REQUIRE(desk.settle());
        check_settled(desk);
        check_keys(desk);
        if (reached && !scenario.goes_on) { // the same key again is never a second order
            CHECK(desk.ledger().count() == before);
            CHECK(desk.exchange.submits() == submits);
        }
        if (ended) {
            return turns;
        }
    }
    FAIL("the scenario does not end");
    return 0;
}

Running place_keyed(OrderDesk& desk, const orders::OrderForm& form, const std::string& key) {
    orders::PlaceOptions options = with_key(key);
    options.wait = orders::WaitFor::acknowledged;
    return running(desk.begin_place(form, options));
}

Scenario placing(std::string name, orders::OrderForm form, std::function<void(OrderDesk&)> prepare) {
    const auto place = [form = std::move(form)](OrderDesk& desk) { return place_keyed(desk, form, "monday"); };
    return {std::move(name), std::move(prepare), place, place};
}

/// Something done to an order that rests at the venue.
Scenario on_resting(std::string name, std::function<void(ScriptedExchange&)> script,
                    std::function<Running(OrderDesk&)> act, orders::OrderForm form = buy_100()) {
    const auto prepare = [script = std::move(script), form](OrderDesk& desk) {
        REQUIRE(desk.place(form, with_key("first")).has_value());
        script(desk.exchange);
    };
    const auto place_again = [form](OrderDesk& desk) { return place_keyed(desk, form, "first"); };
    return {std::move(name), prepare, std::move(act), place_again};
}

Running modify(OrderDesk& desk) { return running(desk.begin_replace(first_id, 80, 98, "smaller")); }
Running cancel(OrderDesk& desk) { return running(desk.begin_cancel(first_id)); }
Running withdraw(OrderDesk& desk) { return running(desk.begin_withdraw()); }

Running two_legs(OrderDesk& desk) {
    std::vector<Running> legs;
    for (const std::int64_t leg : {1, 2}) {
        orders::PlaceOptions options = with_key("pair:" + std::to_string(leg));
        options.wait = orders::WaitFor::acknowledged;
        options.group = "pair";
        options.leg = leg;
        legs.push_back(running(desk.begin_place(limit_form(Side::buy, leg * 10, 99), options)));
    }
    return {[legs] { return legs[0].ended() && legs[1].ended(); }};
}

void walk(const std::vector<Scenario>& scenarios) {
    for (const Scenario& scenario : scenarios) {
        for (std::size_t fault = 0; fault < fault_names.size(); ++fault) {
            CHECK(strike_after_every_turn(scenario, static_cast<Fault>(fault)) > 3);
        }
    }
}

} // namespace

TEST_CASE("place: whatever fails at whichever step, journal and venue agree afterwards") {
    walk({
        placing("acknowledged", buy_100(), [](OrderDesk&) {}),
        placing(
            "filled", buy_100(),
            [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(60).then_fill(40); }),
        placing("rejected", buy_100(),
                [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).then_reject("201", "no margin"); }),
        placing("lost on the wire, arrived", buy_100(),
                [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).fail_unknown(true).drop_ack(); }),
        placing("lost on the wire, not arrived", buy_100(),
                [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).fail_unknown(false); }),
    });
}

TEST_CASE("a bracket: whatever fails at whichever step, journal and venue agree afterwards") {
    const orders::OrderForm bracket = with_exits(buy_100());
    walk({
        placing("acknowledged", bracket, [](OrderDesk&) {}),
        placing("entry filled", bracket,
                [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(100); }),
        placing("withdrawn by the venue", bracket,
                [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).then_ack().then_cancel(); }),
        placing("lost on the wire, arrived", bracket,
                [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).fail_unknown(true).drop_ack(); }),
        placing("not sent", bracket,
                [](OrderDesk& desk) { desk.exchange.expect_submit("GOOG", 100).fail_before_wire(); }),
    });
}

TEST_CASE("modify: whatever fails at whichever step, journal and venue agree afterwards") {
    walk({
        on_resting(
            "made", [](ScriptedExchange&) {}, modify),
        on_resting(
            "refused", [](ScriptedExchange& exchange) { exchange.expect_replace().then_reject("104", "no"); }, modify),
        on_resting(
            "overtaken by a fill",
            [](ScriptedExchange& exchange) { exchange.expect_replace().then_fill(100).then_replace(); }, modify),
        on_resting(
            "after a part filled",
            [](ScriptedExchange& exchange) { exchange.expect_replace().then_fill(30).then_replace(); }, modify),
        on_resting(
            "lost on the wire, arrived",
            [](ScriptedExchange& exchange) { exchange.expect_replace().fail_unknown(true).then_replace(); }, modify),
        on_resting(
            "lost on the wire, not arrived",
            [](ScriptedExchange& exchange) { exchange.expect_replace().fail_unknown(false); }, modify),
    });
}

TEST_CASE("modify a bracket: whatever fails at whichever step, the exits follow their entry") {
    const orders::OrderForm bracket = with_exits(buy_100());
    walk({
        on_resting(
            "made", [](ScriptedExchange&) {}, modify, bracket),
        on_resting(
            "refused", [](ScriptedExchange& exchange) { exchange.expect_replace().then_reject("104", "no"); }, modify,
            bracket),
        on_resting(
            "after a part filled",
            [](ScriptedExchange& exchange) { exchange.expect_replace().then_fill(30).then_replace(); }, modify,
            bracket),
        on_resting(
            "lost on the wire, arrived",
            [](ScriptedExchange& exchange) { exchange.expect_replace().fail_unknown(true).then_replace(); }, modify,
            bracket),
        on_resting(
            "lost on the wire, not arrived",
            [](ScriptedExchange& exchange) { exchange.expect_replace().fail_unknown(false); }, modify, bracket),
    });
}

TEST_CASE("cancel and withdraw: whatever fails at whichever step, journal and venue agree afterwards") {
    walk({
        on_resting(
            "cancelled", [](ScriptedExchange&) {}, cancel),
        on_resting(
            "overtaken by a fill",
            [](ScriptedExchange& exchange) { exchange.expect_cancel().then_fill(100).then_reject("161", "late"); },
            cancel),
        on_resting(
            "cancel lost", [](ScriptedExchange& exchange) { exchange.expect_cancel().fail_unknown(false); }, cancel),
        on_resting(
            "all withdrawn", [](ScriptedExchange&) {}, withdraw),
        on_resting(
            "the first withdrawal vanishes", [](ScriptedExchange& exchange) { exchange.expect_cancel().vanish(); },
            withdraw),
    });
}

TEST_CASE("a group of two legs: whatever fails at whichever step, journal and venue agree afterwards") {
    walk({
        {"both acknowledged", [](OrderDesk&) {}, two_legs, two_legs, true},
        {"one filled, one rejected",
         [](OrderDesk& desk) {
             desk.exchange.expect_submit("GOOG", 10).then_ack().then_fill(10);
             desk.exchange.expect_submit("GOOG", 20).then_reject("201", "no margin");
         },
         two_legs, two_legs, true},
    });
}
