#pragma once

#include "tests/orders/order_desk.hpp"
#include "tests/support/catch.hpp"

namespace tradesh::test {

/// An order of ours and the venue's, once both have been settled.
inline void check_order(const orders::Order& order, const ScriptedExchange& exchange) {
    const ClientOrderId& id = order.request.id;
    INFO("order " << id.value << " " << name_of(order.state));
    CHECK_FALSE(orders::is_unanswered(order));
    CHECK(order.state != OrderState::cancelling);
    CHECK(order.state != OrderState::replacing);
    CHECK(exchange.submits(id) <= 1);
    const VenueOrder* theirs = exchange.find(id);
    if (theirs == nullptr) {
        CHECK(order.state == OrderState::not_sent);
        CHECK(order.filled.is_zero());
        return;
    }
    CHECK(name_of(order.state) == name_of(theirs->state));
    CHECK(order.filled == theirs->filled);
    CHECK(order.request.quantity == theirs->request.quantity);
    CHECK(order.request.price == theirs->request.price);
}

/// The invariants, once everything has been settled.
inline void check_settled(OrderDesk& desk) {
    for (const orders::Order* order : desk.ledger().all()) {
        check_order(*order, desk.exchange);
    }
    for (const auto& [id, theirs] : desk.exchange.orders()) {
        const orders::Order* order = desk.ledger().find(id); // whatever reached the venue had its intent on the disk
        CHECK((order != nullptr && !order->external));
    }
    const Result<std::vector<std::string>> again = desk.reconcile();
    REQUIRE(again.has_value());
    CHECK(again->empty());
    const orders::OrderLedger replayed = desk.replayed();
    for (const orders::Order* order : desk.ledger().all()) {
        const orders::Order* from_disk = replayed.find(order->request.id);
        REQUIRE(from_disk != nullptr);
        CHECK(name_of(from_disk->state) == name_of(order->state));
        CHECK(from_disk->filled == order->filled);
        CHECK(from_disk->request == order->request);
    }
}

} // namespace tradesh::test
