#include "core/store/market_schema.hpp"

#include <array>

namespace tradesh::store {
namespace {

// Chunks lie in the order of their series and times; the columns before `data` are found without reading it.
//
// A series has another revision after every change of its bars: a count over all series, and below it 32 random bits,
// so that a file that was put back to an older state and then went another way is told from what it was. Rows of
// `series` are never deleted, or the count would go back. `last_ns` is the open time of the last bar, null without one.
constexpr std::array<const char*, 3> migrations{R"sql(
CREATE TABLE instruments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    symbol TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    details TEXT NOT NULL,
    exchange TEXT NOT NULL,
    zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    tick TEXT NOT NULL,
    lot TEXT NOT NULL,
    multiplier TEXT NOT NULL,
    assumed TEXT NOT NULL
) STRICT;
CREATE TABLE series (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    timeframe TEXT NOT NULL,
    source TEXT NOT NULL,
    basis TEXT NOT NULL,
    UNIQUE (instrument, timeframe, source, basis)
) STRICT;
CREATE TABLE chunks (
    series INTEGER NOT NULL REFERENCES series (id),
    first_ns INTEGER NOT NULL,
    last_ns INTEGER NOT NULL,
    bars INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (series, first_ns)
) STRICT, WITHOUT ROWID;
)sql",
                                                R"sql(
CREATE TABLE answered (
    series INTEGER NOT NULL REFERENCES series (id),
    hours TEXT NOT NULL,
    from_ns INTEGER NOT NULL,
    to_ns INTEGER NOT NULL,
    PRIMARY KEY (series, hours, from_ns)
) STRICT, WITHOUT ROWID;
CREATE TABLE heads (
    series INTEGER PRIMARY KEY REFERENCES series (id),
    first_ns INTEGER,
    asked_at_ns INTEGER NOT NULL
) STRICT;
CREATE TABLE unfinished_loads (
    series INTEGER NOT NULL REFERENCES series (id),
    hours TEXT NOT NULL,
    mode TEXT NOT NULL,
    from_ns INTEGER NOT NULL,
    to_ns INTEGER NOT NULL,
    PRIMARY KEY (series, hours, mode)
) STRICT, WITHOUT ROWID;
CREATE TABLE actions (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    source TEXT NOT NULL,
    ex_date TEXT NOT NULL,
    kind TEXT NOT NULL,
    currency TEXT NOT NULL,
    value TEXT NOT NULL,
    per TEXT NOT NULL,
    PRIMARY KEY (instrument, source, ex_date, kind, currency)
) STRICT, WITHOUT ROWID;
CREATE TABLE requests (
    source TEXT NOT NULL,
    sent_at_ns INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_by_time ON requests (source, sent_at_ns);
ALTER TABLE series ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN last_ns INTEGER;
UPDATE series SET revision = (id << 32) | (random() & 0xffffffff),
                  last_ns = (SELECT max(last_ns) FROM chunks WHERE series = id);
CREATE INDEX series_by_revision ON series (revision);
)sql",
                                                R"sql(
CREATE TABLE volatilities (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    source TEXT NOT NULL,
    day INTEGER NOT NULL,
    volatility_millionths INTEGER NOT NULL,
    PRIMARY KEY (instrument, source, day)
) STRICT, WITHOUT ROWID;
)sql"};

} // namespace

const FileKind& market_file_kind() {
    static constexpr FileKind kind{.name = "market.db",
                                   .application_id = 0x74734d4b, // "tsMK"
                                   .durability = Durability::normal,
                                   .migrations = migrations};
    return kind;
}

} // namespace tradesh::store
