#pragma once

#include "core/orders/order.hpp"

#include <string>
#include <utility>

/// Facts about one order, "k4x9-1-1": buy GOOG 100 limit 99.50.
namespace tradesh::test {

inline const Instant nine_thirty = std::chrono::sys_days(std::chrono::year_month_day(
                                       std::chrono::year(2026), std::chrono::month(11), std::chrono::day(20))) +
                                   std::chrono::hours(14) + std::chrono::minutes(30);

inline const ClientOrderId order_id("k4x9-1-1");

inline OrderRequest request(std::string id = order_id.value, Side side = Side::buy, Decimal quantity = 100) {
    return OrderRequest{.id = ClientOrderId(std::move(id)),
                        .symbol = "GOOG",
                        .side = side,
                        .quantity = quantity,
                        .price = LimitPrice{Decimal::of(9950, 2)},
                        .time_in_force = TimeInForce::day,
                        .may_open_short = false};
}

inline Fill fill(std::string execution, Decimal quantity, std::string id = order_id.value, Decimal price = 99) {
    return Fill{.execution = ExecutionId(std::move(execution)),
                .order = ClientOrderId(std::move(id)),
                .symbol = "GOOG",
                .side = Side::buy,
                .quantity = quantity,
                .price = price,
                .fee = Money{.amount = Decimal::of(35, 2), .currency = Currency("USD")},
                .time = nine_thirty};
}

inline orders::OrderEvent event(orders::OrderFact fact, orders::FactSource source = orders::FactSource::venue) {
    return orders::OrderEvent{.time = nine_thirty, .source = source, .fact = std::move(fact)};
}

inline orders::OrderFact intended(std::string id = order_id.value, std::string key = "") {
    return orders::OrderIntended{
        {.request = request(std::move(id)), .key = std::move(key), .form = "buy GOOG 100 limit 99.5 day"}};
}
inline orders::OrderFact denied() {
    return orders::OrderDenied{{.request = request(),
                                .key = "monday",
                                .form = "buy GOOG 100 limit 99.5 day",
                                .checks = {{.name = "order_quantity",
                                            .verdict = orders::Verdict::deny,
                                            .value = "100",
                                            .limit = "50",
                                            .source = "paper.toml"}}},
                               "risk.order_quantity",
                               "order_quantity 100 is over the limit 50"};
}
inline orders::OrderFact accepted() { return venue::OrderAccepted{order_id, VenueOrderId("V7")}; }
inline orders::OrderFact filled(std::string execution, Decimal quantity) {
    return venue::OrderFilled{fill(std::move(execution), quantity)};
}
inline orders::OrderFact rejected() { return venue::OrderRejected{order_id, "201", "no margin"}; }
inline orders::OrderFact cancelled() { return venue::OrderCancelled{order_id, "by request"}; }
inline orders::OrderFact expired() { return venue::OrderExpired{order_id}; }
inline orders::OrderFact cancel_intended() { return orders::CancelIntended{order_id}; }
inline orders::OrderFact cancel_rejected() { return venue::CancelRejected{order_id, "161", "too late"}; }
inline orders::OrderFact not_sent() { return orders::OrderNotSent{order_id, "tws.no_link", "the link was down"}; }
inline orders::OrderFact unknown() { return orders::OutcomeUnknown{order_id, "no answer within 5s"}; }

inline orders::OrderFact replace_intended(Decimal quantity = 80, std::string key = "") {
    return orders::ReplaceIntended{order_id, quantity, LimitPrice{98}, std::move(key), "modify"};
}
inline orders::OrderFact replaced(Decimal quantity = 80) {
    return venue::OrderReplaced{order_id, quantity, LimitPrice{98}, VenueOrderId("V8")};
}
inline orders::OrderFact replace_rejected() { return venue::ReplaceRejected{order_id, "104", "not now"}; }
inline orders::OrderFact reported(OrderState state, std::string word = "") {
    return venue::OrderStateReported{order_id, state, std::move(word)};
}
/// E1 counts with another quantity, or (zero) not at all.
inline orders::OrderFact corrected(Decimal quantity) {
    return venue::ExecutionCorrected{ExecutionId("E1"), fill("E1b", quantity)};
}
inline orders::OrderFact timed() {
    using namespace std::chrono_literals;
    return orders::OrderTimed{order_id, 12us, 900us, 30us, 2ms};
}

} // namespace tradesh::test
