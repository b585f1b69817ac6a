#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tradesh::indicators {

/// The columns of a bar series, as indicators and expressions name them.
enum class Column : std::uint8_t { open, high, low, close, volume };

inline constexpr std::array<Column, 5> columns{Column::open, Column::high, Column::low, Column::close, Column::volume};

constexpr std::size_t index_of(Column column) { return static_cast<std::size_t>(column); }

constexpr std::string_view name_of(Column column) {
    constexpr std::array<std::string_view, columns.size()> names{"open", "high", "low", "close", "volume"};
    return names[index_of(column)];
}

/// The column of that lower-case name.
constexpr std::optional<Column> find_column(std::string_view name) {
    for (const Column column : columns) {
        if (name_of(column) == name) {
            return column;
        }
    }
    return std::nullopt;
}

} // namespace tradesh::indicators
