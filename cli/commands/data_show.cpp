#include "cli/commands/data_show.hpp"

#include "cli/commands/data_words.hpp"
#include "cli/parse/values.hpp"
#include "core/engine/data_desk.hpp"
#include "core/engine/engine.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

Result<engine::BarsWanted> bars_wanted(const Arguments& arguments, Instant now) {
    Result<engine::BarsWanted> wanted = read_one_series(arguments, now);
    if (!wanted) {
        return wanted;
    }
    if (const Word* word = arguments.find("count")) {
        Result<std::int64_t> count = parse_count(*word);
        if (!count) {
            return fail(std::move(count.error()));
        }
        wanted->last_count = static_cast<std::size_t>(*count);
    }
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
    const std::string currency(found->instrument.currency.code());
    context.report.table({{"time", is_daily_or_longer(found->timeframe) ? CellType::date : CellType::time},
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
    const BarSource source = found->series.key.source;
    context.report.note(found->instrument.symbol + " " + std::string(name_of(found->timeframe)) + ", " +
                        std::string(name_of(found->basis)) + " prices, from " + std::string(name_of(source)));
    for (const std::string& note : found->notes) {
        context.report.note(note);
    }
    if (const std::optional<std::string> note = note_on_source(source)) {
        context.report.note(*note);
    }
    co_return Result<void>();
}

} // namespace

CommandSpec data_show_command() {
    return CommandSpec{
        .family = "data",
        .verb = "show",
        .summary = "Show stored bars",
        .arguments = {symbol_argument(), bars_argument()},
        .options = {timeframe_option(),
                    {.name = "count",
                     .value_name = "N",
                     .help = "only the last N",
                     .short_name = 'n',
                     .kind = ValueKind::count},
                    from_option(),
                    to_option(),
                    adjusted_option(),
                    hours_option(),
                    source_option(),
                    exchange_option()},
        .examples = {{"data show GOOG -n 5", "the last five bars"},
                     {"data show GOOG 1w --from 2013-01-01 --csv -o goog.csv", "weeks, made of days, into a file"},
                     {"data show KO --adjusted -n 20 --json", "adjusted prices for a script"}},
        .schema = "data.show@1",
        .run = run_show,
        .check =
            [](const Arguments& arguments) {
                const Result<engine::BarsWanted> wanted = bars_wanted(arguments, no_time);
                return wanted ? Result<void>() : fail(wanted.error());
            },
        .details = "Bars that are not stored are made of what is: longer ones of shorter ones, adjusted daily prices "
                   "of raw ones with the splits and dividends that are known. A note says so. Daily and longer bars "
                   "carry the date of their session.",
    };
}

} // namespace tradesh::cli
