#include "cli/commands/data.hpp"

#include "cli/commands/data_import.hpp"
#include "cli/parse/values.hpp"
#include "core/engine/engine.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

Result<std::string> symbol_of(const Word& word) {
    Result<std::string> symbol = parse_symbol(word.text);
    return symbol ? symbol : fail(std::move(symbol.error()).at(word.where()));
}

Result<engine::BarsWanted> bars_wanted(const Arguments& arguments, Instant now) {
    engine::BarsWanted wanted;
    Result<std::string> symbol = symbol_of(arguments.required("symbol"));
    if (!symbol) {
        return fail(std::move(symbol.error()));
    }
    wanted.symbol = std::move(*symbol);
    const Word* timeframe =
        arguments.find("timeframe") != nullptr ? arguments.find("timeframe") : arguments.find("bars");
    if (timeframe != nullptr) {
        Result<Timeframe> parsed = parse_timeframe(timeframe->text);
        if (!parsed) {
            return fail(std::move(parsed.error()).at(timeframe->where()));
        }
        wanted.timeframe = *parsed;
    }
    for (const auto& [name, target] : {std::pair("from", &wanted.from), std::pair("to", &wanted.to)}) {
        if (const Word* word = arguments.find(name)) {
            Result<Instant> time = parse_time(*word, now);
            if (!time) {
                return fail(std::move(time.error()));
            }
            *target = *time;
        }
    }
    if (const Word* word = arguments.find("count")) {
        Result<std::int64_t> count = parse_count(*word);
        if (!count) {
            return fail(std::move(count.error()));
        }
        wanted.last_count = static_cast<std::size_t>(*count);
    }
    wanted.basis = arguments.has("adjusted") ? PriceBasis::adjusted : PriceBasis::raw;
    return wanted;
}

Task<Result<void>> run_show(CommandContext& context) {
    Result<engine::BarsWanted> wanted = bars_wanted(context.arguments, context.engine().clock().now());
    if (!wanted) {
        co_return fail(std::move(wanted.error()));
    }
    const Result<engine::BarsFound> found = co_await context.engine().data().show(std::move(*wanted));
    if (!found) {
        co_return fail(found.error());
    }
    const store::SeriesKey& key = found->series.key;
    const std::string currency(found->instrument.currency.code());
    context.report.table({{"time", is_daily_or_longer(key.timeframe) ? CellType::date : CellType::time},
                          {"open", CellType::decimal, currency},
                          {"high", CellType::decimal, currency},
                          {"low", CellType::decimal, currency},
                          {"close", CellType::decimal, currency},
                          {"volume", CellType::decimal}});
    for (std::size_t i = 0; i < found->bars.size(); ++i) {
        const Bar bar = found->bars.at(i);
        std::vector<Cell> row{bar.open_time, bar.open, bar.high, bar.low, bar.close, bar.volume};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    context.report.note(found->instrument.symbol + " " + std::string(name_of(key.timeframe)) + ", " +
                        std::string(name_of(key.basis)) + " prices, from " + std::string(name_of(key.source)));
    co_return Result<void>();
}

std::vector<Column> series_columns() {
    return {{"symbol", CellType::text}, {"timeframe", CellType::text}, {"prices", CellType::text},
            {"source", CellType::text}, {"bars", CellType::integer},   {"first", CellType::time},
            {"last", CellType::time}};
}

std::vector<Cell> series_cells(const std::string& symbol, const store::SeriesInfo& info) {
    return {
        symbol,   name_of(info.key.timeframe), name_of(info.key.basis), name_of(info.key.source), info.bars, info.first,
        info.last};
}

Task<Result<void>> run_list(CommandContext& context) {
    const Result<std::vector<engine::InstrumentSeries>> all = co_await context.engine().data().list();
    if (!all) {
        co_return fail(all.error());
    }
    context.report.table(series_columns());
    for (const engine::InstrumentSeries& entry : *all) {
        for (const store::SeriesInfo& info : entry.series) {
            std::vector<Cell> row = series_cells(entry.instrument.symbol, info);
            const Result<void> shown = co_await context.report.row(std::move(row));
            if (!shown) {
                co_return shown;
            }
        }
    }
    if (all->empty()) {
        context.report.note("nothing is stored yet: data import FILE --symbol SYMBOL");
    }
    co_return Result<void>();
}

/// The values of an instrument that nobody stated.
std::string assumed_fields(const AssumedFields& assumed) {
    std::string text;
    for (const auto& [flag, name] :
         {std::pair(assumed.kind, "kind"), std::pair(assumed.exchange, "exchange"), std::pair(assumed.zone, "zone"),
          std::pair(assumed.currency, "currency"), std::pair(assumed.tick, "tick"), std::pair(assumed.lot, "lot"),
          std::pair(assumed.multiplier, "multiplier")}) {
        if (flag) {
            text += (text.empty() ? "" : ", ") + std::string(name);
        }
    }
    return text;
}

Task<Result<void>> run_info(CommandContext& context) {
    Result<std::string> symbol = symbol_of(context.arguments.required("symbol"));
    if (!symbol) {
        co_return fail(std::move(symbol.error()));
    }
    const Result<engine::InstrumentSeries> info = co_await context.engine().data().info(std::move(*symbol));
    if (!info) {
        co_return fail(info.error());
    }
    const Instrument& instrument = info->instrument;
    const std::string currency(instrument.currency.code());
    std::vector<Field> fields{
        {"symbol", instrument.symbol},
        {"kind", name_of(instrument.kind)},
        {"exchange", instrument.exchange.empty() ? std::nullopt : std::optional(instrument.exchange)},
        {"zone", instrument.zone},
        {"currency", currency},
        {"tick", instrument.tick, currency},
        {"lot", instrument.lot},
        {"multiplier", instrument.multiplier},
        {"defaults", assumed_fields(instrument.assumed)}};
    const Result<void> shown = co_await context.report.record(std::move(fields), "instrument");
    if (!shown) {
        co_return shown;
    }
    context.report.table(series_columns(), "series");
    for (const store::SeriesInfo& series : info->series) {
        std::vector<Cell> row = series_cells(instrument.symbol, series);
        const Result<void> sent = co_await context.report.row(std::move(row));
        if (!sent) {
            co_return sent;
        }
    }
    co_return Result<void>();
}

Task<Result<void>> run_quote(CommandContext& context) {
    context.report.table({{"symbol", CellType::text},
                          {"bid", CellType::decimal},
                          {"bid_size", CellType::decimal},
                          {"ask", CellType::decimal},
                          {"ask_size", CellType::decimal},
                          {"last", CellType::decimal},
                          {"kind", CellType::text},
                          {"time", CellType::time},
                          {"age", CellType::duration}});
    std::optional<Error> first_failure;
    for (const Word& word : context.arguments.all("symbol")) {
        const Result<std::string> symbol = symbol_of(word);
        if (!symbol) {
            co_return fail(symbol.error());
        }
        Result<Quote> quote = co_await context.engine().trading().quote(*symbol);
        if (!quote) {
            context.report.warn(quote.error().describe());
            if (!first_failure) {
                first_failure = std::move(quote.error()).at(word.where());
            }
            continue;
        }
        std::vector<Cell> row{
            quote->symbol,
            quote->bid,
            quote->bid_size,
            quote->ask,
            quote->ask_size,
            quote->last,
            name_of(quote->kind),
            quote->time,
            Duration(std::chrono::floor<std::chrono::milliseconds>(age_of(*quote, context.engine().clock())))};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    if (first_failure) {
        co_return fail(std::move(*first_failure));
    }
    co_return Result<void>();
}

CommandSpec show_command() {
    const ArgumentSpec symbol{.name = "symbol", .help = "the instrument", .kind = ValueKind::symbol};
    return CommandSpec{
        .family = "data",
        .verb = "show",
        .summary = "Show stored bars",
        .arguments =
            {symbol,
             {.name = "bars", .help = "the timeframe: 1d, 5m", .kind = ValueKind::timeframe, .required = false}},
        .options = {{.name = "timeframe",
                     .value_name = "TF",
                     .help = "the same as an option",
                     .short_name = 't',
                     .kind = ValueKind::timeframe},
                    {.name = "count",
                     .value_name = "N",
                     .help = "only the last N",
                     .short_name = 'n',
                     .kind = ValueKind::count},
                    {.name = "from",
                     .value_name = "TIME",
                     .help = "from this time: 2013-01-01, -30d",
                     .kind = ValueKind::time},
                    {.name = "to", .value_name = "TIME", .help = "before this time", .kind = ValueKind::time},
                    {.name = "adjusted", .value_name = "", .help = "prices adjusted for splits and dividends"}},
        .examples = {{"data show GOOG -n 5", "the last five bars"},
                     {"data show GOOG 1d --from 2013-01-01 --csv -o goog.csv", "a range, into a file"},
                     {"data show KO --adjusted -n 20 --json", "adjusted prices for a script"}},
        .schema = "data.show@1",
        .run = run_show,
        .check =
            [](const Arguments& arguments) {
                const Result<engine::BarsWanted> wanted = bars_wanted(arguments, Instant());
                return wanted ? Result<void>() : fail(wanted.error());
            },
    };
}

} // namespace

std::vector<CommandSpec> data_commands() {
    const ArgumentSpec symbol{.name = "symbol", .help = "the instrument", .kind = ValueKind::symbol};
    ArgumentSpec symbols = symbol;
    symbols.repeatable = true;
    return {
        data_import_command(),
        show_command(),
        {.family = "data",
         .verb = "list",
         .summary = "List what is stored",
         .examples = {{"data list", "every series"},
                      {"data list --json", "for a script"},
                      {"data list --fields symbol,bars,last", "only these columns"}},
         .schema = "data.list@1",
         .run = run_list},
        {.family = "data",
         .verb = "info",
         .summary = "Show an instrument and its series",
         .arguments = {symbol},
         .examples = {{"data info GOOG", "kind, exchange, tick, and which of them are defaults"},
                      {"data info GOOG --json", "for a script"},
                      {"data info EURUSD", "a currency pair"}},
         .schema = "data.info@1",
         .run = run_info},
        {.family = "data",
         .verb = "quote",
         .summary = "Show the venue's quote",
         .arguments = {symbols},
         .examples = {{"q GOOG", "bid, ask, last, and how old they are"},
                      {"data quote GOOG KO --json", "two at once, for a script"},
                      {"data quote GOOG --fields bid,ask", "only these two"}},
         .schema = "data.quote@1",
         .run = run_quote,
         .quick = "q"},
    };
}

} // namespace tradesh::cli
