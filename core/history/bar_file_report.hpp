#pragma once

#include "core/base/decimal.hpp"
#include "core/base/error.hpp"
#include "core/market/timeframe.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::history {

/// A row that cannot be trusted.
struct BadRow {
    std::uint64_t line = 0;
    std::string reason; ///< "high 5 is below low 6"
    std::string text;   ///< as written, shortened
};

/// What was read of one symbol.
struct SymbolReport {
    std::string symbol;
    std::string zone;
    std::string zone_why;
    std::int64_t bars = 0;
    std::optional<Instant> first; ///< open times
    std::optional<Instant> last;
    std::optional<Decimal> price_step; ///< the largest step that every price is a multiple of
    std::uint64_t ambiguous = 0;       ///< times that occurred twice when clocks were put back
    std::uint64_t close_together = 0;  ///< rows closer to the one before than the timeframe
};

/// What was read and how it was understood.
struct BarFileReport {
    std::uint64_t rows = 0;         ///< without the header
    std::uint64_t no_bar = 0;       ///< rows without prices: slots that have no bar
    std::uint64_t other_symbol = 0; ///< rows of symbols that were not asked for
    std::uint64_t bad = 0;
    std::vector<BadRow> bad_rows; ///< the first 1,000 of them, by line
    Timeframe timeframe = Timeframe::d1;
    std::string timeframe_why; ///< "given", "the most common distance between rows"
    std::vector<std::string> columns_used;
    std::vector<std::string> columns_ignored;
    bool has_adjusted = false;
    std::vector<SymbolReport> symbols; ///< in the order of their first rows
    std::vector<std::string> notes;    ///< what a careful reader should know

    void add_bad(BadRow row);
};

/// The error for a file with bad rows: the first few with line and reason, and what can be done.
Error refusal(const BarFileReport& report, const std::string& file);

} // namespace tradesh::history
