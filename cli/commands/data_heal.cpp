#include "cli/commands/data_heal.hpp"

#include "cli/commands/load_report.hpp"
#include "core/engine/engine.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

std::vector<Cell> heal_cells(const engine::LoadOutcome& outcome) {
    const history::LoadReport& report = *outcome.report;
    const Timeframe timeframe = report.series.timeframe;
    return {outcome.symbol,
            name_of(timeframe),
            first_time_cell(report.from, timeframe),
            last_time_cell(report.to, timeframe),
            outcome.missing_before,
            report.bars.inserted,
            report.no_trades,
            report.delayed,
            outcome.missing_after,
            report.requests,
            report.failed.size()};
}

Task<Result<void>> report_healing(CommandContext& context, const engine::LoadBatch& batch) {
    context.report.table({{"symbol", CellType::text},
                          {"timeframe", CellType::text},
                          {"from", CellType::time},
                          {"to", CellType::time},
                          {"missing", CellType::integer},
                          {"filled", CellType::integer},
                          {"no_trades", CellType::integer},
                          {"delayed", CellType::integer},
                          {"left", CellType::integer},
                          {"requests", CellType::integer},
                          {"failed", CellType::integer}},
                         "healed");
    for (const engine::LoadOutcome& outcome : batch.outcomes) {
        if (!outcome.report) {
            continue;
        }
        std::vector<Cell> row = heal_cells(outcome);
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    co_return Result<void>();
}

/// Slots may be left although every request was answered: the venue answers in part.
Result<void> nothing_left(const engine::LoadBatch& batch) {
    std::size_t left = 0;
    for (const engine::LoadOutcome& outcome : batch.outcomes) {
        left += outcome.report ? outcome.missing_after : 0;
    }
    if (left == 0) {
        return {};
    }
    return fail(Error(ErrorKind::partial, "heal.partial", counted(left, "slot") + " could not be filled")
                    .attempting("heal")
                    .advise("try again later: the same command asks only for what is missing"));
}

Task<Result<void>> run_heal(CommandContext& context) {
    Result<LoadWords> words = read_load_words(context.arguments, context.engine().clock().now());
    if (!words) {
        co_return fail(std::move(words.error()));
    }
    LoadVerb verb{.doing = "healing",
                  .plan = &engine::HistoryDesk::plan_healing,
                  .load = &engine::HistoryDesk::heal,
                  .report = report_healing,
                  .verdict = nothing_left};
    const Result<void> done = co_await run_load_verb(context, std::move(verb), std::move(*words));
    co_return done;
}

} // namespace

CommandSpec data_heal_command() {
    return CommandSpec{
        .family = "data",
        .verb = "heal",
        .summary = "Fill the holes of stored history from the venue",
        .arguments = {symbols_argument()},
        .options = {timeframe_option(),
                    from_option(),
                    to_option(),
                    hours_option(),
                    {.name = "plan", .value_name = "", .help = "only show requests, bars and time it would take"},
                    {.name = "recheck", .value_name = "", .help = "ask again for slots that the venue had no bar for"},
                    exchange_option()},
        .examples = {{"data heal AAPL", "every hole between the first and the last daily bar"},
                     {"data heal AAPL MSFT 1h --from -30d", "of the last thirty days"},
                     {"data heal AAPL 5m --plan", "what that would cost"}},
        .schema = "data.heal@1",
        .run = run_heal,
        .check =
            [](const Arguments& arguments) {
                const Result<LoadWords> words = read_load_words(arguments, no_time);
                return words ? Result<void>() : fail(words.error());
            },
        .details = "Only bars that came from this venue are healed: bars of different sources never mix, so an "
                   "imported series is healed by importing a file that has the missing bars. Exit 7: something is "
                   "still missing.",
        .may_be_partial = true,
    };
}

} // namespace tradesh::cli
