#pragma once

#include "cli/plot/axis_scale.hpp"
#include "cli/plot/canvas.hpp"
#include "cli/plot/chart.hpp"

#include <cstddef>

namespace tradesh::cli {

/// Columns of a terminal that one candle has.
struct CandleSlots {
    std::size_t width = 1; ///< of a candle with the gap behind it
    std::size_t body = 1;  ///< odd

    static CandleSlots for_candles(std::size_t candles, std::size_t columns, const TerminalLook& look);
    /// The column of the wick.
    std::size_t centre(std::size_t candle) const { return candle * width + body / 2; }
};

/// Draws into the rows of one panel; the upper edge of the canvas is the upper end of the scale.
class PanelDrawing {
public:
    PanelDrawing(Canvas& canvas, const AxisScale& scale, CandleSlots slots, TerminalLook look)
        : canvas_(canvas),
          scale_(scale),
          slots_(slots),
          look_(look) {}

    void candle(std::size_t position, const Candle& candle);
    void line(const ChartSeries& series, Ink ink, char mark);
    /// Bars from zero; `candles` give volume the colour of its day.
    void histogram(const ChartSeries& series, const std::vector<Candle>& candles);
    void guide(double value, std::size_t columns);
    std::size_t row_of(double value) const { return step_of(value, canvas_.rows()); }

private:
    /// Which of `steps` equal parts of the height the value is in, from above.
    std::size_t step_of(double value, std::size_t steps) const;
    void histogram_bar(std::size_t column, double value, Ink ink);
    void dots_between(std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1, Ink ink, char mark);

    Canvas& canvas_;
    const AxisScale& scale_;
    CandleSlots slots_;
    TerminalLook look_;
};

} // namespace tradesh::cli
