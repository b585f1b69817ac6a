#pragma once

#include "core/history/bar_file.hpp"
#include "core/market/bars.hpp"

#include <optional>
#include <string>

namespace tradesh::history {

// What makes a bar trustworthy. An error's message is the reason, for people; none of these throws.

/// high >= low, open and close within, volume not negative, prices above zero where asked.
Result<void> check_bar(const Bar& bar, bool prices_above_zero);

/// A bar comes after the one before it; a repetition says whether the values differ.
Result<void> check_order(const Bar& before, const Bar& bar);

/// The bar with its prices scaled so that it closes at `adjusted_close`.
Result<Bar> adjust_bar(const Bar& bar, Decimal adjusted_close);

/// The largest number that `step` and all four prices are multiples of.
Result<Decimal> common_step(std::optional<Decimal> step, const Bar& bar);

/// Shortens `bars` to `size` rows.
void drop_last(Bars& bars, std::size_t size);

/// The error for a file with bad rows: the first few with line and reason, and what can be done.
Error refusal(const BarFileReport& report, const std::string& file);

} // namespace tradesh::history
