#include "cli/commands/data_export.hpp"

#include "cli/commands/data_words.hpp"
#include "cli/commands/listed_symbols.hpp"
#include "core/engine/data_desk.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/saved_desk.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

struct ExportWords {
    SymbolList list;
    engine::BarsWanted wanted; ///< of every symbol
    engine::ExportOptions options;
};

Result<ExportWords> export_words(const Arguments& arguments, Instant now) {
    Result<SymbolList> list = read_symbol_list(arguments);
    if (!list) {
        return fail(std::move(list.error()));
    }
    ExportWords words{.list = std::move(*list), .wanted = {}, .options = {}};
    words.wanted.timeframe = words.list.timeframe;
    if (Result<void> read = read_series_options(arguments, now, words.wanted); !read) {
        return fail(std::move(read.error()));
    }
    words.options = {.bars_only = arguments.has("bars-only"), .state = arguments.has("with-state")};
    return words;
}

/// An export is long CSV and nothing else; what asks for another shape is refused before anything is read.
Result<void> check_output(const OutputOptions& output) {
    if (output.format == Format::json && output.file.empty()) {
        return fail(Error(ErrorKind::usage, "export.json_needs_file", "the rows would mix with the JSON object")
                        .advise("name a file for the rows: -o bars.csv --json; or: data show SYMBOL --json"));
    }
    if (!output.fields.empty()) {
        return fail(Error(ErrorKind::usage, "export.fields", "the columns of an export are fixed")
                        .advise("choose columns with: data show SYMBOL --fields time,close --csv"));
    }
    return {};
}

/// The series of all symbols, found before the first row is written: half an export helps nobody.
Task<Result<std::vector<engine::BarExporter>>> open_all(CommandContext& context, const ExportWords& words) {
    std::vector<engine::BarExporter> all;
    for (const NamedSymbol& named : words.list.symbols) {
        engine::BarsWanted wanted = words.wanted;
        wanted.symbol = named.symbol;
        Result<engine::BarExporter> exporter =
            co_await context.engine().data().start_export(std::move(wanted), words.options);
        if (!exporter) {
            co_return fail(std::move(exporter.error()).attempting("export bars").at(named.where));
        }
        all.push_back(std::move(*exporter));
    }
    co_return all;
}

Task<Result<void>> write_all(CommandContext& context, engine::BarExporter& exporter) {
    const engine::SeriesRange range = exporter.range();
    for (;;) {
        Result<std::string> piece = co_await exporter.next();
        if (!piece) {
            co_return fail(std::move(piece.error()).attempting("export bars"));
        }
        if (piece->empty()) {
            co_return Result<void>();
        }
        const Result<void> written = co_await context.report.bytes(std::move(*piece));
        if (!written) {
            co_return written;
        }
        const std::int64_t per_mille =
            (exporter.position() - range.from) / ((range.to - range.from) / 1'000 + Duration(1));
        std::string what =
            "writing " + exporter.instrument().symbol + ", " + counted(exporter.bars(), "bar") + "; parts";
        co_await context.report.progress(std::move(what), per_mille, 1'000);
    }
}

struct ExportCounts {
    std::int64_t bars = 0;
    std::int64_t slots_without_bar = 0;
};

/// For people a note, since the result is the rows; for programs that read JSON an object beside the file.
Task<Result<void>> tell(CommandContext& context, const std::vector<engine::BarExporter>& exporters,
                        const ExportCounts& counts) {
    const std::string& file = context.options.output.file;
    for (const engine::BarExporter& exporter : exporters) {
        for (const std::string& note : exporter.notes()) {
            context.report.note(note);
        }
        if (const std::optional<std::string> note = note_on_source(exporter.key().source)) {
            context.report.note(exporter.instrument().symbol + " is " + *note);
        }
    }
    if (context.options.output.format != Format::json) {
        context.report.note(
            "exported " + counted(counts.bars, "bar") +
            (counts.slots_without_bar > 0 ? " and " + counted(counts.slots_without_bar, "slot") + " without one" : "") +
            (file.empty() ? "" : " to " + file));
        co_return Result<void>();
    }
    std::vector<Field> fields{{"file", file},
                              {"symbols", exporters.size()},
                              {"rows", counts.bars + counts.slots_without_bar},
                              {"bars", counts.bars},
                              {"slots_without_bar", counts.slots_without_bar}};
    const Result<void> shown = co_await context.report.record(std::move(fields));
    co_return shown;
}

Task<Result<void>> run_export(CommandContext& context) {
    Result<ExportWords> words = export_words(context.arguments, context.engine().clock().now());
    if (!words) {
        co_return fail(words.error());
    }
    if (Result<void> possible = check_output(context.options.output); !possible) {
        co_return possible;
    }
    const Result<void> expanded = co_await expand_lists(context.engine().saved(), words->list.symbols);
    if (!expanded) {
        co_return expanded;
    }
    Result<std::vector<engine::BarExporter>> exporters = co_await open_all(context, *words);
    if (!exporters) {
        co_return fail(std::move(exporters.error()));
    }
    if (context.options.output.header) {
        std::string header = history::LongCsv::header({.state = words->options.state});
        const Result<void> written = co_await context.report.bytes(std::move(header));
        if (!written) {
            co_return written;
        }
    }
    ExportCounts counts;
    for (engine::BarExporter& exporter : *exporters) {
        context.task.awaits = "the rows of " + exporter.instrument().symbol;
        const Result<void> written = co_await write_all(context, exporter);
        if (!written) {
            co_return written;
        }
        counts.bars += exporter.bars();
        counts.slots_without_bar += exporter.slots_without_bar();
    }
    if (counts.bars == 0) {
        co_return fail(Error(ErrorKind::not_found, "bars.none_in_range", "there are no bars in that range")
                           .attempting("export bars")
                           .advise("see what is stored: data list"));
    }
    const Result<void> told = co_await tell(context, *exporters, counts);
    co_return told;
}

} // namespace

CommandSpec data_export_command() {
    return CommandSpec{
        .family = "data",
        .verb = "export",
        .summary = "Write stored bars as long CSV",
        .arguments = {symbols_argument()},
        .options = {timeframe_option(),
                    from_option(),
                    to_option(),
                    hours_option(),
                    adjusted_option(),
                    source_option(),
                    {.name = "bars-only", .value_name = "", .help = "no rows for slots without a bar"},
                    {.name = "with-state",
                     .value_name = "",
                     .help = "one column more: ok, no-trades, missing or delayed"},
                    exchange_option()},
        .examples = {{"data export GOOG KO 1d -o bars.csv", "daily bars of both, into a file"},
                     {"data export AAPL 5m --from -5d --bars-only", "no empty rows, to standard output"},
                     {"data export AAPL 1h --with-state -o aapl.csv --json", "what was written, for a script"}},
        .schema = "data.export@1",
        .run = run_export,
        .check =
            [](const Arguments& arguments) {
                const Result<ExportWords> words = export_words(arguments, no_time);
                return words ? Result<void>() : fail(words.error());
            },
        .details = "The rows are symbol, time, open, high, low, close, volume, whatever the format; the time is when "
                   "the bar opens, in UTC, and a date for 1d and longer. A slot of the exchange's calendar without a "
                   "bar is a row with empty cells. `data import` reads the file back.",
    };
}

} // namespace tradesh::cli
