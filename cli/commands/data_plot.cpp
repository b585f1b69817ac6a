#include "cli/commands/data_plot.hpp"

#include "cli/commands/data_plot_bars.hpp"
#include "cli/commands/data_words.hpp"
#include "cli/parse/values.hpp"
#include "cli/plot/svg_chart.hpp"
#include "cli/plot/terminal_chart.hpp"
#include "core/engine/engine.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

constexpr std::size_t usual_bars = 120;
constexpr std::int64_t lines_max = 500;
/// Digits after the point of an indicator's value.
constexpr int value_decimals = 6;

struct PlotWords {
    engine::BarsWanted wanted; ///< the bars to show
    Crowd crowd = Crowd::leave_out;
    PlottedExpressions plotted;
    std::optional<std::size_t> lines;
    bool logarithmic = false;
};

Result<std::optional<std::size_t>> count_within(const Word* word, std::string_view what, std::int64_t most) {
    if (word == nullptr) {
        return std::nullopt;
    }
    const Result<std::int64_t> count = parse_count(*word);
    if (!count) {
        return fail(count.error());
    }
    if (*count > most) {
        return fail(Error(ErrorKind::usage, "plot.too_many",
                          "a chart has at most " + std::to_string(most) + " " + std::string(what))
                        .at(word->where()));
    }
    return static_cast<std::size_t>(*count);
}

Result<PlotWords> plot_words(const Arguments& arguments, Instant now) {
    Result<engine::BarsWanted> wanted = read_one_series(arguments, now);
    if (!wanted) {
        return fail(std::move(wanted.error()));
    }
    const Result<std::optional<std::size_t>> count = count_within(arguments.find("count"), "bars", plot_bars_max);
    if (!count) {
        return fail(count.error());
    }
    const Result<std::optional<std::size_t>> lines = count_within(arguments.find("height"), "lines", lines_max);
    if (!lines) {
        return fail(lines.error());
    }
    Result<PlottedExpressions> plotted =
        read_plotted(arguments.all("with"), arguments.all("below"), wanted->timeframe.value_or(Timeframe::d1));
    if (!plotted) {
        return fail(std::move(plotted.error()));
    }
    const bool names_bars = *count || wanted->from;
    wanted->last_count = count->value_or(wanted->from ? static_cast<std::size_t>(plot_bars_max) : usual_bars);
    return PlotWords{.wanted = std::move(*wanted),
                     .crowd = names_bars ? Crowd::combine : Crowd::leave_out,
                     .plotted = std::move(*plotted),
                     .lines = *lines,
                     .logarithmic = arguments.has("log")};
}

/// What becomes of the bars.
enum class Shape : std::uint8_t { terminal, svg, rows };

std::string extension_of(std::string_view path) {
    const std::size_t dot = path.find_last_of("./");
    std::string extension(dot == std::string_view::npos || path[dot] == '/' ? "" : path.substr(dot + 1));
    std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
    return extension;
}

/// A picture, unless rows are asked for by format, by columns or by the name of the file.
Result<Shape> shape_of(const OutputOptions& output) {
    const std::string extension = extension_of(output.file);
    const bool is_picture = extension == "svg" || extension == "txt";
    const bool wants_rows = output.format != Format::automatic || !output.fields.empty();
    if (is_picture && output.format != Format::json && wants_rows) {
        return fail(Error(ErrorKind::usage, "plot.output", "a picture has no rows and no columns")
                        .on(output.file)
                        .advise("name a file for the values: -o values.csv"));
    }
    if (is_picture) {
        return extension == "svg" ? Shape::svg : Shape::terminal;
    }
    if (wants_rows) {
        return Shape::rows;
    }
    if (output.file.empty()) {
        return Shape::terminal;
    }
    if (parse_format(extension)) {
        return Shape::rows;
    }
    return fail(Error(ErrorKind::usage, "plot.output", "the name of a picture ends in .svg or .txt")
                    .on(output.file)
                    .advise("write -o chart.svg, -o chart.txt, or -o values.csv for the values"));
}

bool means_utf8(std::string_view locale) {
    std::string lower(locale);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    return lower.contains("utf-8") || lower.contains("utf8");
}

/// Blocks and braille, unless somebody says that they cannot be shown.
bool needs_ascii(const ClientFacts& facts) {
    const auto value_of = [&facts](const char* name) {
        const auto found = facts.environment.find(name);
        return found == facts.environment.end() ? std::string() : found->second;
    };
    const std::string locale = value_of("LC_ALL").empty() ? value_of("LANG") : value_of("LC_ALL");
    return value_of("TERM") == "dumb" || (!locale.empty() && !means_utf8(locale));
}

/// Two thirds of the terminal, more of it where there are panels, and never less than everything needs.
TerminalChartSize size_for(const ClientFacts& facts, Surface surface, const Chart& chart,
                           std::optional<std::size_t> lines) {
    constexpr std::size_t panel_lines = 4;
    constexpr std::size_t usual_lines = 24; ///< of what is no terminal
    const std::size_t columns = surface.columns > 0 ? surface.columns
                                : facts.columns > 0 ? std::size_t(facts.columns)
                                                    : 80;
    const std::size_t rows = surface.columns > 0 && facts.rows > 0 ? static_cast<std::size_t>(facts.rows) : 0;
    const std::size_t panels = chart.below.size() * panel_lines;
    const std::size_t wanted =
        rows > 0 ? std::min(rows * 2 / 3 + panels, rows > 2 ? rows - 2 : rows) : usual_lines + panels;
    return {.columns = columns, .lines = lines.value_or(std::max(wanted, lines_needed(chart)))};
}

/// The picture, and what it does not show of what was asked for.
struct Picture {
    std::string bytes;
    std::size_t candles = 0;
    std::vector<std::string> notes;
};

void add_facts(Chart& chart, FittedChart& fitted, std::vector<std::string>& notes) {
    if (fitted.bars_per_candle > 1) {
        const std::string fact = "each candle is " + std::to_string(fitted.bars_per_candle) + " bars";
        fitted.chart.facts += ", " + fact;
        notes.push_back(fact + ": all " + std::to_string(chart.size()) + " bars do not fit side by side");
    }
    if (fitted.left_out > 0) {
        notes.push_back("the last " + std::to_string(fitted.chart.size()) + " of " + std::to_string(chart.size()) +
                        " bars, which is what fits; -n " + std::to_string(chart.size()) +
                        " shows them all, several in a candle");
    }
}

Picture draw(Chart chart, Shape shape, Crowd crowd, TerminalChartSize size, TerminalLook look) {
    Picture picture;
    if (chart.logarithmic && !(range_of_prices(chart).low > 0)) {
        chart.logarithmic = false;
        picture.notes.emplace_back("prices that are not positive have no logarithm: the scale is linear");
    }
    const std::size_t room = shape == Shape::svg ? svg_candles_max : candles_across(chart, size.columns);
    FittedChart fitted = fit(chart, room, shape == Shape::svg ? Crowd::combine : crowd);
    add_facts(chart, fitted, picture.notes);
    picture.candles = fitted.chart.size();
    picture.bytes = shape == Shape::svg ? draw_svg(fitted.chart) : draw_on_terminal(fitted.chart, size, look);
    return picture;
}

Task<Result<void>> show_picture(CommandContext& context, const PlotWords& words, const PlotBars& read, Shape shape) {
    const OutputOptions& output = context.options.output;
    const Surface surface = context.report.surface();
    const ClientFacts facts = context.client.facts();
    const TerminalLook look{.color = surface.color, .ascii = needs_ascii(facts)};
    std::optional<Zone> zone;
    if (!output.zone.empty()) {
        const Result<Zone> named = Zone::find(output.zone);
        zone = named ? std::optional(*named) : std::nullopt; // an unknown one was refused before we began
    }
    const auto make = [&words, &read, zone, shape, facts, surface, look] {
        const PlottedValues values = work_out(read.charted, words.plotted);
        Chart chart = chart_of(read.charted, words.plotted, values, zone);
        chart.logarithmic = words.logarithmic;
        const TerminalChartSize size = size_for(facts, surface, chart, words.lines);
        return draw(std::move(chart), shape, words.crowd, size, look);
    };
    Picture picture = co_await context.engine().workers().run(make);
    for (std::string& note : picture.notes) {
        context.report.note(std::move(note));
    }
    const Result<void> written = co_await context.report.bytes(std::move(picture.bytes));
    if (!written || output.format != Format::json) {
        co_return written;
    }
    std::vector<Field> fields{
        {"file", output.file}, {"bars", read.charted.bars.size() - read.charted.first}, {"candles", picture.candles}};
    const Result<void> told = co_await context.report.record(std::move(fields));
    co_return told;
}

/// Every series once, over the candles first.
std::vector<PlottedSeries> all_series(const PlottedExpressions& plotted) {
    std::vector<PlottedSeries> all;
    const auto add = [&all](const PlottedPanel& panel) {
        for (const PlottedSeries& series : panel.series) {
            if (std::ranges::find(all, series.label, &PlottedSeries::label) == all.end()) {
                all.push_back(series);
            }
        }
    };
    add(plotted.price);
    std::ranges::for_each(plotted.below, add);
    return all;
}

Task<Result<void>> show_rows(CommandContext& context, const PlotWords& words, const PlotBars& read) {
    const ChartedBars& charted = read.charted;
    const auto compute = [&words, &charted] { return work_out(charted, words.plotted); };
    const PlottedValues values = co_await context.engine().workers().run(compute);
    std::vector<Column> columns{{"time", is_daily_or_longer(charted.timeframe) ? CellType::date : CellType::time},
                                {"open", CellType::decimal, read.currency},
                                {"high", CellType::decimal, read.currency},
                                {"low", CellType::decimal, read.currency},
                                {"close", CellType::decimal, read.currency},
                                {"volume", CellType::decimal}};
    const std::vector<PlottedSeries> all = all_series(words.plotted);
    for (const PlottedSeries& series : all) {
        columns.push_back({series.label, CellType::real});
    }
    context.report.table(std::move(columns));
    for (std::size_t i = charted.first; i < charted.bars.size(); ++i) {
        const Bar bar = charted.bars.at(i);
        std::vector<Cell> row{bar.open_time, bar.open, bar.high, bar.low, bar.close, bar.volume};
        for (const PlottedSeries& series : all) {
            const double value = values[series.output][i - charted.first];
            row.push_back(std::isnan(value) ? Cell() : Cell(Real{.value = value, .decimals = value_decimals}));
        }
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    co_return Result<void>();
}

Task<Result<void>> run_plot(CommandContext& context) {
    const Result<PlotWords> words = plot_words(context.arguments, context.engine().clock().now());
    if (!words) {
        co_return fail(words.error());
    }
    const Result<Shape> shape = shape_of(context.options.output);
    if (!shape) {
        co_return fail(shape.error());
    }
    const Result<PlotBars> read =
        co_await read_plot_bars(context.engine().data(), words->wanted, words->plotted.program);
    if (!read) {
        co_return fail(read.error());
    }
    for (const std::string& note : read->notes) {
        context.report.note(note);
    }
    if (const std::optional<std::string> note = note_on_source(read->charted.source)) {
        context.report.note(*note);
    }
    if (*shape == Shape::rows) {
        const Result<void> shown = co_await show_rows(context, *words, *read);
        co_return shown;
    }
    const Result<void> shown = co_await show_picture(context, *words, *read, *shape);
    co_return shown;
}

std::vector<OptionSpec> plot_options() {
    return {
        timeframe_option(),
        {.name = "count", .value_name = "N", .help = "the last N (120)", .short_name = 'n', .kind = ValueKind::count},
        from_option(),
        to_option(),
        {.name = "with",
         .value_name = "EXPRESSIONS",
         .help = "drawn over the candles: \"ema(20), bbands(20, 2)\"",
         .kind = ValueKind::expression,
         .repeatable = true},
        {.name = "below",
         .value_name = "EXPRESSIONS",
         .help = "drawn in a panel of its own: rsi(14), macd(12, 26, 9), volume; once a panel",
         .kind = ValueKind::expression,
         .repeatable = true},
        {.name = "height", .value_name = "LINES", .help = "lines of the whole chart", .kind = ValueKind::count},
        {.name = "log", .value_name = "", .help = "prices on a logarithmic scale"},
        adjusted_option(),
        hours_option(),
        source_option(),
        exchange_option()};
}

} // namespace

CommandSpec data_plot_command() {
    return CommandSpec{
        .family = "data",
        .verb = "plot",
        .summary = "Draw stored bars with indicators",
        .arguments = {symbol_argument(), bars_argument()},
        .options = plot_options(),
        .examples = {{"data plot GOOG --with \"ema(20), bbands(20, 2)\" --below \"rsi(14)\"", "as much as fits"},
                     {"data plot GOOG 1w -n 300 --log --below volume -o goog.svg", "a drawing for a page"},
                     {"data plot GOOG -n 60 --with \"ema(20)\" --json", "the values that would be drawn"}},
        .schema = "data.plot@1",
        .run = run_plot,
        .check =
            [](const Arguments& arguments) {
                const Result<PlotWords> words = plot_words(arguments, no_time);
                return words ? Result<void>() : fail(words.error());
            },
        .details = "Rising candles are green or, without colour, thin; falling ones are red or blocks. An indicator "
                   "with several outputs draws all of them; name one to choose: macd.signal(12, 26, 9). Values are "
                   "worked out from bars before the first that is shown, where there are any; what is not known yet "
                   "is a gap. With -n or --from all bars are shown, several in a candle where they do not fit; "
                   "otherwise the last that fit. Files end in .svg or .txt; csv, json and other formats give the "
                   "values.",
    };
}

} // namespace tradesh::cli
