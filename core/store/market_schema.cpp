#include "core/store/market_schema.hpp"

#include <array>

namespace tradesh::store {
namespace {

// Chunks lie in the order of their series and times; the columns before `data` are found without reading it.
constexpr std::array<const char*, 1> migrations{R"sql(
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
