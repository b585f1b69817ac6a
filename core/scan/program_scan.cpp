#include "core/scan/program_scan.hpp"

#include <algorithm>
#include <exception>
#include <type_traits>
#include <utility>

namespace tradesh::scan {
namespace {

using expression::base_stream;
using expression::Program;
using expression::Stream;
using expression::Truth;

constexpr std::string_view attempt = "scan";

StreamSeries copy_of(const BarBlock& block) {
    const std::size_t bars = block.bars[0];
    const std::size_t first = block.rows - bars;
    StreamSeries series{.bars = bars, .columns = {}, .open_time = {}, .complete_at = {}};
    for (std::size_t i = 0; i < series.columns.size(); ++i) {
        if (block.columns[i] != nullptr) {
            series.columns[i].assign(block.columns[i] + first, block.columns[i] + block.rows);
        }
    }
    if (bars > 0) {
        series.open_time.assign(block.open_time + first, block.open_time + block.rows);
        series.complete_at.assign(block.complete_at + first, block.complete_at + block.rows);
    }
    return series;
}

/// The rows [begin, end).
StreamSeries part_of(const StreamSeries& series, std::size_t begin, std::size_t end) {
    const auto cut = [&](const auto& values) {
        using Values = std::remove_cvref_t<decltype(values)>;
        return values.empty() ? Values{}
                              : Values(values.begin() + static_cast<std::ptrdiff_t>(begin),
                                       values.begin() + static_cast<std::ptrdiff_t>(end));
    };
    StreamSeries part{
        .bars = end - begin, .columns = {}, .open_time = cut(series.open_time), .complete_at = cut(series.complete_at)};
    std::ranges::transform(series.columns, part.columns.begin(), cut);
    return part;
}

expression::StreamBars view_of(const StreamSeries& series) {
    expression::StreamBars view{.columns = {.bars = series.bars, .values = {}}, .complete_at = series.complete_at};
    std::ranges::copy(series.columns, view.columns.values.begin());
    return view;
}

std::vector<expression::StreamBars> views_of(std::span<const StreamSeries> series) {
    std::vector<expression::StreamBars> views;
    for (const StreamSeries& each : series) {
        views.push_back(view_of(each));
    }
    return views;
}

Result<StreamSeries> read_alone(ScanBars& bars, const SymbolGroup& group, std::optional<Instant> complete_by) {
    Result<StreamSeries> series = fail(crashed("its bars were not read"));
    const ScanBars::Visit visit = [&](std::span<const GroupMember>, const Result<BarBlock>& block) {
        series = block ? Result<StreamSeries>(copy_of(*block)) : fail(block.error());
    };
    if (complete_by) {
        bars.read_complete_by(group, *complete_by, visit);
    } else {
        bars.read(group, visit);
    }
    return series;
}

std::size_t complete_bars(const StreamSeries& series, Instant by) {
    return static_cast<std::size_t>(std::ranges::upper_bound(series.complete_at, by) - series.complete_at.begin());
}

/// `work()`, a Result, with an exception made an error.
template <class Work>
std::invoke_result_t<Work> without_exceptions(Work work) {
    try {
        return work();
    } catch (const std::exception& exception) {
        return fail(crashed(exception.what()));
    }
}

} // namespace

std::optional<Shortage> ProgramScan::shortage_of(std::size_t stream, std::size_t position, std::size_t bars,
                                                 std::optional<Instant> looked_until) const {
    const Stream& wanted = program_.streams()[stream];
    if (bars > 0 && bars >= wanted.bars_needed) {
        return std::nullopt;
    }
    Shortage shortage{
        .timeframe = wanted.timeframe, .needed = wanted.bars_needed, .there = bars, .symbol = wanted.symbol};
    if (bars == 0 && looked_until) {
        ScanBars& opened = *streams_[stream].bars;
        shortage.looked_until = looked_until;
        shortage.first_open_time = opened.first_open_time(opened.groups()[wanted.symbol.empty() ? position : 0]);
    }
    return shortage;
}

std::optional<Shortage> ProgramScan::shortage_of(std::size_t position, std::span<const StreamSeries> series) const {
    std::optional<Instant> looked_until = times_.as_of;
    if (times_.range) {
        looked_until = std::min(times_.range->to, looked_until.value_or(times_.range->to));
    }
    for (std::size_t stream = 0; stream < series.size(); ++stream) {
        if (std::optional<Shortage> shortage = shortage_of(stream, position, series[stream].bars, looked_until)) {
            return shortage;
        }
        if (stream == base_stream) { // the others count as far as they were complete when its last bar was
            looked_until = series.front().complete_at.back();
        }
    }
    return std::nullopt;
}

BarsWanted ProgramScan::wanted_of(const Stream& stream) const {
    BarsWanted wanted{.timeframe = stream.timeframe,
                      .bars = stream.bars_wanted,
                      .columns = stream.columns,
                      .bars_max = expression::values_max / std::max<std::size_t>(1, program_.plan().steps.size()),
                      .times = !by_blocks_,
                      .complete_by = times_.as_of};
    if (times_.range) {
        wanted.from = times_.range->from;
        if (&stream == program_.streams().data()) {
            wanted.before = times_.range->to;
        }
    }
    return wanted;
}

Result<ProgramScan::OpenStream> ProgramScan::open_stream(BarsSource& source, const Stream& stream) const {
    const BarsWanted wanted = wanted_of(stream);
    if (stream.symbol.empty()) {
        Result<std::unique_ptr<ScanBars>> bars = source.open(symbols_, wanted);
        if (!bars) {
            return fail(std::move(bars.error()));
        }
        return OpenStream{.wanted = wanted, .bars = std::move(*bars)};
    }
    Result<std::unique_ptr<ScanBars>> bars = source.open({&stream.symbol, 1}, wanted);
    if (!bars) {
        return fail(std::move(bars.error()));
    }
    std::optional<Instant> complete_by;
    if (times_.range) { // a bar of the base that opens before the end of the range is complete by then
        complete_by = times_.range->to + 2 * nominal_length(program_.timeframe());
        complete_by = std::min(*complete_by, times_.as_of.value_or(*complete_by));
    }
    Result<StreamSeries> series = read_alone(**bars, (*bars)->groups().front(), complete_by);
    if (!series) {
        return fail(std::move(series.error()).attempting(attempt).on(stream.symbol));
    }
    return OpenStream{.wanted = wanted, .bars = std::move(*bars), .shared = std::move(*series)};
}

Result<ProgramScan> ProgramScan::open(BarsSource& source, const Program& program, std::span<const std::string> symbols,
                                      ScanTimes times) {
    ProgramScan scan(program, symbols, times);
    scan.by_blocks_ = program.streams().size() == 1 && !times.as_of && !times.range && !times.with_times;
    for (const Stream& stream : program.streams()) {
        Result<OpenStream> opened = scan.open_stream(source, stream);
        if (!opened) {
            return fail(std::move(opened.error()));
        }
        scan.streams_.push_back(std::move(*opened));
        if (const std::optional<StreamSeries>& shared = scan.streams_.back().shared) {
            if (const std::optional<Shortage> shortage =
                    scan.shortage_of(scan.streams_.size() - 1, 0, shared->bars, times.as_of)) {
                Error error = not_enough_bars(*shortage).on(stream.symbol);
                error.hint =
                    "load its bars first: data load " + stream.symbol + " " + std::string(name_of(stream.timeframe));
                return fail(std::move(error));
            }
        }
    }
    return scan;
}

Result<StreamSeries> ProgramScan::read_stream(std::size_t stream, std::size_t position, Instant complete_by) const {
    const OpenStream& opened = streams_[stream];
    if (!opened.shared) {
        return read_alone(*opened.bars, opened.bars->groups()[position], complete_by);
    }
    const StreamSeries& shared = *opened.shared;
    const std::size_t wanted = opened.wanted.bars;
    const std::size_t complete = complete_bars(shared, complete_by);
    if (times_.range) {
        return part_of(shared, 0, complete);
    }
    if (complete >= wanted || shared.bars < wanted) { // enough of them, or all that there are
        return part_of(shared, complete - std::min(complete, wanted), complete);
    }
    return read_alone(*opened.bars, opened.bars->groups().front(), complete_by);
}

std::vector<ScanRow> ProgramScan::last_row(std::size_t position, std::span<const StreamSeries> series) const {
    const StreamSeries& base = series[base_stream];
    expression::LastValues last = expression::evaluate_last(program_, views_of(series));
    ScanRow row{.matched = matched(program_, last.result),
                .values = std::move(last.outputs),
                .bar_time = base.open_time.back(),
                .bars_used = base.bars};
    if (row.matched == Truth::unknown) {
        row.shortage = shortage_of(position, series);
    }
    return {std::move(row)};
}

Result<std::vector<ScanRow>> ProgramScan::rows_in_range(std::size_t position,
                                                        std::span<const StreamSeries> series) const {
    const StreamSeries& base = series[base_stream];
    const expression::SeriesValues values = expression::evaluate_outputs(program_, views_of(series));
    std::vector<ScanRow> rows;
    for (std::size_t i = 0; i < base.bars; ++i) {
        if (base.open_time[i] < times_.range->from || matched(program_, values.result[i]) != Truth::yes) {
            continue;
        }
        ScanRow row{.matched = Truth::yes,
                    .values = {},
                    .bar_time = base.open_time[i],
                    .bars_used = std::min(i + 1, program_.bars_wanted())};
        for (const std::vector<double>& output : values.outputs) {
            row.values.push_back(output[i]);
        }
        rows.push_back(std::move(row));
    }
    if (rows.empty() && matched(program_, values.result.back()) == Truth::unknown) {
        if (const std::optional<Shortage> shortage = shortage_of(position, series)) {
            return fail(not_enough_bars(*shortage));
        }
    }
    return rows;
}

Result<std::vector<StreamSeries>> ProgramScan::read_streams(std::size_t position) const {
    ScanBars& bars = *streams_[base_stream].bars;
    Result<StreamSeries> base = read_alone(bars, bars.groups()[position], std::nullopt);
    if (!base) {
        return fail(std::move(base.error()));
    }
    std::vector<StreamSeries> series;
    series.push_back(std::move(*base));
    if (series.front().bars == 0) {
        return fail(not_enough_bars(*shortage_of(position, series)));
    }
    const Instant complete_by = series.front().complete_at.back();
    for (std::size_t stream = 1; stream < streams_.size(); ++stream) {
        Result<StreamSeries> other = read_stream(stream, position, complete_by);
        if (!other) {
            return fail(std::move(other.error()));
        }
        series.push_back(std::move(*other));
    }
    return series;
}

Result<std::vector<StreamSeries>> ProgramScan::read(std::size_t position) const {
    Result<std::vector<StreamSeries>> series = without_exceptions([&] { return read_streams(position); });
    if (!series) {
        return fail(std::move(series.error()).attempting(attempt).on(symbols_[position]));
    }
    return series;
}

Result<std::vector<ScanRow>> ProgramScan::scan_alone(std::size_t position) const {
    const Result<std::vector<StreamSeries>> series = read_streams(position);
    if (!series) {
        return fail(series.error());
    }
    if (times_.range) {
        return rows_in_range(position, *series);
    }
    return last_row(position, *series);
}

std::vector<SymbolOutcome> ProgramScan::scan(const SymbolGroup& group) const {
    if (by_blocks_) {
        return scan_group(program_, *streams_.front().bars, group, symbols_, program_.timeframe());
    }
    const std::size_t position = group.members.front().position;
    const std::string& symbol = symbols_[position];
    Result<std::vector<ScanRow>> rows = without_exceptions([&] { return scan_alone(position); });
    if (!rows) {
        rows = fail(std::move(rows.error()).attempting(attempt).on(symbol));
    }
    return {SymbolOutcome{position, symbol, std::move(rows)}};
}

} // namespace tradesh::scan
