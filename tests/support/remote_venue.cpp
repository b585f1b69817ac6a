#include "tests/support/remote_venue.hpp"

#include <asio/io_context.hpp>
#include <asio/read.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include <algorithm>

namespace tradesh::test {
namespace {

using namespace std::chrono_literals;
using runtime::Task;
using runtime::Wake;

constexpr Duration backoff_min = 20ms;
constexpr Duration backoff_max = 1s;
constexpr Duration answer_wait_max = 10s;

} // namespace

RemoteVenue::RemoteVenue(runtime::Loop& loop, std::string socket_path)
    : loop_(loop),
      socket_path_(std::move(socket_path)),
      event_ready_(loop),
      identified_(loop),
      closing_now_(loop),
      scope_(loop) {}

RemoteVenue::~RemoteVenue() = default;

venue::Capabilities RemoteVenue::capabilities() const {
    return venue::Capabilities{
        .price_rules = {"market", "limit", "stop", "stop-limit", "trail"},
        .times_in_force = {TimeInForce::day, TimeInForce::gtc, TimeInForce::ioc, TimeInForce::fok},
        .replace = true,
        .linked_orders = true,
        .resizes_exits = true,
        .valid_until = true,
        .turns_up_within = 300ms};
}

std::vector<venue::ConnectionInfo> RemoteVenue::connections() const {
    return {venue::ConnectionInfo{.endpoint = "unix:" + socket_path_,
                                  .state = up_ ? "up" : (closing_ ? "down" : "connecting"),
                                  .opened = opened_,
                                  .reused = sent_}};
}

Error RemoteVenue::not_connected() const {
    return Error(ErrorKind::connection, "remote.down", "not connected").on("unix:" + socket_path_);
}

Task<Result<venue::AccountIdentity>> RemoteVenue::open() {
    scope_.spawn("remote venue", [this](runtime::TaskInfo& info) { return keep_connected(info); });
    co_await identified_.wait_for(5s);
    if (!identity_) {
        co_await close();
        co_return fail(not_connected().attempting("connect"));
    }
    co_return *identity_;
}

Task<void> RemoteVenue::close() {
    closing_ = true;
    closing_now_.set();
    if (socket_) {
        asio::error_code ignored;
        socket_->close(ignored);
    }
    event_ready_.set();
    co_await scope_.join();
}

Task<void> RemoteVenue::keep_connected(runtime::TaskInfo& info) {
    Duration backoff = backoff_min;
    while (!closing_) {
        info.awaits = "a connection";
        const bool connected = co_await connect();
        if (connected) {
            backoff = backoff_min;
            info.awaits = "messages";
            co_await read_until_lost();
        }
        if (!closing_) {
            info.awaits = "the next attempt to connect";
            co_await closing_now_.wait_for(backoff);
            backoff = std::min(backoff * 2, backoff_max);
        }
    }
    lose("closed");
}

Task<bool> RemoteVenue::connect() {
    socket_.emplace(loop_.context());
    asio::error_code error;
    co_await socket_->async_connect(asio::local::stream_protocol::endpoint(socket_path_),
                                    asio::redirect_error(asio::use_awaitable, error));
    if (error || closing_) {
        socket_.reset();
        co_return false;
    }
    ++opened_;
    const Json hello{{"do", "hello"}, {"number", 0}};
    asio::write(*socket_, asio::buffer(to_frame(hello)), error);
    const std::optional<Json> answer = co_await read_message();
    if (!answer) {
        socket_.reset();
        co_return false;
    }
    const Json& value = answer->at("value");
    identity_ = venue::AccountIdentity{.account = value.at("account"), .simulated = value.at("simulated")};
    up_ = true;
    identified_.set();
    tell_link(true, "connected");
    co_return true;
}

Task<std::optional<Json>> RemoteVenue::read_message() {
    unsigned char header[4]{};
    asio::error_code error;
    co_await asio::async_read(*socket_, asio::buffer(header), asio::redirect_error(asio::use_awaitable, error));
    const std::size_t length = frame_length(header);
    if (error || length > frame_bytes_max) {
        co_return std::nullopt;
    }
    std::string body(length, '\0');
    co_await asio::async_read(*socket_, asio::buffer(body), asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        co_return std::nullopt;
    }
    co_return std::optional<Json>(Json::parse(body));
}

Task<void> RemoteVenue::read_until_lost() {
    for (;;) {
        const std::optional<Json> message = co_await read_message();
        if (!message) {
            break;
        }
        take(*message);
    }
    lose("the exchange closed the connection");
}

void RemoteVenue::take(const Json& message) {
    if (message.contains("event")) {
        events_.push_back(event_from(message.at("event")));
        event_ready_.set();
        return;
    }
    const auto question = questions_.find(message.at("reply").get<std::uint64_t>());
    if (question != questions_.end()) {
        question->second->answer = message.at("value");
        question->second->done.set();
        questions_.erase(question);
    }
}

void RemoteVenue::lose(const std::string& reason) {
    socket_.reset();
    for (const auto& [number, question] : questions_) {
        question->done.set();
    }
    questions_.clear();
    if (up_) {
        up_ = false;
        tell_link(false, reason);
    }
}

void RemoteVenue::tell_link(bool up, std::string reason) {
    events_.push_back(venue::TradingEvent{.time = loop_.clock().now(),
                                          .what = venue::LinkChanged{.up = up, .reason = std::move(reason)}});
    event_ready_.set();
}

/// Written at once: frames are small and the other end always reads.
Result<void> RemoteVenue::send(Json request) {
    if (!up_ || closing_) {
        return fail(not_connected());
    }
    asio::error_code error;
    asio::write(*socket_, asio::buffer(to_frame(request)), error);
    if (error) {
        return fail(Error(ErrorKind::unknown, "remote.write", error.message()).on("unix:" + socket_path_));
    }
    ++sent_;
    return {};
}

Task<Result<void>> RemoteVenue::submit(OrderRequest request) {
    std::vector<OrderRequest> requests{std::move(request)};
    const Result<void> sent = co_await submit_linked(std::move(requests));
    co_return sent;
}

Task<Result<void>> RemoteVenue::submit_linked(std::vector<OrderRequest> requests) {
    Json orders = Json::array();
    for (const OrderRequest& request : requests) {
        orders.push_back(to_json(request));
    }
    co_return send(Json{{"do", "submit"}, {"number", ++last_number_}, {"orders", std::move(orders)}});
}

Task<Result<void>> RemoteVenue::replace(ClientOrderId order, Decimal quantity, PriceRule price) {
    co_return send(Json{{"do", "replace"},
                        {"number", ++last_number_},
                        {"id", order.value},
                        {"quantity", quantity.to_string()},
                        {"price", to_json(price)}});
}

Task<Result<void>> RemoteVenue::cancel(ClientOrderId order) {
    co_return send(Json{{"do", "cancel"}, {"number", ++last_number_}, {"id", order.value}});
}

Task<Result<Json>> RemoteVenue::ask(Json request) {
    const std::uint64_t number = ++last_number_;
    request["number"] = number;
    const auto question = std::make_shared<Question>(loop_);
    questions_.emplace(number, question);
    const Result<void> sent = send(std::move(request));
    if (!sent) {
        questions_.erase(number);
        co_return fail(not_connected()); // a question has no effect, so its fate does not matter
    }
    const Wake wake = co_await question->done.wait_for(answer_wait_max);
    questions_.erase(number);
    if (wake == Wake::timeout) {
        co_return fail(Error(ErrorKind::timeout, "remote.timeout", "no answer within 10 s").on("unix:" + socket_path_));
    }
    if (wake == Wake::cancelled) {
        co_return fail(ErrorKind::cancelled, "remote.cancelled", "the question was cancelled");
    }
    if (!question->answer) {
        co_return fail(Error(ErrorKind::connection, "remote.lost", "the connection was lost before the answer came")
                           .on("unix:" + socket_path_));
    }
    co_return std::move(*question->answer);
}

Task<Result<std::optional<VenueOrder>>> RemoteVenue::find(ClientOrderId order) {
    Json request{{"do", "find"}, {"id", order.value}};
    const Result<Json> answer = co_await ask(std::move(request));
    if (!answer) {
        co_return fail(answer.error());
    }
    const Json& found = answer->at("order");
    co_return found.is_null() ? std::optional<VenueOrder>() : std::optional(venue_order_from(found));
}

Task<Result<venue::TradingSnapshot>> RemoteVenue::snapshot(Instant fills_since) {
    Json request{{"do", "snapshot"}, {"since", to_json(fills_since)}};
    const Result<Json> answer = co_await ask(std::move(request));
    if (!answer) {
        co_return fail(answer.error());
    }
    co_return snapshot_from(*answer);
}

Task<Result<Quote>> RemoteVenue::quote(Instrument instrument) {
    Json request{{"do", "quote"}, {"symbol", instrument.symbol}};
    const Result<Json> answer = co_await ask(std::move(request));
    if (!answer) {
        co_return fail(answer.error());
    }
    if (answer->contains("missing")) {
        co_return fail(Error(ErrorKind::not_found, "remote.no_quote", "the exchange has no price of it")
                           .attempting("quote")
                           .on(instrument.symbol));
    }
    Quote quote = quote_from(*answer);
    quote.received_elapsed = loop_.clock().elapsed();
    co_return quote;
}

Task<std::optional<venue::TradingEvent>> RemoteVenue::next_event() {
    while (events_.empty()) {
        if (closing_) {
            co_return std::nullopt;
        }
        event_ready_.reset();
        const Wake wake = co_await event_ready_.wait();
        if (wake == Wake::cancelled) {
            co_return std::nullopt;
        }
    }
    co_return ready_event();
}

std::optional<venue::TradingEvent> RemoteVenue::ready_event() {
    if (events_.empty()) {
        return std::nullopt;
    }
    std::optional<venue::TradingEvent> event(std::move(events_.front()));
    events_.pop_front();
    return event;
}

} // namespace tradesh::test
