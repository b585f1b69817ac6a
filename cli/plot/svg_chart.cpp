#include "cli/plot/svg_chart.hpp"

#include "cli/plot/axis_scale.hpp"
#include "cli/plot/time_axis.hpp"
#include "cli/render/display_width.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <string_view>

namespace tradesh::cli {
namespace {

// All lengths are pixels.
constexpr double margin = 16;
constexpr double axis_width = 76;
constexpr double title_height = 52;
constexpr double legend_height = 18;
constexpr double price_height = 380;
constexpr double panel_height = 110;
constexpr double panel_gap = 10;
constexpr double time_height = 26;
constexpr double letter_width = 7; ///< generous, for text of 12 pixels
constexpr double usual_width = 960;
constexpr double width_min = 520;
constexpr std::size_t series_colors = 8;

constexpr std::string_view style =
    "<style>\n"
    "text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;font-variant-numeric:tabular-nums;fill:#1f2328}\n"
    ".name{font-size:18px;font-weight:600}.dim{fill:#656d76}.end{text-anchor:end}.middle{text-anchor:middle}\n"
    ".paper{fill:#ffffff}.grid{stroke:#e4e8ec;stroke-width:1}.frame{stroke:#c4cad1;stroke-width:1;fill:none}\n"
    ".guide{stroke:#9aa4af;stroke-width:1;stroke-dasharray:2 4}.line{fill:none;stroke-width:1.5;"
    "stroke-linejoin:round;stroke-linecap:round}\n"
    ".wick{fill:none;stroke-width:1}.up{fill:#1a9c6b;stroke:#1a9c6b}.down{fill:#d64550;stroke:#d64550}"
    ".up.wick,.down.wick{fill:none}.body{stroke:none}.last{stroke-dasharray:3 3;fill:none}\n"
    "text.tag{fill:#ffffff;font-weight:600;stroke:none}\n"
    ".key{font-weight:600}\n"
    ".l0{stroke:#0969da}.k0{fill:#0969da}.l1{stroke:#bf6a02}.k1{fill:#bf6a02}.l2{stroke:#8250df}.k2{fill:#8250df}"
    ".l3{stroke:#0e8a8a}.k3{fill:#0e8a8a}.l4{stroke:#bf3989}.k4{fill:#bf3989}.l5{stroke:#6e7781}.k5{fill:#6e7781}"
    ".l6{stroke:#7d8a00}.k6{fill:#7d8a00}.l7{stroke:#3b5bdb}.k7{fill:#3b5bdb}\n"
    "@media (prefers-color-scheme:dark){text{fill:#e6edf3}.dim{fill:#8d96a0}.paper{fill:#0d1117}.grid{stroke:#21262d}"
    ".frame{stroke:#3d444d}.guide{stroke:#6e7681}"
    ".l0{stroke:#58a6ff}.k0{fill:#58a6ff}.l1{stroke:#e3a33b}.k1{fill:#e3a33b}.l2{stroke:#bc8cff}.k2{fill:#bc8cff}"
    ".l3{stroke:#39c5cf}.k3{fill:#39c5cf}.l4{stroke:#f778ba}.k4{fill:#f778ba}.l5{stroke:#9ea7b3}.k5{fill:#9ea7b3}"
    ".l6{stroke:#c2cf3a}.k6{fill:#c2cf3a}.l7{stroke:#91a7ff}.k7{fill:#91a7ff}}\n"
    "</style>\n";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : printable(text)) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

/// A tenth of a pixel is enough, and short.
std::string px(double value) {
    std::string text = fmt::format("{:.1f}", value);
    if (text.ends_with(".0")) {
        text.resize(text.size() - 2);
    }
    return text == "-0" ? "0" : text;
}

double last_of(const ChartSeries& series) {
    return series.values.empty() ? std::numeric_limits<double>::quiet_NaN() : series.values.back();
}

struct PanelPlace {
    const ChartPanel& panel;
    bool has_candles;
    AxisScale scale;
    std::size_t first_series;
    double legend_top;
    double top;
    double height;

    double y(double value) const { return top + (1 - scale.position(value)) * height; }
};

struct LegendItem {
    std::string label;
    std::string value;
    std::size_t color = 0;
    bool has_key = true;

    double width() const { return static_cast<double>(label.size() + value.size() + 3) * letter_width; }
};

/// A little room above and below what is drawn; bars stand on the edge.
ValueRange roomy(ValueRange range) {
    constexpr double share = 0.03;
    const double room = (range.high - range.low) * share;
    return {.low = range.low == 0 ? 0 : range.low - room,
            .high = range.high == 0 ? 0 : range.high + room,
            .known = range.known};
}

ValueRange price_range(const Chart& chart) {
    const ValueRange tight = range_of_prices(chart);
    const ValueRange wide = roomy(tight);
    return chart.logarithmic && tight.low > 0 && wide.low <= 0 ? tight : wide;
}

class SvgDrawing {
public:
    explicit SvgDrawing(const Chart& chart) : chart_(chart) {
        constexpr double slot_most = 24;
        constexpr double slot_least = 2;
        const auto bars = static_cast<double>(std::max<std::size_t>(1, chart.size()));
        slot_ = std::clamp(usual_width / bars, slot_least, slot_most);
        plot_ = std::max(width_min, bars * slot_);
        slot_ = plot_ / bars;
        place_panels();
    }

    std::string document() {
        begin();
        for (const PanelPlace& place : places_) {
            legend(place);
            value_grid(place);
        }
        time_axis();
        for (const PanelPlace& place : places_) {
            panel(place);
        }
        return out_ + "</svg>\n";
    }

private:
    template <class... Values>
    void add(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Values>(values)...);
    }

    double x(std::size_t bar) const { return margin + (static_cast<double>(bar) + 0.5) * slot_; }
    double right() const { return margin + plot_; }

    void place_panels() {
        double top = title_height;
        const auto place = [&](const ChartPanel& panel, bool has_candles, AxisScale scale, std::size_t first_series) {
            PanelPlace next{panel, has_candles, std::move(scale), first_series, top, 0, 0};
            next.top = top + legend_height * static_cast<double>(legend_lines(next).size()) + 4;
            next.height = has_candles ? price_height : panel_height;
            top = next.top + next.height + panel_gap;
            places_.push_back(std::move(next));
        };
        place(chart_.price, true, AxisScale(price_range(chart_), chart_.logarithmic), 0);
        std::size_t series = chart_.price.series.size();
        for (const ChartPanel& panel : chart_.below) {
            place(panel, false, AxisScale(roomy(range_of(panel))), series);
            series += panel.series.size();
        }
        bottom_ = top - panel_gap;
    }

    std::vector<std::vector<LegendItem>> legend_lines(const PanelPlace& place) const {
        std::vector<LegendItem> items;
        if (place.has_candles) {
            items.push_back({.label = chart_.last_bar, .value = "", .has_key = false});
        }
        for (std::size_t i = 0; i < place.panel.series.size(); ++i) {
            const ChartSeries& series = place.panel.series[i];
            items.push_back({.label = series.label,
                             .value = place.scale.text_of(last_of(series), place.has_candles ? chart_.decimals() : 0),
                             .color = (place.first_series + i) % series_colors,
                             .has_key = series.style == SeriesStyle::line});
        }
        std::vector<std::vector<LegendItem>> lines(1);
        double used = 0;
        for (LegendItem& item : items) {
            if (used > 0 && used + item.width() > plot_ + axis_width) {
                lines.emplace_back();
                used = 0;
            }
            used += item.width();
            lines.back().push_back(std::move(item));
        }
        return lines;
    }

    void begin() {
        const std::string width = px(margin + plot_ + axis_width);
        const std::string height = px(bottom_ + time_height + 6);
        add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
            "role=\"img\">\n",
            width, height);
        const std::string name = escaped(chart_.name);
        const std::string facts = escaped(chart_.facts);
        add("<title>{}</title>\n<desc>{}</desc>\n", name, facts);
        out_ += style;
        add("<rect class=\"paper\" width=\"{}\" height=\"{}\"/>\n", width, height);
        add("<text class=\"name\" x=\"{0}\" y=\"24\">{1}</text>\n<text class=\"dim\" x=\"{0}\" y=\"43\">{2}</text>\n",
            px(margin), name, facts);
    }

    void legend(const PanelPlace& place) {
        double y = place.legend_top + legend_height - 4;
        for (const std::vector<LegendItem>& line : legend_lines(place)) {
            add("<text x=\"{}\" y=\"{}\">", px(margin), px(y));
            for (std::size_t i = 0; i < line.size(); ++i) {
                const std::string key = line[i].has_key ? fmt::format(" class=\"key k{}\"", line[i].color) : "";
                add("<tspan{}{}>{}</tspan>", key, i > 0 ? " dx=\"14\"" : "", escaped(line[i].label));
                add("{}", line[i].value.empty() ? "" : " " + line[i].value);
            }
            out_ += "</text>\n";
            y += legend_height;
        }
    }

    void value_grid(const PanelPlace& place) {
        const std::vector<double>& guides = place.panel.guides;
        const std::size_t most = place.has_candles ? 9 : 4;
        for (const AxisTick& tick : guides.empty() ? place.scale.ticks(most) : place.scale.ticks_at(guides)) {
            const std::string y = px(place.y(tick.value));
            add("<path class=\"grid\" d=\"M{} {}H{}\"/>", px(margin), y, px(right()));
            const bool is_covered = place.has_candles && std::abs(place.y(tick.value) - last_close_y(place)) < 16;
            if (!is_covered) {
                add("<text class=\"dim\" x=\"{}\" y=\"{}\">{}</text>", px(right() + 8), px(place.y(tick.value) + 4),
                    tick.label);
            }
            out_ += '\n';
        }
        add("<rect class=\"frame\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n", px(margin), px(place.top),
            px(plot_), px(place.height));
    }

    void time_axis() {
        const auto columns = static_cast<std::size_t>(plot_ / letter_width);
        for (const TimeTick& tick : time_ticks(chart_.times, chart_.dated, slot_ / letter_width, columns)) {
            const std::string where = px(x(tick.bar));
            for (const PanelPlace& place : places_) {
                add("<path class=\"grid\" d=\"M{} {}v{}\"/>", where, px(place.top), px(place.height));
            }
            add("<text class=\"dim middle\" x=\"{}\" y=\"{}\">{}</text>\n", where, px(bottom_ + 17), tick.label);
        }
    }

    void panel(const PanelPlace& place) {
        for (const double guide : place.panel.guides) {
            if (place.scale.shows(guide)) {
                add("<path class=\"guide\" d=\"M{} {}H{}\"/>\n", px(margin), px(place.y(guide)), px(right()));
            }
        }
        if (place.has_candles) {
            candles(place, true);
            candles(place, false);
        }
        for (const ChartSeries& series : place.panel.series) { // lines go over bars
            if (series.style == SeriesStyle::histogram) {
                histogram(place, series, true);
                histogram(place, series, false);
            }
        }
        for (std::size_t i = 0; i < place.panel.series.size(); ++i) {
            if (place.panel.series[i].style == SeriesStyle::line) {
                line(place, place.panel.series[i], (place.first_series + i) % series_colors);
            }
        }
        if (place.has_candles) {
            last_close(place);
        }
    }

    double body_width() const { return std::max(1.0, std::min(slot_ * 0.7, 14.0)); }

    std::string bar_path(std::size_t bar, double from, double to) const {
        const double top = std::min(from, to);
        return fmt::format("M{} {}h{}v{}h-{}z", px(x(bar) - body_width() / 2), px(top), px(body_width()),
                           px(std::max(1.0, std::abs(to - from))), px(body_width()));
    }

    void two_paths(bool rising, const std::string& wicks, const std::string& bodies) {
        const std::string_view direction = rising ? "up" : "down";
        if (!wicks.empty()) {
            add("<path class=\"{} wick\" d=\"{}\"/>\n", direction, wicks);
        }
        if (!bodies.empty()) {
            add("<path class=\"{} body\" d=\"{}\"/>\n", direction, bodies);
        }
    }

    void candles(const PanelPlace& place, bool rising) {
        std::string wicks;
        std::string bodies;
        for (std::size_t i = 0; i < chart_.size(); ++i) {
            const Candle& candle = chart_.candles[i];
            if (candle.rises() == rising && is_drawable(candle) && place.scale.shows(candle.high)) {
                wicks += fmt::format("M{} {}V{}", px(x(i)), px(place.y(candle.high)), px(place.y(candle.low)));
                bodies += bar_path(i, place.y(candle.open), place.y(candle.close));
            }
        }
        two_paths(rising, wicks, bodies);
    }

    void histogram(const PanelPlace& place, const ChartSeries& series, bool rising) {
        std::string bodies;
        for (std::size_t i = 0; i < series.values.size(); ++i) {
            const double value = series.values[i];
            if (!place.scale.shows(value)) {
                continue;
            }
            const bool is_up = series.adds_up ? chart_.candles[i].rises() : value >= 0;
            if (is_up == rising) {
                bodies += bar_path(i, place.y(0), place.y(value));
            }
        }
        two_paths(rising, {}, bodies);
    }

    void line(const PanelPlace& place, const ChartSeries& series, std::size_t color) {
        std::string path;
        bool is_drawing = false;
        for (std::size_t i = 0; i < series.values.size(); ++i) {
            const double value = series.values[i];
            const bool shows = place.scale.shows(value);
            if (shows) {
                path += fmt::format("{}{} {}", is_drawing ? "L" : "M", px(x(i)), px(place.y(value)));
                path += is_drawing ? "" : "h0"; // a value on its own is a point
            }
            is_drawing = shows;
        }
        if (!path.empty()) {
            add("<path class=\"line l{}\" d=\"{}\"/>\n", color, path);
        }
    }

    /// NaN where there is none, or none that can be shown.
    double last_close_y(const PanelPlace& place) const {
        const bool shows = !chart_.candles.empty() && place.scale.shows(chart_.candles.back().close);
        return shows ? place.y(chart_.candles.back().close) : std::numeric_limits<double>::quiet_NaN();
    }

    void last_close(const PanelPlace& place) {
        const double y = last_close_y(place);
        if (std::isnan(y)) {
            return;
        }
        const Candle& last = chart_.candles.back();
        const std::string_view direction = last.rises() ? "up" : "down";
        add("<path class=\"{} last\" d=\"M{} {}H{}\"/>\n", direction, px(margin), px(y), px(right()));
        add("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"18\" rx=\"2\"/>", direction, px(right() + 2),
            px(y - 9), px(static_cast<double>(chart_.last_close.size()) * letter_width + 10));
        add("<text class=\"tag\" x=\"{}\" y=\"{}\">{}</text>\n", px(right() + 8), px(y + 4),
            escaped(chart_.last_close));
    }

    const Chart& chart_;
    double slot_ = 8;
    double plot_ = usual_width;
    double bottom_ = 0;
    std::vector<PanelPlace> places_;
    std::string out_;
};

} // namespace

std::string draw_svg(const Chart& chart) { return SvgDrawing(chart).document(); }

} // namespace tradesh::cli
