#pragma once

#include "core/exchange/exchange.hpp"
#include "core/store/database.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tradesh::venue::paper {

/// Parameters of one statement, kept alive until it has run.
class RowWriter {
public:
    RowWriter& number(std::int64_t value);
    RowWriter& number(std::uint64_t value) { return number(static_cast<std::int64_t>(value)); }
    RowWriter& text(std::string value);
    RowWriter& decimal(const Decimal& value) { return text(value.to_string()); }
    /// None is 0.
    RowWriter& time(std::optional<Instant> value) { return time(value.value_or(Instant())); }
    RowWriter& time(Instant value) { return number(static_cast<std::int64_t>(value.time_since_epoch().count())); }
    Result<void> run(store::Database& database, std::string_view sql);

private:
    std::vector<std::variant<std::int64_t, std::string>> values_;
};

/// Columns of the current row, left to right. What cannot be read makes `failed` true.
class RowReader {
public:
    explicit RowReader(const store::Statement& statement) : statement_(statement) {}
    std::int64_t number() { return statement_.integer(column_++); }
    std::string text() { return std::string(statement_.text(column_++)); }
    Decimal decimal();
    Instant time() { return Instant(Duration(number())); }
    std::optional<Instant> optional_time() {
        const Instant at = time();
        return at == Instant() ? std::nullopt : std::optional(at);
    }
    Currency currency();
    Side side();
    PriceRule price();
    template <class Value>
    Value read(Result<Value> value) {
        failed_ = failed_ || !value;
        return value ? std::move(*value) : Value();
    }
    void check(const Result<void>& read) { failed_ = failed_ || !read; }
    bool failed() const { return failed_; }

private:
    const store::Statement& statement_;
    int column_ = 0;
    bool failed_ = false;
};

/// The inverse of to_text(PriceRule).
Result<PriceRule> parse_price_rule(std::string_view text);

Result<void> write_instrument(store::Database& database, const Instrument& instrument);
/// The columns symbol, kind, details, exchange, zone, currency, tick, lot, multiplier.
Instrument read_instrument(RowReader& row);

inline constexpr std::string_view order_columns =
    "number, client_id, symbol, side, requested_quantity, requested_price, time_in_force, may_open_short, venue_id, "
    "state, quantity, filled, price, filled_value, fees, reference, priority, triggered, entered, updated, expires, "
    "code, reason, valid_until, parent, oco_group, best, allotted, taken, given, auction";
Result<void> write_order(store::Database& database, const exchange::Order& order);
exchange::Order read_order(RowReader& row);

} // namespace tradesh::venue::paper
