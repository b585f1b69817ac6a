#pragma once

#include "core/history/bar_columns.hpp"
#include "core/history/bar_file_report.hpp"
#include "core/history/csv_reader.hpp"
#include "core/history/row_time.hpp"
#include "core/history/symbol_rows.hpp"
#include "core/market/bars.hpp"
#include "core/market/timeframe.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::history {

/// The most symbols that one file may hold.
inline constexpr std::size_t file_symbols_max = 10'000;

/// How to read a file of bars.
struct BarFileOptions {
    std::string file;                   ///< its name, for messages
    std::string symbol;                 ///< whose rows to read; empty: every symbol that a column of the file names
    std::optional<Timeframe> timeframe; ///< told from the rows when not given
    BarStamp stamp = BarStamp::open;
    bool skip_bad = false;
    Instant latest = Instant::max(); ///< a row that opens after it is refused
    SymbolOptions rows;              ///< how the rows of any symbol are understood, unless `of_symbol` says it
    std::function<Result<SymbolOptions>(const std::string& symbol)> of_symbol; ///< an error of it ends the reading
};

/// Bars of the symbol at `index` in the report's list.
struct SymbolBars {
    std::size_t index = 0;
    ParsedBars bars;
};

/// Reads bars from CSV text that arrives in blocks. Pure: it neither opens nor stores anything.
///
/// Times: intraday bars are converted to UTC from the offset in the text, otherwise from the zone; where times are
/// those of closes, the bar opens one timeframe earlier, or when the one before closed if that is later (the last bar
/// of a session may be short). Bars of 1d and longer belong to a session, so their open time is the session's date, as
/// written, at 00:00 UTC, whatever the stamp; a seconds-since-1970 stamp counts as the date in the zone. A local time
/// that a clock change skipped is refused; one that occurs twice is taken as the first that comes after the row before.
///
/// Rows run from old to new, or all from new to old; the first rows tell. A column "symbol" says whose bar a row is:
/// letter case does not matter, the rows of a symbol need not stand together, and all have one timeframe. A row whose
/// prices are all empty is a slot that has no bar.
///
/// Adjusted: a column of adjusted closes makes a second series, whose open, high and low are scaled by adjusted close /
/// close (rounded to 6 decimals, or to as many as the adjusted close has) and whose volumes are those of the file.
///
/// A row is refused that has a wrong number of fields, a bad number, high < low, open or close outside low..high, a
/// price of zero or less, a time not after the row before, or one that is still to come. Without `skip_bad` one such
/// row refuses the file.
class BarFile {
public:
    /// Error "zone.unknown".
    static Result<BarFile> create(BarFileOptions options);

    /// Error at once when the file as a whole cannot be understood ("csv.*", "import.*").
    Result<void> feed(std::string_view bytes);
    /// Error "import.bad_rows" with file, line and reason when rows were refused and not skipped, "import.empty" when
    /// no row is left.
    Result<void> finish();

    /// Ascending pieces of the bars read since the last call, each symbol once. Those of a file that `finish` refuses
    /// must not be used.
    std::vector<SymbolBars> take();
    /// How many bars `take` would hand out.
    std::size_t pending() const { return pending_; }
    /// Whether each piece of a symbol comes after the one before it, or before that. Known when there are bars.
    RowOrder order() const { return layout_.order; }
    const BarFileReport& report() const { return report_; }

private:
    static constexpr std::size_t other_symbol = SIZE_MAX;

    struct Row {
        std::uint64_t line = 0;
        std::size_t symbol = 0;
        RowTime time;
        bool has_bar = true;
        Bar bar;
        std::optional<Decimal> adjusted_close;
        std::string text; ///< while it waits
    };

    explicit BarFile(BarFileOptions options) : options_(std::move(options)) {}
    Result<void> read_row(const CsvRow& fields);
    Result<void> read_header(const CsvRow& fields);
    Result<std::size_t> find_symbol(std::string_view text);
    Result<std::size_t> add_symbol(std::string symbol);
    void note_other_symbol(std::string_view text);
    Result<Row> parse_row(const CsvRow& fields, std::size_t symbol);
    Result<void> parse_prices(const CsvRow& fields, Row& row);
    Result<Decimal> parse_volume(const CsvRow& fields);
    bool has_prices(const CsvRow& fields) const;
    Result<void> settle_layout();
    Result<void> add(const Row& row);
    void refuse(std::uint64_t line, std::string reason, std::string_view text);
    Error nothing_left() const;
    void note_counts();

    BarFileOptions options_;
    CsvReader reader_;
    std::optional<BarColumns> columns_;
    bool layout_known_ = false;
    RowLayout layout_;
    std::vector<Row> waiting_; ///< rows read before the layout is known
    std::vector<SymbolRows> symbols_;
    std::map<std::string, std::size_t, std::less<>> index_of_; ///< by symbol as it is written
    std::string last_symbol_;                                  ///< as written in the row before
    std::size_t last_index_ = other_symbol;
    std::vector<std::size_t> touched_; ///< symbols with bars that were not taken yet
    std::size_t pending_ = 0;          ///< bars of all of them
    std::vector<std::string> others_;  ///< some of the symbols that were not asked for
    std::uint64_t no_volume_ = 0;
    std::uint64_t volume_unknown_ = 0;
    BarFileReport report_;
};

} // namespace tradesh::history
