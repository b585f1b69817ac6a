#include "cli/commands/data.hpp"

#include "cli/commands/data_actions.hpp"
#include "cli/commands/data_chain.hpp"
#include "cli/commands/data_delete.hpp"
#include "cli/commands/data_export.hpp"
#include "cli/commands/data_heal.hpp"
#include "cli/commands/data_import.hpp"
#include "cli/commands/data_load.hpp"
#include "cli/commands/data_plot.hpp"
#include "cli/commands/data_show.hpp"
#include "cli/commands/data_verify.hpp"
#include "cli/commands/data_words.hpp"
#include "core/engine/data_desk.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/history_desk.hpp"
#include "core/engine/trading_desk.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

std::vector<Column> series_columns() {
    return {{"symbol", CellType::text}, {"timeframe", CellType::text}, {"prices", CellType::text},
            {"source", CellType::text}, {"bars", CellType::integer},   {"first", CellType::time},
            {"last", CellType::time}};
}

std::vector<Cell> series_cells(const std::string& symbol, const store::SeriesInfo& info) {
    const Timeframe timeframe = info.key.timeframe;
    return {symbol,
            name_of(timeframe),
            name_of(info.key.basis),
            name_of(info.key.source),
            info.bars,
            open_time_cell(info.first, timeframe),
            open_time_cell(info.last, timeframe)};
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
        const bool can_load = context.engine().history().loader() != nullptr;
        context.report.note(std::string("nothing is stored yet: ") + (can_load ? "data load SYMBOL, or " : "") +
                            "data import FILE --symbol SYMBOL");
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

std::string clock_text(const engine::CalendarFacts& calendar, Instant instant) {
    const LocalTime local = calendar.zone->to_local(instant);
    return to_rfc3339(Instant(local.time_since_epoch())).substr(11, 5);
}

/// "2024-01-02: pre 04:00-09:30, regular 09:30-16:00", on the clocks of the exchange.
std::optional<std::string> hours_text(const engine::CalendarFacts& calendar) {
    if (calendar.today.empty()) {
        return std::nullopt;
    }
    std::string text = to_date_text(calendar.today.front().date) + ":";
    for (const tradesh::Session& session : calendar.today) {
        text += (text.back() == ':' ? " " : ", ") + std::string(name_of(session.kind)) + " " +
                clock_text(calendar, session.open) + "-" + clock_text(calendar, session.close);
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
    const Result<engine::CalendarFacts> calendar = co_await context.engine().data().calendar(instrument);
    if (!calendar) {
        co_return fail(calendar.error());
    }
    const std::string currency(instrument.currency.code());
    std::vector<Field> fields{
        {"symbol", instrument.symbol},
        {"kind", name_of(instrument.kind)},
        {"exchange", instrument.exchange.empty() ? std::nullopt : std::optional(instrument.exchange)},
        {"zone", instrument.zone},
        {"calendar", calendar->name.empty() ? "unknown: say --exchange" : calendar->name},
        {"hours", hours_text(*calendar)},
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

} // namespace

std::vector<CommandSpec> data_commands() {
    ArgumentSpec symbols = symbol_argument();
    symbols.repeatable = true;
    return {
        data_show_command(),
        data_plot_command(),
        data_load_command(),
        data_verify_command(),
        data_heal_command(),
        data_range_command(),
        data_import_command(),
        data_export_command(),
        data_delete_command(),
        data_actions_command(),
        data_chain_command(),
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
         .summary = "Show an instrument, when it trades, and its series",
         .arguments = {symbol_argument()},
         .examples = {{"data info GOOG", "kind, exchange, hours, tick, and which of them are defaults"},
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
