#include "cli/commands/order_export.hpp"

#include "cli/commands/account_fills.hpp"
#include "cli/commands/time_range.hpp"
#include "core/engine/account_desk.hpp"
#include "core/engine/engine.hpp"
#include "core/orders/activity_reader.hpp"
#include "core/orders/order_reader.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using orders::Activity;
using orders::Order;
using runtime::Task;

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

/// The numbers of a price rule in columns of their own.
struct PriceColumns {
    std::optional<Decimal> limit{};
    std::optional<Decimal> stop{};
    std::optional<Decimal> trail{};
    std::optional<std::string_view> trail_unit{};
};

PriceColumns columns_of(const PriceRule& rule) {
    PriceColumns columns;
    if (const auto* limit = std::get_if<LimitPrice>(&rule)) {
        columns.limit = limit->limit;
    } else if (const auto* stop = std::get_if<StopPrice>(&rule)) {
        columns.stop = stop->stop;
        columns.limit = stop->limit;
    } else if (const auto* trail = std::get_if<TrailingStop>(&rule)) {
        columns.trail = trail->distance;
        columns.trail_unit = trail->percent ? "pct" : "currency";
    }
    return columns;
}

std::vector<Column> order_export_columns() {
    return {{"order", CellType::text},       {"created", CellType::time},      {"updated", CellType::time},
            {"state", CellType::text},       {"side", CellType::text},         {"symbol", CellType::text},
            {"quantity", CellType::decimal}, {"type", CellType::text},         {"limit", CellType::decimal},
            {"stop", CellType::decimal},     {"trail", CellType::decimal},     {"trail_unit", CellType::text},
            {"tif", CellType::text},         {"valid_until", CellType::time},  {"may_open_short", CellType::boolean},
            {"filled", CellType::decimal},   {"remaining", CellType::decimal}, {"average_price", CellType::decimal},
            {"fees", CellType::decimal},     {"fee_currency", CellType::text}, {"fills", CellType::integer},
            {"key", CellType::text},         {"form", CellType::text},         {"venue_id", CellType::text},
            {"parent", CellType::text},      {"oco_group", CellType::text},    {"group", CellType::text},
            {"leg", CellType::integer},      {"external", CellType::boolean},  {"reason_code", CellType::text},
            {"reason", CellType::text}};
}

std::vector<Cell> order_export_cells(const Order& order) {
    const OrderRequest& request = order.request;
    const PriceColumns price = columns_of(request.price);
    return {request.id.value,
            order.created,
            order.updated,
            name_of(order.state),
            name_of(request.side),
            request.symbol,
            request.quantity,
            name_of(request.price),
            price.limit,
            price.stop,
            price.trail,
            price.trail_unit,
            name_of(request.time_in_force),
            request.valid_until,
            request.may_open_short,
            order.filled,
            order.remaining(),
            order.average_price(),
            order.fees,
            unless_empty(std::string(order.fee_currency.code())),
            order.fills.size(),
            unless_empty(order.key),
            unless_empty(order.form),
            unless_empty(order.venue_id.value),
            unless_empty(request.parent.value),
            unless_empty(request.oco_group),
            unless_empty(order.group),
            order.leg == 0 ? std::nullopt : std::optional(order.leg),
            order.external,
            unless_empty(order.reason_code),
            unless_empty(order.reason)};
}

Task<Result<void>> export_orders(CommandContext& context, TimeRange range) {
    context.report.table(order_export_columns());
    const orders::OrderLedger& ledger = context.engine().trading().ledger();
    orders::OrderReader reader(context.engine().account_desk().journal());
    for (;;) {
        const Result<std::vector<Order>> page = co_await reader.next();
        if (!page) {
            co_return fail(page.error());
        }
        if (page->empty()) {
            co_return Result<void>();
        }
        for (const Order& written : *page) {
            if (!range.contains(written.created)) {
                continue;
            }
            const Order* current = ledger.find(written.request.id);
            std::vector<Cell> row = order_export_cells(current == nullptr ? written : *current);
            const Result<void> shown = co_await context.report.row(std::move(row));
            if (!shown) {
                co_return shown;
            }
        }
    }
}

Task<Result<void>> export_events(CommandContext& context, TimeRange range) {
    context.report.table({{"seq", CellType::integer},
                          {"time", CellType::time},
                          {"event", CellType::text},
                          {"source", CellType::text},
                          {"order", CellType::text},
                          {"symbol", CellType::text},
                          {"key", CellType::text},
                          {"what", CellType::text},
                          {"correlation", CellType::text},
                          {"payload", CellType::text}});
    orders::ActivityReader reader(context.engine().account_desk().journal(), {.from = range.from, .to = range.to});
    for (;;) {
        const Result<std::vector<Activity>> page = co_await reader.news();
        if (!page) {
            co_return fail(page.error());
        }
        if (page->empty()) {
            co_return Result<void>();
        }
        for (const Activity& each : *page) {
            std::vector<Cell> row{each.seq,
                                  each.time,
                                  each.event,
                                  unless_empty(each.source),
                                  unless_empty(each.order),
                                  unless_empty(each.symbol),
                                  unless_empty(each.key),
                                  each.text,
                                  unless_empty(each.correlation),
                                  each.payload};
            const Result<void> shown = co_await context.report.row(std::move(row));
            if (!shown) {
                co_return shown;
            }
        }
    }
}

Result<TimeRange> export_words(const Arguments& arguments, Instant now) {
    if (arguments.has("fills") && arguments.has("events")) {
        return fail(Error(ErrorKind::usage, "export.two_kinds", "--fills and --events are two exports")
                        .at(arguments.find("events")->where())
                        .advise("give one of them"));
    }
    return read_time_range(arguments, now);
}

/// The ending of the -o file chooses the format, so one that names none is a mistake: a spreadsheet would open TSV
/// under the name of something else.
Result<void> check_ending(const OutputOptions& output) {
    const std::size_t dot = output.file.rfind('.');
    const std::size_t slash = output.file.rfind('/');
    const bool has_ending = dot != std::string::npos && (slash == std::string::npos || dot > slash);
    if (output.format != Format::automatic || !has_ending || parse_format(output.file.substr(dot + 1))) {
        return {};
    }
    return fail(Error(ErrorKind::usage, "export.ending",
                      "'" + output.file.substr(dot) + "' is the ending of no format that is written here")
                    .on(output.file)
                    .advise("end the name with .csv, .tsv, .json or .ndjson, or name the format with --format"));
}

Task<Result<void>> run_export(CommandContext& context) {
    if (Result<void> known = check_ending(context.options.output); !known) {
        co_return fail(std::move(known.error()).attempting("export the journal"));
    }
    const Result<TimeRange> range = export_words(context.arguments, context.engine().clock().now());
    if (!range) {
        co_return fail(range.error());
    }
    context.task.awaits = "the journal";
    Result<void> shown;
    if (context.arguments.has("fills")) {
        FillFilter filter{.range = *range};
        shown = co_await report_fills(context, std::move(filter));
    } else if (context.arguments.has("events")) {
        shown = co_await export_events(context, *range);
    } else {
        shown = co_await export_orders(context, *range);
    }
    if (!shown && shown.error().kind != ErrorKind::cancelled) {
        co_return fail(std::move(shown.error()).attempting("export the journal"));
    }
    co_return shown;
}

} // namespace

CommandSpec order_export_command() {
    return CommandSpec{
        .family = "order",
        .verb = "export",
        .summary = "Write every order, fill or event, for a spreadsheet or a program",
        .options = {from_option(),
                    to_option(),
                    {.name = "fills", .value_name = "", .help = "a row for each execution"},
                    {.name = "events", .value_name = "", .help = "a row for each event of the journal"}},
        .examples = {{"order export -o orders.csv", "every order there ever was, every field"},
                     {"order export --fills --from 2026-01-01 -o fills.csv", "this year's executions"},
                     {"order export --events --format ndjson -o journal.ndjson", "the whole journal, for a program"}},
        .schema = "order.export@1",
        .run = run_export,
        .check =
            [](const Arguments& arguments) {
                const Result<TimeRange> range = export_words(arguments, no_time);
                return range ? Result<void>() : fail(range.error());
            },
        .details = "The name of the file chooses the format: .csv, .tsv, .json, .ndjson. Numbers are exact. An order "
                   "belongs to the time at which it began, a fill to its trade, an event to its own.",
    };
}

} // namespace tradesh::cli
