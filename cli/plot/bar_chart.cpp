#include "cli/plot/bar_chart.hpp"

#include "core/expression/evaluation.hpp"
#include "core/market/bar_completion.hpp"
#include "core/market/session_calendar.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>

namespace tradesh::cli {
namespace {

std::string time_text(Instant time, bool dated) {
    const std::string text = to_rfc3339(time);
    return dated ? text.substr(0, 10) : text.substr(0, 10) + " " + text.substr(11, 5);
}

/// What it did since the bar before.
std::string change_text(const Bars& bars) {
    const std::size_t last = bars.size() - 1;
    const double before = last > 0 ? bars.close.at(last - 1).to_double() : 0;
    return before > 0 ? fmt::format(" {:+.2f}%", (bars.close.at(last).to_double() / before - 1) * 100) : "";
}

std::string last_bar_text(const Bars& bars, const std::string& time) {
    const std::size_t last = bars.size() - 1;
    return time + "  O " + bars.open.at(last).to_string() + " H " + bars.high.at(last).to_string() + " L " +
           bars.low.at(last).to_string() + " C " + bars.close.at(last).to_string() + change_text(bars);
}

std::string facts_of(const ChartedBars& charted, const std::string& from, const std::string& to,
                     std::string_view clock) {
    const bool is_simulated = charted.source == BarSource::paper;
    return std::string(is_simulated ? "simulated, these prices are made up; " : "") +
           std::string(name_of(charted.basis)) + " prices from " + std::string(name_of(charted.source)) + ", " + from +
           " to " + to + (clock.empty() ? "" : " ") + std::string(clock);
}

/// The numbers of one stream, and when each bar was known.
class StreamColumns {
public:
    StreamColumns(const Bars& bars, const Instrument& instrument, Timeframe timeframe, bool needs_times)
        : bars_(bars.size()),
          values_{bars.open.to_doubles(), bars.high.to_doubles(), bars.low.to_doubles(), bars.close.to_doubles(),
                  bars.volume.to_doubles()} {
        if (needs_times) {
            const Result<SessionCalendar> calendar = SessionCalendar::of(instrument);
            const BarCompletion completion = calendar ? BarCompletion(*calendar) : BarCompletion();
            complete_at_ = completion.of(timeframe, bars.open_time);
        }
    }

    /// Valid as long as this.
    expression::StreamBars view() const {
        expression::StreamBars stream{.columns = {.bars = bars_, .values = {}}, .complete_at = complete_at_};
        for (std::size_t i = 0; i < values_.size(); ++i) {
            stream.columns.values[i] = values_[i];
        }
        return stream;
    }

private:
    std::size_t bars_;
    std::array<std::vector<double>, indicators::columns.size()> values_;
    std::vector<Instant> complete_at_;
};

} // namespace

PlottedValues work_out(const ChartedBars& charted, const PlottedExpressions& plotted) {
    const bool needs_times = !charted.others.empty();
    std::vector<StreamColumns> columns;
    columns.emplace_back(charted.bars, charted.instrument, charted.timeframe, needs_times);
    for (const OtherBars& other : charted.others) {
        columns.emplace_back(other.bars, other.instrument, other.timeframe, needs_times);
    }
    std::vector<expression::StreamBars> streams;
    std::ranges::transform(columns, std::back_inserter(streams), &StreamColumns::view);
    PlottedValues values = expression::evaluate_outputs(plotted.program, streams).outputs;
    for (std::vector<double>& column : values) {
        column.erase(column.begin(), column.begin() + static_cast<std::ptrdiff_t>(charted.first));
    }
    return values;
}

std::vector<std::string> notes_on_unknown(const ChartedBars& charted, const PlottedExpressions& plotted,
                                          const PlottedValues& values) {
    std::vector<std::string> notes;
    const auto look_at = [&](const PlottedPanel& panel) {
        for (const PlottedSeries& series : panel.series) {
            if (std::ranges::any_of(values[series.output], [](double value) { return is_drawable(value); })) {
                continue;
            }
            const std::size_t needed = plotted.program.outputs()[series.output].bars_needed;
            const std::size_t there = charted.bars.size();
            std::string note = series.label + " is not known on any of these bars";
            if (needed > there) {
                note += fmt::format(": it needs {} and there are {}", needed, there);
            }
            if (std::ranges::find(notes, note) == notes.end()) {
                notes.push_back(std::move(note));
            }
        }
    };
    look_at(plotted.price);
    std::ranges::for_each(plotted.below, look_at);
    return notes;
}

Chart chart_of(const ChartedBars& charted, const PlottedExpressions& plotted, const PlottedValues& values,
               std::optional<Zone> zone) {
    const Bars& bars = charted.bars;
    Chart chart{.name = charted.instrument.symbol + " " + std::string(name_of(charted.timeframe))};
    chart.dated = is_daily_or_longer(charted.timeframe);
    for (std::size_t i = charted.first; i < bars.size(); ++i) {
        const bool moves = zone && !chart.dated;
        chart.times.push_back(moves ? Instant(zone->to_local(bars.open_time[i]).time_since_epoch())
                                    : bars.open_time[i]);
        chart.candles.push_back({.open = bars.open.at(i).to_double(),
                                 .high = bars.high.at(i).to_double(),
                                 .low = bars.low.at(i).to_double(),
                                 .close = bars.close.at(i).to_double()});
    }
    const std::string last = time_text(chart.times.back(), chart.dated);
    const std::string_view clock = chart.dated ? std::string_view() : zone ? zone->name() : std::string_view("UTC");
    chart.facts = facts_of(charted, time_text(chart.times.front(), chart.dated), last, clock);
    chart.last_bar = last_bar_text(bars, last);
    chart.last_close = bars.close.at(bars.size() - 1).to_string();
    chart.price = panel_of(plotted.price, values);
    for (const PlottedPanel& panel : plotted.below) {
        chart.below.push_back(panel_of(panel, values));
    }
    return chart;
}

} // namespace tradesh::cli
