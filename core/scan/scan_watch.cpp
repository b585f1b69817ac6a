#include "core/scan/scan_watch.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace tradesh::scan {

ScanWatch::ScanWatch(BarsSource& source, expression::Program program, std::vector<std::string> symbols,
                     Duration cooldown)
    : source_(source),
      program_(program),
      symbols_(std::move(symbols)),
      live_(std::move(program), cooldown),
      marks_(program_.streams().size()) {}

void ScanWatch::follow(const std::vector<std::string>& symbols) {
    const std::unordered_set<std::string> known(symbols_.begin(), symbols_.end());
    std::ranges::copy_if(symbols, std::back_inserter(symbols_),
                         [&](const std::string& symbol) { return !known.contains(symbol); });
    for (std::size_t stream = 0; stream < marks_.size(); ++stream) {
        if (program_.streams()[stream].symbol.empty() && !marks_[stream].empty()) {
            marks_[stream].resize(symbols_.size(), -1); // which is no mark, so that they are read
        }
    }
}

Result<std::vector<std::size_t>> ScanWatch::changed_positions() {
    std::vector<bool> changed(symbols_.size());
    for (std::size_t stream = 0; stream < marks_.size(); ++stream) {
        const expression::Stream& read = program_.streams()[stream];
        const bool own = read.symbol.empty();
        const std::span<const std::string> of =
            own ? std::span<const std::string>(symbols_) : std::span(&read.symbol, 1);
        Result<std::vector<std::int64_t>> marks = source_.marks(of, read.timeframe);
        if (!marks) {
            return fail(std::move(marks.error()));
        }
        const std::vector<std::int64_t>& before = marks_[stream];
        for (std::size_t i = 0; i < symbols_.size(); ++i) {
            const std::size_t mark = own ? i : 0;
            changed[i] = changed[i] || before.empty() || before[mark] != (*marks)[mark];
        }
        marks_[stream] = std::move(*marks);
    }
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < changed.size(); ++i) {
        if (changed[i]) {
            positions.push_back(i);
        }
    }
    return positions;
}

void ScanWatch::report(const std::string& symbol, Error error, WatchRound& round) {
    std::string& told = failing_[symbol];
    if (told != error.code) {
        told = error.code;
        round.news.push_back(fail(std::move(error)));
    }
}

/// A bar comes a little after it has ended: only when half of the next one is over something seems to be wrong.
void ScanWatch::report_missing_bar(const std::string& symbol, const BarInProgress& bar, Instant now,
                                   WatchRound& round) {
    const std::optional<Instant> missing = live_.missing_bar(symbol, bar);
    if (missing && now - bar.open_time > (bar.complete_at - bar.open_time) / 2) {
        report(symbol,
               Error(ErrorKind::not_found, "watch.bar_missing",
                     "the bar of " + to_rfc3339(*missing) +
                         " has ended and is not stored, so nothing is known until it is")
                   .attempting("watch")
                   .on(symbol)
                   .advise("with --load bars are loaded as they come"),
               round);
    }
}

Result<void> ScanWatch::read(const std::vector<std::size_t>& positions, WatchRound& round) {
    std::vector<std::string> symbols;
    for (const std::size_t position : positions) {
        symbols.push_back(symbols_[position]);
    }
    const Result<ProgramScan> scan = ProgramScan::open(source_, program_, symbols, {.with_times = true});
    if (!scan) {
        return fail(scan.error());
    }
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        Result<std::vector<StreamSeries>> series = scan->read(i);
        if (!series) {
            live_.drop(symbols[i]);
            report(symbols[i], std::move(series.error()), round);
            continue;
        }
        const std::optional<Shortage> shortage = scan->shortage_of(i, *series);
        if (live_.take(symbols[i], *series) == expression::Truth::unknown && shortage) {
            report(symbols[i], not_enough_bars(*shortage).on(symbols[i]), round);
        } else {
            failing_.erase(symbols[i]);
        }
    }
    return {};
}

Result<WatchRound> ScanWatch::round(std::vector<SymbolBar> in_progress, Instant now) {
    WatchRound round;
    const Result<std::vector<std::size_t>> changed = changed_positions();
    if (!changed) {
        return fail(changed.error());
    }
    if (!changed->empty()) {
        if (Result<void> taken = read(*changed, round); !taken) {
            marks_.assign(marks_.size(), {}); // asked again in the next round
            return fail(std::move(taken.error()));
        }
    }
    for (SymbolBar& each : in_progress) {
        in_progress_.insert_or_assign(std::move(each.symbol), each.bar);
    }
    for (const std::string& symbol : symbols_) {
        const auto found = in_progress_.find(symbol);
        const auto bar = found == in_progress_.end() ? std::nullopt : std::optional(found->second);
        if (bar) {
            report_missing_bar(symbol, *bar, now, round);
        }
        if (std::optional<ScanChange> change = live_.evaluate(symbol, bar, now)) {
            round.news.push_back(std::move(*change));
        }
    }
    return round;
}

} // namespace tradesh::scan
