#include "cli/commands/data_import.hpp"

#include "cli/parse/values.hpp"
#include "core/engine/data_desk.hpp"
#include "core/engine/engine.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

constexpr std::size_t block_bytes = 64UL * 1024;

/// An option read by `parse`, its error placed at the word.
template <class Parse>
auto option_value(const Arguments& arguments, std::string_view name, Parse parse)
    -> Result<std::optional<typename std::invoke_result_t<Parse, const Word&>::value_type>> {
    const Word* word = arguments.find(name);
    if (word == nullptr) {
        return std::nullopt;
    }
    auto value = parse(*word);
    if (!value) {
        return fail(std::move(value.error()).at(word->where()));
    }
    return std::move(*value);
}

std::optional<std::string> text_of(const Arguments& arguments, std::string_view name) {
    const Word* word = arguments.find(name);
    return word == nullptr ? std::nullopt : std::optional(word->text);
}

/// Fills what `read` gives into `target`, or keeps the first error.
template <class Value>
void assign(std::optional<Value>& target, Result<std::optional<Value>> read, std::optional<Error>& problem) {
    if (read) {
        target = std::move(*read);
    } else if (!problem) {
        problem = std::move(read.error());
    }
}

Result<history::BarImportRequest> read_request(const Arguments& arguments) {
    history::BarImportRequest request;
    request.file = arguments.required("file").text;
    request.skip_bad = arguments.has("skip-bad");
    request.replace = arguments.has("replace");
    history::InstrumentStatement& said = request.instrument;
    if (const Word* symbol = arguments.find("symbol")) {
        Result<std::string> parsed = parse_symbol(symbol->text);
        if (!parsed) {
            return fail(std::move(parsed.error()).at(symbol->where()));
        }
        said.symbol = std::move(*parsed);
    }
    said.exchange = text_of(arguments, "exchange");
    std::optional<Error> problem;
    assign(said.kind, option_value(arguments, "kind", [](const Word& w) { return parse_instrument_kind(w.text); }),
           problem);
    assign(said.currency, option_value(arguments, "currency", [](const Word& w) { return Currency::parse(w.text); }),
           problem);
    assign(said.tick, option_value(arguments, "tick", parse_number), problem);
    assign(said.lot, option_value(arguments, "lot", parse_number), problem);
    assign(said.multiplier, option_value(arguments, "multiplier", parse_number), problem);
    assign(request.timeframe,
           option_value(arguments, "timeframe", [](const Word& w) { return parse_timeframe(w.text); }), problem);
    std::optional<history::BarStamp> stamp;
    assign(stamp, option_value(arguments, "stamp", [](const Word& w) { return history::parse_bar_stamp(w.text); }),
           problem);
    request.stamp = stamp.value_or(history::BarStamp::open);
    if (problem) {
        return fail(std::move(*problem));
    }
    return request;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

std::optional<std::string> exchange_of(const Instrument& instrument) {
    return instrument.exchange.empty() ? std::nullopt : std::optional(instrument.exchange);
}

std::int64_t total(const store::MergeCounts& counts) { return counts.inserted + counts.replaced + counts.unchanged; }

/// What an import of one symbol did.
std::vector<Field> report_fields(const history::BarFileReport& file, const history::ImportedSymbol& symbol) {
    const bool daily = is_daily_or_longer(file.timeframe);
    std::vector<Field> fields{
        {"symbol", symbol.instrument.symbol},
        {"instrument", symbol.instrument_created ? "created" : "known"},
        {"timeframe", name_of(file.timeframe)},
        {"timeframe_from", file.timeframe_why},
        {"rows", file.rows},
        {"inserted", symbol.raw.inserted},
        {"replaced", symbol.raw.replaced},
        {"unchanged", symbol.raw.unchanged},
        {"skipped", file.bad},
        {"first", symbol.rows.first, "", daily},
        {"last", symbol.rows.last, "", daily},
        {"exchange", exchange_of(symbol.instrument)},
        {"zone", symbol.rows.zone},
        {"zone_from", daily ? "bars of " + std::string(name_of(file.timeframe)) + " carry the date of their session"
                            : symbol.rows.zone_why},
        {"columns_used", joined(file.columns_used)},
        {"columns_ignored", joined(file.columns_ignored)}};
    if (file.has_adjusted) {
        fields.push_back({"adjusted_bars", total(symbol.adjusted)});
    }
    return fields;
}

/// What an import of all symbols of a file did: a row each.
Task<Result<void>> report_symbols(Report& report, const history::BarImportReport& imported, std::string name) {
    const history::BarFileReport& file = imported.file;
    const CellType time = is_daily_or_longer(file.timeframe) ? CellType::date : CellType::time;
    report.table({{"symbol", CellType::text},
                  {"instrument", CellType::text},
                  {"timeframe", CellType::text},
                  {"inserted", CellType::integer},
                  {"replaced", CellType::integer},
                  {"unchanged", CellType::integer},
                  {"adjusted_bars", CellType::integer},
                  {"first", time},
                  {"last", time},
                  {"exchange", CellType::text},
                  {"zone", CellType::text}},
                 std::move(name));
    for (const history::ImportedSymbol& symbol : imported.symbols) {
        const std::optional<std::int64_t> adjusted =
            file.has_adjusted ? std::optional(total(symbol.adjusted)) : std::nullopt;
        std::vector<Cell> row{symbol.instrument.symbol,
                              symbol.instrument_created ? "created" : "known",
                              name_of(file.timeframe),
                              symbol.raw.inserted,
                              symbol.raw.replaced,
                              symbol.raw.unchanged,
                              adjusted,
                              symbol.rows.first,
                              symbol.rows.last,
                              exchange_of(symbol.instrument),
                              symbol.rows.zone};
        const Result<void> shown = co_await report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    report.note(std::to_string(file.rows) + " rows; the timeframe is " + file.timeframe_why);
    co_return Result<void>();
}

Task<Result<void>> report_skipped(Report& report, const history::BarFileReport& file) {
    report.table({{"line", CellType::integer}, {"reason", CellType::text}, {"row", CellType::text}}, "skipped_rows");
    for (const history::BadRow& bad : file.bad_rows) {
        std::vector<Cell> row{bad.line, bad.reason, bad.text};
        const Result<void> shown = co_await report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    if (file.bad > file.bad_rows.size()) {
        report.warn("only the first " + std::to_string(file.bad_rows.size()) + " of " + std::to_string(file.bad) +
                    " skipped rows are listed");
    }
    co_return Result<void>();
}

Task<Result<void>> report_import(Report& report, const history::BarImportReport& imported, bool one_symbol) {
    const history::BarFileReport& file = imported.file;
    const std::string part = file.bad > 0 ? "import" : "";
    Result<void> shown;
    if (one_symbol) {
        std::vector<Field> fields = report_fields(file, imported.symbols.front());
        shown = co_await report.record(std::move(fields), part);
    } else {
        shown = co_await report_symbols(report, imported, part);
    }
    if (!shown) {
        co_return shown;
    }
    for (const std::string& note : file.notes) {
        report.note(note);
    }
    if (file.bad > 0) {
        shown = co_await report_skipped(report, file);
    }
    co_return shown;
}

Task<Result<void>> run_import(CommandContext& context) {
    Result<history::BarImportRequest> request = read_request(context.arguments);
    if (!request) {
        co_return fail(std::move(request.error()));
    }
    if (!context.options.output.zone.empty()) {
        request->instrument.zone = context.options.output.zone; // --tz: times are read in it, and shown in it
    }
    const bool one_symbol = !request->instrument.symbol.empty();
    const Word& name = context.arguments.required("file");
    Result<FileHandle> file = standard_input;
    if (name.text != "-") {
        file = co_await context.client.open(name.text, FileMode::read);
    }
    if (!file) {
        co_return fail(std::move(file.error()).attempting("import bars").on(name.text).at(name.where()));
    }
    const FileHandle handle = *file;
    std::size_t bytes_read = 0;
    history::BlockSource source = [&context, &name, &bytes_read, handle]() -> Task<Result<std::string>> {
        Result<std::string> block = co_await context.client.read(handle, block_bytes);
        bytes_read += block ? block->size() : 0;
        co_await context.report.progress("reading " + name.text + ", MB",
                                         static_cast<std::int64_t>(bytes_read / 1'000'000), 0);
        co_return block;
    };
    context.task.awaits = "the rows of " + name.text;
    const Result<history::BarImportReport> report =
        co_await context.engine().data().import(std::move(*request), std::move(source));
    if (handle != standard_input) {
        const Result<void> closed = co_await context.client.close(handle);
        (void)closed; // it was only read; what was read has been judged already
    }
    if (!report) {
        co_return fail(report.error());
    }
    const Result<void> shown = co_await report_import(context.report, *report, one_symbol);
    co_return shown;
}

} // namespace

CommandSpec data_import_command() {
    return CommandSpec{
        .family = "data",
        .verb = "import",
        .summary = "Import price history from a CSV file",
        .arguments = {{.name = "file", .help = "the file; '-' is standard input", .kind = ValueKind::file}},
        .options =
            {{.name = "symbol",
              .value_name = "SYMBOL",
              .help = "whose bars these are; of a file with a column 'symbol' only its rows",
              .kind = ValueKind::symbol},
             {.name = "timeframe",
              .value_name = "TF",
              .help = "length of the bars; told from the rows when left away",
              .short_name = 't',
              .kind = ValueKind::timeframe},
             {.name = "exchange",
              .value_name = "NAME",
              .help = "exchange of a new instrument; gives zone and currency"},
             {.name = "stamp",
              .value_name = "open|close",
              .help = "what the times of intraday bars stand for; open when left away"},
             {.name = "kind", .value_name = "KIND", .help = "stock, index, option, future, forex or crypto"},
             {.name = "currency", .value_name = "CODE", .help = "currency of the prices"},
             {.name = "tick", .value_name = "STEP", .help = "smallest price step", .kind = ValueKind::number},
             {.name = "lot", .value_name = "STEP", .help = "smallest quantity step", .kind = ValueKind::number},
             {.name = "multiplier", .value_name = "N", .help = "units in one contract", .kind = ValueKind::number},
             {.name = "skip-bad", .value_name = "", .help = "leave out rows that cannot be trusted, and list them"},
             {.name = "replace", .value_name = "", .help = "let a file that corrects them replace most stored bars"}},
        .examples = {{"data import GOOG_1d.csv --symbol GOOG", "daily bars; what is assumed is shown"},
                     {"data import stoxx.csv --symbol STOXX50 --kind index --exchange EUREX --stamp close",
                      "times of the exchange's clock (or of --tz), each the end of its bar"},
                     {"data import GOOG_corrected.csv --symbol GOOG --replace",
                      "other values for bars that are stored already"},
                     {"zcat all.csv.gz | tradesh data import - --skip-bad",
                      "from a pipe; all symbols of a file with a column 'symbol'"}},
        .schema = "data.import@1",
        .run = run_import,
        .check =
            [](const Arguments& arguments) {
                const Result<history::BarImportRequest> request = read_request(arguments);
                return request ? Result<void>() : fail(request.error());
            },
        .details =
            "All of a file is stored, or nothing: a row with a bad number, high below low, a repeated, unsorted or "
            "future time refuses the file with its line, unless --skip-bad is given. Rows run from old to new, or all "
            "from "
            "new to old; those without prices are slots that have no bar. Times without an offset are in the zone of "
            "--tz, else of the exchange, else UTC. With --stamp close intraday bars open one timeframe before the time "
            "that is written; bars of 1d and longer keep their date. A file whose bars are stored already at other "
            "times (another zone or stamp) is refused, and so is one that would give most of the stored bars it meets "
            "other values, unless --replace is given. While no bars of an instrument are stored, --exchange, --kind "
            "and the like may state it anew.",
    };
}

} // namespace tradesh::cli
