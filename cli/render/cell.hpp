#pragma once

#include "core/base/decimal.hpp"
#include "core/base/time.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tradesh::cli {

/// How the cells of a column are shown and aligned; an empty cell fits every type.
enum class CellType : std::uint8_t {
    text,
    integer,
    decimal,
    real,
    boolean,
    time, ///< Instant as RFC 3339, in UTC or `--tz`
    date, ///< Instant of a session day: only its date, never moved by a zone
    duration,
};

/// A computed value that is no money: indicators, ratios. It is rounded to `decimals` wherever it is shown. Without
/// them programs get the shortest text that reads back as the same double, people six significant digits.
struct Real {
    double value = 0;
    std::optional<int> decimals = 4;
    bool operator==(const Real&) const = default;
};

/// One value of a report. Converts from the value types that commands have; a missing optional becomes an empty cell.
class Cell {
public:
    using Value = std::variant<std::monostate, std::string, std::int64_t, Decimal, Real, bool, Instant, Duration>;

    Cell() = default;
    Cell(std::nullopt_t) {}
    Cell(const char* text) : value_(std::string(text)) {}
    Cell(std::string_view text) : value_(std::string(text)) {}
    Cell(std::string text) : value_(std::move(text)) {}
    template <std::integral Integer>
        requires(!std::same_as<Integer, bool>)
    Cell(Integer number) : value_(static_cast<std::int64_t>(number)) {}
    Cell(std::same_as<bool> auto flag) : value_(flag) {}
    Cell(Decimal number) : value_(number) {}
    Cell(Real number) : value_(number) {}
    Cell(Instant time) : value_(time) {}
    Cell(Duration span) : value_(span) {}
    template <class T>
    Cell(const std::optional<T>& maybe) : Cell(maybe ? Cell(*maybe) : Cell()) {}

    bool is_empty() const { return std::holds_alternative<std::monostate>(value_); }
    const Value& value() const { return value_; }
    bool operator==(const Cell&) const = default;

private:
    Value value_;
};

/// A column of a table. `name` is the JSON key, the name for `--fields` and the heading: snake_case, stable.
struct Column {
    std::string name{};
    CellType type = CellType::text;
    std::string unit{}; ///< "USD", "%", "ms"; shown in the heading, never inside a value
};

/// One line of a record. The type follows from the cell, except for dates.
struct Field {
    std::string name{};
    Cell cell{};
    std::string unit{};
    bool is_date = false; ///< show an Instant as its date only
};

} // namespace tradesh::cli
