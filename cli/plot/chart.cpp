#include "cli/plot/chart.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tradesh::cli {
namespace {

template <class T>
std::vector<T> tail_of(const std::vector<T>& values, std::size_t count) {
    return {values.end() - static_cast<std::ptrdiff_t>(count), values.end()};
}

/// Half-open groups of positions, the first of which may be short.
std::vector<std::pair<std::size_t, std::size_t>> groups_of(std::size_t bars, std::size_t length) {
    std::vector<std::pair<std::size_t, std::size_t>> groups;
    const std::size_t first = bars % length;
    if (first > 0) {
        groups.emplace_back(0, first);
    }
    for (std::size_t begin = first; begin < bars; begin += length) {
        groups.emplace_back(begin, begin + length);
    }
    return groups;
}

Candle together(const std::vector<Candle>& candles, std::size_t begin, std::size_t end) {
    Candle whole = candles[begin];
    for (std::size_t i = begin + 1; i < end; ++i) {
        whole.high = std::max(whole.high, candles[i].high);
        whole.low = std::min(whole.low, candles[i].low);
        whole.close = candles[i].close;
    }
    return whole;
}

double together(const ChartSeries& series, std::size_t begin, std::size_t end) {
    if (!series.adds_up) {
        return series.values[end - 1];
    }
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) {
        sum += series.values[i];
    }
    return sum;
}

/// The chart with every column replaced; `change` makes the new one.
template <class Change>
void change_series(Chart& chart, Change change) {
    for (ChartSeries& series : chart.price.series) {
        series.values = change(series);
    }
    for (ChartPanel& panel : chart.below) {
        for (ChartSeries& series : panel.series) {
            series.values = change(series);
        }
    }
}

} // namespace

bool is_drawable(double value) {
    constexpr double most = 1e300;
    return std::abs(value) <= most; // not of NaN
}

bool is_drawable(const Candle& candle) {
    return is_drawable(candle.open) && is_drawable(candle.high) && is_drawable(candle.low) && is_drawable(candle.close);
}

void ValueRange::include(double value) {
    if (!is_drawable(value)) {
        return;
    }
    low = known ? std::min(low, value) : value;
    high = known ? std::max(high, value) : value;
    known = true;
}

ValueRange range_of(const ChartPanel& panel) {
    ValueRange range;
    for (const ChartSeries& series : panel.series) {
        std::ranges::for_each(series.values, [&range](double value) { range.include(value); });
        if (series.style == SeriesStyle::histogram && range.known) {
            range.include(0);
        }
    }
    if (range.known) {
        std::ranges::for_each(panel.guides, [&range](double value) { range.include(value); });
    }
    return range;
}

ValueRange range_of_prices(const Chart& chart) {
    ValueRange range;
    const auto include = [&range, &chart](double value) {
        if (!chart.logarithmic || value > 0) {
            range.include(value);
        }
    };
    for (const Candle& candle : chart.candles) {
        include(candle.low);
        include(candle.high);
    }
    for (const ChartSeries& series : chart.price.series) {
        std::ranges::for_each(series.values, include);
    }
    return range;
}

std::vector<std::string> far_off_prices(const Chart& chart) {
    constexpr double times_taller = 4;
    constexpr double share_of_flat_prices = 0.01; ///< that prices which do not move are taken to fill
    const auto height = [&chart](const ValueRange& range) {
        return chart.logarithmic ? std::log(range.high / range.low) : range.high - range.low;
    };
    Chart alone = chart;
    alone.price.series.clear();
    const ValueRange candles = range_of_prices(alone);
    std::vector<std::string> labels;
    if (!candles.known) {
        return labels;
    }
    const double least = chart.logarithmic ? share_of_flat_prices : std::abs(candles.high) * share_of_flat_prices;
    const double usual = std::max(height(candles), least);
    for (const ChartSeries& series : chart.price.series) {
        alone.price.series = {series};
        if (height(range_of_prices(alone)) > times_taller * usual) {
            labels.push_back(series.label);
        }
    }
    return labels;
}

int Chart::decimals() const {
    const std::size_t point = last_close.find('.');
    return point == std::string::npos ? 0 : static_cast<int>(last_close.size() - point - 1);
}

Chart last_bars(const Chart& chart, std::size_t bars) {
    Chart last = chart;
    if (bars >= chart.size()) {
        return last;
    }
    last.times = tail_of(chart.times, bars);
    last.candles = tail_of(chart.candles, bars);
    change_series(last, [bars](const ChartSeries& series) { return tail_of(series.values, bars); });
    return last;
}

Chart combined(const Chart& chart, std::size_t bars_per_candle) {
    Chart fewer = chart;
    if (bars_per_candle < 2) {
        return fewer;
    }
    const auto groups = groups_of(chart.size(), bars_per_candle);
    fewer.times.clear();
    fewer.candles.clear();
    for (const auto& [begin, end] : groups) {
        fewer.times.push_back(chart.times[begin]);
        fewer.candles.push_back(together(chart.candles, begin, end));
    }
    change_series(fewer, [&groups](const ChartSeries& series) {
        std::vector<double> values;
        for (const auto& [begin, end] : groups) {
            values.push_back(together(series, begin, end));
        }
        return values;
    });
    return fewer;
}

FittedChart fit(const Chart& chart, std::size_t candles_max, Crowd crowd) {
    const std::size_t room = std::max<std::size_t>(1, candles_max);
    if (chart.size() <= room) {
        return {.chart = chart};
    }
    if (crowd == Crowd::leave_out) {
        return {.chart = last_bars(chart, room), .left_out = chart.size() - room};
    }
    const std::size_t bars_per_candle = (chart.size() + room - 1) / room;
    return {.chart = combined(chart, bars_per_candle), .bars_per_candle = bars_per_candle};
}

} // namespace tradesh::cli
