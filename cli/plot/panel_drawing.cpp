#include "cli/plot/panel_drawing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace tradesh::cli {
namespace {

/// What a half of a character's height shows.
enum class Half : std::uint8_t { nothing, wick, body };

constexpr char32_t full_block = U'\u2588';

using Glyphs = std::array<std::array<char32_t, 3>, 3>; ///< by upper and lower half

constexpr Glyphs block_glyphs{{{U' ', U'\u2577', U'\u2584'},        //   ╷ ▄
                               {U'\u2575', U'\u2502', U'\u2584'},   // ╵ │ ▄
                               {U'\u2580', U'\u2580', U'\u2588'}}}; // ▀ ▀ █
constexpr Glyphs line_glyphs{{{U' ', U'\u2577', U'\u257B'},         //   ╷ ╻
                              {U'\u2575', U'\u2502', U'\u257D'},    // ╵ │ ╽
                              {U'\u2579', U'\u257F', U'\u2503'}}};  // ╹ ╿ ┃
constexpr Glyphs ascii_rising{{{U' ', U'|', U'O'}, {U'|', U'|', U'O'}, {U'O', U'O', U'O'}}};
constexpr Glyphs ascii_falling{{{U' ', U'|', U'#'}, {U'|', U'|', U'#'}, {U'#', U'#', U'#'}}};

const Glyphs& glyphs_for(bool rises, const TerminalLook& look) {
    if (look.ascii) {
        return rises ? ascii_rising : ascii_falling;
    }
    return rises && !look.color ? line_glyphs : block_glyphs;
}

char32_t glyph_of(const Glyphs& glyphs, Half upper, Half lower) {
    return glyphs[static_cast<std::size_t>(upper)][static_cast<std::size_t>(lower)];
}

std::size_t distance(std::size_t a, std::size_t b) { return a > b ? a - b : b - a; }

} // namespace

CandleSlots CandleSlots::for_candles(std::size_t candles, std::size_t columns, const TerminalLook& look) {
    constexpr std::size_t width_max = 6;
    const std::size_t width = std::clamp<std::size_t>(columns / std::max<std::size_t>(1, candles), 1, width_max);
    const bool told_by_width = !look.color && !look.ascii; // thin is up
    if (width < 4 || told_by_width) {
        return {.width = width, .body = 1};
    }
    return {.width = width, .body = width < width_max ? 3U : 5U};
}

std::size_t PanelDrawing::step_of(double value, std::size_t steps) const {
    const double from_above = (1 - scale_.position(value)) * static_cast<double>(steps);
    return std::min(static_cast<std::size_t>(from_above), steps - 1);
}

void PanelDrawing::candle(std::size_t position, const Candle& candle) {
    if (!is_drawable(candle) || !scale_.shows(candle.high)) {
        return;
    }
    const std::size_t halves = canvas_.rows() * 2;
    const std::size_t top = step_of(candle.high, halves);
    const std::size_t bottom = step_of(candle.low, halves);
    const std::size_t body_top = step_of(std::max(candle.open, candle.close), halves);
    const std::size_t body_bottom = step_of(std::min(candle.open, candle.close), halves);
    const Glyphs& glyphs = glyphs_for(candle.rises(), look_);
    const Ink ink = candle.rises() ? Ink::up : Ink::down;
    for (std::size_t row = top / 2; row <= bottom / 2; ++row) {
        const auto half = [&](std::size_t place, bool has_wick) {
            const bool is_body = place >= body_top && place <= body_bottom;
            const bool is_wick = has_wick && place >= top && place <= bottom;
            return is_body ? Half::body : is_wick ? Half::wick : Half::nothing;
        };
        for (std::size_t side = 0; side < slots_.body; ++side) {
            const bool has_wick = side == slots_.body / 2;
            const Half upper = half(row * 2, has_wick);
            const Half lower = half(row * 2 + 1, has_wick);
            if (upper != Half::nothing || lower != Half::nothing) {
                const bool is_thin = upper != Half::body && lower != Half::body;
                canvas_.put(position * slots_.width + side, row, glyph_of(glyphs, upper, lower), ink, is_thin);
            }
        }
    }
}

void PanelDrawing::line(const ChartSeries& series, Ink ink, char mark) {
    std::optional<std::size_t> x_before;
    std::size_t y_before = 0;
    for (std::size_t i = 0; i < series.values.size(); ++i) {
        if (!scale_.shows(series.values[i])) {
            x_before.reset();
            continue;
        }
        const std::size_t x = slots_.centre(i) * 2;
        const std::size_t y = step_of(series.values[i], canvas_.dot_rows());
        dots_between(x_before.value_or(x), x_before ? y_before : y, x, y, ink, mark);
        x_before = x;
        y_before = y;
    }
    if (x_before) { // the last one reaches to the end of its column
        canvas_.dot(*x_before + 1, y_before, ink, mark);
    }
}

void PanelDrawing::dots_between(std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1, Ink ink, char mark) {
    const std::size_t steps = std::max<std::size_t>(1, std::max(distance(x0, x1), distance(y0, y1)));
    for (std::size_t i = 0; i <= steps; ++i) {
        const auto between = [i, steps](std::size_t from, std::size_t to) {
            const double share = static_cast<double>(i) / static_cast<double>(steps);
            return static_cast<std::size_t>(
                std::lround(static_cast<double>(from) + share * (static_cast<double>(to) - static_cast<double>(from))));
        };
        canvas_.dot(between(x0, x1), between(y0, y1), ink, mark);
    }
}

void PanelDrawing::histogram(const ChartSeries& series, const std::vector<Candle>& candles) {
    for (std::size_t i = 0; i < series.values.size(); ++i) {
        const double value = series.values[i];
        if (!scale_.shows(value)) {
            continue;
        }
        const bool is_up = series.adds_up ? candles[i].rises() : value >= 0;
        for (std::size_t side = 0; side < slots_.body; ++side) {
            histogram_bar(i * slots_.width + side, value, is_up ? Ink::up : Ink::down);
        }
    }
}

/// Eighths of a character upwards from zero, halves downwards: there are no others. Lines go over them, on their colour
/// where there is one.
void PanelDrawing::histogram_bar(std::size_t column, double value, Ink ink) {
    const auto rows = static_cast<double>(canvas_.rows());
    const auto zero = static_cast<std::size_t>(std::lround((1 - scale_.position(0)) * rows));
    const double height = std::abs(scale_.position(value) - scale_.position(0)) * rows;
    const auto whole = static_cast<std::size_t>(height);
    const double rest = height - static_cast<double>(whole);
    const bool is_up = value >= 0;
    const auto put = [&](std::size_t from_zero, char32_t glyph) {
        const std::size_t row = is_up ? zero - 1 - from_zero : zero + from_zero;
        canvas_.put(column, row, glyph, ink, !look_.color || glyph != full_block);
    };
    for (std::size_t i = 0; i < whole; ++i) {
        put(i, look_.ascii ? U'#' : full_block);
    }
    if (look_.ascii) {
        if (rest >= 0.5) {
            put(whole, U'#');
        }
    } else if (is_up) {
        const auto eighths = static_cast<std::uint32_t>(std::lround(rest * 8));
        if (eighths > 0) {
            put(whole, static_cast<char32_t>(U'\u2580' + eighths)); // ▁ to █
        }
    } else if (rest >= 0.25) {
        put(whole, rest >= 0.75 ? full_block : U'\u2580');
    }
}

void PanelDrawing::guide(double value, std::size_t columns) {
    if (!scale_.shows(value)) {
        return;
    }
    for (std::size_t column = 0; column < columns; ++column) {
        canvas_.put(column, row_of(value), look_.ascii ? U'.' : U'\u2504', Ink::dim, true);
    }
}

} // namespace tradesh::cli
