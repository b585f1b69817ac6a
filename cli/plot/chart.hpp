#pragma once

#include "core/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// What is drawn, apart from how: the same chart becomes characters (terminal_chart.hpp) or SVG (svg_chart.hpp).
namespace tradesh::cli {

enum class SeriesStyle : std::uint8_t { line, histogram };

struct ChartSeries {
    std::string label{}; ///< "ema(20)"
    SeriesStyle style = SeriesStyle::line;
    bool adds_up = false;         ///< volume: several bars together have the sum; anything else has its last value
    std::vector<double> values{}; ///< one a bar; NaN where it is not known, which leaves a gap
};

struct Candle {
    double open = 0;
    double high = 0;
    double low = 0;
    double close = 0;

    bool rises() const { return close >= open; }
};

/// Series on one scale.
struct ChartPanel {
    std::vector<ChartSeries> series{};
    std::vector<double> guides{}; ///< levels that traders look at: 30 and 70 of the RSI
};

struct Chart {
    std::string name{};       ///< "GOOG 1d"
    std::string facts{};      ///< "raw prices, from import"
    std::string last_bar{};   ///< "O 1.10 H 1.20 L 1.00 C 1.15", exact
    std::string last_close{}; ///< exact
    bool dated = true;        ///< bars stand for days and longer: their times are dates
    bool logarithmic = false;
    std::vector<Instant> times{}; ///< of the bars, on the clock that is shown
    std::vector<Candle> candles{};
    ChartPanel price{};              ///< drawn over the candles
    std::vector<ChartPanel> below{}; ///< each on a scale of its own

    std::size_t size() const { return candles.size(); }
    /// With which prices are written.
    int decimals() const;
};

/// Neither unknown nor beyond all measure (1e300).
bool is_drawable(double value);
bool is_drawable(const Candle& candle);

/// Smallest and greatest of what is drawn. `known` is false when there is nothing to draw.
struct ValueRange {
    double low = 0;
    double high = 0;
    bool known = false;

    void include(double value);
};

/// Values that are not positive have no place on a logarithmic scale and do not count there.
ValueRange range_of_prices(const Chart& chart);
ValueRange range_of(const ChartPanel& panel);

/// The labels of what is drawn over the candles and lies so far off them that they shrink to a quarter of the scale or
/// less.
std::vector<std::string> far_off_prices(const Chart& chart);

/// The last `bars` bars alone.
Chart last_bars(const Chart& chart, std::size_t bars);
/// Every `bars_per_candle` bars as one candle: first open, greatest high, least low, last close. Counted from the end,
/// so that the last candle is whole.
Chart combined(const Chart& chart, std::size_t bars_per_candle);

/// What becomes of bars for which there is no room.
enum class Crowd : std::uint8_t { leave_out, combine };

struct FittedChart {
    Chart chart;
    std::size_t bars_per_candle = 1;
    std::size_t left_out = 0; ///< bars before those that are shown
};
FittedChart fit(const Chart& chart, std::size_t candles_max, Crowd crowd);

} // namespace tradesh::cli
