#include "core/engine/timed_bars.hpp"

#include <algorithm>
#include <array>

namespace tradesh::engine {

bool choose_rows(TimedBars& read, const scan::BarsWanted& wanted, std::optional<Instant> complete_by) {
    const auto row = [](auto place, const auto& values) { return static_cast<std::size_t>(place - values.begin()); };
    const std::vector<Instant>& opens = read.bars.open_time;
    read.end = complete_by ? row(std::ranges::upper_bound(read.complete_at, *complete_by), read.complete_at)
                           : read.bars.size();
    const std::size_t from = wanted.from ? row(std::ranges::lower_bound(opens, *wanted.from), opens) : read.end;
    const std::size_t counted = std::min(from, read.end);
    read.begin = counted - std::min(counted, wanted.bars);
    return counted >= wanted.bars;
}

void visit_rows(const TimedBars& read, const scan::BarsWanted& wanted, std::span<const scan::GroupMember> members,
                const scan::ScanBars::Visit& visit) {
    const Bars& bars = read.bars;
    const std::array<const ScaledColumn*, 5> columns{&bars.open, &bars.high, &bars.low, &bars.close, &bars.volume};
    std::array<std::vector<double>, columns.size()> values;
    BarBlock block{.rows = read.end - read.begin, .lanes = 1};
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (wanted.columns[i]) {
            values[i] = columns[i]->to_doubles();
            block.columns[i] = values[i].data() + read.begin;
        }
    }
    block.bars[0] = block.rows;
    block.last_open_time[0] = block.rows == 0 ? Instant() : bars.open_time[read.end - 1];
    block.open_time = bars.open_time.data() + read.begin;
    block.complete_at = read.complete_at.data() + read.begin;
    visit(members, block);
}

} // namespace tradesh::engine
