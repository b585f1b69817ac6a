#pragma once

#include "core/scan/symbol_scan.hpp"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tradesh::scan {

/// From the first bar that opens at or after `from` to the last that opens before `to`.
struct ScanRange {
    Instant from;
    Instant to;
};

/// When a scan looks.
struct ScanTimes {
    std::optional<Instant> as_of{};   ///< what would have been found then: later bars are not looked at
    std::optional<ScanRange> range{}; ///< every bar within instead of the last one
    bool with_times = false;          ///< reads the bars of symbols on their own also where blocks would do
};

/// The bars of one stream of one symbol, a copy of its own.
struct StreamSeries {
    std::size_t bars = 0;
    std::array<std::vector<double>, indicators::columns.size()> columns; ///< empty where they were not read
    std::vector<Instant> open_time;
    std::vector<Instant> complete_at;
};

/// A program over symbols whose bars are opened: which bars of which stream belong together, and what may be known
/// when.
///
/// The last bar of the base settles what is looked at of the other streams: what was complete when that bar was. So
/// nothing later than a bar has a say in its row, whatever is stored.
class ProgramScan {
public:
    /// The bars of other instruments are read here, once for all symbols; that one is missing is the error of the whole
    /// scan: not_found, "scan.no_data" or "scan.not_enough_history". Everything given must outlive this.
    static Result<ProgramScan> open(BarsSource& source, const expression::Program& program,
                                    std::span<const std::string> symbols, ScanTimes times);

    const std::vector<SymbolGroup>& groups() const { return streams_.front().bars->groups(); }

    /// The bars of all streams of a symbol that its last row needs, the base first; where bars stand by blocks, which
    /// have no times, that is not possible. The base has a bar at least. Errors as scan_group. Safe for several
    /// threads.
    Result<std::vector<StreamSeries>> read(std::size_t position) const;

    /// The first stream of what was read of a symbol with fewer bars than the program needs to be known for certain.
    std::optional<Shortage> shortage_of(std::size_t position, std::span<const StreamSeries> series) const;

    /// See scan_group, which this is for one stream and the last bar. Safe for several threads.
    std::vector<SymbolOutcome> scan(const SymbolGroup& group) const;

private:
    /// A stream of the program as it was opened.
    struct OpenStream {
        BarsWanted wanted;
        std::unique_ptr<ScanBars> bars;
        std::optional<StreamSeries> shared{}; ///< of another instrument, which stands for all symbols
    };

    ProgramScan(const expression::Program& program, std::span<const std::string> symbols, ScanTimes times)
        : program_(program),
          symbols_(symbols),
          times_(times) {}

    BarsWanted wanted_of(const expression::Stream& stream) const;
    Result<OpenStream> open_stream(BarsSource& source, const expression::Stream& stream) const;
    Result<std::vector<StreamSeries>> read_streams(std::size_t position) const;
    Result<std::vector<ScanRow>> scan_alone(std::size_t position) const;
    Result<StreamSeries> read_stream(std::size_t stream, std::size_t position, Instant complete_by) const;
    std::optional<Shortage> shortage_of(std::size_t stream, std::size_t position, std::size_t bars,
                                        std::optional<Instant> looked_until) const;
    std::vector<ScanRow> last_row(std::size_t position, std::span<const StreamSeries> series) const;
    Result<std::vector<ScanRow>> rows_in_range(std::size_t position, std::span<const StreamSeries> series) const;

    const expression::Program& program_;
    std::span<const std::string> symbols_;
    ScanTimes times_;
    bool by_blocks_ = false;          ///< one stream and its last bar
    std::vector<OpenStream> streams_; ///< of the program, the base first
};

} // namespace tradesh::scan
