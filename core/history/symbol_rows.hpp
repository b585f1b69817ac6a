#pragma once

#include "core/history/bar_checks.hpp"
#include "core/history/bar_file_report.hpp"
#include "core/history/row_clock.hpp"
#include "core/history/row_time.hpp"
#include "core/market/bars.hpp"

#include <optional>
#include <string>

namespace tradesh::history {

/// Which end of an intraday bar its time stands for.
enum class BarStamp : std::uint8_t { open, close };
std::string_view name_of(BarStamp stamp);
Result<BarStamp> parse_bar_stamp(std::string_view text);

/// How the rows of a symbol are understood.
struct SymbolOptions {
    std::string zone = "UTC";      ///< of times without an offset
    std::string zone_why;          ///< where `zone` comes from, in words
    bool prices_above_zero = true; ///< false for futures and combos, which may trade below
};

/// What the first rows of a file tell of all of them.
struct RowLayout {
    Timeframe timeframe = Timeframe::d1;
    BarStamp stamp = BarStamp::open;
    RowOrder order = RowOrder::old_to_new;
    Instant latest = Instant::max(); ///< that a bar may open; a later one is a slip of the pen, not a bar
};

/// Bars as they come out of a file: `adjusted` has as many as `raw`, or none.
struct ParsedBars {
    Bars raw;
    Bars adjusted;
};

/// The rows of one symbol on their way to bars: gives each its open time and checks it against the one before.
class SymbolRows {
public:
    /// Error "zone.unknown".
    static Result<SymbolRows> create(std::string symbol, const SymbolOptions& options);

    const SymbolOptions& options() const { return options_; }

    /// `bar` without its open time. The error's message is the reason why the row cannot be trusted.
    Result<void> add(const RowLayout& layout, const RowTime& time, Bar bar, const std::optional<Decimal>& adjusted);

    bool has_bars() const { return !bars_.raw.empty(); } ///< that were not taken yet
    /// The bars added since the last call, ascending.
    ParsedBars take(RowOrder order);
    const SymbolReport& report() const { return report_; }

private:
    SymbolRows(SymbolOptions options, RowClock clock) : options_(std::move(options)), clock_(clock) {}
    Result<Instant> written_instant(const RowLayout& layout, const RowTime& time);
    Result<void> push(const Bar& bar, const std::optional<Decimal>& adjusted);

    SymbolOptions options_;
    RowClock clock_;
    bool zone_used_ = false; ///< a time without an offset was met
    std::optional<Bar>
        last_; ///< its open time counted from what is written, even if a short bar was stored with another
    ParsedBars bars_;
    SymbolReport report_;
};

} // namespace tradesh::history
