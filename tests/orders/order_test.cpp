#include "core/orders/order.hpp"
#include "tests/orders/order_facts.hpp"
#include "tests/support/catch.hpp"

#include <map>
#include <vector>

using namespace tradesh;
using namespace tradesh::test;
using orders::Applied;
using orders::apply;
using orders::begin_order;
using orders::Order;
using orders::OrderFact;
using State = OrderState;

namespace {

/// An order that has come to stand in a state by the shortest honest way.
Order order_in(State state) {
    const std::map<State, std::vector<OrderFact>> ways{
        {State::intent, {}},
        {State::sending, {}},
        {State::working, {accepted()}},
        {State::partially_filled, {accepted(), filled("E1", 60)}},
        {State::cancelling, {accepted(), cancel_intended()}},
        {State::filled, {accepted(), filled("E1", 100)}},
        {State::cancelled, {accepted(), cancelled()}},
        {State::rejected, {rejected()}},
        {State::expired, {accepted(), expired()}},
        {State::not_sent, {not_sent()}},
        {State::unknown, {unknown()}},
    };
    Order order = begin_order(event(intended()));
    for (const OrderFact& fact : ways.at(state)) {
        apply(order, event(fact));
    }
    if (state == State::sending) {
        order.state = State::sending; // as OrderLedger::mark_sending does
    }
    REQUIRE(order.state == state);
    return order;
}

constexpr Applied changed = Applied::changed;
constexpr Applied duplicate = Applied::duplicate;
constexpr Applied out_of_place = Applied::out_of_place;

struct Row {
    State before;
    OrderFact fact;
    State after;
    Applied applied;
};

void check_table(const std::vector<Row>& table) {
    for (const Row& row : table) {
        INFO(name_of(row.before) << " + " << orders::name_of(row.fact));
        Order order = order_in(row.before);
        const std::size_t history = order.history.size();
        CHECK(apply(order, event(row.fact)) == row.applied);
        CHECK(name_of(order.state) == name_of(row.after));
        CHECK(order.history.size() == history + (row.applied == changed ? 1 : 0));
    }
}

} // namespace

TEST_CASE("what the venue says of a live order moves it") {
    check_table({
        {State::intent, accepted(), State::working, changed},
        {State::sending, accepted(), State::working, changed},
        {State::unknown, accepted(), State::working, changed},
        {State::working, accepted(), State::working, duplicate},
        {State::partially_filled, accepted(), State::partially_filled, duplicate},
        {State::cancelling, accepted(), State::cancelling, duplicate},
        {State::sending, rejected(), State::rejected, changed},
        {State::unknown, rejected(), State::rejected, changed},
        {State::working, rejected(), State::rejected, changed},
        {State::sending, filled("E9", 40), State::partially_filled, changed},
        {State::unknown, filled("E9", 40), State::partially_filled, changed},
        {State::working, filled("E9", 40), State::partially_filled, changed},
        {State::working, filled("E9", 100), State::filled, changed},
        {State::partially_filled, filled("E1", 60), State::partially_filled, duplicate},
        {State::partially_filled, filled("E2", 40), State::filled, changed},
        {State::working, cancelled(), State::cancelled, changed},
        {State::partially_filled, cancelled(), State::cancelled, changed},
        {State::unknown, cancelled(), State::cancelled, changed},
        {State::working, expired(), State::expired, changed},
        {State::partially_filled, expired(), State::expired, changed},
    });
}

TEST_CASE("a cancel is a detour: it ends in the venue's word, or where the order stood") {
    check_table({
        {State::working, cancel_intended(), State::cancelling, changed},
        {State::partially_filled, cancel_intended(), State::cancelling, changed},
        {State::unknown, cancel_intended(), State::cancelling, changed},
        {State::cancelling, cancel_intended(), State::cancelling, duplicate},
        {State::cancelling, cancelled(), State::cancelled, changed},
        {State::cancelling, cancel_rejected(), State::working, changed},
        {State::cancelling, filled("E9", 40), State::cancelling, changed},
        {State::cancelling, filled("E9", 100), State::filled, changed},
        {State::cancelling, expired(), State::expired, changed},
        {State::working, cancel_rejected(), State::working, duplicate},
        {State::filled, cancel_rejected(), State::filled, duplicate},
        {State::filled, cancel_intended(), State::filled, out_of_place},
        {State::not_sent, cancel_intended(), State::not_sent, out_of_place},
    });
}

TEST_CASE("our own side speaks only of orders that the venue has not answered") {
    check_table({
        {State::intent, unknown(), State::unknown, changed},
        {State::sending, unknown(), State::unknown, changed},
        {State::unknown, unknown(), State::unknown, duplicate},
        {State::working, unknown(), State::working, duplicate},
        {State::partially_filled, unknown(), State::partially_filled, duplicate},
        {State::filled, unknown(), State::filled, duplicate},
        {State::rejected, unknown(), State::rejected, duplicate},
        {State::intent, not_sent(), State::not_sent, changed},
        {State::sending, not_sent(), State::not_sent, changed},
        {State::unknown, not_sent(), State::not_sent, changed},
        {State::not_sent, not_sent(), State::not_sent, duplicate},
        {State::filled, not_sent(), State::filled, out_of_place},
        {State::intent, intended(), State::intent, duplicate},
    });
}

TEST_CASE("a final order yields to a late fill only, and 'not sent' to the venue's own word") {
    check_table({
        {State::cancelled, filled("E9", 40), State::cancelled, changed},
        {State::cancelled, filled("E9", 100), State::filled, changed},
        {State::expired, filled("E9", 100), State::filled, changed},
        {State::rejected, filled("E9", 40), State::rejected, changed},
        {State::cancelled, cancelled(), State::cancelled, duplicate},
        {State::filled, cancelled(), State::filled, out_of_place},
        {State::cancelled, expired(), State::cancelled, out_of_place},
        {State::cancelled, accepted(), State::cancelled, duplicate},
        {State::filled, accepted(), State::filled, duplicate},
        {State::rejected, accepted(), State::rejected, duplicate},
        {State::not_sent, accepted(), State::working, changed},
        {State::not_sent, filled("E9", 40), State::partially_filled, changed},
        {State::not_sent, cancelled(), State::not_sent, out_of_place},
    });
}

TEST_CASE("a refused cancel leaves an unanswered order unanswered") {
    for (const State before : {State::intent, State::sending, State::unknown}) {
        INFO(name_of(before));
        Order order = order_in(before);
        apply(order, event(cancel_intended()));
        CHECK(orders::is_unanswered(order));
        apply(order, event(cancel_rejected()));
        CHECK(order.state == before);
        CHECK(order.reason_code == "161");
    }
}

TEST_CASE("what happens during a cancel still counts when the cancel is refused") {
    Order order = order_in(State::sending);
    apply(order, event(cancel_intended()));
    CHECK(apply(order, event(accepted())) == changed);
    CHECK(order.state == State::cancelling);
    CHECK_FALSE(orders::is_unanswered(order));
    apply(order, event(filled("E1", 60)));
    CHECK(order.state == State::cancelling);
    apply(order, event(cancel_rejected()));
    CHECK(order.state == State::partially_filled);
}

TEST_CASE("fills add up to quantity, average and fees, each execution once") {
    Order order = order_in(State::working);
    apply(order, event(venue::OrderFilled{fill("E1", 60, order_id.value, Decimal::of(9950, 2))}));
    apply(order, event(venue::OrderFilled{fill("E1", 60, order_id.value, Decimal::of(9950, 2))}));
    apply(order, event(venue::OrderFilled{fill("E2", 40, order_id.value, Decimal::of(9940, 2))}));
    CHECK(order.filled == Decimal(100));
    CHECK(order.remaining() == Decimal(0));
    CHECK(order.average_price()->to_string() == "99.46");
    CHECK(order.fees == Decimal::of(70, 2));
    CHECK(order.fills.size() == 2);
    CHECK(order.history.back().detail == "40 @ 99.40 (E2)");
}

TEST_CASE("an adopted order keeps what was filled before we knew it") {
    VenueOrder theirs;
    theirs.request = request();
    theirs.venue_id = VenueOrderId("V7");
    theirs.filled = 60;
    theirs.average_price = 99;
    Order order = begin_order(event(orders::OrderAdopted{theirs}));
    CHECK(order.external);
    CHECK(order.state == State::partially_filled);
    CHECK(order.remaining() == Decimal(40));
    CHECK(order.average_price() == Decimal(99));
    apply(order, event(filled("E2", 40)));
    CHECK(order.state == State::filled);
}

namespace {

const std::vector<OrderFact>& alphabet() {
    static const std::vector<OrderFact> facts{accepted(), rejected(),        filled("E1", 60),  filled("E2", 40),
                                              expired(),  cancel_intended(), cancel_rejected(), cancelled(),
                                              unknown(),  not_sent()};
    return facts;
}

bool is_fill(const OrderFact& fact) { return std::holds_alternative<venue::OrderFilled>(fact); }

/// The numbered invariants at the head of order.hpp, for one step; empty when all hold.
std::string broken_invariant(const Order& before, const OrderFact& fact, const Order& after, Applied applied) {
    const bool proved_wrong =
        is_fill(fact) || (before.state == State::not_sent && std::holds_alternative<venue::OrderAccepted>(fact));
    if (is_final(before.state) && after.state != before.state && !proved_wrong) {
        return "1: a final state was left";
    }
    if (is_final(before.state) && is_fill(fact) && after.state != before.state && after.filled <= before.filled) {
        return "1: a final state was left by a fill that adds nothing";
    }
    Decimal sum = 0;
    for (const Fill& each : after.fills) {
        sum += each.quantity;
    }
    if (after.filled < before.filled || after.filled != sum || after.fills.size() != after.executions.size()) {
        return "2: the filled quantity does not match the executions";
    }
    if ((after.filled >= after.request.quantity) != (after.state == State::filled)) {
        return "3: filled is not what the quantity says";
    }
    if (std::holds_alternative<venue::CancelRejected>(fact) && before.state == State::cancelling &&
        after.state != before.before_cancel) {
        return "5: a refused cancel moved the order";
    }
    if (applied != Applied::changed && after.state != before.state) {
        return "an event that changed nothing changed the state";
    }
    return "";
}

/// Every sequence of facts of this depth after `order`; counts the steps.
std::size_t walk(const Order& order, int depth, std::vector<std::string>& path) {
    std::size_t steps = 0;
    for (const OrderFact& fact : alphabet()) {
        Order next = order;
        const Applied applied = apply(next, event(fact));
        path.emplace_back(orders::name_of(fact));
        ++steps;
        std::string broken = broken_invariant(order, fact, next, applied);
        Order again = next;
        if (is_fill(fact) && apply(again, event(fact)) != Applied::duplicate) {
            broken = "2: an execution counted twice";
        }
        if (!broken.empty()) {
            std::string names;
            for (const std::string& name : path) {
                names += name + " ";
            }
            FAIL(names << "-> " << name_of(next.state) << ": invariant " << broken);
        }
        if (depth > 1) {
            steps += walk(next, depth - 1, path);
        }
        path.pop_back();
    }
    return steps;
}

} // namespace

TEST_CASE("every sequence of five facts keeps the invariants") {
    std::vector<std::string> path;
    CHECK(walk(begin_order(event(intended())), 5, path) == 111'110);
    Order sending = begin_order(event(intended()));
    sending.state = State::sending;
    CHECK(walk(sending, 4, path) == 11'110);
}
