#pragma once

#include "core/runtime/event.hpp"
#include "core/runtime/loop.hpp"
#include "core/venue/venue.hpp"

#include <deque>
#include <string>

namespace tradesh::bench {

/// A venue that costs nothing: it fills every order the moment it is submitted, or, while it holds its answers, when
/// they are released. What remains is our own way.
class InstantVenue final : public venue::Venue, public venue::Trading, public venue::MarketData {
public:
    explicit InstantVenue(runtime::Loop& loop) : loop_(loop), ready_(loop) {}

    void hold_answers() { holds_ = true; }
    void release_answers() {
        holds_ = false;
        ready_.set();
    }
    std::size_t submitted() const { return submitted_; }
    /// Clock::elapsed() when the last order was handed over: its first byte would go out now.
    Duration last_submitted() const { return last_submitted_; }

    std::string_view name() const override { return "instant"; }
    venue::Capabilities capabilities() const override {
        return {.price_rules = {"market", "limit", "stop", "stop-limit"},
                .times_in_force = {TimeInForce::day, TimeInForce::gtc, TimeInForce::ioc, TimeInForce::fok}};
    }
    runtime::Task<Result<venue::AccountIdentity>> open() override {
        co_return venue::AccountIdentity{.account = "BENCH", .simulated = true};
    }
    runtime::Task<void> close() override { co_return; }
    venue::Trading& trading() override { return *this; }
    venue::MarketData& market_data() override { return *this; }
    std::vector<venue::ConnectionInfo> connections() const override { return {}; }

    runtime::Task<Result<void>> submit(OrderRequest request) override {
        last_submitted_ = loop_.clock().elapsed();
        ++submitted_;
        const std::string number = std::to_string(submitted_);
        const Instant now = loop_.clock().now();
        events_.push_back({now, venue::OrderAccepted{request.id, VenueOrderId("v" + number)}});
        events_.push_back({now, venue::OrderFilled{Fill{.execution = ExecutionId("x" + number),
                                                        .order = request.id,
                                                        .symbol = request.symbol,
                                                        .side = request.side,
                                                        .quantity = request.quantity,
                                                        .price = 100,
                                                        .fee = {.amount = 0, .currency = Currency("USD")},
                                                        .time = now}}});
        if (!holds_) {
            ready_.set();
        }
        co_return Result<void>();
    }
    runtime::Task<Result<void>> replace(ClientOrderId, Decimal, PriceRule) override { return refuse(); }
    runtime::Task<Result<void>> cancel(ClientOrderId) override { return refuse(); }
    runtime::Task<Result<std::optional<VenueOrder>>> find(ClientOrderId) override {
        co_return std::optional<VenueOrder>();
    }
    runtime::Task<Result<venue::TradingSnapshot>> snapshot(Instant) override {
        const Currency usd("USD");
        const Decimal cash = 1'000'000'000;
        co_return venue::TradingSnapshot{.open_orders = {},
                                         .fills = {},
                                         .positions = {},
                                         .account = {.account = "BENCH",
                                                     .currency = usd,
                                                     .cash = cash,
                                                     .reserved = 0,
                                                     .position_value = 0,
                                                     .net_liquidation = cash,
                                                     .buying_power = cash}};
    }
    runtime::Task<std::optional<venue::TradingEvent>> next_event() override {
        while (events_.empty() || holds_) {
            ready_.reset();
            const runtime::Wake wake = co_await ready_.wait();
            if (wake == runtime::Wake::cancelled) {
                co_return std::nullopt;
            }
        }
        co_return ready_event();
    }
    std::optional<venue::TradingEvent> ready_event() override {
        if (events_.empty() || holds_) {
            return std::nullopt;
        }
        std::optional<venue::TradingEvent> event(std::move(events_.front()));
        events_.pop_front();
        return event;
    }
    runtime::Task<Result<Quote>> quote(Instrument instrument) override {
        co_return Quote{.symbol = instrument.symbol,
                        .kind = QuoteKind::simulated,
                        .bid = Decimal::of(9'999, 2),
                        .bid_size = 1'000'000,
                        .ask = Decimal::of(10'001, 2),
                        .ask_size = 1'000'000,
                        .last = 100,
                        .time = loop_.clock().now(),
                        .received_elapsed = loop_.clock().elapsed()};
    }

private:
    static runtime::Task<Result<void>> refuse() {
        co_return fail(ErrorKind::refused, "instant.unsupported", "the instant venue fills every order");
    }

    runtime::Loop& loop_;
    std::deque<venue::TradingEvent> events_;
    runtime::Event ready_;
    std::size_t submitted_ = 0;
    Duration last_submitted_{0};
    bool holds_ = false;
};

} // namespace tradesh::bench
