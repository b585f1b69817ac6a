#pragma once

#include "cli/parse/arguments.hpp"
#include "cli/render/cell.hpp"
#include "core/base/counted.hpp"
#include "core/engine/bars_wanted.hpp"

#include <optional>
#include <string>
#include <vector>

/// What the words of the data family have in common: symbols, timeframes, ranges of time. Every error of theirs is of
/// kind usage and points at its word.
namespace tradesh::cli {

struct NamedSymbol {
    std::string symbol;
    SourceSpan where;
};

/// "AAPL,MSFT @tech 1h": symbols, each once, and a timeframe among them. What is a watchlist still is its name: see
/// expand_lists.
struct SymbolList {
    std::vector<NamedSymbol> symbols;
    std::optional<Timeframe> timeframe;

    std::vector<std::string> names() const;
};

/// The "now" of a check of the words alone: what is relative to it cannot be compared with what is not.
inline constexpr Instant no_time{};

/// Reads the argument "symbol", repeatable: symbols, each once.
Result<std::vector<NamedSymbol>> read_symbols(const Arguments& arguments);
/// Reads the argument "symbol", repeatable, and the option "timeframe".
Result<SymbolList> read_symbol_list(const Arguments& arguments);
/// Reads the arguments "symbol" and "bars" and the option "timeframe" into a wish, then `read_series_options`.
Result<engine::BarsWanted> read_one_series(const Arguments& arguments, Instant now);
/// Reads "from", "to", "hours", "source", "adjusted" and "exchange" where they are given.
Result<void> read_series_options(const Arguments& arguments, Instant now, engine::BarsWanted& wanted);

Result<std::string> symbol_of(const Word& word);

// Options and arguments, for the specifications.
ArgumentSpec symbols_argument();
ArgumentSpec symbol_argument();
ArgumentSpec bars_argument();
OptionSpec timeframe_option();
OptionSpec from_option();
OptionSpec to_option();
OptionSpec hours_option();
OptionSpec source_option();
OptionSpec adjusted_option();
OptionSpec exchange_option();

/// The open time of a bar: a date for 1d and longer. For columns of CellType::time that hold both.
Cell open_time_cell(Instant open_time, Timeframe timeframe);
/// The begin of a range of open times, in whole seconds.
Cell first_time_cell(Instant begin, Timeframe timeframe);
/// The end of a half-open range of open times, as the last one in it where that is known.
Cell last_time_cell(Instant end, Timeframe timeframe);

/// Said wherever bars are shown that nobody traded: nothing, or a note.
std::optional<std::string> note_on_source(BarSource source);

} // namespace tradesh::cli
