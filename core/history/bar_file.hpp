#pragma once

#include "core/history/bar_columns.hpp"
#include "core/history/csv_reader.hpp"
#include "core/history/row_time.hpp"
#include "core/market/bars.hpp"
#include "core/market/timeframe.hpp"
#include "core/market/zone.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::history {

/// How to read a file of bars.
struct BarFileOptions {
    std::string file;                   ///< its name, for messages
    std::optional<Timeframe> timeframe; ///< told from the rows when not given
    std::string zone = "UTC";           ///< of times without an offset
    std::string zone_why;               ///< where `zone` comes from, in words
    bool prices_above_zero = true;      ///< false for futures and combos, which may trade below
    bool skip_bad = false;
};

/// A row that cannot be trusted.
struct BadRow {
    std::uint64_t line = 0;
    std::string reason; ///< "high 5 is below low 6"
    std::string text;   ///< the row's fields, shortened
};

/// What was read and how it was understood.
struct BarFileReport {
    std::uint64_t rows = 0; ///< without the header
    std::uint64_t bad = 0;
    std::vector<BadRow> bad_rows; ///< the first 1,000 of them
    std::optional<Instant> first;
    std::optional<Instant> last;
    Timeframe timeframe = Timeframe::d1;
    std::string timeframe_why; ///< "given", "the most common distance between rows"
    std::string zone;
    std::string zone_why;
    std::vector<std::string> columns_used;
    std::vector<std::string> columns_ignored;
    bool has_adjusted = false;
    std::optional<Decimal> price_step; ///< the largest step that every price is a multiple of
    std::vector<std::string> notes;    ///< what a careful reader should know
};

/// Bars as they come out of a file: `adjusted` has as many as `raw`, or none.
struct ParsedBars {
    Bars raw;
    Bars adjusted;
};

/// Reads bars from CSV text that arrives in blocks. Pure: it neither opens nor stores anything.
///
/// Times: intraday bars are converted to UTC from the offset in the text, otherwise from the zone. Bars of 1d and
/// longer belong to a session, so their open time is the session's date, as written, at 00:00 UTC; a seconds-since-1970
/// stamp counts as the date in the zone. A local time that a clock change skipped is refused; one that occurs twice is
/// taken as the first that comes after the row before.
///
/// Adjusted: a column of adjusted closes makes a second series, whose open, high and low are scaled by adjusted close /
/// close (rounded to 6 decimals, or to as many as the adjusted close has) and whose volumes are those of the file.
///
/// A row is refused that has a wrong number of fields, a bad number, high < low, open or close outside low..high, a
/// price of zero or less, or a time not after the row before. Without `skip_bad` one such row refuses the file.
class BarFile {
public:
    /// Error "zone.unknown".
    static Result<BarFile> create(BarFileOptions options);

    /// Error at once when the file as a whole cannot be understood ("csv.*", "import.*").
    Result<void> feed(std::string_view bytes);
    /// Error "import.bad_rows" with file, line and reason when rows were refused and not skipped, "import.empty" when
    /// no row is left.
    Result<void> finish();

    /// The bars read since the last call. Those of a file that `finish` refuses must not be used.
    ParsedBars take();
    const BarFileReport& report() const { return report_; }

private:
    struct Row {
        std::uint64_t line = 0;
        RowTime time;
        Bar bar;
        std::optional<Decimal> adjusted_close;
        std::string text; ///< while it waits
    };
    struct Counts {
        std::uint64_t no_volume = 0;
        std::uint64_t volume_unknown = 0;
        std::uint64_t ambiguous = 0;
        std::uint64_t close_together = 0;
    };

    BarFile(BarFileOptions options, Zone zone) : options_(std::move(options)), zone_(zone) {}
    Result<void> read_row(const CsvRow& fields);
    Result<void> read_header(const CsvRow& fields);
    Result<Row> parse_row(const CsvRow& fields);
    Result<Bar> parse_prices(const CsvRow& fields);
    Result<Decimal> parse_volume(const CsvRow& fields);
    Result<void> settle_timeframe();
    Result<Instant> open_time_of(const RowTime& time);
    Result<void> add(const Row& row);
    void refuse(std::uint64_t line, std::string reason, std::string text);
    void note_counts();
    Error located(Error error, std::uint64_t line, std::string text) const;

    BarFileOptions options_;
    Zone zone_;
    CsvReader reader_;
    std::optional<BarColumns> columns_;
    bool timeframe_known_ = false;
    std::vector<Row> waiting_; ///< rows read before the timeframe is known
    std::optional<Bar> last_;
    ParsedBars bars_;
    Counts counts_;
    BarFileReport report_;
};

} // namespace tradesh::history
