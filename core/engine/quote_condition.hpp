#pragma once

#include "core/expression/evaluation.hpp"
#include "core/market/quote.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tradesh::engine {

/// What one condition is about and how it is asked.
///
///     GOOG.last > 900                                  quotes: bid, ask, mid and last of one symbol
///     GOOG.bid >= 700 and GOOG.ask - GOOG.bid < 0.05   arithmetic and logic as everywhere
///     GOOG: close > ema(20) and rsi(14) < 30           bars, the one in progress among them
struct Condition {
    std::string symbol;
    /// The condition over quotes, where each field of the quote is a column of a bar: see `truth_of`. Nothing: bars.
    std::optional<expression::Program> quotes{};
    std::string bars{}; ///< the expression over bars
};

/// Errors (usage), placed in `text`: "when.no_symbol", "when.two_symbols", "when.mixed", those of expression::compile.
Result<Condition> parse_condition(std::string_view text);

/// Unknown where the quote lacks a field that decides.
expression::Truth truth_of(const expression::Program& quotes, const Quote& quote);

/// Whether a quote may decide anything: made by the market or the simulator now, not delayed or frozen, at most
/// orders::quote_age_max old.
bool is_fresh(const Quote& quote, const Clock& clock);

} // namespace tradesh::engine
