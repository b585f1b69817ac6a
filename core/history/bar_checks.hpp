#pragma once

#include "core/market/bars.hpp"
#include "core/market/timeframe.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tradesh::history {

// What makes a bar trustworthy. An error's message is the reason, for people; none of these throws.

/// high >= low, open and close within, volume not negative, prices above zero where asked.
Result<void> check_bar(const Bar& bar, bool prices_above_zero);

/// Which way the rows of a file run.
enum class RowOrder : std::uint8_t { old_to_new, new_to_old };

/// A bar comes after the one of the row before it, or before that in a file from new to old; a repetition says whether
/// the values differ.
Result<void> check_order(const Bar& before, const Bar& bar, RowOrder order, Timeframe timeframe);

/// The bar with its prices scaled so that it closes at `adjusted_close`.
Result<Bar> adjust_bar(const Bar& bar, Decimal adjusted_close);

/// The largest number that `step` and all four prices are multiples of.
Result<Decimal> common_step(std::optional<Decimal> step, const Bar& bar);

/// Shortens `bars` to `size` rows.
void drop_last(Bars& bars, std::size_t size);

/// A bar's time as people write it: only the date for bars of 1d and longer.
std::string bar_time_text(Instant open_time, Timeframe timeframe);

} // namespace tradesh::history
