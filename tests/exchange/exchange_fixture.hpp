#pragma once

#include "core/exchange/exchange.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <vector>

namespace tradesh::test {

inline Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }
inline Instant instant(std::string_view text) { return parse_instant(text).value(); }

/// One line an event: "accepted a", "a buy 10 @ 99.5 fee 1.00", "rejected a bad_tick: ...".
inline std::string to_line(const exchange::Event& event) {
    using namespace exchange;
    struct Writer {
        std::string operator()(const Accepted& e) const { return "accepted " + e.order.value; }
        std::string operator()(const Rejected& e) const {
            return "rejected " + e.order.value + " " + e.code + ": " + e.message;
        }
        std::string operator()(const Filled& e) const {
            const std::string leg = e.fill.of == FillOf::leg ? " " + e.fill.symbol : "";
            return e.fill.order.value + leg + " " + std::string(name_of(e.fill.side)) + " " +
                   e.fill.quantity.to_string() + " @ " + e.fill.price.to_string() + " fee " +
                   e.fill.fee.amount.to_string();
        }
        std::string operator()(const Cancelled& e) const { return "cancelled " + e.order.value + ": " + e.reason; }
        std::string operator()(const Expired& e) const { return "expired " + e.order.value; }
        std::string operator()(const CancelRejected& e) const {
            return "cancel rejected " + e.order.value + " " + e.code + ": " + e.message;
        }
        std::string operator()(const Replaced& e) const {
            return "replaced " + e.order.value + " " + e.quantity.to_string() + " " + to_text(e.price);
        }
        std::string operator()(const ReplaceRejected& e) const {
            return "replace rejected " + e.order.value + " " + e.code + ": " + e.message;
        }
        std::string operator()(const StateReported& e) const {
            return std::string(name_of(e.state)) + " " + e.order.value;
        }
    };
    return std::visit(Writer(), event.what);
}

using Lines = std::vector<std::string>;

/// GOOG (tick 0.01, lot 1) with two accounts of 100,000 USD and no fees, unless the test says otherwise.
class ExchangeFixture {
public:
    explicit ExchangeFixture(exchange::FeeModel fees = {.per_unit = 0, .minimum = 0, .share_max = 0},
                             Decimal cash = 100'000)
        : market("T", fees) {
        Instrument goog;
        goog.symbol = "GOOG";
        market.list(goog).value();
        alice = market.open_account("alice", Currency("USD"), cash);
        bob = market.open_account("bob", Currency("USD"), cash);
        lines();
    }

    /// "a: buy 10 GOOG limit 99.5 gtc", with "short" at the end to allow it.
    static OrderRequest order(std::string id, Side side, std::string_view quantity, PriceRule price,
                              TimeInForce time_in_force = TimeInForce::gtc, bool may_open_short = false) {
        return OrderRequest{.id = ClientOrderId(std::move(id)),
                            .symbol = "GOOG",
                            .side = side,
                            .quantity = decimal(quantity),
                            .price = price,
                            .time_in_force = time_in_force,
                            .may_open_short = may_open_short};
    }
    static PriceRule limit(std::string_view price) { return LimitPrice{decimal(price)}; }
    static PriceRule stop(std::string_view price) { return StopPrice{decimal(price), std::nullopt}; }
    static PriceRule stop_limit(std::string_view price, std::string_view limit) {
        return StopPrice{decimal(price), decimal(limit)};
    }

    /// An exit of `parent` for selling, in the group "g".
    static OrderRequest exit(std::string id, std::string parent, std::string_view quantity, PriceRule price,
                             std::string group = "g") {
        OrderRequest request = order(std::move(id), Side::sell, quantity, price);
        request.parent = ClientOrderId(std::move(parent));
        request.oco_group = std::move(group);
        return request;
    }
    static PriceRule trail(std::string_view distance, bool percent = false) {
        return TrailingStop{.distance = decimal(distance), .percent = percent};
    }

    Lines submit(const OrderRequest& request) { return submit(alice, request); }
    Lines submit(exchange::AccountIndex account, const OrderRequest& request) {
        market.submit(account, request, now).value();
        return lines();
    }
    Lines submit_linked(std::vector<OrderRequest> requests) {
        market.submit_linked(alice, requests, now).value();
        return lines();
    }
    Lines cancel(std::string id) {
        market.cancel(alice, ClientOrderId(std::move(id)), now);
        return lines();
    }
    Lines replace(std::string id, std::string_view quantity, PriceRule price) {
        market.replace(alice, ClientOrderId(std::move(id)), decimal(quantity), price, now);
        return lines();
    }
    /// The house quotes; prices in cents.
    Lines house(std::vector<exchange::HouseLevel> bids, std::vector<exchange::HouseLevel> asks,
                std::optional<exchange::Ticks> last = std::nullopt) {
        market.set_quotes(0, exchange::HouseQuotes{std::move(bids), std::move(asks), last}, now);
        return lines();
    }
    Lines lines() {
        Lines all;
        for (const exchange::Event& event : market.take_changes().events) {
            all.push_back(to_line(event));
        }
        return all;
    }
    Position position() { return market.positions(alice).at(0); }
    OrderState state(std::string id) { return market.find(alice, ClientOrderId(std::move(id)))->state; }

    exchange::Exchange market;
    exchange::AccountIndex alice = 0;
    exchange::AccountIndex bob = 0;
    Instant now = instant("2026-11-20 15:00");
};

} // namespace tradesh::test
