#include "cli/commands/account_fills.hpp"

#include "cli/commands/time_range.hpp"
#include "core/engine/account_desk.hpp"
#include "core/engine/engine.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using orders::RecordedFill;
using runtime::Task;

Task<Result<FillFilter>> read_filter(CommandContext& context) {
    Result<TimeRange> range = read_time_range(context.arguments, context.engine().clock().now());
    if (!range) {
        co_return fail(std::move(range.error()));
    }
    FillFilter filter{.range = *range};
    if (const Word* word = context.arguments.find("symbol")) {
        Result<std::string> symbol = symbol_of(*word);
        if (!symbol) {
            co_return fail(std::move(symbol.error()));
        }
        filter.symbol = std::move(*symbol);
    }
    if (const Word* word = context.arguments.find("order")) {
        Result<ClientOrderId> id = co_await context.engine().trading().manager().resolve(word->text);
        if (!id) {
            co_return fail(std::move(id.error()).at(word->where()));
        }
        filter.order = std::move(*id);
    }
    co_return filter;
}

std::vector<Cell> cells_of(const RecordedFill& recorded) {
    const Fill& fill = recorded.fill;
    return {fill.time,
            fill.order.value,
            name_of(fill.side),
            fill.symbol,
            fill.quantity,
            fill.price,
            fill.fee.amount,
            fill.fee.currency.code(),
            fill.execution.value,
            recorded.key.empty() ? std::nullopt : std::optional(recorded.key),
            name_of(recorded.source)};
}

Task<Result<void>> run_fills(CommandContext& context) {
    Result<FillFilter> filter = co_await read_filter(context);
    if (!filter) {
        co_return fail(std::move(filter.error()));
    }
    const Result<void> shown = co_await report_fills(context, std::move(*filter));
    co_return shown;
}

} // namespace

Task<Result<void>> report_fills(CommandContext& context, FillFilter filter) {
    context.report.table({{"time", CellType::time},
                          {"order", CellType::text},
                          {"side", CellType::text},
                          {"symbol", CellType::text},
                          {"quantity", CellType::decimal},
                          {"price", CellType::decimal},
                          {"fee", CellType::decimal},
                          {"currency", CellType::text},
                          {"execution", CellType::text},
                          {"key", CellType::text},
                          {"source", CellType::text}});
    bool any = false;
    orders::FillReader reader = context.engine().account_desk().fills(filter.range.from);
    for (;;) {
        Result<std::vector<RecordedFill>> page = co_await reader.next();
        if (!page) {
            co_return fail(std::move(page.error()).attempting("list fills"));
        }
        if (page->empty()) {
            break;
        }
        for (const RecordedFill& recorded : *page) {
            if (!filter.fits(recorded.fill)) {
                continue;
            }
            any = true;
            std::vector<Cell> row = cells_of(recorded);
            const Result<void> shown = co_await context.report.row(std::move(row));
            if (!shown) {
                co_return shown;
            }
        }
    }
    if (!any) {
        context.report.note("no fills");
    }
    co_return Result<void>();
}

CommandSpec account_fills_command() {
    return CommandSpec{
        .family = "account",
        .verb = "fills",
        .summary = "List every fill with its fee",
        .options = {from_option(),
                    to_option(),
                    {.name = "symbol", .value_name = "SYMBOL", .help = "only this", .kind = ValueKind::symbol},
                    {.name = "order", .value_name = "ID", .help = "only of this order", .kind = ValueKind::order_id}},
        .examples = {{"account fills --from today", "of this day, oldest first"},
                     {"account fills --csv -o fills.csv", "all of them, into a file"},
                     {"account fills --order eod-2026-11-21 --json", "of one order, for a script"}},
        .schema = "account.fills@1",
        .run = run_fills,
        .check =
            [](const Arguments& arguments) {
                const Result<TimeRange> range = read_time_range(arguments, no_time);
                return range ? Result<void>() : fail(range.error());
            },
        .details = "The source is the venue where it told of the fill as it happened, and reconciliation where it was "
                   "learnt of afterwards. A fill that the venue took back is not listed; a corrected one is listed as "
                   "corrected.",
    };
}

} // namespace tradesh::cli
