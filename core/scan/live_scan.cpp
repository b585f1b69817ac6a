#include "core/scan/live_scan.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace tradesh::scan {
namespace {

using expression::base_stream;
using expression::StreamId;
using expression::Truth;
using Values = std::array<double, indicators::columns.size()>;

Values values_at(const StreamSeries& series, std::size_t row) {
    Values values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = series.columns[i].empty() ? indicators::unknown : series.columns[i][row];
    }
    return values;
}

/// FNV-1a over the bits, eight bytes at a time.
std::uint64_t digest_of(const Values& values) {
    std::uint64_t digest = 14695981039346656037U;
    for (const double value : values) {
        digest = (digest ^ std::bit_cast<std::uint64_t>(value)) * 1099511628211U;
        digest ^= digest >> 32U;
    }
    return digest;
}

} // namespace

std::string_view name_of(ChangeKind kind) { return kind == ChangeKind::entered ? "entered" : "left"; }

LiveScan::Marks LiveScan::marks_of(const StreamSeries& series) {
    Marks marks;
    marks.reserve(series.bars);
    for (std::size_t row = 0; row < series.bars; ++row) {
        marks.push_back({series.open_time[row], digest_of(values_at(series, row))});
    }
    return marks;
}

/// The first row of `now` that came after `known`; nothing when they do not continue each other.
std::optional<std::size_t> LiveScan::first_new(const Marks& known, const Marks& now) {
    if (known.empty() || now.empty()) {
        return std::nullopt;
    }
    const auto begin = std::ranges::lower_bound(known, now.front().open_time, {}, &BarMark::open_time);
    const auto overlap = static_cast<std::size_t>(known.end() - begin);
    if (overlap == 0 || overlap > now.size() || !std::equal(begin, known.end(), now.begin())) {
        return std::nullopt;
    }
    return overlap;
}

/// Pushes what is new in the order in which it was complete, that of the base last.
void LiveScan::push(Symbol& symbol, std::span<const StreamSeries> series, std::vector<std::size_t> next) {
    for (;;) {
        std::optional<StreamId> first;
        for (StreamId stream = series.size(); stream-- > 0;) {
            if (next[stream] < series[stream].bars &&
                (!first || series[stream].complete_at[next[stream]] < series[*first].complete_at[next[*first]])) {
                first = stream;
            }
        }
        if (!first) {
            return;
        }
        const std::size_t row = next[*first]++;
        symbol.running.push(*first, series[*first].complete_at[row], values_at(series[*first], row));
        symbol.bars += *first == base_stream ? 1 : 0;
        ++bars_taken_;
    }
}

/// The first new row of each stream; nothing when the symbol has to begin anew.
std::optional<std::vector<std::size_t>> LiveScan::new_rows(const Symbol& symbol, std::span<const StreamSeries> series,
                                                           const std::vector<Marks>& marks) {
    std::vector<std::size_t> next;
    for (StreamId stream = 0; stream < series.size(); ++stream) {
        const std::optional<std::size_t> row = first_new(symbol.marks[stream], marks[stream]);
        if (!row) {
            return std::nullopt;
        }
        const bool late = stream != base_stream && *row < series[stream].bars &&
                          series[stream].complete_at[*row] <= symbol.complete_until;
        if (late) {
            return std::nullopt;
        }
        next.push_back(*row);
    }
    return next;
}

Truth LiveScan::take(const std::string& name, std::span<const StreamSeries> series) {
    Symbol& symbol = symbols_.try_emplace(name, program_).first->second;
    std::vector<Marks> marks;
    for (const StreamSeries& each : series) {
        marks.push_back(marks_of(each));
    }
    std::optional<std::vector<std::size_t>> next = new_rows(symbol, series, marks);
    symbol.readable = true;
    if (!next) {
        symbol.running = expression::RunningProgram(program_);
        symbol.bars = 0;
        next.emplace(series.size(), 0);
        ++begun_;
    }
    push(symbol, series, std::move(*next));
    symbol.marks = std::move(marks);
    symbol.complete_until = series[base_stream].complete_at.back();
    return matched(program_, symbol.running.values().result);
}

void LiveScan::drop(const std::string& name) {
    if (const auto found = symbols_.find(name); found != symbols_.end()) {
        found->second.readable = false;
    }
}

std::optional<Instant> LiveScan::missing_bar(const std::string& name, const BarInProgress& in_progress) const {
    const auto found = symbols_.find(name);
    if (found == symbols_.end() || !in_progress.follows) {
        return std::nullopt;
    }
    const bool missing = *in_progress.follows > found->second.marks[base_stream].back().open_time;
    return missing ? in_progress.follows : std::nullopt;
}

std::optional<ScanChange> LiveScan::evaluate(const std::string& name, const std::optional<BarInProgress>& in_progress,
                                             Instant now) {
    const auto found = symbols_.find(name);
    if (found == symbols_.end()) {
        return std::nullopt;
    }
    Symbol& symbol = found->second;
    const Instant last = symbol.marks[base_stream].back().open_time;
    const bool provisional = symbol.readable && in_progress && in_progress->open_time > last;
    if (provisional && missing_bar(name, *in_progress)) {
        return std::nullopt;
    }
    expression::LastValues values;
    if (!symbol.readable) {
        values.outputs.assign(program_.outputs().size(), indicators::unknown);
    } else if (provisional) {
        expression::RunningProgram trial = symbol.running.copy();
        trial.push(base_stream, in_progress->complete_at, in_progress->values);
        values = trial.values();
    } else {
        values = symbol.running.values();
    }
    const Truth truth = matched(program_, values.result);
    const bool inside = truth == Truth::yes;
    if (inside == symbol.inside || (symbol.told_at && now < *symbol.told_at + cooldown_)) {
        return std::nullopt;
    }
    symbol.inside = inside;
    symbol.told_at = now;
    return ScanChange{.symbol = name,
                      .kind = inside ? ChangeKind::entered : ChangeKind::left,
                      .row = {.matched = truth,
                              .values = std::move(values.outputs),
                              .bar_time = provisional ? in_progress->open_time : last,
                              .bars_used = std::min(symbol.bars, program_.bars_wanted())},
                      .provisional = provisional};
}

} // namespace tradesh::scan
