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
        {State::denied, {}},
        {State::pending_new, {reported(State::pending_new)}},
        {State::accepted_for_bidding, {reported(State::accepted_for_bidding)}},
        {State::held, {accepted(), reported(State::held, "PreSubmitted")}},
        {State::stopped, {accepted(), reported(State::stopped)}},
        {State::calculated, {accepted(), reported(State::calculated)}},
        {State::done_for_day, {accepted(), reported(State::done_for_day)}},
        {State::replacing, {accepted(), replace_intended()}},
    };
    Order order = begin_order(event(state == State::denied ? denied() : intended()));
    for (const OrderFact& fact : ways.at(state)) {
        apply(order, event(fact));
    }
    if (state == State::sending) {
        mark_sending(order);
    }
    REQUIRE(order.state == state);
    return order;
}

std::vector<State> every_state() {
    std::vector<State> states;
    for (int i = 0; i <= static_cast<int>(State::unknown); ++i) {
        states.push_back(static_cast<State>(i));
    }
    return states;
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
        const bool leaves_line = row.applied == changed && !std::holds_alternative<orders::OrderTimed>(row.fact);
        CHECK(order.history.size() == history + (leaves_line ? 1 : 0));
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
        {State::working, not_sent(), State::working, out_of_place},
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
        {State::rejected, accepted(), State::rejected, changed}, // its venue id is news
        {State::not_sent, accepted(), State::working, changed},
        {State::not_sent, filled("E9", 40), State::partially_filled, changed},
        {State::not_sent, cancelled(), State::cancelled, changed},
        {State::not_sent, rejected(), State::rejected, changed},
        {State::not_sent, reported(State::held), State::held, changed},
        {State::denied, accepted(), State::working, changed},
        {State::denied, not_sent(), State::denied, out_of_place},
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

TEST_CASE("a replacement is a detour as well, and a cancel goes before it") {
    check_table({
        {State::working, replace_intended(), State::replacing, changed},
        {State::partially_filled, replace_intended(), State::replacing, changed},
        {State::held, replace_intended(), State::replacing, changed},
        {State::sending, replace_intended(), State::sending, out_of_place},
        {State::unknown, replace_intended(), State::unknown, out_of_place},
        {State::cancelling, replace_intended(), State::cancelling, out_of_place},
        {State::replacing, replace_intended(), State::replacing, out_of_place},
        {State::filled, replace_intended(), State::filled, out_of_place},
        {State::replacing, replaced(), State::working, changed},
        {State::replacing, replace_rejected(), State::working, changed},
        {State::replacing, filled("E9", 40), State::replacing, changed},
        {State::replacing, filled("E9", 100), State::filled, changed},
        {State::replacing, cancel_intended(), State::cancelling, changed},
        {State::replacing, cancelled(), State::cancelled, changed},
        {State::working, replace_rejected(), State::working, duplicate},
        {State::working, replaced(), State::working, changed}, // by another program
        {State::partially_filled, replaced(60), State::filled, changed},
        {State::partially_filled, replaced(20), State::filled, changed},
        {State::filled, replaced(150), State::partially_filled, changed},
        {State::filled, replaced(80), State::filled, out_of_place},
        {State::cancelled, replaced(), State::cancelled, out_of_place},
        {State::working, replaced(0), State::working, out_of_place},
        {State::unknown, replaced(), State::working, changed},
    });
}

TEST_CASE("a refused replacement leaves the order as it was, a made one changes quantity and price") {
    Order order = order_in(State::partially_filled);
    apply(order, event(replace_intended(80, "tuesday")));
    CHECK(order.request == request());
    REQUIRE(order.replacement() != nullptr);
    apply(order, event(cancel_intended()));
    apply(order, event(cancel_rejected()));
    CHECK(order.state == State::replacing);
    apply(order, event(replace_rejected()));
    CHECK(order.state == State::partially_filled);
    CHECK(order.request == request());
    CHECK(order.revisions.back().outcome == orders::RevisionOutcome::refused);
    CHECK(order.reason_code == "104");
    apply(order, event(replace_intended(80)));
    apply(order, event(replaced(80)));
    CHECK(order.request.quantity == Decimal(80));
    CHECK(order.request.price == PriceRule(LimitPrice{98}));
    CHECK(order.venue_id == VenueOrderId("V8"));
    CHECK(order.remaining() == Decimal(20));
    CHECK(order.revisions.back().outcome == orders::RevisionOutcome::made);
    apply(order, event(filled("E2", 20)));
    CHECK(order.state == State::filled);
}

TEST_CASE("a replacement that the end overtakes is not pending any more") {
    Order order = order_in(State::replacing);
    apply(order, event(filled("E1", 100)));
    CHECK(order.replacement() == nullptr);
    CHECK(order.revisions.back().code == "order.ended");
}

TEST_CASE("the venue's other states are kept, with its own words") {
    check_table({
        {State::sending, reported(State::pending_new), State::pending_new, changed},
        {State::pending_new, accepted(), State::working, changed},
        {State::working, reported(State::pending_new), State::working, duplicate},
        {State::working, reported(State::held), State::held, changed},
        {State::held, reported(State::working), State::working, changed},
        {State::held, filled("E9", 40), State::partially_filled, changed},
        {State::done_for_day, filled("E9", 40), State::done_for_day, changed},
        {State::stopped, filled("E9", 40), State::stopped, changed},
        {State::calculated, filled("E9", 100), State::filled, changed},
        {State::partially_filled, reported(State::working), State::partially_filled, duplicate},
        {State::cancelling, reported(State::held), State::cancelling, changed},
        {State::cancelled, reported(State::working), State::cancelled, duplicate},
        {State::working, reported(State::filled), State::working, out_of_place},
        {State::unknown, reported(State::unknown, "Frobnicated"), State::working, changed},
        {State::working, reported(State::unknown, "Frobnicated"), State::working, changed},
        {State::working, timed(), State::working, changed},
    });
    Order order = order_in(State::partially_filled);
    apply(order, event(reported(State::unknown, "Frobnicated")));
    CHECK(order.state == State::partially_filled);
    CHECK(order.venue_state == "Frobnicated");
    CHECK(order.history.back().detail == "unknown (Frobnicated)");
}

TEST_CASE("an execution taken back or corrected changes the sums, whenever it is told") {
    Order order = order_in(State::filled); // E1: 100
    CHECK(apply(order, event(corrected(60))) == changed);
    CHECK(order.state == State::partially_filled);
    CHECK(order.filled == Decimal(60));
    CHECK(order.average_price() == Decimal(99));
    CHECK(order.fees == Decimal::of(35, 2));
    CHECK(apply(order, event(corrected(60))) == duplicate);
    CHECK(apply(order, event(filled("E1", 100))) == duplicate);
    CHECK(apply(order, event(venue::ExecutionCorrected{ExecutionId("E1b"), fill("E1b", 0)})) == changed);
    CHECK(order.state == State::working);
    CHECK(order.filled.is_zero());
    CHECK(order.fees.is_zero());
    CHECK(order.fills.empty());

    Order early = order_in(State::working);
    CHECK(apply(early, event(corrected(50))) == changed); // before E1 itself was told
    CHECK(apply(early, event(filled("E1", 60))) == duplicate);
    CHECK(early.filled == Decimal(50));

    Order ended = order_in(State::partially_filled);
    apply(ended, event(cancelled()));
    apply(ended, event(corrected(0)));
    CHECK(ended.state == State::cancelled);
    CHECK(ended.remaining().is_zero());
}

TEST_CASE("an inferred execution gives way to the real ones of its time") {
    Order order = order_in(State::working);
    Fill guess = fill(orders::inferred_execution(order_id, 60).value, 60);
    guess.time = nine_thirty + std::chrono::hours(1);
    apply(order, event(venue::OrderFilled{guess}));
    CHECK(order.filled == Decimal(60));
    apply(order, event(filled("E1", 40)));
    CHECK(order.filled == Decimal(60));
    CHECK(order.fills.size() == 2);
    Fill later = fill("E2", 10);
    later.time = guess.time + std::chrono::minutes(1);
    apply(order, event(venue::OrderFilled{later}));
    CHECK(order.filled == Decimal(70));
    apply(order, event(filled("E3", 20)));
    CHECK(order.filled == Decimal(70));
    CHECK(order.fills.size() == 3);
}

TEST_CASE("a denied order carries the checks and is done") {
    const Order order = order_in(State::denied);
    CHECK(is_final(order.state));
    CHECK(order.reason_code == "risk.order_quantity");
    REQUIRE(order.checks.size() == 1);
    CHECK(order.checks.front().limit == "50");
    CHECK(order.remaining().is_zero());
}

TEST_CASE("states have the codes of FIX 4.4, those of our own side have none") {
    std::string codes;
    for (const State state : every_state()) {
        codes += orders::fix_status(state).value_or('-');
    }
    CHECK(codes == "---AD9017B36E248C--");
}
