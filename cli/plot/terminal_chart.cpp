#include "cli/plot/terminal_chart.hpp"

#include "cli/plot/axis_scale.hpp"
#include "cli/plot/panel_drawing.hpp"
#include "cli/plot/time_axis.hpp"
#include "cli/render/display_width.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

namespace tradesh::cli {
namespace {

constexpr std::size_t price_rows_min = 3;
constexpr std::size_t panel_rows_min = 2;
constexpr std::size_t axis_lines = 2; ///< the line of the time axis and its labels
constexpr std::size_t ticks_most = 12;
constexpr std::size_t border = 2; ///< the line of the axis and the blank before its labels
constexpr std::string_view marks = "*+x~%&@=";

/// A piece of a legend.
struct LegendItem {
    std::string text;
    Ink ink = Ink::plain;
};

/// A panel with its scale, and the numbers that its series have in the chart.
struct PanelPlan {
    const ChartPanel* panel = nullptr;
    bool has_candles = false;
    int decimals = 0; ///< that values have at least
    AxisScale scale;
    std::size_t first_series = 0;
    std::size_t rows = 0;
    std::vector<LegendItem> legend{};
};

double last_of(const ChartSeries& series) {
    return series.values.empty() ? std::numeric_limits<double>::quiet_NaN() : series.values.back();
}

/// What a line is told by where colours cannot: a letter at the right edge, or the character it is made of.
char mark_of(std::size_t series, const TerminalLook& look) {
    return look.ascii ? marks[series % marks.size()] : static_cast<char>('a' + series % 26);
}

/// At most `columns` wide, and of characters that the terminal has.
std::string cut(std::string_view text, std::size_t columns, const TerminalLook& look) {
    const std::string shorter = cut_to_width(text, columns);
    if (!look.ascii) {
        return shorter;
    }
    std::string plain;
    for (const char c : shorter) {
        const auto byte = static_cast<unsigned char>(c);
        const bool continues = (byte & 0xC0) == 0x80;
        if (!continues) {
            plain += byte < 0x80 ? c : '.';
        }
    }
    return plain;
}

std::vector<LegendItem> legend_of(const Chart& chart, const PanelPlan& plan, const TerminalLook& look) {
    std::vector<LegendItem> items;
    if (plan.has_candles) {
        items.push_back({printable(chart.last_bar), Ink::plain});
    }
    for (std::size_t i = 0; i < plan.panel->series.size(); ++i) {
        const ChartSeries& series = plan.panel->series[i];
        const bool is_line = series.style == SeriesStyle::line;
        const std::size_t number = plan.first_series + i;
        const std::string mark = is_line && !look.color ? std::string(1, mark_of(number, look)) + " " : "";
        items.push_back({mark + printable(series.label) + " " + plan.scale.text_of(last_of(series), plan.decimals),
                         is_line ? ink_of_series(number) : Ink::plain});
    }
    return items;
}

std::vector<PanelPlan> panels_of(const Chart& chart, const TerminalLook& look) {
    std::vector<PanelPlan> plans{{.panel = &chart.price,
                                  .has_candles = true,
                                  .decimals = chart.decimals(),
                                  .scale = AxisScale(range_of_prices(chart), chart.logarithmic)}};
    std::size_t series = chart.price.series.size();
    for (const ChartPanel& panel : chart.below) {
        plans.push_back({.panel = &panel, .scale = AxisScale(range_of(panel)), .first_series = series});
        series += panel.series.size();
    }
    for (PanelPlan& plan : plans) {
        plan.legend = legend_of(chart, plan, look);
    }
    return plans;
}

/// Levels with a meaning are marked instead of round values.
std::vector<AxisTick> ticks_of(const PanelPlan& plan, std::size_t ticks_max) {
    const std::vector<double>& guides = plan.panel->guides;
    return guides.empty() ? plan.scale.ticks(ticks_max) : plan.scale.ticks_at(guides);
}

std::size_t label_width(const Chart& chart, const std::vector<PanelPlan>& plans) {
    std::size_t width = chart.last_close.size();
    for (const PanelPlan& plan : plans) {
        for (const AxisTick& tick : ticks_of(plan, ticks_most)) {
            width = std::max(width, tick.label.size());
        }
        for (const ChartSeries& series : plan.panel->series) {
            width = std::max(width, plan.scale.text_of(last_of(series)).size());
        }
    }
    return width;
}

/// The items on as few lines as they fit on; `room` is what a line has.
std::vector<std::string> legend_lines(const std::vector<LegendItem>& items, std::size_t room,
                                      const TerminalLook& look) {
    std::vector<std::string> lines(1);
    std::size_t used = 0;
    for (const LegendItem& item : items) {
        const std::string text = cut(item.text, room, look);
        const std::size_t width = display_width(text);
        if (used > 0 && used + 2 + width > room) {
            lines.emplace_back();
            used = 0;
        }
        lines.back() += (used > 0 ? "  " : "") + inked(text, item.ink, look.color);
        used += (used > 0 ? 2 : 0) + width;
    }
    return lines;
}

/// What a line of a legend has.
std::size_t legend_room(std::size_t columns) { return columns > 4 ? columns - 4 : 1; }

/// Lines of the title, the legends and the time axis.
std::size_t lines_beside_panels(const std::vector<PanelPlan>& plans, std::size_t columns, const TerminalLook& look) {
    std::size_t lines = 1 + axis_lines;
    for (const PanelPlan& plan : plans) {
        lines += legend_lines(plan.legend, legend_room(columns), look).size();
    }
    return lines;
}

std::size_t rows_of_price(std::size_t free, std::size_t panels, std::size_t panel_rows) {
    const std::size_t used = panels * panel_rows;
    return std::max(price_rows_min, free > used ? free - used : 0);
}

/// Shares the lines out: a panel below has a third of what the candles have.
void share_lines(std::vector<PanelPlan>& plans, std::size_t free) {
    const std::size_t below = plans.size() - 1;
    const std::size_t panel_rows = std::max(panel_rows_min, free / (3 + below));
    for (PanelPlan& plan : plans) {
        plan.rows = plan.has_candles ? rows_of_price(free, below, panel_rows) : panel_rows;
    }
}

/// Draws all panels of one chart.
class TerminalDrawing {
public:
    TerminalDrawing(const Chart& chart, TerminalChartSize size, const TerminalLook& look)
        : chart_(chart),
          look_(look),
          columns_(size.columns),
          panels_(panels_of(chart, look)) {
        const std::size_t labels = label_width(chart, panels_) + border;
        const std::size_t across = columns_ > labels ? columns_ - labels : 1;
        slots_ = CandleSlots::for_candles(chart.size(), across, look);
        plot_ = std::max<std::size_t>(1, chart.size() * slots_.width);
        const std::size_t fixed = lines_beside_panels(panels_, columns_, look);
        share_lines(panels_, size.lines > fixed ? size.lines - fixed : 0);
    }

    std::string text() const {
        std::string out = title();
        for (const PanelPlan& plan : panels_) {
            out += legend(plan);
            out += body(plan);
        }
        return out + time_axis();
    }

private:
    std::string title() const {
        const std::string name = cut(printable(chart_.name), columns_, look_);
        const std::size_t used = display_width(name) + 2;
        const std::string facts = columns_ > used ? cut(printable(chart_.facts), columns_ - used, look_) : "";
        return inked(name, Ink::strong, look_.color) + (facts.empty() ? "" : "  ") +
               inked(facts, Ink::dim, look_.color) + "\n";
    }

    std::string legend(const PanelPlan& plan) const {
        const std::string dash = look_.ascii ? "-" : "\u2500";
        const std::string head = plan.has_candles ? "" : inked(dash, Ink::dim, look_.color) + " ";
        std::string out;
        for (const std::string& line : legend_lines(plan.legend, legend_room(columns_), look_)) {
            out += head + line + "\n";
        }
        return out;
    }

    std::string body(const PanelPlan& plan) const {
        Canvas canvas(columns_, plan.rows);
        PanelDrawing drawing(canvas, plan.scale, slots_, look_);
        for (const double guide : plan.panel->guides) {
            drawing.guide(guide, plot_);
        }
        for (std::size_t i = 0; plan.has_candles && i < chart_.size(); ++i) {
            drawing.candle(i, chart_.candles[i]);
        }
        for (std::size_t i = 0; i < plan.panel->series.size(); ++i) {
            const ChartSeries& series = plan.panel->series[i];
            const std::size_t number = plan.first_series + i;
            if (series.style == SeriesStyle::histogram) {
                drawing.histogram(series, chart_.candles);
            } else {
                drawing.line(series, ink_of_series(number), mark_of(number, {.color = true, .ascii = true}));
            }
        }
        value_axis(canvas, drawing, plan);
        return canvas.text(look_);
    }

    void value_axis(Canvas& canvas, const PanelDrawing& drawing, const PanelPlan& plan) const {
        for (std::size_t row = 0; row < plan.rows; ++row) {
            canvas.put(plot_, row, look_.ascii ? U'|' : U'\u2502', Ink::dim);
        }
        for (const AxisTick& tick : ticks_of(plan, std::clamp<std::size_t>(plan.rows / 2, 2, ticks_most))) {
            axis_label(canvas, drawing.row_of(tick.value), look_.ascii ? U'+' : U'\u2524', tick.label, Ink::dim);
        }
        const bool needs_letters = !look_.color && !look_.ascii;
        for (std::size_t i = 0; needs_letters && i < plan.panel->series.size(); ++i) {
            const ChartSeries& series = plan.panel->series[i];
            if (series.style == SeriesStyle::line && plan.scale.shows(last_of(series))) {
                const char mark = mark_of(plan.first_series + i, look_);
                canvas.put(plot_, drawing.row_of(last_of(series)), static_cast<char32_t>(mark), Ink::plain);
            }
        }
        mark_last(canvas, drawing, plan);
    }

    /// The last close, or the last value of a panel's first series.
    void mark_last(Canvas& canvas, const PanelDrawing& drawing, const PanelPlan& plan) const {
        const char32_t arrow = look_.ascii ? U'<' : U'\u25C2';
        if (plan.has_candles) {
            const Candle& last = chart_.candles.back();
            if (plan.scale.shows(last.close)) {
                axis_label(canvas, drawing.row_of(last.close), arrow, chart_.last_close,
                           last.rises() ? Ink::up : Ink::down);
            }
        } else if (!plan.panel->series.empty() && plan.scale.shows(last_of(plan.panel->series.front()))) {
            const ChartSeries& first = plan.panel->series.front();
            const bool is_line = first.style == SeriesStyle::line;
            axis_label(canvas, drawing.row_of(last_of(first)), arrow, plan.scale.text_of(last_of(first)),
                       is_line ? ink_of_series(plan.first_series) : Ink::plain);
        }
    }

    void axis_label(Canvas& canvas, std::size_t row, char32_t sign, const std::string& label, Ink ink) const {
        canvas.put(plot_, row, sign, ink);
        canvas.write(plot_ + 1, row, std::string(columns_ > plot_ ? columns_ - plot_ - 1 : 0, ' '), Ink::plain);
        canvas.write(plot_ + border, row, label, ink);
    }

    std::string time_axis() const {
        Canvas canvas(columns_, axis_lines);
        const auto slot = static_cast<double>(slots_.width);
        for (std::size_t column = 0; column < plot_; ++column) {
            canvas.put(column, 0, look_.ascii ? U'-' : U'\u2500', Ink::dim);
        }
        canvas.put(plot_, 0, look_.ascii ? U'+' : U'\u2518', Ink::dim);
        // Labels may reach under the price axis.
        for (const TimeTick& tick : time_ticks(chart_.times, chart_.dated, slot, columns_)) {
            canvas.put(slots_.centre(tick.bar), 0, look_.ascii ? U'+' : U'\u252C', Ink::dim);
            canvas.write(label_column(tick, slot, columns_), 1, tick.label, Ink::plain);
        }
        return canvas.text(look_);
    }

    const Chart& chart_;
    TerminalLook look_;
    std::size_t columns_;
    std::vector<PanelPlan> panels_;
    CandleSlots slots_;
    std::size_t plot_ = 1; ///< columns of the candles
};

} // namespace

std::size_t candles_across(const Chart& chart, std::size_t columns) {
    const std::size_t labels = label_width(chart, panels_of(chart, {})) + border;
    return columns > labels ? columns - labels : 1;
}

std::size_t lines_needed(const Chart& chart, std::size_t columns, const TerminalLook& look) {
    return lines_beside_panels(panels_of(chart, look), columns, look) + price_rows_min +
           chart.below.size() * panel_rows_min;
}

std::string draw_on_terminal(const Chart& chart, TerminalChartSize size, const TerminalLook& look) {
    const Chart shown = last_bars(chart, candles_across(chart, size.columns));
    return shown.candles.empty() ? std::string() : TerminalDrawing(shown, size, look).text();
}

} // namespace tradesh::cli
