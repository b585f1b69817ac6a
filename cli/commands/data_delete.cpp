#include "cli/commands/data_delete.hpp"

#include "cli/commands/data_words.hpp"
#include "core/engine/data_desk.hpp"
#include "core/engine/engine.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

Error not_confirmed(const engine::ErasedBars& found, const std::string& symbol) {
    const store::SeriesKey& key = found.series.key;
    return Error(ErrorKind::refused, "delete.not_confirmed",
                 counted(found.bars, "bar") + " would be deleted, and nothing was")
        .attempting("delete bars")
        .on(symbol + " " + std::string(name_of(key.timeframe)) + " " + std::string(name_of(key.basis)) + " from " +
            std::string(name_of(key.source)))
        .advise("if that is what you want, say --yes");
}

Task<Result<void>> run_delete(CommandContext& context) {
    Result<engine::BarsWanted> wanted = read_one_series(context.arguments, context.engine().clock().now());
    if (!wanted) {
        co_return fail(std::move(wanted.error()));
    }
    const std::string symbol = wanted->symbol;
    const bool erases = context.options.yes && !context.options.dry_run;
    const Result<engine::ErasedBars> outcome = co_await context.engine().data().erase(std::move(*wanted), !erases);
    if (!outcome) {
        co_return fail(outcome.error());
    }
    if (!context.options.yes && !context.options.dry_run) {
        co_return fail(not_confirmed(*outcome, symbol));
    }
    const store::SeriesKey& key = outcome->series.key;
    std::vector<Field> fields{{"symbol", symbol},
                              {"timeframe", name_of(key.timeframe)},
                              {"prices", name_of(key.basis)},
                              {"source", name_of(key.source)},
                              {"deleted", erases ? outcome->bars : 0},
                              {"left", outcome->series.bars - (erases ? outcome->bars : 0)}};
    const Result<void> shown = co_await context.report.record(std::move(fields));
    if (!erases) {
        context.report.note("rehearsed: " + counted(outcome->bars, "bar") + " would be deleted");
    }
    co_return shown;
}

} // namespace

CommandSpec data_delete_command() {
    return CommandSpec{
        .family = "data",
        .verb = "delete",
        .summary = "Delete stored bars",
        .arguments = {symbol_argument(), bars_argument()},
        .options = {timeframe_option(), from_option(), to_option(), source_option(), adjusted_option()},
        .examples = {{"data delete GOOG 1d --yes", "all raw daily bars"},
                     {"data delete AAPL 5m --to 2024-01-01 --yes", "those before a date"},
                     {"data delete AAPL 1d --adjusted --source import --dry-run", "how many that would be"}},
        .schema = "data.delete@1",
        .run = run_delete,
        .check =
            [](const Arguments& arguments) {
                const Result<engine::BarsWanted> wanted = read_one_series(arguments, no_time);
                return wanted ? Result<void>() : fail(wanted.error());
            },
        .details = "What the venue had answered for the deleted range is forgotten as well, so the next load asks for "
                   "it again. Without --yes nothing is deleted. Exit 12: there was nothing.",
    };
}

} // namespace tradesh::cli
