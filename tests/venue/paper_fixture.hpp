#pragma once

#include "core/venue/paper/paper_venue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_loop.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <thread>

namespace tradesh::test {

inline Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

/// A directory that goes away with the test.
class TempDirectory {
public:
    TempDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "tradesh-test-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    ~TempDirectory() { std::filesystem::remove_all(path); }
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;
    std::string path;
};

/// History with one close a symbol; other symbols have none.
struct FakeHistory {
    std::map<std::string, Decimal> closes{{"GOOG", decimal("170.00")}};
    int asked = 0;

    venue::paper::ReferencePriceSource source() {
        return [this](std::string symbol) -> runtime::Task<Result<venue::paper::ReferencePrice>> {
            ++asked;
            const auto found = closes.find(symbol);
            if (found == closes.end()) {
                co_return fail(ErrorKind::not_found, "data.none", "no bars of " + symbol);
            }
            venue::paper::ReferencePrice reference;
            reference.instrument.symbol = symbol;
            reference.last_close = found->second;
            co_return reference;
        };
    }
};

inline OrderRequest order(std::string id, Side side, std::string_view quantity, PriceRule price = MarketPrice{},
                          TimeInForce time_in_force = TimeInForce::gtc) {
    return OrderRequest{.id = ClientOrderId(std::move(id)),
                        .symbol = "GOOG",
                        .side = side,
                        .quantity = decimal(quantity),
                        .price = price,
                        .time_in_force = time_in_force,
                        .may_open_short = false};
}
inline PriceRule limit(std::string_view price) { return LimitPrice{decimal(price)}; }

/// "accepted a", "filled a 10", ...
inline std::string to_line(const venue::TradingEvent& event) {
    using namespace venue;
    struct Writer {
        std::string operator()(const OrderAccepted& e) const { return "accepted " + e.order.value; }
        std::string operator()(const OrderRejected& e) const { return "rejected " + e.order.value + " " + e.code; }
        std::string operator()(const OrderFilled& e) const {
            return "filled " + e.fill.order.value + " " + e.fill.quantity.to_string();
        }
        std::string operator()(const OrderCancelled& e) const { return "cancelled " + e.order.value; }
        std::string operator()(const OrderExpired& e) const { return "expired " + e.order.value; }
        std::string operator()(const CancelRejected& e) const {
            return "cancel rejected " + e.order.value + " " + e.code;
        }
        std::string operator()(const OrderReplaced& e) const {
            return "replaced " + e.order.value + " " + e.quantity.to_string() + " " + to_text(e.price);
        }
        std::string operator()(const ReplaceRejected& e) const {
            return "replace rejected " + e.order.value + " " + e.code;
        }
        std::string operator()(const OrderStateReported& e) const {
            return "state " + e.order.value + " " + std::string(name_of(e.state));
        }
        std::string operator()(const ExecutionCorrected& e) const { return "corrected " + e.corrected.value; }
        std::string operator()(const LinkChanged& e) const { return e.up ? "link up" : "link down"; }
    };
    return std::visit(Writer(), event.what);
}

using Lines = std::vector<std::string>;

/// Runs a loop until `done`; real work of worker threads and sockets happens meanwhile, in real but bounded time.
template <class Done>
void run_until(runtime::Loop& loop, Done&& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!done()) {
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("nothing more happens");
        }
        loop.poll();
        std::this_thread::yield();
    }
}

/// Starts a task and runs the loop until it has its value.
template <class Value>
Value finish(runtime::Loop& loop, std::function<runtime::Task<Value>()> start) {
    std::optional<Value> value;
    runtime::TaskScope scope(loop);
    scope.spawn("test", [&](runtime::TaskInfo&) -> runtime::Task<void> {
        Value result = co_await start();
        value.emplace(std::move(result));
    });
    run_until(loop, [&] { return value.has_value() && scope.empty(); });
    return std::move(*value);
}

/// A venue with a reader of its events.
class VenueUnderTest {
public:
    VenueUnderTest(runtime::Loop& loop, venue::Venue& venue) : loop_(loop), venue_(venue), scope_(loop) {}

    Result<venue::AccountIdentity> open() {
        Result<venue::AccountIdentity> identity =
            finish<Result<venue::AccountIdentity>>(loop_, [&] { return venue_.open(); });
        scope_.spawn("reader", [this](runtime::TaskInfo&) -> runtime::Task<void> {
            for (;;) {
                std::optional<venue::TradingEvent> event = co_await venue_.trading().next_event();
                if (!event) {
                    break;
                }
                events.push_back(std::move(*event));
            }
        });
        return identity;
    }
    void close() {
        finish<bool>(loop_, [&]() -> runtime::Task<bool> {
            co_await venue_.close();
            co_return true;
        });
        run_until(loop_, [&] { return scope_.empty(); });
    }

    Result<void> submit(OrderRequest request) {
        return finish<Result<void>>(loop_, [&] { return venue_.trading().submit(request); });
    }
    Result<void> submit_linked(std::vector<OrderRequest> requests) {
        return finish<Result<void>>(loop_, [&] { return venue_.trading().submit_linked(requests); });
    }
    Result<void> cancel(std::string id) {
        return finish<Result<void>>(loop_, [&] { return venue_.trading().cancel(ClientOrderId(id)); });
    }
    Result<void> replace(std::string id, std::string_view quantity, PriceRule price) {
        return finish<Result<void>>(
            loop_, [&] { return venue_.trading().replace(ClientOrderId(id), decimal(quantity), price); });
    }
    Result<std::optional<VenueOrder>> find(std::string id) {
        return finish<Result<std::optional<VenueOrder>>>(loop_,
                                                         [&] { return venue_.trading().find(ClientOrderId(id)); });
    }
    Result<venue::TradingSnapshot> snapshot(Instant since = Instant()) {
        return finish<Result<venue::TradingSnapshot>>(loop_, [&] { return venue_.trading().snapshot(since); });
    }
    Result<Quote> quote(std::string symbol) {
        Instrument instrument;
        instrument.symbol = symbol;
        return finish<Result<Quote>>(loop_, [&] { return venue_.market_data().quote(instrument); });
    }
    void wait_for_events(std::size_t count) {
        run_until(loop_, [&] { return events.size() >= count; });
    }
    Lines lines() const {
        Lines all;
        for (const venue::TradingEvent& event : events) {
            all.push_back(to_line(event));
        }
        return all;
    }

    std::vector<venue::TradingEvent> events;

private:
    runtime::Loop& loop_;
    venue::Venue& venue_;
    runtime::TaskScope scope_;
};

} // namespace tradesh::test
