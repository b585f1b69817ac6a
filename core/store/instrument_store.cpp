#include "core/store/instrument_store.hpp"

#include "core/store/instrument_columns.hpp"
#include "core/store/read_rows.hpp"

#include <unordered_set>
#include <utility>

namespace tradesh::store {
namespace {

constexpr std::string_view columns =
    "SELECT id, symbol, kind, details, exchange, zone, currency, tick, lot, multiplier, assumed FROM instruments ";

Result<Instrument> read_row(const Statement& row, const std::string& path) {
    const InstrumentColumns columns_read{.kind = std::string(row.text(2)),
                                         .details = std::string(row.text(3)),
                                         .currency = std::string(row.text(6)),
                                         .tick = std::string(row.text(7)),
                                         .lot = std::string(row.text(8)),
                                         .multiplier = std::string(row.text(9)),
                                         .assumed = std::string(row.text(10))};
    Instrument instrument;
    instrument.id = InstrumentId(row.integer(0));
    instrument.symbol = row.text(1);
    instrument.exchange = row.text(4);
    instrument.zone = row.text(5);
    if (Result<void> read = read_columns(columns_read, instrument); !read) {
        return fail(Error(ErrorKind::failed, "instrument.damaged",
                          "the record of " + instrument.symbol + " cannot be read: " + read.error().message)
                        .attempting("read an instrument")
                        .on(path)
                        .advise("put the file aside and restore a backup, or import again"));
    }
    return instrument;
}

} // namespace

Result<Instrument> InstrumentStore::add(Instrument instrument) {
    const InstrumentColumns texts = to_columns(instrument);
    Statement insert = database_->prepare("INSERT INTO instruments (symbol, kind, details, exchange, zone, currency, "
                                          "tick, lot, multiplier, assumed) VALUES (?,?,?,?,?,?,?,?,?,?) "
                                          "ON CONFLICT (symbol) DO NOTHING");
    insert.bind(instrument.symbol).bind(texts.kind).bind(texts.details).bind(instrument.exchange);
    insert.bind(instrument.zone).bind(texts.currency).bind(texts.tick).bind(texts.lot).bind(texts.multiplier);
    if (Result<void> inserted = insert.bind(texts.assumed).run(); !inserted) {
        return fail(std::move(inserted.error()));
    }
    if (database_->changes() == 0) {
        return fail(Error(ErrorKind::usage, "instrument.exists", instrument.symbol + " is already known")
                        .attempting("add an instrument")
                        .advise("see `data info " + instrument.symbol + "`"));
    }
    instrument.id = InstrumentId(database_->last_insert_id());
    return instrument;
}

Result<void> InstrumentStore::update(const Instrument& instrument) {
    const InstrumentColumns texts = to_columns(instrument);
    Statement update = database_->prepare("UPDATE instruments SET kind = ?, details = ?, exchange = ?, zone = ?, "
                                          "currency = ?, tick = ?, lot = ?, multiplier = ?, assumed = ? WHERE id = ?");
    update.bind(texts.kind).bind(texts.details).bind(instrument.exchange).bind(instrument.zone).bind(texts.currency);
    update.bind(texts.tick).bind(texts.lot).bind(texts.multiplier).bind(texts.assumed);
    if (Result<void> updated = update.bind(instrument.id.value).run(); !updated) {
        return updated;
    }
    if (database_->changes() == 0) {
        return fail(Error(ErrorKind::not_found, "instrument.unknown", instrument.symbol + " is not in the store")
                        .attempting("change an instrument"));
    }
    return {};
}

Result<std::optional<Instrument>> InstrumentStore::first_of(Statement& rows) {
    const Result<bool> found = rows.step();
    if (!found) {
        return fail(found.error());
    }
    if (!*found) {
        return std::nullopt;
    }
    return read_row(rows, database_->path());
}

Result<std::optional<Instrument>> InstrumentStore::find(std::string_view symbol) {
    Statement rows = database_->prepare(std::string(columns) + "WHERE symbol = ?");
    rows.bind(symbol);
    return first_of(rows);
}

Result<std::optional<Instrument>> InstrumentStore::find(InstrumentId id) {
    Statement rows = database_->prepare(std::string(columns) + "WHERE id = ?");
    rows.bind(id.value);
    return first_of(rows);
}

Result<std::vector<Instrument>> InstrumentStore::list() {
    Statement rows = database_->prepare(std::string(columns) + "ORDER BY symbol");
    return read_rows(rows, [this](const Statement& row) { return read_row(row, database_->path()); });
}

Result<std::vector<Instrument>> InstrumentStore::find_all(std::span<const InstrumentId> ids) {
    constexpr std::size_t singly_max = 50;
    if (ids.size() > singly_max) {
        std::unordered_set<std::int64_t> wanted;
        for (const InstrumentId id : ids) {
            wanted.insert(id.value);
        }
        Result<std::vector<Instrument>> all = list();
        if (all) {
            std::erase_if(*all, [&](const Instrument& each) { return !wanted.contains(each.id.value); });
        }
        return all;
    }
    std::vector<Instrument> found;
    for (const InstrumentId id : ids) {
        Result<std::optional<Instrument>> instrument = find(id);
        if (!instrument) {
            return fail(std::move(instrument.error()));
        }
        if (*instrument) {
            found.push_back(std::move(**instrument));
        }
    }
    return found;
}

} // namespace tradesh::store
