#pragma once

#include "core/exchange/exchange.hpp"
#include "core/venue/venue.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tradesh::test {

/// An exchange in the test's own process, behind a Unix socket, with faults on demand: what a core meets as its venue
/// through RemoteVenue. It lives on a thread of its own and outlives every kill of the core. All calls are safe from
/// the test's thread and are done when they return. Events go to whoever is connected at that moment; there is no
/// replay.
class ExchangeServer {
public:
    struct Options {
        std::string socket_path;
        std::string account = "SIM-1";
        bool simulated = true; ///< what the venue says of the account; false for rehearsing live rules
        Decimal cash = 100'000;
    };
    explicit ExchangeServer(Options options);
    ~ExchangeServer();
    ExchangeServer(const ExchangeServer&) = delete;
    ExchangeServer& operator=(const ExchangeServer&) = delete;

    // The market: only what the test sets.
    void list(const Instrument& instrument);
    /// The house buys at `bid` and sells at `ask`, `size` each; last is the middle, rounded to the tick.
    void set_price(const std::string& symbol, Decimal bid, Decimal ask, Decimal size);
    void expire_day_orders(Instant now);

    // Faults.
    enum class Moment : std::uint8_t { before_processing, after_processing };
    /// Closes the connection at the k-th request from now on (1 is the next one), before or after it took effect; in
    /// either case without an answer.
    void disconnect_at(int request, Moment moment);
    void disconnect_now();
    /// The next `count` acknowledgements (accepted or rejected) are never sent.
    void drop_acknowledgements(int count);
    /// Acknowledgements, and all that follows them, wait until `release`.
    void hold_acknowledgements();
    void release();
    /// Each acknowledgement from now on is sent that much later, and so is what follows it; zero ends it.
    void delay_acknowledgements(Duration delay);
    /// The next `count` fills are sent twice.
    void duplicate_fills(int count);
    /// While true nothing listens on the socket.
    void refuse_connections(bool refuse);

    // What the exchange knows.
    int submissions(const std::string& client_order_id);
    std::vector<std::string> submitted_ids(); ///< every id that was ever submitted, once each
    int requests();                           ///< of any kind, since the start
    int connections_accepted();
    std::vector<VenueOrder> orders();
    std::vector<Fill> fills();
    std::vector<Position> positions();
    AccountSummary account();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace tradesh::test
