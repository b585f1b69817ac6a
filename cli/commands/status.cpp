#include "cli/commands/status.hpp"

#include "cli/commands/order_exit.hpp"
#include "core/base/counted.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/history_desk.hpp"
#include "core/engine/risk_desk.hpp"
#include "core/engine/trading_desk.hpp"
#include "core/engine/trigger_desk.hpp"
#include "core/engine/webhook_desk.hpp"
#include "core/orders/risk_book.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

Duration to_the_millisecond(Duration span) { return std::chrono::floor<std::chrono::milliseconds>(span); }

/// Orders whose fate nobody knows yet: the first thing that a trader must hear.
void tell_unknown(Report& report, const orders::OrderLedger& ledger, std::vector<Field>& fields) {
    std::vector<std::string> unknown;
    for (const orders::Order* order : ledger.open()) {
        if (order->stands == OrderState::unknown) {
            unknown.push_back(order->request.id.value);
        }
    }
    if (!unknown.empty()) {
        fields.push_back({"unknown_orders", unknown.size()});
        report.warn("the fate of " + counted(unknown.size(), "order") + " is unknown, among them " + unknown.front() +
                    "; nothing is sent again and the venue is being asked: order reconcile asks at once");
    }
}

void tell_trading(Report& report, const orders::TradingStanding& standing, std::vector<Field>& fields) {
    if (standing.state != orders::TradingState::active) {
        fields.push_back({"trading", name_of(standing.state)});
        report.warn("trading is " + std::string(name_of(standing.state)) +
                    (standing.reason.empty() ? "" : ": " + standing.reason) + "; risk resume REASON ends it");
    }
}

Task<void> tell_webhooks(CommandContext& context, std::vector<Field>& fields) {
    const Result<engine::WebhookDesk::Totals> totals = co_await context.engine().webhooks().totals();
    if (totals && totals->endpoints > 0) {
        fields.push_back({"webhooks", totals->endpoints});
        fields.push_back({"webhooks_pending", totals->pending});
        fields.push_back({"webhooks_dead", totals->dead});
    }
}

Task<Result<void>> run_status(CommandContext& context) {
    warn_of_unwatched_exits(context);
    engine::Engine& engine = context.engine();
    std::vector<Field> fields{{"profile", engine.profile().name},
                              {"mode", engine.profile().mode()},
                              {"venue", engine.profile().venue},
                              {"account", engine.account().account},
                              {"link", engine.trading().manager().link_up() ? "up" : "down"},
                              {"open_orders", engine.trading().ledger().open().size()},
                              {"orders", engine.trading().ledger().count()},
                              {"triggers", engine.triggers().armed()},
                              {"triggers_missed", engine.triggers().missed_lately()},
                              {"serving", engine.triggers().serving()},
                              {"commands", engine.commands_run()},
                              {"uptime", to_the_millisecond(engine.uptime())},
                              {"pid", engine.pid()},
                              {"version", engine.build()},
                              {"directory", engine.place().directory}};
    tell_unknown(context.report, engine.trading().ledger(), fields);
    tell_trading(context.report, engine.risk().book().standing(), fields);
    if (engine.risk().is_unrecorded()) {
        context.report.warn("the halt could not be recorded yet, so a restart would not know of it; it is tried again "
                            "every second: make room on the disk of " +
                            engine.place().directory);
    }
    for (const std::string& warning : engine.warnings()) {
        context.report.warn(warning);
    }
    if (const history::BarLoader* loader = engine.history().loader()) {
        const history::BarLoader::Traffic traffic = loader->traffic();
        fields.push_back({"history_requests", traffic.sent});
        fields.push_back({"history_waiting", traffic.waiting});
        fields.push_back({"history_in_flight", traffic.in_flight});
    }
    co_await tell_webhooks(context, fields);
    const Result<void> shown = co_await context.report.record(std::move(fields));
    co_return shown;
}

Task<Result<void>> run_connections(CommandContext& context) {
    context.report.table({{"endpoint", CellType::text},
                          {"state", CellType::text},
                          {"opened", CellType::integer},
                          {"reused", CellType::integer}});
    for (const venue::ConnectionInfo& connection : context.engine().connections()) {
        std::vector<Cell> row{connection.endpoint, connection.state, connection.opened, connection.reused};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    co_return Result<void>();
}

Task<Result<void>> run_tasks(CommandContext& context) {
    const Duration now = context.engine().clock().elapsed();
    context.report.table({{"task", CellType::text}, {"age", CellType::duration}, {"awaits", CellType::text}});
    for (const runtime::TaskInfo& task : context.engine().tasks()) {
        std::vector<Cell> row{task.name, to_the_millisecond(now - task.started), task.awaits};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    co_return Result<void>();
}

/// Nanoseconds as whole microseconds: finer digits are noise.
std::int64_t microseconds(Duration span) { return std::chrono::ceil<std::chrono::microseconds>(span).count(); }

Task<Result<void>> run_latency(CommandContext& context) {
    context.report.table({{"stage", CellType::text},
                          {"count", CellType::integer},
                          {"p50_us", CellType::integer},
                          {"p99_us", CellType::integer},
                          {"max_us", CellType::integer}});
    for (const engine::StageTimes& stage : context.engine().latency()) {
        const runtime::Histogram& times = *stage.times;
        std::vector<Cell> row{stage.stage, times.count(), microseconds(times.percentile(0.5)),
                              microseconds(times.percentile(0.99)), microseconds(times.max())};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    context.report.note("handler_cpu is CPU time of the event loop; the others are wall time");
    co_return Result<void>();
}

} // namespace

std::vector<CommandSpec> status_commands() {
    return {
        {.family = "status",
         .verb = "",
         .summary = "Show what this core is and how it stands",
         .examples = {{"status", "at a glance"},
                      {"status --json", "for a monitor"},
                      {"status --fields link,open_orders", "only these two"}},
         .schema = "status@1",
         .run = run_status},
        {.family = "status",
         .verb = "connections",
         .summary = "Show every connection, how often opened and reused",
         .examples = {{"status connections", "a second command opens nothing"},
                      {"status connections --json", "for a monitor"},
                      {"status connections --csv", "for a spreadsheet"}},
         .schema = "status.connections@1",
         .run = run_connections},
        {.family = "status",
         .verb = "tasks",
         .summary = "Show what runs, for how long, and what each task awaits",
         .examples = {{"status tasks", "what the core is doing"},
                      {"status tasks --json", "for a monitor"},
                      {"status tasks --format wide", "without cutting anything"}},
         .schema = "status.tasks@1",
         .run = run_tasks},
        {.family = "status",
         .verb = "latency",
         .summary = "Show how long commands, orders and loop handlers take",
         .examples = {{"status latency", "median, 99th percentile, worst"},
                      {"status latency --json", "for a monitor"},
                      {"status latency --csv", "for a spreadsheet"}},
         .schema = "status.latency@1",
         .run = run_latency},
    };
}

} // namespace tradesh::cli
