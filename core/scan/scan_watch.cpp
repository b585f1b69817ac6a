#include "core/scan/scan_watch.hpp"

#include <exception>
#include <utility>

namespace tradesh::scan {

ScanWatch::ScanWatch(BarsSource& source, expression::Program program, std::vector<std::string> symbols,
                     Duration cooldown)
    : source_(source),
      program_(program),
      symbols_(std::move(symbols)),
      live_(std::move(program), cooldown),
      marks_(program_.streams().size()) {}

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
            report(symbols[i], std::move(series.error()), round);
            continue;
        }
        failing_.erase(symbols[i]);
        live_.take(symbols[i], *series);
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
        const auto bar = in_progress_.find(symbol);
        std::optional<ScanChange> change =
            live_.evaluate(symbol, bar == in_progress_.end() ? std::nullopt : std::optional(bar->second), now);
        if (change) {
            round.news.push_back(std::move(*change));
        }
    }
    return round;
}

} // namespace tradesh::scan
