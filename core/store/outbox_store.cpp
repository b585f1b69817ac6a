#include "core/store/outbox_store.hpp"

#include "core/store/read_rows.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace tradesh::store {
namespace {

/// Rows that one step takes: the journal's own commits wait no longer than that.
constexpr std::size_t page_rows = 256;

std::int64_t nanoseconds_of(Instant time) { return time.time_since_epoch().count(); }
Instant instant_of(std::int64_t nanoseconds) { return Instant(Duration(nanoseconds)); }

/// A transaction that is on the disk with the next commit of the journal, not at once: it costs the orders no fsync.
class LazyTransaction {
public:
    static Result<LazyTransaction> begin(Database& database) {
        if (Result<void> set = database.execute("PRAGMA synchronous=NORMAL"); !set) {
            return fail(std::move(set.error()));
        }
        LazyTransaction lazy(database);
        Result<Transaction> transaction = Transaction::begin(database);
        if (!transaction) {
            return fail(std::move(transaction.error()));
        }
        lazy.transaction_.emplace(std::move(*transaction));
        return lazy;
    }
    LazyTransaction(LazyTransaction&& other) noexcept
        : database_(std::exchange(other.database_, nullptr)),
          transaction_(std::move(other.transaction_)) {
        other.transaction_.reset();
    }
    LazyTransaction& operator=(LazyTransaction&&) = delete;
    ~LazyTransaction() {
        transaction_.reset(); // rolled back where it was not committed: the setting cannot change within it
        if (database_ != nullptr) {
            const Result<void> set = database_->execute("PRAGMA synchronous=FULL");
            static_cast<void>(set); // no I/O: it cannot fail
        }
    }

    Result<void> commit() { return transaction_->commit(); }

private:
    explicit LazyTransaction(Database& database) : database_(&database) {}
    Database* database_;
    std::optional<Transaction> transaction_;
};

/// The only number of a query's only row; 0 without a row.
Result<std::int64_t> one_number(Statement& query) {
    const Result<bool> row = query.step();
    if (!row) {
        return fail(row.error());
    }
    return *row ? query.integer(0) : 0;
}

} // namespace

struct OutboxStore::Row {
    std::int64_t seq = 0;
    std::string kind;
    std::string client_order_id;
};

Result<OutboxHandout> OutboxStore::step(std::int64_t endpoint, const WantedRow& wants, const OutboxStep& step) {
    OutboxHandout handout;
    const Result<std::vector<Row>> page = untaken(endpoint);
    if (!page) {
        return fail(page.error());
    }
    handout.more = page->size() == page_rows;
    const Result<void> done = [&]() -> Result<void> {
        if (page->empty() && step.outcomes.empty()) {
            return {};
        }
        Result<LazyTransaction> transaction = LazyTransaction::begin(*database_);
        if (!transaction) {
            return fail(std::move(transaction.error()));
        }
        for (const DeliveryOutcome& outcome : step.outcomes) {
            if (Result<void> recorded = record(endpoint, outcome); !recorded) {
                return recorded;
            }
        }
        if (Result<void> taken = take(endpoint, wants, *page, step.now); !taken) {
            return taken;
        }
        return transaction->commit();
    }();
    if (!done) {
        return fail(done.error());
    }
    if (Result<void> handed = hand_out(endpoint, step, handout); !handed) {
        return fail(std::move(handed.error()));
    }
    return handout;
}

Result<std::vector<OutboxStore::Row>> OutboxStore::rows(std::int64_t from, std::int64_t to, std::size_t count_max) {
    Statement page = database_->prepare("SELECT seq, kind, client_order_id FROM events WHERE seq BETWEEN ? AND ? "
                                        "ORDER BY seq LIMIT ?");
    page.bind(from).bind(to).bind(static_cast<std::int64_t>(count_max));
    return read_rows(page, [](const Statement& row) -> Result<Row> {
        return Row{
            .seq = row.integer(0), .kind = std::string(row.text(1)), .client_order_id = std::string(row.text(2))};
    });
}

Result<std::vector<OutboxStore::Row>> OutboxStore::untaken(std::int64_t endpoint) {
    Statement cursor = database_->prepare("SELECT cursor FROM webhook_endpoints WHERE id = ?");
    const Result<bool> found = cursor.bind(endpoint).step();
    if (!found) {
        return fail(found.error());
    }
    return *found ? rows(cursor.integer(0) + 1, std::numeric_limits<std::int64_t>::max(), page_rows)
                  : Result<std::vector<Row>>();
}

Result<void> OutboxStore::take(std::int64_t endpoint, const WantedRow& wants, const std::vector<Row>& page,
                               Instant now) {
    if (page.empty()) {
        return {};
    }
    for (const Row& row : page) {
        if (const std::optional<std::string> stream = wants(row.kind, row.client_order_id)) {
            if (Result<void> put = put_in_line(endpoint, row.seq, *stream, now); !put) {
                return put;
            }
        }
    }
    Statement cursor = database_->prepare("UPDATE webhook_endpoints SET cursor = ? WHERE id = ?");
    return cursor.bind(page.back().seq).bind(endpoint).run();
}

/// Behind whatever of its stream is still to be delivered; what was dead is alive again.
Result<void> OutboxStore::put_in_line(std::int64_t endpoint, std::int64_t seq, std::string_view stream, Instant now) {
    Statement row = database_->prepare(
        "INSERT INTO webhook_deliveries SELECT ?1, ?2, ?3, CASE WHEN EXISTS (SELECT 1 FROM webhook_deliveries WHERE "
        "endpoint = ?1 AND stream = ?3 AND state <> 'dead') THEN 'behind' ELSE 'pending' END, 0, ?4, 0, '' WHERE true "
        "ON CONFLICT (endpoint, seq) DO UPDATE SET state = excluded.state, attempts = 0, due_ns = excluded.due_ns "
        "WHERE state = 'dead'");
    return row.bind(endpoint).bind(seq).bind(stream).bind(nanoseconds_of(now)).run();
}

Result<void> OutboxStore::record(std::int64_t endpoint, const DeliveryOutcome& outcome) {
    if (outcome.kind == DeliveryOutcome::Kind::retry) {
        Statement row = database_->prepare("UPDATE webhook_deliveries SET attempts = ?, due_ns = ?, last_status = ?, "
                                           "last_error = ? WHERE endpoint = ? AND seq = ?");
        row.bind(std::int64_t{outcome.attempts}).bind(nanoseconds_of(outcome.due)).bind(std::int64_t{outcome.status});
        if (Result<void> kept = row.bind(outcome.error).bind(endpoint).bind(outcome.seq).run(); !kept) {
            return kept;
        }
    } else if (Result<void> ended = end_of_line(endpoint, outcome); !ended) {
        return ended;
    }
    if (outcome.kind == DeliveryOutcome::Kind::delivered) {
        Statement row = database_->prepare("UPDATE webhook_endpoints SET delivered = delivered + 1, failing_since_ns = "
                                           "0, last_error = '' WHERE id = ?");
        return outcome.sent ? row.bind(endpoint).run() : Result<void>();
    }
    Statement row = database_->prepare("UPDATE webhook_endpoints SET last_error = ?, failing_since_ns = CASE "
                                       "failing_since_ns WHEN 0 THEN ? ELSE failing_since_ns END WHERE id = ?");
    return row.bind(outcome.error).bind(nanoseconds_of(outcome.time)).bind(endpoint).run();
}

/// It leaves its stream, delivered or dead, and the next one comes to the head.
Result<void> OutboxStore::end_of_line(std::int64_t endpoint, const DeliveryOutcome& outcome) {
    Statement found = database_->prepare("SELECT stream FROM webhook_deliveries WHERE endpoint = ? AND seq = ?");
    const Result<bool> there = found.bind(endpoint).bind(outcome.seq).step();
    if (!there || !*there) {
        return there ? Result<void>() : fail(there.error());
    }
    const std::string stream(found.text(0));
    if (outcome.kind == DeliveryOutcome::Kind::delivered) {
        Statement row = database_->prepare("DELETE FROM webhook_deliveries WHERE endpoint = ? AND seq = ?");
        if (Result<void> gone = row.bind(endpoint).bind(outcome.seq).run(); !gone) {
            return gone;
        }
    } else {
        Statement row = database_->prepare("UPDATE webhook_deliveries SET state = 'dead', attempts = ?, last_status = "
                                           "?, last_error = ? WHERE endpoint = ? AND seq = ?");
        row.bind(std::int64_t{outcome.attempts}).bind(std::int64_t{outcome.status}).bind(outcome.error);
        if (Result<void> kept = row.bind(endpoint).bind(outcome.seq).run(); !kept) {
            return kept;
        }
    }
    Statement next = database_->prepare(
        "UPDATE webhook_deliveries SET state = 'pending' WHERE endpoint = ?1 AND state = 'behind' AND seq = (SELECT "
        "min(seq) FROM webhook_deliveries WHERE endpoint = ?1 AND stream = ?2 AND state <> 'dead')");
    return next.bind(endpoint).bind(stream).run();
}

Result<void> OutboxStore::hand_out(std::int64_t endpoint, const OutboxStep& step, OutboxHandout& handout) {
    Statement rows = database_->prepare("SELECT seq, attempts FROM webhook_deliveries WHERE endpoint = ? AND state = "
                                        "'pending' AND due_ns <= ? ORDER BY due_ns, seq LIMIT ?");
    const std::int64_t now = nanoseconds_of(step.now);
    rows.bind(endpoint).bind(now).bind(static_cast<std::int64_t>(step.wanted + step.in_hand.size()));
    Result<std::vector<DueDelivery>> due = read_rows(rows, [](const Statement& row) -> Result<DueDelivery> {
        return DueDelivery{.seq = row.integer(0), .attempts = static_cast<int>(row.integer(1))};
    });
    if (!due) {
        return fail(std::move(due.error()));
    }
    std::erase_if(
        *due, [&](const DueDelivery& one) { return std::ranges::find(step.in_hand, one.seq) != step.in_hand.end(); });
    due->resize(std::min(due->size(), step.wanted));
    handout.due = std::move(*due);
    Statement later = database_->prepare("SELECT coalesce(min(due_ns), 0) FROM webhook_deliveries WHERE endpoint = ? "
                                         "AND state = 'pending' AND due_ns > ?");
    const Result<std::int64_t> next = one_number(later.bind(endpoint).bind(now));
    Statement failing = database_->prepare("SELECT failing_since_ns FROM webhook_endpoints WHERE id = ?");
    const Result<std::int64_t> since = one_number(failing.bind(endpoint));
    if (!next || !since) {
        return fail(next ? since.error() : next.error());
    }
    handout.next_due = *next == 0 ? std::nullopt : std::optional(instant_of(*next));
    handout.failing_since = *since == 0 ? std::nullopt : std::optional(instant_of(*since));
    return {};
}

Result<OutboxCounts> OutboxStore::counts(std::int64_t endpoint) {
    Statement row = database_->prepare(
        "SELECT (SELECT count(*) FROM webhook_deliveries WHERE endpoint = ?1 AND state <> 'dead'), (SELECT count(*) "
        "FROM webhook_deliveries WHERE endpoint = ?1 AND state = 'dead'), (SELECT coalesce(max(seq), 0) FROM events) - "
        "cursor, (SELECT time_ns FROM events WHERE seq = coalesce((SELECT min(seq) FROM webhook_deliveries WHERE "
        "endpoint = ?1 AND state <> 'dead'), cursor + 1)) FROM webhook_endpoints WHERE id = ?1");
    const Result<bool> found = row.bind(endpoint).step();
    if (!found) {
        return fail(found.error());
    }
    if (!*found) {
        return OutboxCounts{};
    }
    OutboxCounts counts{
        .pending = row.integer(0), .dead = row.integer(1), .untaken = row.integer(2), .waits_since = std::nullopt};
    if (counts.pending + counts.untaken > 0) {
        counts.waits_since = instant_of(row.integer(3));
    }
    return counts;
}

Result<std::vector<DeadLetter>> OutboxStore::dead(std::int64_t endpoint, std::int64_t after_seq,
                                                  std::size_t count_max) {
    Statement rows = database_->prepare(
        "SELECT d.seq, e.kind, e.client_order_id, e.time_ns, d.attempts, d.last_status, d.last_error FROM "
        "webhook_deliveries d JOIN events e ON e.seq = d.seq WHERE d.endpoint = ? AND d.state = 'dead' AND d.seq > ? "
        "ORDER BY d.seq LIMIT ?");
    rows.bind(endpoint).bind(after_seq).bind(static_cast<std::int64_t>(count_max));
    return read_rows(rows, [](const Statement& row) -> Result<DeadLetter> {
        return DeadLetter{.seq = row.integer(0),
                          .kind = std::string(row.text(1)),
                          .client_order_id = std::string(row.text(2)),
                          .time = instant_of(row.integer(3)),
                          .attempts = static_cast<int>(row.integer(4)),
                          .status = static_cast<int>(row.integer(5)),
                          .error = std::string(row.text(6))};
    });
}

Result<OutboxStore::Replayed> OutboxStore::replay(std::int64_t endpoint, const WantedRow& wants, std::int64_t from,
                                                  std::int64_t to, bool delivered_too, Instant now) {
    Statement first = database_->prepare("SELECT coalesce(min(seq), 0) FROM webhook_deliveries WHERE endpoint = ? AND "
                                         "state = 'dead' AND seq BETWEEN ? AND ?");
    if (!delivered_too) { // nothing before the first dead one is of interest
        const Result<std::int64_t> seq = one_number(first.bind(endpoint).bind(from).bind(to));
        if (!seq || *seq == 0) {
            return seq ? Result<Replayed>() : fail(seq.error());
        }
        from = *seq;
    }
    const Result<std::vector<Row>> page = rows(from, to, page_rows);
    if (!page) {
        return fail(page.error());
    }
    Result<Transaction> transaction = Transaction::begin(*database_);
    if (!transaction) {
        return fail(std::move(transaction.error()));
    }
    Replayed replayed;
    for (const Row& row : *page) {
        const std::optional<std::string> stream = wants(row.kind, row.client_order_id);
        Statement dead =
            database_->prepare("SELECT count(*) FROM webhook_deliveries WHERE endpoint = ? AND seq = ? AND "
                               "state = 'dead'");
        const Result<std::int64_t> is_dead = one_number(dead.bind(endpoint).bind(row.seq));
        if (!is_dead) {
            return fail(is_dead.error());
        }
        if (!stream || (!delivered_too && *is_dead == 0)) {
            continue;
        }
        if (Result<void> put = put_in_line(endpoint, row.seq, *stream, now); !put) {
            return fail(std::move(put.error()));
        }
        replayed.messages += database_->changes();
    }
    if (Result<void> committed = transaction->commit(); !committed) {
        return fail(std::move(committed.error()));
    }
    if (page->size() == page_rows) {
        replayed.next = page->back().seq + 1;
    }
    return replayed;
}

} // namespace tradesh::store
