#include "cli/commands/data_plot.hpp"

#include "cli/commands/data_plot_bars.hpp"
#include "cli/commands/data_plot_picture.hpp"
#include "cli/commands/data_words.hpp"
#include "cli/parse/values.hpp"
#include "core/engine/data_desk.hpp"
#include "core/engine/engine.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>
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

Task<Result<void>> show_picture(CommandContext& context, const PlotWords& words, const PlotBars& read, Shape shape) {
    const OutputOptions& output = context.options.output;
    std::optional<Zone> zone;
    if (!output.zone.empty()) {
        const Result<Zone> named = Zone::find(output.zone);
        zone = named ? std::optional(*named) : std::nullopt; // an unknown one was refused before we began
    }
    const PictureWanted wanted{.is_svg = shape == Shape::svg,
                               .crowd = words.crowd,
                               .lines = words.lines,
                               .surface = context.report.surface(),
                               .facts = context.client.facts(),
                               .quiet = output.quiet};
    const auto make = [&words, &read, &wanted, zone] {
        const PlottedValues values = work_out(read.charted, words.plotted);
        std::vector<std::string> notes = read.notes;
        std::ranges::copy(notes_on_unknown(read.charted, words.plotted, values), std::back_inserter(notes));
        Chart chart = chart_of(read.charted, words.plotted, values, zone);
        chart.logarithmic = words.logarithmic;
        return draw_picture(std::move(chart), wanted, std::move(notes));
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

/// Every series once, over the candles first, without the fields that every row has.
std::vector<PlottedSeries> all_series(const PlottedExpressions& plotted) {
    std::vector<PlottedSeries> all;
    const auto add = [&all](const PlottedPanel& panel) {
        for (const PlottedSeries& series : panel.series) {
            const bool is_there = std::ranges::find(bar_fields, series.label) != bar_fields.end() ||
                                  std::ranges::find(all, series.label, &PlottedSeries::label) != all.end();
            if (!is_there) {
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
    for (const std::string& note : read.notes) {
        context.report.note(note);
    }
    for (std::string& note : notes_on_unknown(charted, words.plotted, values)) {
        context.report.note(std::move(note));
    }
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
    if (const Word* height = context.arguments.find("height"); height != nullptr && *shape != Shape::terminal) {
        co_return fail(Error(ErrorKind::usage, "plot.output", "--height counts lines of text, which this has none of")
                           .at(height->where())
                           .advise("leave it out, or write a chart of text: -o chart.txt"));
    }
    Result<PlotBars> read = co_await read_plot_bars(context.engine().data(), words->wanted, words->plotted.program);
    if (!read) {
        co_return fail(read.error());
    }
    if (std::optional<std::string> note = note_on_source(read->charted.source)) {
        read->notes.push_back(std::move(*note));
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
        {.name = "height", .value_name = "LINES", .help = "lines of the whole chart of text", .kind = ValueKind::count},
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
        .details =
            "Rising candles are green or, without colour, thin; falling ones are red or blocks. An indicator "
            "with several outputs draws all that share a scale; name one to choose: macd.signal(12, 26, 9). Values are "
            "worked out from bars before the first that is shown, where there are any; what is not known yet "
            "is a gap. With -n or --from all bars are shown, several in a candle where they do not fit; "
            "otherwise the last that fit. Files end in .svg or .txt; csv, json and other formats give the "
            "values.",
    };
}

} // namespace tradesh::cli
