#pragma once

#include "core/base/time.hpp"
#include "core/store/database.hpp"
#include "core/store/journal_event.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::store {

/// Somebody who is told what the journal records.
struct WebhookEndpoint {
    std::int64_t id = 0;
    std::string name{};
    std::string url{};
    std::string events{}; ///< its filter, as orders::WebhookFilter reads it
    bool private_allowed = false;
    Instant created{};
    std::int64_t cursor = 0; ///< the last row of the journal that was taken
    std::string disabled{};  ///< why nothing is sent; empty: it is
    std::int64_t delivered = 0;
    std::optional<Instant> failing_since{}; ///< the first failure since the last success
    std::string last_error{};
};

/// A message that is due: the first of its stream that was neither delivered nor given up.
struct DueDelivery {
    std::int64_t seq = 0;
    int attempts = 0; ///< made so far
};

/// What became of one attempt.
struct DeliveryOutcome {
    enum class Kind : std::uint8_t { delivered, retry, dead };
    std::int64_t seq = 0;
    Kind kind = Kind::delivered;
    Instant time{};   ///< of the outcome
    Instant due{};    ///< of the next attempt, for `retry`
    int attempts = 0; ///< this one included
    int status = 0;   ///< HTTP; 0 when there was no answer
    std::string error{};
    bool sent = true; ///< false: it turned out to be none that the endpoint wants
};

/// A message that was given up.
struct DeadLetter {
    std::int64_t seq = 0;
    std::string kind{}; ///< of the journal's row
    std::string client_order_id{};
    Instant time{}; ///< of the event
    int attempts = 0;
    int status = 0;
    std::string error{};
};

/// How far an endpoint has come.
struct OutboxCounts {
    std::int64_t pending = 0; ///< taken and not delivered
    std::int64_t dead = 0;
    std::int64_t untaken = 0;             ///< rows of the journal after its cursor
    std::optional<Instant> waits_since{}; ///< the event of the oldest message that is still to be delivered
};

/// The stream in which a row's message stands in line, nullopt when the endpoint does not want it.
using WantedRow = std::function<std::optional<std::string>(std::string_view kind, std::string_view client_order_id)>;

/// One step of a delivery: what happened, and what is wanted next.
struct OutboxStep {
    std::vector<DeliveryOutcome> outcomes{};
    Instant now{};
    std::vector<std::int64_t> in_hand{}; ///< seqs that are not to be handed out again
    std::size_t wanted = 0;              ///< how many to hand out at most
};
struct OutboxHandout {
    std::vector<DueDelivery> due{};    ///< oldest first, each the head of its stream
    std::optional<Instant> next_due{}; ///< when something becomes due by time alone
    bool more = false;                 ///< the journal holds rows that were not taken yet
    std::optional<Instant> failing_since{};
};

/// Where the endpoints of messages stand, in orders.db. The journal is the outbox: a message is made from a row of it,
/// so that an outcome and its message are one transaction. Here are the endpoints, each with its cursor, and what was
/// taken and is not delivered yet, at most a row a message. Synchronous, on the journal's own connection and thread.
///
/// Progress is committed without an fsync of its own (the next commit of the journal brings one): a loss of power sends
/// some messages again, with the same ids, and never costs a row of the journal.
class OutboxStore {
public:
    explicit OutboxStore(Database& database) : database_(&database) {}

    /// The cursor stands at the newest row. Error refused, "webhook.exists".
    Result<WebhookEndpoint> add(WebhookEndpoint endpoint);
    Result<std::vector<WebhookEndpoint>> list();
    /// Error not_found, "webhook.none".
    Result<WebhookEndpoint> find(std::string_view name);
    /// With all that waits for it.
    Result<void> remove(std::int64_t endpoint);
    Result<void> disable(std::int64_t endpoint, std::string_view why);
    /// It is sent to again from where it stopped, what waits for a later attempt at once.
    Result<void> enable(std::int64_t endpoint, Instant now);

    /// Records the outcomes, takes the next page of the journal, and hands out what is due.
    Result<OutboxHandout> step(std::int64_t endpoint, const WantedRow& wants, const OutboxStep& step);

    Result<OutboxCounts> counts(std::int64_t endpoint);
    /// Oldest first, after `after_seq`.
    Result<std::vector<DeadLetter>> dead(std::int64_t endpoint, std::int64_t after_seq, std::size_t count_max);

    struct Replayed {
        std::int64_t messages = 0;
        std::optional<std::int64_t> next; ///< go on from there
    };
    /// Puts messages in line again, a page of rows from..to at a time: dead ones, and with `delivered_too` those that
    /// have been delivered.
    Result<Replayed> replay(std::int64_t endpoint, const WantedRow& wants, std::int64_t from, std::int64_t to,
                            bool delivered_too, Instant now);

private:
    Result<void> record(std::int64_t endpoint, const DeliveryOutcome& outcome);
    Result<void> end_of_line(std::int64_t endpoint, const DeliveryOutcome& outcome);
    Result<void> put_in_line(std::int64_t endpoint, std::int64_t seq, std::string_view stream, Instant now);
    struct Row;
    Result<std::vector<Row>> rows(std::int64_t from, std::int64_t to, std::size_t count_max);
    Result<std::vector<Row>> untaken(std::int64_t endpoint);
    Result<void> take(std::int64_t endpoint, const WantedRow& wants, const std::vector<Row>& page, Instant now);
    Result<void> hand_out(std::int64_t endpoint, const OutboxStep& step, OutboxHandout& handout);

    Database* database_;
};

} // namespace tradesh::store
