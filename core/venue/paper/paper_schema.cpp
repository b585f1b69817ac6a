#include "core/venue/paper/paper_schema.hpp"

#include <array>

namespace tradesh::venue::paper {
namespace {

constexpr const char* schema_1 = R"sql(
CREATE TABLE exchange (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    id_prefix TEXT NOT NULL,
    seed INTEGER NOT NULL,
    time INTEGER NOT NULL,
    last_order INTEGER NOT NULL,
    last_execution INTEGER NOT NULL,
    last_priority INTEGER NOT NULL
) STRICT;
CREATE TABLE account (
    name TEXT PRIMARY KEY,
    currency TEXT NOT NULL,
    cash TEXT NOT NULL
) STRICT;
CREATE TABLE instrument (
    symbol TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    exchange TEXT NOT NULL,
    zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    tick TEXT NOT NULL,
    lot TEXT NOT NULL,
    multiplier TEXT NOT NULL
) STRICT;
CREATE TABLE anchor (
    symbol TEXT PRIMARY KEY REFERENCES instrument (symbol),
    time INTEGER NOT NULL,
    price TEXT NOT NULL
) STRICT;
CREATE TABLE holding (
    symbol TEXT PRIMARY KEY REFERENCES instrument (symbol),
    quantity INTEGER NOT NULL,
    cost TEXT NOT NULL,
    realised TEXT NOT NULL,
    fees TEXT NOT NULL
) STRICT;
CREATE TABLE orders (
    number INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL UNIQUE,
    symbol TEXT NOT NULL,
    side TEXT NOT NULL,
    requested_quantity TEXT NOT NULL,
    requested_price TEXT NOT NULL,
    time_in_force TEXT NOT NULL,
    may_open_short INTEGER NOT NULL,
    venue_id TEXT NOT NULL,
    state TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    filled INTEGER NOT NULL,
    price TEXT NOT NULL,
    filled_value TEXT NOT NULL,
    fees TEXT NOT NULL,
    reference INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    triggered INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    live INTEGER NOT NULL
) STRICT;
CREATE INDEX live_orders ON orders (number) WHERE live = 1;
CREATE TABLE execution (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    side TEXT NOT NULL,
    quantity TEXT NOT NULL,
    price TEXT NOT NULL,
    fee TEXT NOT NULL,
    currency TEXT NOT NULL,
    time INTEGER NOT NULL
) STRICT;
CREATE INDEX execution_times ON execution (time);
)sql";

/// Orders that belong together, trailing stops, auctions; what a fill moves; the legs of combos and the terms of
/// options. A moment of 0 is none; `best` is '' while no price has been seen.
constexpr const char* schema_2 = R"sql(
ALTER TABLE orders ADD COLUMN valid_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN parent TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN oco_group TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN best TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN allotted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN given INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN auction INTEGER NOT NULL DEFAULT 0;
ALTER TABLE execution ADD COLUMN fill_of TEXT NOT NULL DEFAULT 'single';
ALTER TABLE instrument ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
)sql";

constexpr std::array<const char*, 2> migrations{schema_1, schema_2};

} // namespace

const store::FileKind paper_file{.name = "paper.db",
                                 .application_id = 0x74735041, // "tsPA"
                                 .durability = store::Durability::full,
                                 .migrations = migrations};

} // namespace tradesh::venue::paper
