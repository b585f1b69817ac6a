// Every state meets every fact, and every short sequence of facts is walked: the invariants at the head of order.hpp
// hold after each step.

#include "core/orders/order.hpp"
#include "tests/orders/order_facts.hpp"
#include "tests/support/catch.hpp"

#include <deque>
#include <set>
#include <string>
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

const std::vector<OrderFact>& alphabet() {
    static const std::vector<OrderFact> facts{accepted(),
                                              rejected(),
                                              filled("E1", 60),
                                              filled("E2", 40),
                                              expired(),
                                              cancel_intended(),
                                              cancel_rejected(),
                                              cancelled(),
                                              unknown(),
                                              not_sent(),
                                              replace_intended(80),
                                              replaced(80),
                                              replaced(150),
                                              replace_rejected(),
                                              corrected(50),
                                              corrected(0),
                                              reported(State::pending_new),
                                              reported(State::held),
                                              reported(State::done_for_day),
                                              reported(State::working),
                                              reported(State::unknown, "?")};
    return facts;
}

template <class T>
bool is(const OrderFact& fact) {
    return std::holds_alternative<T>(fact);
}

bool is_of_venue(const OrderFact& fact) {
    return !is<orders::CancelIntended>(fact) && !is<orders::ReplaceIntended>(fact) &&
           !is<orders::OutcomeUnknown>(fact) && !is<orders::OrderNotSent>(fact);
}

/// What may move an order out of this final state.
bool proves_wrong(State state, const OrderFact& fact) {
    if (state == State::not_sent || state == State::denied) {
        return is_of_venue(fact);
    }
    return is<venue::OrderFilled>(fact) || is<venue::ExecutionCorrected>(fact) ||
           (state == State::filled && is<venue::OrderReplaced>(fact));
}

/// Compares sums: filled, notional, fees.
bool sums_hold(const Order& order) {
    Decimal filled = 0;
    Decimal notional = 0;
    Decimal fees = 0;
    for (const Fill& fill : order.fills) {
        filled += fill.quantity;
        notional += fill.quantity * fill.price;
        fees += fill.fee.amount;
    }
    return filled == order.filled && notional == order.filled_notional && fees == order.fees;
}

bool shows_rightly(const Order& order) {
    if (is_final(order.stands)) {
        return order.state == order.stands && !order.cancel_pending && order.replacement() == nullptr;
    }
    const State detour = order.cancel_pending             ? State::cancelling
                         : order.replacement() != nullptr ? State::replacing
                                                          : order.stands;
    return order.state == detour;
}

/// The numbered invariants, for one step; empty when all hold.
std::string broken_invariant(const Order& before, const OrderFact& fact, const Order& after, Applied applied) {
    if (is_final(before.state) && after.state != before.state && !proves_wrong(before.state, fact)) {
        return "1: a final state was left";
    }
    if (after.filled < before.filled && !is<venue::ExecutionCorrected>(fact)) {
        return "2: the filled quantity fell";
    }
    if ((after.filled >= after.request.quantity) != (after.state == State::filled)) {
        return "3: filled is not what the quantity says";
    }
    if (is<venue::CancelRejected>(fact) && before.cancel_pending && after.stands != before.stands) {
        return "5: a refused cancel moved the order";
    }
    if (is<venue::ReplaceRejected>(fact) && (after.stands != before.stands || after.request != before.request)) {
        return "5: a refused replacement moved the order";
    }
    if (!shows_rightly(after)) {
        return "5: the state shown is not what is under way";
    }
    if (!sums_hold(after)) {
        return "6: the sums are not those of the fills";
    }
    if (after.request != before.request && !is<venue::OrderReplaced>(fact)) {
        return "7: the request changed without a replacement";
    }
    if (is_final(after.state) && !after.remaining().is_zero()) {
        return "8: something remains of a final order";
    }
    const std::size_t lines = before.history.size() + (applied == Applied::changed ? 1 : 0);
    if (after.history.size() != lines || (applied != Applied::changed && after.state != before.state)) {
        return "9: the history does not tell";
    }
    if (applied == Applied::changed && after.history.back().state != after.state) {
        return "9: the last line of the history is not the state";
    }
    return "";
}

/// One step; fails the test when an invariant breaks.
Order step(const Order& order, const OrderFact& fact, const std::vector<std::string>& path) {
    Order next = order;
    const Applied applied = apply(next, event(fact));
    std::string broken = broken_invariant(order, fact, next, applied);
    if (is<venue::OrderFilled>(fact) || is<venue::ExecutionCorrected>(fact)) {
        Order again = next;
        if (apply(again, event(fact)) == Applied::changed) {
            broken = "2: an execution counted twice";
        }
    }
    if (!broken.empty()) {
        std::string names;
        for (const std::string& name : path) {
            names += name + " ";
        }
        FAIL(names << orders::name_of(fact) << " " << orders::detail_of(fact) << ": " << name_of(order.state) << " -> "
                   << name_of(next.state) << ": invariant " << broken);
    }
    return next;
}

/// Every sequence of facts of this depth after `order`; counts the steps.
std::size_t walk(const Order& order, int depth, std::vector<std::string>& path) {
    std::size_t steps = 0;
    for (const OrderFact& fact : alphabet()) {
        const Order next = step(order, fact, path);
        ++steps;
        if (depth > 1) {
            path.emplace_back(orders::name_of(fact));
            steps += walk(next, depth - 1, path);
            path.pop_back();
        }
    }
    return steps;
}

/// What tells two orders apart in what may happen to them next.
std::string situation_of(const Order& order) {
    std::string text(name_of(order.stands));
    text += order.cancel_pending ? " cancelling" : "";
    text += order.replacement() != nullptr ? " replacing" : "";
    text += " " + order.filled.to_string() + "/" + order.request.quantity.to_string() + " " + order.venue_id.value +
            " " + order.venue_state;
    for (const ExecutionId& execution : order.executions) {
        text += " " + execution.value;
    }
    return text;
}

} // namespace

TEST_CASE("every sequence of four facts keeps the invariants") {
    std::vector<std::string> path;
    const std::size_t facts = alphabet().size();
    const std::size_t steps = facts + facts * facts + facts * facts * facts + facts * facts * facts * facts;
    CHECK(walk(begin_order(event(intended())), 4, path) == steps);
}

TEST_CASE("every situation that can be reached at all keeps the invariants, whatever happens next") {
    std::set<std::string> seen;
    std::set<State> states;
    std::deque<Order> open;
    const auto meet = [&](Order order) {
        if (seen.insert(situation_of(order)).second) {
            states.insert(order.state);
            open.push_back(std::move(order));
        }
    };
    meet(begin_order(event(intended())));
    meet(begin_order(event(denied())));
    Order sending = begin_order(event(intended()));
    mark_sending(sending);
    meet(sending);
    while (!open.empty()) {
        const Order order = std::move(open.front());
        open.pop_front();
        for (const OrderFact& fact : alphabet()) {
            meet(step(order, fact, {situation_of(order)}));
        }
    }
    CHECK(seen.size() > 500);
    CHECK(states.size() >= 16); // all but those that are told in the same way as done_for_day
}
