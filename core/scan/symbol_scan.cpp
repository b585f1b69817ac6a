#include "core/scan/symbol_scan.hpp"

#include <array>
#include <exception>
#include <utility>

namespace tradesh::scan {
namespace {

using expression::Program;
using indicators::Column;

constexpr std::string_view attempt = "scan";

const ScaledColumn& column_of(const Bars& bars, Column column) {
    switch (column) {
    case Column::open: return bars.open;
    case Column::high: return bars.high;
    case Column::low: return bars.low;
    case Column::close: return bars.close;
    case Column::volume: return bars.volume;
    }
    return bars.close;
}

ScanRow evaluate(const Program& program, const std::string& symbol, const Bars& bars) {
    std::array<std::vector<double>, indicators::columns.size()> doubles;
    expression::BarColumns columns{.bars = bars.size(), .values = {}};
    for (const Column column : indicators::columns) {
        const std::size_t index = indicators::index_of(column);
        if (program.reads(column)) {
            doubles[index] = column_of(bars, column).to_doubles();
            columns.values[index] = doubles[index];
        }
    }
    expression::LastValues last = expression::evaluate_last(program, columns);
    expression::Truth truth = expression::truth_of(last.result);
    if (program.type() == expression::Type::number && truth == expression::Truth::no) {
        truth = expression::Truth::yes; // a zero is a known number
    }
    return ScanRow{.symbol = symbol,
                   .matched = truth,
                   .values = std::move(last.shown),
                   .bar_time = bars.open_time.back(),
                   .bars_used = bars.size()};
}

Result<ScanRow> load_and_evaluate(const Program& program, BarsSource& source, const std::string& symbol,
                                  Timeframe timeframe) {
    Result<Bars> bars = source.last_bars(symbol, timeframe, program.bars_wanted());
    if (!bars) {
        return fail(std::move(bars.error()).attempting(attempt).on(symbol));
    }
    const std::string frame(name_of(timeframe));
    if (bars->empty()) {
        return fail(Error(ErrorKind::not_found, "scan.no_data", "there are no " + frame + " bars")
                        .attempting(attempt)
                        .on(symbol)
                        .advise("load or import them first; `data list` shows what is there"));
    }
    if (bars->size() < program.bars_needed()) {
        return fail(Error(ErrorKind::not_found, "scan.not_enough_history",
                          "the expression needs " + std::to_string(program.bars_needed()) + " bars of " + frame +
                              ", and there are " + std::to_string(bars->size()))
                        .attempting(attempt)
                        .on(symbol)
                        .advise("load more history or use shorter periods"));
    }
    return evaluate(program, symbol, *bars);
}

} // namespace

Result<ScanRow> scan_symbol(const Program& program, BarsSource& source, const std::string& symbol,
                            Timeframe timeframe) {
    try {
        return load_and_evaluate(program, source, symbol, timeframe);
    } catch (const std::exception& exception) {
        return fail(Error(ErrorKind::failed, "scan.crashed", exception.what()).attempting(attempt).on(symbol));
    }
}

} // namespace tradesh::scan
