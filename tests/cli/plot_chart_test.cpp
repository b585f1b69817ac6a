#include "cli/plot/svg_chart.hpp"
#include "cli/plot/terminal_chart.hpp"
#include "cli/render/display_width.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <cmath>
#include <limits>
#include <random>
#include <sstream>

using namespace tradesh;
using namespace tradesh::cli;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr TerminalLook plain{};
constexpr TerminalLook colored{.color = true};
constexpr TerminalLook ascii{.ascii = true};

Chart chart_of(std::vector<Candle> candles) {
    Chart chart{.name = "XY 1d", .facts = "raw prices", .last_bar = "C 13", .last_close = "13"};
    for (std::size_t i = 0; i < candles.size(); ++i) {
        chart.times.push_back(*parse_instant("2026-11-02") + std::chrono::days(i));
    }
    chart.candles = std::move(candles);
    return chart;
}

/// Two up, one down, a gap up, a doji.
Chart small_chart() {
    Chart chart = chart_of({{10, 12, 9, 11}, {11, 14, 11, 13}, {13, 13, 9, 10}, {15, 17, 14, 16}, {13, 16, 10, 13}});
    chart.price.series = {{.label = "sma(3)", .values = {unknown, unknown, 11.3, 13, 13}}};
    chart.below = {{.series = {{.label = "rsi(2)", .values = {unknown, 80, 20, 75, 50}}}, .guides = {30, 70}},
                   {.series = {{.label = "volume",
                                .style = SeriesStyle::histogram,
                                .adds_up = true,
                                .values = {100, 200, 400, 300, 50}}}}};
    return chart;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::string without_colors(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b') {
            i = text.find('m', i);
        } else {
            out += text[i];
        }
    }
    return out;
}

/// Tags are balanced, attributes quoted, ampersands escaped: enough to find what we could get wrong.
void require_well_formed(const std::string& xml) {
    std::vector<std::string> open;
    for (std::size_t i = 0; i < xml.size(); ++i) {
        if (xml[i] == '&') {
            const std::string name = xml.substr(i + 1, xml.find(';', i) - i - 1);
            REQUIRE((name == "amp" || name == "lt" || name == "gt" || name == "quot"));
        }
        REQUIRE(xml[i] != '\x1b');
        if (xml[i] != '<') {
            REQUIRE(xml[i] != '>');
            continue;
        }
        const std::size_t end = xml.find('>', i);
        REQUIRE(end != std::string::npos);
        const std::string tag = xml.substr(i + 1, end - i - 1);
        REQUIRE(std::ranges::count(tag, '"') % 2 == 0);
        if (tag.front() == '/') {
            REQUIRE_FALSE(open.empty());
            REQUIRE(open.back() == tag.substr(1));
            open.pop_back();
        } else if (tag.back() != '/') {
            open.push_back(tag.substr(0, tag.find(' ')));
        }
        i = end;
    }
    REQUIRE(open.empty());
}

} // namespace

TEST_CASE("a chart without colour: thin candles rise, blocks fall, lines are dots, letters name them") {
    CHECK(draw_on_terminal(small_chart(), {.columns = 30, .lines = 22}, plain) == R"(XY 1d  raw prices
C 13  a sma(3) 13.000
            │       │
            ┃   │   ┤ 16
            ┃   │   │
    ╷       │   │   ┤ 14
    │           │   │
    ┃   █ ⢀⠔⠉⠉⠉⠉╿   ◂ 13
│   ┃   █⠔⠁     │   ┤ 12
╽   ┃   █       │   │
┃       █       │   ┤ 10
│       │           │
─ b rsi(2) 50.00
┄┄┄┄⠱⡀┄┄┄┄┄⡠⠢⢄┄┄┄┄┄┄┤ 70
     ⠈⢆  ⢀⠔⠁  ⠉⠒⠤   ◂ 50.00
┄┄┄┄┄┄┄⠱⡠⠃┄┄┄┄┄┄┄┄┄┄┤ 30
─ volume 50.0
        █   ▂       │
    ▄   █   █       │
▆   █   █   █   ▃   ◂ 50.0
┬───────────────────┘
2026-11-02
)");
}

TEST_CASE("a chart for terminals that know nothing but ASCII") {
    CHECK(draw_on_terminal(small_chart(), {.columns = 30, .lines = 22}, ascii) == R"(XY 1d  raw prices
C 13  * sma(3) 13.000
             |      |
            OOO  |  + 16
            OOO  |  |
     |       |   |  + 14
     |           |  |
    OOO ###*****OOO < 13
 |  OOO ###*     |  + 12
OOO OOO ###      |  |
OOO     ###      |  + 10
 |       |          |
- + rsi(2) 50.00
.....++.....+++.....+ 70
      ++  +++  +++  < 50.00
........+++.........+ 30
- volume 50.0
        ###         |
    ### ### ###     |
### ### ### ###     < 50.0
-+------------------+
2026-11-02
)");
}

TEST_CASE("colours are put on the same characters' places and end with their line") {
    Chart chart = small_chart();
    chart.price.series.clear();
    chart.below.clear();
    const std::string text = draw_on_terminal(chart, {.columns = 30, .lines = 12}, colored);
    CHECK_THAT(text, Contains("\x1b[0;32m") && Contains("\x1b[0;31m"));
    for (const std::string& line : lines_of(text)) {
        INFO(line);
        CHECK((!line.contains('\x1b') || line.ends_with("\x1b[0m")));
    }
    CHECK_FALSE(draw_on_terminal(chart, {.columns = 30, .lines = 12}, plain).contains('\x1b'));
}

TEST_CASE("bars are combined from the end: first open, greatest high, least low, last close, summed volume") {
    const Chart fewer = combined(small_chart(), 2);
    REQUIRE(fewer.size() == 3);
    CHECK(fewer.candles[0].open == 10);
    CHECK(fewer.candles[1].open == 11);
    CHECK(fewer.candles[1].high == 14);
    CHECK(fewer.candles[1].low == 9);
    CHECK(fewer.candles[1].close == 10);
    CHECK(fewer.candles[2].close == 13);
    CHECK(fewer.times[1] == *parse_instant("2026-11-03"));
    CHECK(fewer.below[1].series[0].values == std::vector<double>{100, 600, 350});
    CHECK(fewer.below[0].series[0].values[1] == 20);

    const FittedChart fitted = fit(small_chart(), 3, Crowd::combine);
    CHECK(fitted.bars_per_candle == 2);
    const FittedChart cut = fit(small_chart(), 3, Crowd::leave_out);
    CHECK(cut.left_out == 2);
    CHECK(cut.chart.candles[0].open == 13);
    CHECK(cut.chart.price.series[0].values.size() == 3);
    CHECK(fit(small_chart(), 5, Crowd::combine).bars_per_candle == 1);
}

TEST_CASE("a logarithmic chart leaves out what has no logarithm") {
    Chart chart = small_chart();
    chart.logarithmic = true;
    chart.price.series[0].values = {-1, 0, 11, 12, 13};
    const ValueRange range = range_of_prices(chart);
    CHECK(range.low == 9);
    CHECK_FALSE(draw_on_terminal(chart, {.columns = 40, .lines = 20}, plain).empty());
}

TEST_CASE("an SVG is well formed, says everything, escapes names and is the same twice") {
    Chart chart = small_chart();
    chart.name = "A&B <x> \"1\" \x1b[31m";
    const std::string svg = draw_svg(chart);
    require_well_formed(svg);
    CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width="));
    CHECK_THAT(svg, Contains("A&amp;B &lt;x&gt; &quot;1&quot;") && Contains("raw prices") && Contains("sma(3)") &&
                        Contains("prefers-color-scheme:dark") && Contains(">70</text>"));
    CHECK(svg == draw_svg(chart));
}

TEST_CASE("five hundred candles make an SVG that a page can hold") {
    std::vector<Candle> candles;
    for (int i = 0; i < 500; ++i) {
        const double middle = 100 + std::sin(i * 0.1) * 20;
        candles.push_back({middle, middle + 2, middle - 2, middle + (i % 2 == 0 ? 1 : -1)});
    }
    const std::string svg = draw_svg(chart_of(std::move(candles)));
    require_well_formed(svg);
    CHECK(svg.size() < 60'000);
}

TEST_CASE("no chart is too strange to draw") {
    const unsigned seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const std::vector<double> strange{
        0, -1, 1, 50, 50, 1e-12, 1e300, -1e300, 1.7e308, unknown, std::numeric_limits<double>::infinity(), 123.45};
    const auto value = [&] { return strange[random() % strange.size()]; };
    for (int i = 0; i < 400; ++i) {
        std::vector<Candle> candles;
        const std::size_t count = 1 + random() % 40;
        const double flat = value();
        const bool is_flat = random() % 3 == 0;
        for (std::size_t k = 0; k < count; ++k) {
            const std::array<double, 4> four{value(), value(), value(), value()};
            const auto [low, high] = std::ranges::minmax(four);
            candles.push_back(is_flat ? Candle{flat, flat, flat, flat} : Candle{four[0], high, low, four[3]});
        }
        Chart chart = chart_of(std::move(candles));
        chart.logarithmic = random() % 3 == 0;
        ChartPanel panel;
        for (std::size_t s = 0; s < random() % 12; ++s) {
            ChartSeries series{.label = "s", .style = random() % 2 == 0 ? SeriesStyle::line : SeriesStyle::histogram};
            for (std::size_t k = 0; k < count; ++k) {
                series.values.push_back(value());
            }
            panel.series.push_back(std::move(series));
        }
        chart.price = random() % 2 == 0 ? panel : ChartPanel();
        chart.below.assign(random() % 4, panel);
        const TerminalChartSize size{.columns = random() % 130, .lines = random() % 50};
        for (const TerminalLook& look : {plain, colored, ascii}) {
            const std::string text = draw_on_terminal(chart, size, look);
            REQUIRE_FALSE(text.empty());
            for (const std::string& line : lines_of(without_colors(text))) {
                INFO(line);
                REQUIRE((size.columns < 20 || display_width(line) <= size.columns));
            }
        }
        const std::string svg = draw_svg(chart);
        require_well_formed(svg);
        REQUIRE_FALSE(svg.contains("nan"));
        REQUIRE_FALSE(svg.contains("inf"));
    }
}
