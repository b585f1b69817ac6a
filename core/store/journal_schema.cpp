#include "core/store/journal_schema.hpp"

#include <array>

namespace tradesh::store {
namespace {

constexpr std::array<const char*, 7> migrations{R"sql(
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    time_ns INTEGER NOT NULL,
    kind TEXT NOT NULL,
    client_order_id TEXT NOT NULL,
    venue TEXT NOT NULL,
    account TEXT NOT NULL,
    session INTEGER NOT NULL,
    venue_order_id TEXT NOT NULL,
    parent TEXT NOT NULL,
    leg INTEGER NOT NULL,
    order_group TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    currency TEXT NOT NULL,
    correlation TEXT NOT NULL,
    payload TEXT NOT NULL,
    checksum BLOB NOT NULL
) STRICT;
CREATE INDEX events_by_order ON events (client_order_id, seq) WHERE client_order_id <> '';
CREATE INDEX events_by_key ON events (account, key, seq) WHERE key <> '';
CREATE TRIGGER events_never_change BEFORE UPDATE ON events
    BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER events_never_leave BEFORE DELETE ON events
    BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TABLE marks (seq INTEGER PRIMARY KEY, checksum BLOB NOT NULL) STRICT;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
)sql",
                                                // What stands armed is made of the journal's rows in the same commit.
                                                R"sql(
CREATE TABLE triggers (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    payload TEXT NOT NULL,
    mark TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE TRIGGER events_keep_triggers AFTER INSERT ON events WHEN new.kind GLOB 'trigger.*' BEGIN
    INSERT INTO triggers (id, seq, state, payload)
        VALUES (new.payload ->> '$.id', new.seq, new.payload ->> '$.state', new.payload)
        ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, state = excluded.state, payload = excluded.payload;
END;
)sql",
                                                R"sql(
CREATE INDEX executions_by_time ON events (time_ns, seq) WHERE kind IN ('order.filled', 'order.execution_corrected');
)sql",
                                                R"sql(
CREATE TABLE webhook_endpoints (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    private_allowed INTEGER NOT NULL,
    created_ns INTEGER NOT NULL,
    cursor INTEGER NOT NULL,
    disabled TEXT NOT NULL,
    delivered INTEGER NOT NULL,
    failing_since_ns INTEGER NOT NULL,
    last_error TEXT NOT NULL
) STRICT;
CREATE TABLE webhook_deliveries (
    endpoint INTEGER NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    stream TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'behind', 'dead')),
    attempts INTEGER NOT NULL,
    due_ns INTEGER NOT NULL,
    last_status INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    PRIMARY KEY (endpoint, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint, due_ns, seq) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_alive ON webhook_deliveries (endpoint, stream, seq) WHERE state <> 'dead';
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (endpoint, seq) WHERE state = 'dead';
)sql",
                                                R"sql(
CREATE INDEX events_of_risk ON events (seq) WHERE kind GLOB 'risk.*';
)sql",
                                                R"sql(
CREATE INDEX events_of_groups ON events (seq) WHERE kind GLOB 'group.*';
)sql",
                                                R"sql(
ALTER TABLE webhook_endpoints ADD COLUMN checksum BLOB NOT NULL DEFAULT x'';
)sql"};

} // namespace

const FileKind& journal_file_kind() {
    static constexpr FileKind kind{.name = "orders.db",
                                   .application_id = 0x74734f52, // "tsOR"
                                   .durability = Durability::full,
                                   .migrations = migrations};
    return kind;
}

} // namespace tradesh::store
