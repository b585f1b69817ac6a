#pragma once

#include "core/base/error.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::history {

/// Which column of a file holds what.
struct BarColumns {
    std::size_t count = 0;
    std::optional<std::size_t> stamp; ///< date, or date and time, or seconds since 1970
    std::optional<std::size_t> time_of_day;
    std::size_t open = 0;
    std::size_t high = 0;
    std::size_t low = 0;
    std::size_t close = 0;
    std::optional<std::size_t> volume;
    std::optional<std::size_t> adjusted_close;
    std::optional<std::size_t> symbol; ///< whose bar the row is
    std::vector<std::string> used;     ///< names as the file has them
    std::vector<std::string> ignored;  ///< columns that are not read
    std::vector<std::string> actions;  ///< those of them that hold splits and dividends
};

/// Reads the first row of a file. Letter case, blanks, `_` and `<>` around names do not matter; an unnamed first column
/// is the time. Errors (failed): "import.no_header", "import.column_missing", "import.column_twice".
Result<BarColumns> read_bar_columns(std::span<const std::string_view> names);

} // namespace tradesh::history
