#include "core/venue/paper/paper_rows.hpp"

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
    const Result<Decimal> first = Decimal::parse(word());
    if (!first) {
        return fail(first.error());
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
        .time(order.expires.value_or(Instant()))
        .text(order.code)
        .text(order.reason)
        .number(static_cast<std::int64_t>(order.live()))
        .run(database, "INSERT INTO orders VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
                       "ON CONFLICT (number) DO UPDATE SET state = excluded.state, quantity = excluded.quantity, "
                       "filled = excluded.filled, price = excluded.price, filled_value = excluded.filled_value, "
                       "fees = excluded.fees, reference = excluded.reference, priority = excluded.priority, "
                       "triggered = excluded.triggered, updated = excluded.updated, code = excluded.code, "
                       "reason = excluded.reason, live = excluded.live");
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
    const Instant expires = row.time();
    order.expires = expires == Instant() ? std::nullopt : std::optional(expires);
    order.code = row.text();
    order.reason = row.text();
    return order;
}

} // namespace tradesh::venue::paper
