#include "core/engine/scan_splits.hpp"

#include "core/engine/scan_loading.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace tradesh::engine {
namespace {

using SplitDates = std::unordered_map<std::string, std::vector<Instant>>;

/// How far before a bar the program looks for certain; nothing where it looks as far as there are bars.
std::optional<Duration> longest_reach(const expression::Program& program) {
    constexpr std::size_t countable = 100'000;
    Duration reach{0};
    for (const expression::Stream& stream : program.streams()) {
        if (stream.bars_wanted > countable) {
            return std::nullopt;
        }
        reach = std::max(reach, reach_of(stream.timeframe, stream.bars_wanted));
    }
    return reach;
}

bool any_within(const std::vector<Instant>& dates, Instant after, Instant until) {
    return std::ranges::any_of(dates, [&](Instant date) { return date > after && date <= until; });
}

/// Those that may have a split within, in the order of the outcomes.
std::vector<std::string> suspects(const expression::Program& program, const scan::ScanTimes& times,
                                  std::span<const scan::SymbolOutcome> outcomes, const SplitDates& splits) {
    const std::optional<Duration> reach = longest_reach(program);
    std::vector<std::string> found;
    for (const scan::SymbolOutcome& outcome : outcomes) {
        const auto dates = splits.find(outcome.symbol);
        if (dates == splits.end() || !outcome.rows || (!times.range && outcome.rows->empty())) {
            continue;
        }
        const Instant last = times.range ? times.range->to : outcome.rows->back().bar_time;
        const Instant first = times.range ? times.range->from : last;
        const Instant after = reach ? first - *reach : Instant::min();
        if (any_within(dates->second, after, last + std::chrono::days(1))) {
            found.push_back(outcome.symbol);
        }
    }
    return found;
}

/// A bar of a split's date is without it, whatever time of that date it is stamped with.
bool spans(const scan::StreamSeries& series, const std::vector<Instant>& dates) {
    return series.bars > 0 &&
           any_within(dates, std::chrono::floor<std::chrono::days>(series.open_time.front()), series.open_time.back());
}

} // namespace

Result<std::vector<std::string>> splits_inside(StoredBars& bars, const expression::Program& program,
                                               scan::ScanTimes times, std::span<const scan::SymbolOutcome> outcomes) {
    const Result<std::vector<store::KnownSplit>> known = bars.splits();
    if (!known) {
        return fail(known.error());
    }
    SplitDates splits;
    for (const store::KnownSplit& split : *known) {
        splits[split.symbol].push_back(split.ex_date);
    }
    const std::vector<std::string> symbols = suspects(program, times, outcomes, splits);
    std::vector<std::string> found;
    if (symbols.empty()) {
        return found;
    }
    times.with_times = true;
    const Result<scan::ProgramScan> scan = scan::ProgramScan::open(bars, program, symbols, times);
    if (!scan) {
        return fail(scan.error());
    }
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        const Result<std::vector<scan::StreamSeries>> series = scan->read(i);
        for (std::size_t stream = 0; series && stream < series->size(); ++stream) {
            const bool own = program.streams()[stream].symbol.empty();
            if (own && spans((*series)[stream], splits[symbols[i]])) {
                found.push_back(symbols[i]);
                break;
            }
        }
    }
    return found;
}

} // namespace tradesh::engine
