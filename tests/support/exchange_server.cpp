#include "tests/support/exchange_server.hpp"

#include "core/venue/paper/paper_events.hpp"
#include "tests/support/remote_protocol.hpp"

#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <future>
#include <set>
#include <thread>

namespace tradesh::test {
namespace {

using Socket = asio::local::stream_protocol::socket;

struct Outgoing {
    std::string frame;
    bool acknowledgement = false;
};

} // namespace

struct ExchangeServer::Impl {
    struct Session : std::enable_shared_from_this<Session> {
        Session(Impl& server, Socket connected)
            : server(server),
              socket(std::move(connected)),
              timer(socket.get_executor()) {}

        void read_next() {
            asio::async_read(socket, asio::buffer(header), [self = shared_from_this()](asio::error_code error, auto) {
                const std::size_t length = frame_length(self->header);
                if (error || length > frame_bytes_max) {
                    self->close();
                    return;
                }
                self->read_body(length);
            });
        }
        void read_body(std::size_t length) {
            body.resize(length);
            asio::async_read(socket, asio::buffer(body), [self = shared_from_this()](asio::error_code error, auto) {
                if (error) {
                    self->close();
                    return;
                }
                self->server.handle(*self, Json::parse(self->body));
                if (self->socket.is_open()) {
                    self->read_next();
                }
            });
        }
        void send(const Json& message, bool acknowledgement = false) {
            outgoing.push_back(Outgoing{.frame = to_frame(message), .acknowledgement = acknowledgement});
            write_next();
        }
        void write_next() {
            if (busy || outgoing.empty() || !socket.is_open() || (outgoing.front().acknowledgement && server.holding)) {
                return;
            }
            busy = true;
            timer.expires_after(outgoing.front().acknowledgement ? server.delay : Duration(0));
            timer.async_wait([self = shared_from_this()](asio::error_code) { self->write_front(); });
        }
        void write_front() {
            asio::async_write(socket, asio::buffer(outgoing.front().frame),
                              [self = shared_from_this()](asio::error_code error, auto) {
                                  self->busy = false;
                                  if (error) {
                                      self->close();
                                      return;
                                  }
                                  self->outgoing.pop_front();
                                  self->write_next();
                              });
        }
        void close() {
            asio::error_code ignored;
            socket.close(ignored);
            timer.cancel();
            server.sessions.erase(shared_from_this());
        }

        Impl& server;
        Socket socket;
        asio::steady_timer timer;
        unsigned char header[4]{};
        std::string body;
        std::deque<Outgoing> outgoing;
        bool busy = false;
    };

    explicit Impl(Options given) : options(std::move(given)), market("SIM", exchange::FeeModel{}) {
        market.open_account(options.account, Currency("USD"), options.cash);
        listen();
        thread = std::thread([this] { context.run(); });
    }

    void listen() {
        ::unlink(options.socket_path.c_str());
        acceptor.emplace(context, asio::local::stream_protocol::endpoint(options.socket_path));
        accept_next();
    }
    void accept_next() {
        acceptor->async_accept([this](asio::error_code error, Socket socket) {
            if (error) {
                return;
            }
            ++accepted;
            const auto session = std::make_shared<Session>(*this, std::move(socket));
            sessions.insert(session);
            session->read_next();
            accept_next();
        });
    }
    void disconnect_all() {
        const auto all = sessions;
        for (const auto& session : all) {
            session->close();
        }
    }

    /// Runs on the server's thread and waits for the value.
    template <class Work>
    auto call(Work given) {
        std::packaged_task<decltype(given())()> piece(std::move(given));
        auto value = piece.get_future();
        asio::post(context, [piece = std::move(piece)]() mutable { piece(); });
        return value.get();
    }

    void handle(Session& session, const Json& request) {
        ++request_count;
        const bool disconnects = disconnect_in > 0 && --disconnect_in == 0;
        if (disconnects && disconnect_moment == Moment::before_processing) {
            session.close();
            return;
        }
        pass_time();
        const Json value = answer(request.at("do"), request);
        if (disconnects) {
            disconnect_all(); // whatever it caused is never told
        }
        if (!value.is_null() && !disconnects) {
            session.send({{"reply", request.at("number")}, {"value", value}});
        }
        publish();
    }

    /// Orders end when they have said so; there are no auctions, since nobody told the exchange its hours.
    void pass_time() {
        now = std::max(now, clock.now());
        market.expire(now);
    }

    Json answer(const std::string& what, const Json& request) {
        if (what == "hello") {
            return {{"account", options.account}, {"simulated", options.simulated}};
        }
        if (what == "submit") {
            submit(request.at("orders"));
        } else if (what == "cancel") {
            market.cancel(0, ClientOrderId(request.at("id")), now);
        } else if (what == "replace") {
            market.replace(0, ClientOrderId(request.at("id")), decimal_from(request.at("quantity")),
                           price_rule_from(request.at("price")), now);
        } else if (what == "find") {
            const exchange::Order* order = market.find(0, ClientOrderId(request.at("id")));
            return {{"order", order == nullptr ? Json() : to_json(market.describe(*order))}};
        } else if (what == "snapshot") {
            return to_json(snapshot(instant_from(request.at("since"))));
        } else if (what == "quote") {
            return quote(request.at("symbol"));
        }
        return {};
    }

    void submit(const Json& orders) {
        std::vector<OrderRequest> requests;
        for (const Json& order : orders) {
            requests.push_back(order_request_from(order));
            ++submitted[requests.back().id.value];
        }
        // Another order under a used id gets no event, which would be taken for the first one's; the count shows it.
        const Result<void> submitted_once = market.submit_linked(0, requests, now);
        static_cast<void>(submitted_once);
    }

    venue::TradingSnapshot snapshot(Instant since) const {
        venue::TradingSnapshot snapshot;
        for (const exchange::Order* order : market.orders()) {
            if (order->live()) {
                snapshot.open_orders.push_back(market.describe(*order));
            }
        }
        std::ranges::copy_if(all_fills, std::back_inserter(snapshot.fills),
                             [since](const Fill& fill) { return fill.time >= since; });
        snapshot.positions = market.positions(0);
        snapshot.account = market.summary(0);
        return snapshot;
    }

    Json quote(const std::string& symbol) const {
        const auto found = quotes.find(symbol);
        return found == quotes.end() ? Json{{"missing", true}} : to_json(found->second);
    }

    /// Sends what happened to everyone who is connected, with the faults that were asked for.
    void publish() {
        for (const exchange::Event& happened : market.take_changes().events) {
            const auto* filled = std::get_if<exchange::Filled>(&happened.what);
            const bool acknowledgement = std::holds_alternative<exchange::Accepted>(happened.what) ||
                                         std::holds_alternative<exchange::Rejected>(happened.what);
            if (filled != nullptr) {
                all_fills.push_back(filled->fill);
            }
            if (acknowledgement && acknowledgements_to_drop > 0) {
                --acknowledgements_to_drop;
                continue;
            }
            const Json message{{"event", to_json(venue::paper::to_trading_event(happened))}};
            const bool twice = filled != nullptr && fills_to_duplicate > 0;
            fills_to_duplicate -= twice ? 1 : 0;
            for (const auto& session : sessions) {
                session->send(message, acknowledgement);
                if (twice) {
                    session->send(message);
                }
            }
        }
    }

    Options options;
    SystemClock clock;
    Instant now;
    exchange::Exchange market;
    std::map<std::string, Quote> quotes;
    std::vector<Fill> all_fills;
    std::map<std::string, int> submitted;
    int request_count = 0;
    int accepted = 0;
    int disconnect_in = 0;
    Moment disconnect_moment = Moment::before_processing;
    int acknowledgements_to_drop = 0;
    int fills_to_duplicate = 0;
    bool holding = false;
    Duration delay{0};

    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::optional<asio::local::stream_protocol::acceptor> acceptor;
    std::set<std::shared_ptr<Session>> sessions;
    std::thread thread;
};

ExchangeServer::ExchangeServer(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}

ExchangeServer::~ExchangeServer() {
    impl_->call([this] {
        impl_->disconnect_all();
        impl_->acceptor.reset();
        impl_->work.reset();
    });
    impl_->thread.join();
    ::unlink(impl_->options.socket_path.c_str());
}

void ExchangeServer::list(const Instrument& instrument) {
    impl_->call([&] { impl_->market.list(instrument).value(); });
}

void ExchangeServer::set_price(const std::string& symbol, Decimal bid, Decimal ask, Decimal size) {
    impl_->call([&] {
        const exchange::ListingIndex listing = impl_->market.find_listing(symbol).value();
        const Instrument& instrument = impl_->market.instrument(listing);
        const auto whole = [](Decimal value, Decimal step) {
            return Decimal::divide(value, step, 0, Rounding::half_even).to_whole();
        };
        const exchange::Lots lots = whole(size, instrument.lot);
        const exchange::Ticks last = whole(bid + ask, instrument.tick * 2);
        impl_->now = std::max(impl_->now, impl_->clock.now());
        impl_->quotes[symbol] = Quote{.symbol = symbol,
                                      .kind = QuoteKind::simulated,
                                      .bid = bid,
                                      .bid_size = size,
                                      .ask = ask,
                                      .ask_size = size,
                                      .last = instrument.tick * last,
                                      .time = impl_->now};
        impl_->market.set_quotes(listing,
                                 exchange::HouseQuotes{.bids = {{whole(bid, instrument.tick), lots}},
                                                       .asks = {{whole(ask, instrument.tick), lots}},
                                                       .last = last},
                                 impl_->now);
        impl_->publish();
    });
}

void ExchangeServer::expire_day_orders(Instant now) {
    impl_->call([&] {
        impl_->market.expire(now);
        impl_->publish();
    });
}

void ExchangeServer::disconnect_at(int request, Moment moment) {
    impl_->call([&] {
        impl_->disconnect_in = request;
        impl_->disconnect_moment = moment;
    });
}
void ExchangeServer::disconnect_now() {
    impl_->call([&] { impl_->disconnect_all(); });
}
void ExchangeServer::drop_acknowledgements(int count) {
    impl_->call([&] { impl_->acknowledgements_to_drop = count; });
}
void ExchangeServer::hold_acknowledgements() {
    impl_->call([&] { impl_->holding = true; });
}
void ExchangeServer::release() {
    impl_->call([&] {
        impl_->holding = false;
        for (const auto& session : impl_->sessions) {
            session->write_next();
        }
    });
}
void ExchangeServer::delay_acknowledgements(Duration delay) {
    impl_->call([&] { impl_->delay = delay; });
}
void ExchangeServer::duplicate_fills(int count) {
    impl_->call([&] { impl_->fills_to_duplicate = count; });
}
void ExchangeServer::refuse_connections(bool refuse) {
    impl_->call([&] {
        impl_->acceptor.reset();
        ::unlink(impl_->options.socket_path.c_str());
        if (!refuse) {
            impl_->listen();
        }
    });
}

int ExchangeServer::submissions(const std::string& client_order_id) {
    return impl_->call([&] {
        const auto found = impl_->submitted.find(client_order_id);
        return found == impl_->submitted.end() ? 0 : found->second;
    });
}
std::vector<std::string> ExchangeServer::submitted_ids() {
    return impl_->call([&] {
        std::vector<std::string> ids;
        for (const auto& [id, count] : impl_->submitted) {
            ids.push_back(id);
        }
        return ids;
    });
}
int ExchangeServer::requests() {
    return impl_->call([&] { return impl_->request_count; });
}
int ExchangeServer::connections_accepted() {
    return impl_->call([&] { return impl_->accepted; });
}
std::vector<VenueOrder> ExchangeServer::orders() {
    return impl_->call([&] {
        std::vector<VenueOrder> all;
        for (const exchange::Order* order : impl_->market.orders()) {
            all.push_back(impl_->market.describe(*order));
        }
        return all;
    });
}
std::vector<Fill> ExchangeServer::fills() {
    return impl_->call([&] { return impl_->all_fills; });
}
std::vector<Position> ExchangeServer::positions() {
    return impl_->call([&] { return impl_->market.positions(0); });
}
AccountSummary ExchangeServer::account() {
    return impl_->call([&] { return impl_->market.summary(0); });
}

} // namespace tradesh::test
