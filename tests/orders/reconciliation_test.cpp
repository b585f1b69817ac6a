#include "core/orders/reconciliation.hpp"
#include "tests/orders/order_facts.hpp"
#include "tests/support/catch.hpp"

#include <vector>

using namespace tradesh;
using namespace tradesh::test;
using orders::OrderFact;
using orders::OrderLedger;
using orders::settle;
using orders::settle_found;
using orders::settle_lost;
using orders::Settlement;
using State = OrderState;

namespace {

const Instant later = nine_thirty + std::chrono::minutes(1);
const std::multiset<ClientOrderId> nothing_in_hand;
const orders::SettleContext nothing_at_hand{.in_hand = nothing_in_hand, .now = later};

OrderLedger ledger_with(const std::vector<OrderFact>& facts) {
    OrderLedger ledger;
    ledger.apply(event(intended()));
    for (const OrderFact& fact : facts) {
        ledger.apply(event(fact));
    }
    return ledger;
}

VenueOrder theirs(State state, Decimal filled = 0) {
    VenueOrder order;
    order.request = request();
    order.venue_id = VenueOrderId("V7");
    order.state = state;
    order.filled = filled;
    if (!filled.is_zero()) {
        order.average_price = 99;
    }
    order.reason = is_final(state) && state != State::filled ? "said the venue" : "";
    order.updated = nine_thirty;
    return order;
}

venue::TradingSnapshot snapshot(std::vector<VenueOrder> open, std::vector<Fill> fills = {}) {
    venue::TradingSnapshot taken;
    taken.open_orders = std::move(open);
    taken.fills = std::move(fills);
    return taken;
}

void apply_all(OrderLedger& ledger, const Settlement& settlement) {
    for (const orders::OrderEvent& each : settlement.events) {
        CHECK(each.source == orders::FactSource::reconciliation);
        CHECK(ledger.apply(each) == orders::Applied::changed);
    }
}

/// Settles, checks that a second settlement finds nothing, and returns what the first one found.
std::vector<std::string> settle_twice(OrderLedger& ledger, const venue::TradingSnapshot& taken) {
    const Settlement first = settle(ledger, taken, nothing_at_hand);
    apply_all(ledger, first);
    const Settlement second = settle(ledger, taken, nothing_at_hand);
    CHECK(second.events.empty());
    CHECK(second.findings.empty());
    return first.findings;
}

State state_after(OrderLedger& ledger) { return ledger.find(order_id)->state; }

using Findings = std::vector<std::string>;

} // namespace

TEST_CASE("agreement settles to nothing") {
    OrderLedger ledger = ledger_with({accepted(), filled("E1", 60)});
    const auto taken = snapshot({theirs(State::partially_filled, 60)}, {fill("E1", 60)});
    CHECK(settle_twice(ledger, taken).empty());
    CHECK(settle(ledger, taken, nothing_at_hand).doubtful.empty());
    OrderLedger empty;
    CHECK(settle_twice(empty, snapshot({})).empty());
}

TEST_CASE("an unanswered order that the venue lists had arrived") {
    for (const std::vector<OrderFact>& before : {std::vector<OrderFact>{}, std::vector<OrderFact>{unknown()}}) {
        OrderLedger ledger = ledger_with(before);
        CHECK(settle_twice(ledger, snapshot({theirs(State::working)})) ==
              Findings{"order k4x9-1-1 (buy GOOG 100 limit 99.50) had reached the venue and is working"});
        CHECK(state_after(ledger) == State::working);
        CHECK(ledger.find(order_id)->venue_id == VenueOrderId("V7"));
    }
}

TEST_CASE("fills that nobody heard are taken over with their own times") {
    OrderLedger ledger = ledger_with({accepted(), filled("E1", 10)});
    const auto taken = snapshot({}, {fill("E1", 10), fill("E2", 50), fill("E3", 40)});
    CHECK(settle_twice(ledger, taken).size() == 2);
    CHECK(state_after(ledger) == State::filled);
    CHECK(ledger.find(order_id)->filled == Decimal(100));
    CHECK(ledger.find(order_id)->history.back().time == nine_thirty);
}

TEST_CASE("a cancel that never arrived leaves the order working") {
    OrderLedger ledger = ledger_with({accepted(), filled("E1", 60), cancel_intended()});
    CHECK(settle_twice(ledger, snapshot({theirs(State::partially_filled, 60)}, {fill("E1", 60)})) ==
          Findings{"order k4x9-1-1 (buy GOOG 100 limit 99.50) is still working: its cancel never arrived"});
    CHECK(state_after(ledger) == State::partially_filled);
}

TEST_CASE("an order that died between its intent and a cancel is settled in both respects") {
    OrderLedger ledger = ledger_with({cancel_intended()});
    CHECK(settle_twice(ledger, snapshot({theirs(State::working)})).size() == 2);
    CHECK(state_after(ledger) == State::working);
}

TEST_CASE("an order placed elsewhere is adopted with all that filled") {
    OrderLedger ledger;
    VenueOrder order = theirs(State::partially_filled, 60);
    order.average_price = 98; // 40 @ 97.50 long ago, 20 @ 99 in the snapshot
    CHECK(settle_twice(ledger, snapshot({order}, {fill("E2", 20)})) ==
          Findings{"order k4x9-1-1 (buy GOOG 100 limit 99.50) was placed elsewhere; adopted"});
    const orders::Order& adopted = *ledger.find(order_id);
    CHECK(adopted.external);
    CHECK(adopted.state == State::partially_filled);
    CHECK(adopted.filled == Decimal(60));
    CHECK(adopted.average_price() == Decimal(98));
    CHECK(adopted.fills.size() == 1);
}

TEST_CASE("an order known by the venue's id only is not adopted again") {
    OrderLedger ledger = ledger_with({accepted()});
    VenueOrder order = theirs(State::working);
    order.request.id = ClientOrderId("manual-17");
    CHECK(settle_twice(ledger, snapshot({order})).empty());
    CHECK(ledger.all().size() == 1);
}

TEST_CASE("orders in hand are left to those who hold them, except for their fills") {
    OrderLedger ledger = ledger_with({});
    const std::multiset<ClientOrderId> in_hand{order_id};
    const orders::SettleContext context{.in_hand = in_hand, .now = later};
    const Settlement absent = settle(ledger, snapshot({}), context);
    CHECK(absent.events.empty());
    CHECK(absent.doubtful.empty());
    const Settlement listed = settle(ledger, snapshot({theirs(State::working)}), context);
    CHECK(listed.events.empty());
    const auto filled_there = snapshot({theirs(State::partially_filled, 60)}, {fill("E1", 60)});
    CHECK(settle(ledger, filled_there, context).events.size() == 1);
}

TEST_CASE("open orders that the venue does not list are to be asked for, final ones are not") {
    OrderLedger ledger = ledger_with({accepted()});
    CHECK(settle(ledger, snapshot({}), nothing_at_hand).doubtful == std::vector<ClientOrderId>{order_id});
    ledger.apply(event(cancelled()));
    CHECK(settle(ledger, snapshot({}), nothing_at_hand).doubtful.empty());
}

TEST_CASE("an order counted as never sent that the venue lists is live again, loudly") {
    OrderLedger ledger = ledger_with({not_sent()});
    CHECK(settle_twice(ledger, snapshot({theirs(State::working)})) ==
          Findings{"order k4x9-1-1 (buy GOOG 100 limit 99.50) was counted as never sent, but the venue holds it: it is "
                   "live"});
    CHECK(state_after(ledger) == State::working);
}

TEST_CASE("the venue's record of one order settles it, once") {
    struct Row {
        std::vector<OrderFact> ours;
        State found;
        State after;
        std::vector<std::string> events;
    };
    const std::vector<Row> table{
        {{}, State::working, State::working, {"accepted"}},
        {{unknown()}, State::working, State::working, {"accepted"}},
        {{unknown()}, State::cancelled, State::cancelled, {"accepted", "cancelled"}},
        {{unknown()}, State::expired, State::expired, {"accepted", "expired"}},
        {{unknown()}, State::rejected, State::rejected, {"rejected"}},
        {{unknown()}, State::filled, State::working, {"accepted"}}, // its fills tell the rest
        {{accepted()}, State::working, State::working, {}},
        {{accepted()}, State::cancelled, State::cancelled, {"cancelled"}},
        {{accepted(), filled("E1", 60)}, State::expired, State::expired, {"expired"}},
        {{accepted(), cancel_intended()}, State::working, State::working, {"cancel_rejected"}},
        {{accepted(), cancel_intended()}, State::cancelled, State::cancelled, {"cancelled"}},
        {{accepted(), cancel_intended()}, State::filled, State::cancelling, {}},
        {{unknown(), cancel_intended()}, State::working, State::working, {"accepted", "cancel_rejected"}},
        {{accepted(), cancelled()}, State::working, State::cancelled, {}},
        {{rejected()}, State::cancelled, State::rejected, {}},
    };
    for (const Row& row : table) {
        OrderLedger ledger = ledger_with(row.ours);
        INFO(name_of(state_after(ledger)) << " here, " << name_of(row.found) << " there");
        const Settlement first = settle_found(*ledger.find(order_id), theirs(row.found), false, nothing_at_hand);
        std::vector<std::string> events;
        for (const orders::OrderEvent& each : first.events) {
            events.emplace_back(orders::name_of(each.fact));
        }
        CHECK(events == row.events);
        CHECK(first.findings.empty() == events.empty());
        apply_all(ledger, first);
        CHECK(state_after(ledger) == row.after);
        const Settlement second = settle_found(*ledger.find(order_id), theirs(row.found), false, nothing_at_hand);
        CHECK(second.events.empty());
        CHECK(second.findings.empty());
    }
}

TEST_CASE("an order that the venue does not know never arrived, or is gone") {
    struct Row {
        std::vector<OrderFact> ours;
        State after;
    };
    const std::vector<Row> table{
        {{}, State::not_sent},
        {{unknown()}, State::not_sent},
        {{cancel_intended()}, State::not_sent},
        {{unknown(), cancel_intended()}, State::not_sent},
        {{accepted()}, State::cancelled},
        {{accepted(), filled("E1", 60)}, State::cancelled},
        {{accepted(), cancel_intended()}, State::cancelled},
        {{rejected()}, State::rejected},
    };
    for (const Row& row : table) {
        OrderLedger ledger = ledger_with(row.ours);
        INFO(name_of(state_after(ledger)));
        apply_all(ledger, settle_lost(*ledger.find(order_id), later));
        CHECK(state_after(ledger) == row.after);
        const Settlement second = settle_lost(*ledger.find(order_id), later);
        CHECK(second.events.empty());
        CHECK(second.findings.empty());
    }
}

TEST_CASE("an inferred execution yields to the real one by the venue's clock, wherever ours stands") {
    for (const std::chrono::hours ahead : {std::chrono::hours(1), std::chrono::hours(-1)}) {
        OrderLedger ledger = ledger_with({accepted()});
        VenueOrder found = theirs(State::partially_filled, 60);
        found.updated = later + ahead;
        apply_all(ledger, settle_found(*ledger.find(order_id), found, true, nothing_at_hand));
        CHECK(ledger.find(order_id)->filled == 60);
        Fill told_late = fill("E1", 60);
        told_late.time = found.updated;
        ledger.apply(event(venue::OrderFilled{told_late}));
        CHECK(ledger.find(order_id)->filled == 60);
        Fill next = fill("E2", 10);
        next.time = found.updated + std::chrono::seconds(1);
        ledger.apply(event(venue::OrderFilled{next}));
        CHECK(ledger.find(order_id)->filled == 70);
    }
}

TEST_CASE("an order that moved since the list was asked for is left to the next one, except for its fills") {
    OrderLedger ledger = ledger_with({accepted()});
    VenueOrder older = theirs(State::working);
    older.request.quantity = 50;
    const orders::SettleContext moved{.in_hand = nothing_in_hand, .now = later, .moved = {order_id}};
    const Settlement settlement = settle(ledger, snapshot({older}, {fill("E1", 10)}), moved);
    CHECK(settlement.events.size() == 1);
    CHECK(settlement.too_early);
    CHECK_FALSE(settle(ledger, snapshot({theirs(State::working)}), moved).too_early);
    const Settlement unlisted = settle(ledger, snapshot({}), moved);
    CHECK(unlisted.doubtful.empty());
    CHECK(unlisted.too_early);
}
