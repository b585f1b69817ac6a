#include "cli/commands/data_load.hpp"

#include "cli/commands/load_report.hpp"
#include "core/engine/engine.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

Result<LoadWords> load_words(const Arguments& arguments, Instant now) {
    Result<LoadWords> words = read_load_words(arguments, now);
    if (!words) {
        return words;
    }
    engine::LoadWanted& wanted = words->wanted;
    wanted.one_by_one = arguments.has("sync");
    if (const Word* word = arguments.find("mode")) {
        const Result<history::LoadMode> mode = history::parse_load_mode(word->text);
        if (!mode) {
            Error error = mode.error();
            return fail(std::move(error).at(word->where()));
        }
        wanted.mode = *mode;
    }
    return words;
}

std::vector<Cell> load_cells(const std::string& symbol, const history::LoadReport& report) {
    const Timeframe timeframe = report.series.timeframe;
    return {symbol,
            name_of(timeframe),
            first_time_cell(report.from, timeframe),
            last_time_cell(report.to, timeframe),
            report.requests,
            report.bars.inserted,
            report.bars.replaced,
            report.bars.unchanged,
            report.no_trades,
            report.delayed,
            report.failed.size(),
            Duration(std::chrono::floor<std::chrono::milliseconds>(report.took))};
}

Task<Result<void>> report_loads(CommandContext& context, const engine::LoadBatch& batch) {
    context.report.table({{"symbol", CellType::text},
                          {"timeframe", CellType::text},
                          {"from", CellType::time},
                          {"to", CellType::time},
                          {"requests", CellType::integer},
                          {"inserted", CellType::integer},
                          {"replaced", CellType::integer},
                          {"unchanged", CellType::integer},
                          {"no_trades", CellType::integer},
                          {"delayed", CellType::integer},
                          {"failed", CellType::integer},
                          {"took", CellType::duration}},
                         "loads");
    for (const engine::LoadOutcome& outcome : batch.outcomes) {
        if (!outcome.report) {
            continue;
        }
        std::vector<Cell> row = load_cells(outcome.symbol, *outcome.report);
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    co_return Result<void>();
}

Task<Result<void>> run_load(CommandContext& context) {
    Result<LoadWords> words = load_words(context.arguments, context.engine().clock().now());
    if (!words) {
        co_return fail(std::move(words.error()));
    }
    LoadVerb verb{.doing = "loading",
                  .plan = &engine::HistoryDesk::plan,
                  .load = &engine::HistoryDesk::load,
                  .report = report_loads,
                  .verdict = [](const engine::LoadBatch&) { return Result<void>(); }};
    const Result<void> done = co_await run_load_verb(context, std::move(verb), std::move(*words));
    co_return done;
}

} // namespace

CommandSpec data_load_command() {
    return CommandSpec{
        .family = "data",
        .verb = "load",
        .summary = "Load price history from the venue: exactly what is missing",
        .arguments = {symbols_argument()},
        .options = {timeframe_option(),
                    {.name = "mode",
                     .value_name = "MODE",
                     .help = "what is looked at: tail, backfill or full (tail)",
                     .choices = {"tail", "backfill", "full"}},
                    from_option(),
                    to_option(),
                    hours_option(),
                    adjusted_option(),
                    {.name = "plan", .value_name = "", .help = "only show requests, bars and time it would take"},
                    {.name = "sync", .value_name = "", .help = "one request at a time, in order"},
                    {.name = "recheck", .value_name = "", .help = "ask again for slots that the venue had no bar for"},
                    exchange_option()},
        .examples = {{"data load AAPL", "daily bars up to now"},
                     {"data load AAPL,MSFT NVDA 1h --mode full --from 2024-01-01 --plan", "what that would cost"},
                     {"data load AAPL 5m --from -5d --json", "five days of 5m bars, for a script"}},
        .schema = "data.load@1",
        .run = run_load,
        .check =
            [](const Arguments& arguments) {
                const Result<LoadWords> words = load_words(arguments, no_time);
                return words ? Result<void>() : fail(words.error());
            },
        .details =
            "tail fetches what is missing after the last stored bar (of nothing stored: the last 30 days; with "
            "--from: all that is missing from there on), backfill what is missing before the first one, full both and "
            "every hole between. The calendar of "
            "the exchange says which bars there should be; what is stored is never asked for again. Every "
            "answer is saved as it comes: Ctrl-C keeps it, and the same command goes on where it stopped. "
            "Daily bars bring the splits and dividends of stocks along; bars of 1d and longer are those of regular "
            "hours. Exit 7: some requests got no "
            "answer; they are listed. Exit 130: stopped.",
        .may_be_partial = true,
    };
}

} // namespace tradesh::cli
