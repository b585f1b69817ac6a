#include "core/venue/paper/paper_rows.hpp"

#include "core/store/instrument_columns.hpp"

namespace tradesh::venue::paper {

RowWriter& RowWriter::number(std::int64_t value) {
    values_.emplace_back(value);
    return *this;
}

RowWriter& RowWriter::text(std::string value) {
    values_.emplace_back(std::move(value));
    return *this;
}

Result<void> RowWriter::run(store::Database& database, std::string_view sql) {
    store::Statement statement = database.prepare(sql);
    for (const auto& value : values_) {
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            statement.bind(*number);
        } else {
            statement.bind(std::string_view(std::get<std::string>(value)));
        }
    }
    return statement.run();
}

Decimal RowReader::decimal() { return read(Decimal::parse(statement_.text(column_++))); }

Currency RowReader::currency() { return read(Currency::parse(statement_.text(column_++))); }

Side RowReader::side() { return statement_.text(column_++) == name_of(Side::buy) ? Side::buy : Side::sell; }

PriceRule RowReader::price() { return read(parse_price_rule(statement_.text(column_++))); }

Result<PriceRule> parse_price_rule(std::string_view text) {
    const auto word = [&text] {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view first = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        return first;
    };
    const std::string_view name = word();
    if (name == "market" && text.empty()) {
        return MarketPrice{};
    }
    std::string_view number = word();
    const bool percent = name == "trail" && number.ends_with("pct");
    number.remove_suffix(percent ? 3 : 0);
    const Result<Decimal> first = Decimal::parse(number);
    if (!first) {
        return fail(first.error());
    }
    if (name == "trail" && text.empty()) {
        return TrailingStop{.distance = *first, .percent = percent};
    }
    if (name == "limit" && text.empty()) {
        return LimitPrice{*first};
    }
    if (name == "stop" && text.empty()) {
        return StopPrice{.stop = *first, .limit = std::nullopt};
    }
    if (name == "stop" && word() == "limit") {
        const Result<Decimal> limit = Decimal::parse(text);
        if (limit) {
            return StopPrice{.stop = *first, .limit = *limit};
        }
    }
    return fail(ErrorKind::config, "paper.damaged", "'" + std::string(name) + "' is no price rule");
}

Result<void> write_instrument(store::Database& database, const Instrument& instrument) {
    store::InstrumentColumns columns = store::to_columns(instrument);
    return RowWriter()
        .text(instrument.symbol)
        .text(std::move(columns.kind))
        .text(instrument.exchange)
        .text(instrument.zone)
        .text(std::move(columns.currency))
        .text(std::move(columns.tick))
        .text(std::move(columns.lot))
        .text(std::move(columns.multiplier))
        .text(std::move(columns.details))
        .run(database, "INSERT INTO instrument VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (symbol) DO UPDATE SET "
                       "kind = excluded.kind, exchange = excluded.exchange, zone = excluded.zone, "
                       "currency = excluded.currency, tick = excluded.tick, lot = excluded.lot, "
                       "multiplier = excluded.multiplier, details = excluded.details");
}

Instrument read_instrument(RowReader& row) {
    Instrument instrument;
    store::InstrumentColumns columns;
    instrument.symbol = row.text();
    columns.kind = row.text();
    columns.details = row.text();
    instrument.exchange = row.text();
    instrument.zone = row.text();
    columns.currency = row.text();
    columns.tick = row.text();
    columns.lot = row.text();
    columns.multiplier = row.text();
    row.check(store::read_columns(columns, instrument));
    return instrument;
}

Result<void> write_order(store::Database& database, const exchange::Order& order) {
    return RowWriter()
        .number(order.number)
        .text(order.request.id.value)
        .text(order.request.symbol)
        .text(std::string(name_of(order.request.side)))
        .decimal(order.request.quantity)
        .text(to_text(order.request.price))
        .text(std::string(name_of(order.request.time_in_force)))
        .number(static_cast<std::int64_t>(order.request.may_open_short))
        .text(order.venue_id.value)
        .text(std::string(name_of(order.state)))
        .number(order.quantity)
        .number(order.filled)
        .text(to_text(order.price))
        .decimal(order.filled_value)
        .decimal(order.fees)
        .number(order.reference)
        .number(order.priority)
        .number(static_cast<std::int64_t>(order.triggered))
        .time(order.entered)
        .time(order.updated)
        .time(order.expires)
        .text(order.code)
        .text(order.reason)
        .number(static_cast<std::int64_t>(order.live()))
        .time(order.request.valid_until)
        .text(order.request.parent.value)
        .text(order.request.oco_group)
        .text(order.best ? std::to_string(*order.best) : "")
        .number(order.allotted)
        .number(order.taken)
        .number(order.given)
        .time(order.auction)
        .run(database, "INSERT INTO orders VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
                       "ON CONFLICT (number) DO UPDATE SET state = excluded.state, quantity = excluded.quantity, "
                       "filled = excluded.filled, price = excluded.price, filled_value = excluded.filled_value, "
                       "fees = excluded.fees, reference = excluded.reference, priority = excluded.priority, "
                       "triggered = excluded.triggered, updated = excluded.updated, code = excluded.code, "
                       "reason = excluded.reason, live = excluded.live, best = excluded.best, "
                       "allotted = excluded.allotted, taken = excluded.taken, given = excluded.given");
}

exchange::Order read_order(RowReader& row) {
    exchange::Order order;
    order.number = static_cast<std::uint64_t>(row.number());
    order.request.id = ClientOrderId(row.text());
    order.request.symbol = row.text();
    order.request.side = row.side();
    order.request.quantity = row.decimal();
    order.request.price = row.price();
    order.request.time_in_force = row.read(parse_time_in_force(row.text()));
    order.request.may_open_short = row.number() != 0;
    order.venue_id = VenueOrderId(row.text());
    order.state = row.read(parse_order_state(row.text()));
    order.quantity = row.number();
    order.filled = row.number();
    order.price = row.price();
    order.filled_value = row.decimal();
    order.fees = row.decimal();
    order.reference = row.number();
    order.priority = static_cast<std::uint64_t>(row.number());
    order.triggered = row.number() != 0;
    order.entered = row.time();
    order.updated = row.time();
    order.expires = row.optional_time();
    order.code = row.text();
    order.reason = row.text();
    order.request.valid_until = row.optional_time();
    order.request.parent = ClientOrderId(row.text());
    order.request.oco_group = row.text();
    if (const std::string best = row.text(); !best.empty()) {
        order.best = row.read(Decimal::parse(best)).to_whole();
    }
    order.allotted = row.number();
    order.taken = row.number();
    order.given = row.number();
    order.auction = row.optional_time();
    return order;
}

} // namespace tradesh::venue::paper
