#pragma once

#include "cli/parse/arguments.hpp"
#include "cli/render/cell.hpp"
#include "core/engine/option_desk.hpp"

#include <string>
#include <string_view>

/// What the commands that look at listed options have in common.
namespace tradesh::cli {

/// A range of a measure, as its option or a preset has it; its errors point at the word.
Result<scan::SpreadFilter> read_spread_filter(std::string_view measure, const Word& word);

OptionSpec dte_option();

/// "AAPL at 232.10, simulated, 2026-11-20T15:00:00Z; implied volatility at the money 24.1 %, rank 43.2, percentile 51.4
/// of 252 days".
std::string headline_of(const engine::ChainFacts& facts);
/// "options are valued with a rate of 4 % and a dividend yield of 1 %".
std::string valuation_of(const engine::ChainFacts& facts);

/// In decimal notation.
std::string rounded(double value, int decimals);

Cell date_cell(std::chrono::year_month_day date);

} // namespace tradesh::cli
