#include "core/venue/paper/paper_store.hpp"

#include "core/venue/paper/paper_rows.hpp"
#include "core/venue/paper/paper_schema.hpp"

namespace tradesh::venue::paper {
namespace {

/// Seconds since 1970 in base 36: "TDX1K4". Two exchanges of one profile are never made in the same second.
std::string id_prefix_of(Instant now) {
    constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    auto seconds = static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    std::string text;
    for (; seconds > 0; seconds /= digits.size()) {
        text.insert(text.begin(), digits[seconds % digits.size()]);
    }
    return text;
}

/// The number at the end of an execution id: "TDX1K4-x17".
std::uint64_t execution_number(const ExecutionId& id) { return std::stoull(id.value.substr(id.value.rfind('x') + 1)); }

/// Calls `read(row)` for each row.
template <class Read>
Result<bool> for_each_row(store::Statement& statement, Read&& read) {
    for (;;) {
        const Result<bool> step = statement.step();
        if (!step) {
            return fail(step.error());
        }
        if (!*step) {
            return true;
        }
        RowReader row(statement);
        read(row);
        if (row.failed()) {
            return false;
        }
    }
}

} // namespace

Error PaperStore::damaged(std::string_view table) const {
    return Error(ErrorKind::config, "paper.damaged", "a row of table '" + std::string(table) + "' cannot be read")
        .attempting("read the paper account")
        .on(database_.path())
        .advise("restore it from a backup, or move the file away to start a new paper account");
}

Result<PaperStore> PaperStore::open(const PaperOptions& options, Instant now) {
    Result<store::Database> database = store::Database::open(options.directory + "/paper.db", paper_file);
    if (!database) {
        return fail(std::move(database.error()));
    }
    PaperStore paper(std::move(*database));
    if (const Result<void> ensured = paper.ensure_account(options, now); !ensured) {
        return fail(ensured.error());
    }
    return paper;
}

Result<void> PaperStore::ensure_account(const PaperOptions& options, Instant now) {
    Result<store::Transaction> transaction = store::Transaction::begin(database_);
    if (!transaction) {
        return fail(std::move(transaction.error()));
    }
    store::Statement existing = database_.prepare("SELECT name FROM account");
    const Result<bool> found = existing.step();
    if (!found) {
        return fail(found.error());
    }
    if (*found) {
        const std::string name(existing.text(0));
        if (name != options.account) {
            return fail(Error(ErrorKind::config, "paper.account_changed",
                              "the file belongs to account " + name + ", not to " + options.account)
                            .attempting("open the paper account")
                            .on(database_.path())
                            .advise("set the account back, or use another profile for the other account"));
        }
        return {};
    }
    Result<void> written = RowWriter()
                               .text(id_prefix_of(now))
                               .number(options.seed)
                               .time(now)
                               .run(database_, "INSERT INTO exchange VALUES (1, ?, ?, ?, 0, 0, 0)");
    if (written) {
        written = RowWriter()
                      .text(options.account)
                      .text(std::string(options.cash.currency.code()))
                      .decimal(options.cash.amount)
                      .run(database_, "INSERT INTO account VALUES (?, ?, ?)");
    }
    return written ? transaction->commit() : written;
}

Result<PaperState> PaperStore::load() {
    PaperState state;
    for (const auto read : {&PaperStore::read_exchange, &PaperStore::read_instruments, &PaperStore::read_holdings,
                            &PaperStore::read_orders}) {
        if (const Result<void> done = (this->*read)(state); !done) {
            return fail(done.error());
        }
    }
    return state;
}

Result<void> PaperStore::read_exchange(PaperState& state) {
    store::Statement exchange = database_.prepare(
        "SELECT id_prefix, seed, time, last_order, last_execution, last_priority, name, currency, cash "
        "FROM exchange, account");
    const Result<bool> read = for_each_row(exchange, [&](RowReader& row) {
        state.id_prefix = row.text();
        state.seed = static_cast<std::uint64_t>(row.number());
        state.time = row.time();
        state.exchange.last_order = static_cast<std::uint64_t>(row.number());
        state.exchange.last_execution = static_cast<std::uint64_t>(row.number());
        state.exchange.last_priority = static_cast<std::uint64_t>(row.number());
        exchange::AccountState account;
        account.name = row.text();
        account.currency = row.currency();
        account.cash = row.decimal();
        state.exchange.accounts.push_back(account);
    });
    if (!read) {
        return fail(read.error());
    }
    if (!*read || state.exchange.accounts.size() != 1) {
        return fail(damaged("exchange"));
    }
    return {};
}

Result<void> PaperStore::read_instruments(PaperState& state) {
    store::Statement instruments = database_.prepare("SELECT symbol, kind, details, exchange, zone, currency, tick, "
                                                     "lot, multiplier FROM instrument");
    const Result<bool> read =
        for_each_row(instruments, [&](RowReader& row) { state.exchange.instruments.push_back(read_instrument(row)); });
    if (!read || !*read) {
        return read ? fail(damaged("instrument")) : fail(read.error());
    }
    store::Statement anchors = database_.prepare("SELECT symbol, time, price FROM anchor");
    const Result<bool> anchored = for_each_row(anchors, [&](RowReader& row) {
        exchange::Anchor& anchor = state.anchors[row.text()];
        anchor.time = row.time();
        anchor.price = row.decimal();
    });
    if (!anchored || !*anchored) {
        return anchored ? fail(damaged("anchor")) : fail(anchored.error());
    }
    return {};
}

Result<void> PaperStore::read_holdings(PaperState& state) {
    store::Statement holdings = database_.prepare("SELECT symbol, quantity, cost, realised, fees FROM holding");
    const Result<bool> read = for_each_row(holdings, [&](RowReader& row) {
        exchange::HoldingState& held = state.exchange.holdings.emplace_back();
        held.symbol = row.text();
        held.holding.quantity = row.number();
        held.holding.cost = row.decimal();
        held.holding.realised = row.decimal();
        held.holding.fees = row.decimal();
    });
    if (!read || !*read) {
        return read ? fail(damaged("holding")) : fail(read.error());
    }
    return {};
}

Result<void> PaperStore::read_orders(PaperState& state) {
    store::Statement orders =
        database_.prepare("SELECT " + std::string(order_columns) + " FROM orders WHERE live = 1 ORDER BY number");
    const Result<bool> read =
        for_each_row(orders, [&](RowReader& row) { state.exchange.orders.push_back(read_order(row)); });
    if (!read || !*read) {
        return read ? fail(damaged("orders")) : fail(read.error());
    }
    return {};
}

Result<std::optional<exchange::Order>> PaperStore::find(const ClientOrderId& id) {
    store::Statement orders =
        database_.prepare("SELECT " + std::string(order_columns) + " FROM orders WHERE client_id = ?");
    orders.bind(std::string_view(id.value));
    std::optional<exchange::Order> found;
    const Result<bool> read = for_each_row(orders, [&](RowReader& row) { found = read_order(row); });
    if (!read || !*read) {
        return read ? fail(damaged("orders")) : fail(read.error());
    }
    return found;
}

Result<std::vector<Fill>> PaperStore::fills_since(Instant since, std::uint64_t last_execution) {
    store::Statement executions = database_.prepare(
        "SELECT id, client_id, symbol, side, quantity, price, fee, currency, time, fill_of FROM execution "
        "WHERE time >= ? AND number <= ? ORDER BY number");
    executions.bind(static_cast<std::int64_t>(since.time_since_epoch().count()));
    executions.bind(static_cast<std::int64_t>(last_execution));
    std::vector<Fill> fills;
    const Result<bool> read = for_each_row(executions, [&](RowReader& row) {
        Fill& fill = fills.emplace_back();
        fill.execution = ExecutionId(row.text());
        fill.order = ClientOrderId(row.text());
        fill.symbol = row.text();
        fill.side = row.side();
        fill.quantity = row.decimal();
        fill.price = row.decimal();
        fill.fee.amount = row.decimal();
        fill.fee.currency = row.currency();
        fill.time = row.time();
        fill.of = row.read(parse_fill_of(row.text()));
    });
    if (!read || !*read) {
        return read ? fail(damaged("execution")) : fail(read.error());
    }
    return fills;
}

Result<void> PaperStore::commit(const PaperChanges& changes) {
    Result<store::Transaction> transaction = store::Transaction::begin(database_);
    if (!transaction) {
        return fail(std::move(transaction.error()));
    }
    const Result<void> written = write(changes);
    return written ? transaction->commit() : written;
}

Result<void> PaperStore::write_fill(const Fill& fill, std::uint64_t number) {
    return RowWriter()
        .number(number)
        .text(fill.execution.value)
        .text(fill.order.value)
        .text(fill.symbol)
        .text(std::string(name_of(fill.side)))
        .decimal(fill.quantity)
        .decimal(fill.price)
        .decimal(fill.fee.amount)
        .text(std::string(fill.fee.currency.code()))
        .time(fill.time)
        .text(std::string(name_of(fill.of)))
        .run(database_, "INSERT INTO execution VALUES (?,?,?,?,?,?,?,?,?,?,?)");
}

Result<void> PaperStore::write(const PaperChanges& changes) {
    Result<void> done = RowWriter()
                            .time(changes.time)
                            .number(changes.last_order)
                            .number(changes.last_execution)
                            .number(changes.last_priority)
                            .run(database_, "UPDATE exchange SET time = ?, last_order = ?, last_execution = ?, "
                                            "last_priority = ?");
    for (auto item = changes.instruments.begin(); done && item != changes.instruments.end(); ++item) {
        done = write_instrument(database_, *item);
    }
    for (auto item = changes.anchors.begin(); done && item != changes.anchors.end(); ++item) {
        done = RowWriter()
                   .text(item->first)
                   .time(item->second.time)
                   .decimal(item->second.price)
                   .run(database_, "INSERT OR REPLACE INTO anchor VALUES (?,?,?)");
    }
    for (auto item = changes.exchange.orders.begin(); done && item != changes.exchange.orders.end(); ++item) {
        done = write_order(database_, *item);
    }
    for (auto item = changes.exchange.holdings.begin(); done && item != changes.exchange.holdings.end(); ++item) {
        done = RowWriter()
                   .text(item->symbol)
                   .number(item->holding.quantity)
                   .decimal(item->holding.cost)
                   .decimal(item->holding.realised)
                   .decimal(item->holding.fees)
                   .run(database_, "INSERT OR REPLACE INTO holding VALUES (?,?,?,?,?)");
    }
    for (auto item = changes.exchange.accounts.begin(); done && item != changes.exchange.accounts.end(); ++item) {
        done = RowWriter()
                   .decimal(item->cash)
                   .text(item->name)
                   .run(database_, "UPDATE account SET cash = ? WHERE name = ?");
    }
    for (auto item = changes.exchange.events.begin(); done && item != changes.exchange.events.end(); ++item) {
        if (const auto* filled = std::get_if<exchange::Filled>(&item->what)) {
            done = write_fill(filled->fill, execution_number(filled->fill.execution));
        }
    }
    return done;
}

} // namespace tradesh::venue::paper
