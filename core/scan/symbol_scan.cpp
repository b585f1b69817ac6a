#include "core/scan/symbol_scan.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace tradesh::scan {
namespace {

using expression::Program;
using indicators::Column;

constexpr std::string_view attempt = "scan";

/// The last `bars` values of one lane of a column; copied to `room` where they do not stand next to each other.
std::span<const double> last_values(const BarBlock& block, std::size_t column, std::size_t lane, std::size_t bars,
                                    std::vector<double>& room) {
    const double* first = block.columns[column] + (block.rows - bars) * block.lanes + lane;
    if (block.lanes == 1) {
        return {first, bars};
    }
    room.resize(bars);
    for (std::size_t i = 0; i < bars; ++i) {
        room[i] = first[i * block.lanes];
    }
    return room;
}

ScanRow evaluate(const Program& program, const BarBlock& block, std::size_t lane) {
    std::array<std::vector<double>, indicators::columns.size()> room;
    expression::BarColumns columns{.bars = std::min(block.bars[lane], program.bars_wanted()), .values = {}};
    for (const Column column : indicators::columns) {
        const std::size_t index = indicators::index_of(column);
        if (program.reads(column)) {
            columns.values[index] = last_values(block, index, lane, columns.bars, room[index]);
        }
    }
    expression::LastValues last = expression::evaluate_last(program, columns);
    expression::Truth truth = expression::truth_of(last.result);
    if (program.type() == expression::Type::number && truth == expression::Truth::no) {
        truth = expression::Truth::yes; // a zero is a known number
    }
    return ScanRow{.matched = truth,
                   .values = std::move(last.outputs),
                   .bar_time = block.last_open_time[lane],
                   .bars_used = columns.bars};
}

Result<std::vector<ScanRow>> check_and_evaluate(const Program& program, const std::string& symbol, Timeframe timeframe,
                                                const Result<BarBlock>& block, std::size_t lane) {
    if (!block) {
        return fail(Error(block.error()).attempting(attempt).on(symbol));
    }
    const std::size_t bars = block->bars[lane];
    const std::string frame(name_of(timeframe));
    if (bars == 0) {
        return fail(Error(ErrorKind::not_found, "scan.no_data", "there are no " + frame + " bars")
                        .attempting(attempt)
                        .on(symbol)
                        .advise("load or import them first; `data list` shows what is there"));
    }
    if (bars < program.bars_needed()) {
        return fail(Error(ErrorKind::not_found, "scan.not_enough_history",
                          "the expression needs " + std::to_string(program.bars_needed()) + " bars of " + frame +
                              ", and there are " + std::to_string(bars))
                        .attempting(attempt)
                        .on(symbol)
                        .advise("load more history or use shorter periods"));
    }
    return std::vector{evaluate(program, *block, lane)};
}

std::unexpected<Error> crashed(std::string reason, const std::string& symbol) {
    return fail(Error(ErrorKind::failed, "scan.crashed", std::move(reason)).attempting(attempt).on(symbol));
}

} // namespace

BarsWanted bars_wanted(const Program& program, Timeframe timeframe) {
    BarsWanted wanted{.timeframe = timeframe, .bars = program.bars_wanted(), .columns = {}};
    for (const Column column : indicators::columns) {
        wanted.columns[indicators::index_of(column)] = program.reads(column);
    }
    return wanted;
}

std::vector<SymbolOutcome> scan_group(const Program& program, ScanBars& bars, const SymbolGroup& group,
                                      std::span<const std::string> symbols, Timeframe timeframe) {
    std::vector<SymbolOutcome> outcomes;
    for (const GroupMember& member : group.members) {
        const std::string& symbol = symbols[member.position];
        outcomes.push_back(SymbolOutcome{member.position, symbol, crashed("its bars were not read", symbol)});
    }
    const auto outcome_of = [&](std::size_t position) -> SymbolOutcome& {
        return *std::ranges::find(outcomes, position, &SymbolOutcome::position);
    };
    try {
        bars.read(group, [&](std::span<const GroupMember> members, const Result<BarBlock>& block) {
            for (const GroupMember& member : members) {
                SymbolOutcome& outcome = outcome_of(member.position);
                outcome.rows = check_and_evaluate(program, outcome.symbol, timeframe, block, member.lane);
            }
        });
    } catch (const std::exception& exception) {
        for (SymbolOutcome& outcome : outcomes) {
            outcome.rows = crashed(exception.what(), outcome.symbol);
        }
    }
    return outcomes;
}

} // namespace tradesh::scan
