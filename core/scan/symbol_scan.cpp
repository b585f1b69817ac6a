#include "core/scan/symbol_scan.hpp"

#include "core/expression/block_evaluation.hpp"

#include <algorithm>
#include <array>
#include <chrono>
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

/// One lane, as `evaluate_last` sees it.
expression::LastValues evaluate_lane(const Program& program, const BarBlock& block, std::size_t lane) {
    std::array<std::vector<double>, indicators::columns.size()> room;
    expression::BarColumns columns{.bars = std::min(block.bars[lane], program.bars_wanted()), .values = {}};
    for (const Column column : indicators::columns) {
        const std::size_t index = indicators::index_of(column);
        if (program.reads(column)) {
            columns.values[index] = last_values(block, index, lane, columns.bars, room[index]);
        }
    }
    return expression::evaluate_last(program, columns);
}

/// What keeps a symbol from being evaluated.
Result<void> check(Timeframe timeframe, const Result<BarBlock>& block, std::size_t lane) {
    if (!block) {
        return fail(block.error());
    }
    if (block->bars[lane] == 0) {
        return fail(no_bars(std::string(name_of(timeframe))));
    }
    return {};
}

ScanRow row_of(const Program& program, const BarBlock& block, std::size_t lane, expression::LastValues last) {
    ScanRow row{.matched = matched(program, last.result),
                .values = std::move(last.outputs),
                .bar_time = block.last_open_time[lane],
                .bars_used = std::min(block.bars[lane], program.bars_wanted())};
    if (row.matched == expression::Truth::unknown && block.bars[lane] < program.bars_needed()) {
        row.shortage =
            Shortage{.timeframe = program.timeframe(), .needed = program.bars_needed(), .there = block.bars[lane]};
    }
    return row;
}

/// The outcomes of the members of a group, filled in as their bars are visited.
class GroupOutcomes {
public:
    GroupOutcomes(const Program& program, const SymbolGroup& group, std::span<const std::string> symbols,
                  Timeframe timeframe)
        : program_(program),
          timeframe_(timeframe) {
        for (const GroupMember& member : group.members) {
            outcomes_.push_back(SymbolOutcome{member.position, symbols[member.position], {}});
        }
    }

    void visit(std::span<const GroupMember> members, const Result<BarBlock>& block) {
        std::array<bool, BarBlock::lanes_max> sound{};
        std::size_t sound_count = 0;
        for (const GroupMember& member : members) {
            if (Result<void> checked = check(timeframe_, block, member.lane); !checked) {
                put(member, fail(std::move(checked.error()).attempting(attempt)));
                continue;
            }
            sound[member.lane] = true;
            ++sound_count;
        }
        if (sound_count == 0) {
            return;
        }
        // One lane on its own costs as much as eight, and less where it is read alone.
        if (block->lanes == 1 || sound_count == 1) {
            for (const GroupMember& member : members) {
                if (sound[member.lane]) {
                    put_row(member, *block, evaluate_lane(program_, *block, member.lane));
                }
            }
            return;
        }
        expression::BlockValues values =
            expression::evaluate_block(program_, *block, indicators::best_instruction_set());
        for (const GroupMember& member : members) {
            if (sound[member.lane]) {
                put_row(member, *block, std::move(values.of_lane[member.lane]));
            }
        }
    }

    void fail_all(const std::string& reason) {
        for (SymbolOutcome& outcome : outcomes_) {
            outcome.rows = fail(crashed(reason).on(outcome.symbol));
        }
    }

    std::vector<SymbolOutcome> take() && {
        for (SymbolOutcome& outcome : outcomes_) {
            if (outcome.rows && outcome.rows->empty()) { // a row stands for every symbol that was visited
                outcome.rows = fail(crashed("its bars were not read").on(outcome.symbol));
            }
        }
        return std::move(outcomes_);
    }

private:
    void put(const GroupMember& member, Result<std::vector<ScanRow>> rows) {
        SymbolOutcome& outcome = *std::ranges::find(outcomes_, member.position, &SymbolOutcome::position);
        outcome.rows = std::move(rows);
        if (!outcome.rows) {
            outcome.rows = fail(std::move(outcome.rows.error()).on(outcome.symbol));
        }
    }
    void put_row(const GroupMember& member, const BarBlock& block, expression::LastValues last) {
        put(member, std::vector{row_of(program_, block, member.lane, std::move(last))});
    }

    const Program& program_;
    Timeframe timeframe_;
    std::vector<SymbolOutcome> outcomes_;
};

/// The date alone where it says all.
std::string short_text(Instant time) {
    const auto date = std::chrono::floor<std::chrono::days>(time);
    return time == date ? to_date_text(date) : to_rfc3339(time);
}

} // namespace

Error no_bars(const std::string& what) {
    return Error(ErrorKind::not_found, "scan.no_data", "there are no " + what + " bars")
        .attempting(attempt)
        .advise("load or import them first; `data list` shows what is there");
}

Error not_enough_bars(std::size_t needed, const std::string& what, std::size_t found) {
    return Error(ErrorKind::not_found, "scan.not_enough_history",
                 "the expression needs " + std::to_string(needed) + " bars of " + what + ", and there are " +
                     std::to_string(found))
        .attempting(attempt)
        .advise("load more history or use shorter periods");
}

Error not_enough_bars(const Shortage& shortage) {
    const std::string frame =
        (shortage.symbol.empty() ? "" : shortage.symbol + " ") + std::string(name_of(shortage.timeframe));
    if (shortage.there > 0) {
        return not_enough_bars(shortage.needed, frame, shortage.there);
    }
    if (!shortage.first_open_time || !shortage.looked_until) {
        return no_bars(frame);
    }
    return Error(ErrorKind::not_found, "scan.no_data",
                 "no " + frame + " bars were complete by " + short_text(*shortage.looked_until) +
                     "; the first one is of " + short_text(*shortage.first_open_time))
        .attempting(attempt)
        .advise("load or import earlier ones, or look at a later time");
}

Error crashed(std::string reason) {
    return Error(ErrorKind::failed, "scan.crashed", std::move(reason)).attempting(attempt);
}

expression::Truth matched(const Program& program, double result) {
    const expression::Truth truth = expression::truth_of(result);
    // A zero is a known number.
    return program.type() == expression::Type::number && truth == expression::Truth::no ? expression::Truth::yes
                                                                                        : truth;
}

BarsWanted bars_wanted(const Program& program, Timeframe timeframe) {
    BarsWanted wanted{.timeframe = timeframe, .bars = program.bars_wanted(), .columns = {}};
    for (const Column column : indicators::columns) {
        wanted.columns[indicators::index_of(column)] = program.reads(column);
    }
    return wanted;
}

std::vector<SymbolOutcome> scan_group(const Program& program, ScanBars& bars, const SymbolGroup& group,
                                      std::span<const std::string> symbols, Timeframe timeframe) {
    GroupOutcomes outcomes(program, group, symbols, timeframe);
    try {
        bars.read(group, [&](std::span<const GroupMember> members, const Result<BarBlock>& block) {
            outcomes.visit(members, block);
        });
    } catch (const std::exception& exception) {
        outcomes.fail_all(exception.what());
    }
    return std::move(outcomes).take();
}

} // namespace tradesh::scan
