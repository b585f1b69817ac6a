#pragma once

#include "core/runtime/event.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/task_scope.hpp"
#include "core/venue/venue.hpp"
#include "tests/support/remote_protocol.hpp"

#include <asio/local/stream_protocol.hpp>

#include <deque>
#include <map>
#include <memory>
#include <optional>

namespace tradesh::test {

/// A venue at the other end of a Unix socket (see ExchangeServer): the smallest one that is truly asynchronous. It
/// keeps one connection, reconnects with a backoff of 20 ms to 1 s, and tells by LinkChanged when the connection came
/// (also the first time) and went. What happened while it was down is not replayed: `snapshot` and `find` tell.
class RemoteVenue final : public venue::Venue, public venue::Trading, public venue::MarketData {
public:
    RemoteVenue(runtime::Loop& loop, std::string socket_path);
    ~RemoteVenue() override;

    std::string_view name() const override { return "remote"; }
    venue::Capabilities capabilities() const override;
    runtime::Task<Result<venue::AccountIdentity>> open() override;
    runtime::Task<void> close() override;
    venue::Trading& trading() override { return *this; }
    venue::MarketData& market_data() override { return *this; }
    std::vector<venue::ConnectionInfo> connections() const override;

    runtime::Task<Result<void>> submit(OrderRequest request) override;
    runtime::Task<Result<void>> submit_linked(std::vector<OrderRequest> requests) override;
    runtime::Task<Result<void>> replace(ClientOrderId order, Decimal quantity, PriceRule price) override;
    runtime::Task<Result<void>> cancel(ClientOrderId order) override;
    runtime::Task<Result<std::optional<VenueOrder>>> find(ClientOrderId order) override;
    runtime::Task<Result<venue::TradingSnapshot>> snapshot(Instant fills_since) override;
    runtime::Task<std::optional<venue::TradingEvent>> next_event() override;
    std::optional<venue::TradingEvent> ready_event() override;
    runtime::Task<Result<Quote>> quote(Instrument instrument) override;

private:
    using Socket = asio::local::stream_protocol::socket;
    /// A question that waits for its answer.
    struct Question {
        explicit Question(runtime::Loop& loop) : done(loop) {}
        std::optional<Json> answer;
        runtime::Event done;
    };

    runtime::Task<void> keep_connected(runtime::TaskInfo& info);
    runtime::Task<bool> connect();
    runtime::Task<void> read_until_lost();
    runtime::Task<std::optional<Json>> read_message();
    void take(const Json& message);
    void lose(const std::string& reason);
    void tell_link(bool up, std::string reason);

    /// Puts a request on the wire: error connection when it certainly did not get there, unknown when it may have.
    Result<void> send(Json request);
    runtime::Task<Result<Json>> ask(Json request);
    Error not_connected() const;

    runtime::Loop& loop_;
    std::string socket_path_;
    std::optional<Socket> socket_;
    bool up_ = false;
    bool closing_ = false;
    std::uint64_t opened_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t last_number_ = 0;
    std::map<std::uint64_t, std::shared_ptr<Question>> questions_;
    std::deque<venue::TradingEvent> events_;
    std::optional<venue::AccountIdentity> identity_;
    runtime::Event event_ready_;
    runtime::Event identified_;
    runtime::Event closing_now_;
    runtime::TaskScope scope_;
};

} // namespace tradesh::test
