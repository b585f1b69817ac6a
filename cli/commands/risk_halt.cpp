#include "cli/commands/risk_halt.hpp"

#include "cli/commands/order_report.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/risk_desk.hpp"
#include "core/engine/trading_desk.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace tradesh::cli {
namespace {

using engine::Flattened;
using engine::RiskDesk;
using orders::Withdrawal;
using runtime::Task;

/// How long `panic` waits for the venue's word before it tells what is still open; the withdrawal goes on behind it.
constexpr Duration withdrawal_limit = std::chrono::seconds(10);

std::string reason_of(const Arguments& arguments, std::string_view otherwise) {
    std::string reason;
    for (const Word& word : arguments.all("reason")) {
        reason += (reason.empty() ? "" : " ") + word.text;
    }
    const auto is_visible = [](unsigned char c) { return c > ' ' && c != 0x7f; };
    return std::ranges::none_of(reason, is_visible) ? std::string(otherwise) : reason.substr(0, 200);
}

Task<Result<void>> rehearse(CommandContext& context) {
    context.report.table(order_columns());
    for (const orders::Order* order : context.engine().trading().ledger().open()) {
        std::vector<Cell> row = order_cells(*order);
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    context.report.note("rehearsed only: trading goes on, and these orders stay open");
    co_return Result<void>();
}

/// What is not confirmed, as the error that the command ends with; nothing when all of it is.
std::optional<Error> still_open(const Withdrawal& withdrawal, bool is_confirmed) {
    if (withdrawal.still_open.empty()) {
        return is_confirmed ? std::nullopt
                            : std::optional(Error(ErrorKind::unknown, "risk.not_confirmed",
                                                  "the venue has not confirmed that no order is open")
                                                .attempting("withdraw every open order")
                                                .advise("trading is halted and the venue is asked again and again; "
                                                        "'status' tells of the link, 'risk show' what is left"));
    }
    bool is_unknown = false;
    std::string list;
    for (const orders::Order& order : withdrawal.still_open) {
        list += (list.empty() ? "" : "; ") + order.request.id.value + " " + orders::describe(order.request) + ", " +
                std::string(name_of(order.state));
        is_unknown = is_unknown || order.state == OrderState::cancelling || orders::is_unanswered(order);
    }
    return Error(is_unknown ? ErrorKind::unknown : ErrorKind::partial, "risk.still_open",
                 std::to_string(withdrawal.still_open.size()) + " orders are not confirmed as withdrawn: " + list)
        .attempting("withdraw every open order")
        .advise("trading is halted and they are withdrawn again and again; 'orders' and 'risk show' tell what is left");
}

Task<Result<void>> report_withdrawal(CommandContext& context, const Withdrawal& withdrawal) {
    context.report.table(order_columns(), "orders");
    for (const std::vector<orders::Order>* some : {&withdrawal.ended, &withdrawal.still_open}) {
        for (const orders::Order& order : *some) {
            std::vector<Cell> row = order_cells(order);
            const Result<void> shown = co_await context.report.row(std::move(row));
            if (!shown) {
                co_return shown;
            }
        }
    }
    co_return Result<void>();
}

/// Halts, withdraws and reports. The error of the result is the worst of what happened, told after the report.
Task<Result<void>> halt_and_withdraw(CommandContext& context, std::string reason) {
    RiskDesk& desk = context.engine().risk();
    context.client.announce_effect("trading was being halted and open orders withdrawn: look with 'risk show'");
    const Result<void> recorded = co_await desk.halt(std::move(reason), context.correlation);
    context.task.awaits = "the venue's word on the cancels";
    const Withdrawal withdrawal = co_await desk.await_withdrawal(context.options.timeout.value_or(withdrawal_limit));
    const Result<void> shown = co_await report_withdrawal(context, withdrawal);
    if (!shown) {
        co_return shown;
    }
    if (!recorded) {
        context.report.warn(recorded.error().describe() + ": " + recorded.error().hint);
    }
    std::optional<Error> open = still_open(withdrawal, desk.is_withdrawn());
    if (open) {
        co_return fail(std::move(*open));
    }
    context.client.settle_effect();
    co_return recorded;
}

void offer_to_flatten(CommandContext& context) {
    const std::string held = to_text(context.engine().risk().book().positions());
    context.report.note(held.empty() ? "no position is held"
                                     : "still held: " + held +
                                           ", without protection: exits are withdrawn like every order; 'panic "
                                           "--flatten' closes them at the market");
}

Task<Result<void>> run_halt(CommandContext& context) {
    if (context.options.dry_run) {
        const Result<void> shown = co_await rehearse(context);
        offer_to_flatten(context);
        co_return shown;
    }
    std::string reason = reason_of(context.arguments, "by hand");
    const Result<void> halted = co_await halt_and_withdraw(context, std::move(reason));
    offer_to_flatten(context);
    if (halted) {
        context.report.note("trading is HALTED: only cancels go out; 'risk resume REASON' ends it");
    }
    co_return halted;
}

Task<Result<void>> flatten(CommandContext& context) {
    orders::PlaceOptions options;
    options.timeout = context.options.timeout.value_or(withdrawal_limit);
    options.correlation = context.correlation;
    options.announce_effect = [&client = context.client](std::string_view advice) { client.announce_effect(advice); };
    options.settle_effect = [&client = context.client] { client.settle_effect(); };
    context.task.awaits = "positions to be closed";
    const Result<std::vector<Flattened>> flattened = co_await context.engine().risk().flatten(options);
    if (!flattened) {
        co_return fail(flattened.error());
    }
    context.report.table({{"symbol"}, {"held", CellType::decimal}, {"order"}, {"state"}, {"reason"}}, "flattened");
    std::optional<Error> worst;
    for (const Flattened& each : *flattened) {
        const bool is_placed = each.outcome.has_value();
        std::vector<Cell> row{each.symbol, each.quantity,
                              is_placed ? std::optional(each.outcome->order.request.id.value) : std::nullopt,
                              is_placed ? std::optional(name_of(each.outcome->order.state)) : std::nullopt,
                              is_placed ? std::nullopt : std::optional(each.outcome.error().describe())};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
        if (!is_placed && (!worst || each.outcome.error().unknown_effect())) {
            worst = each.outcome.error();
        } else if (is_placed && each.outcome->still_open && !worst) {
            worst = Error(ErrorKind::partial, "risk.still_held",
                          "the order that closes " + each.symbol + " is still working")
                        .attempting("close every position")
                        .advise("'pos' and 'orders' tell what is left");
        }
    }
    co_return worst ? Result<void>(fail(std::move(*worst))) : Result<void>();
}

Task<Result<void>> run_panic(CommandContext& context) {
    if (context.options.dry_run) {
        const Result<void> shown = co_await rehearse(context);
        offer_to_flatten(context);
        co_return shown;
    }
    std::string reason = reason_of(context.arguments, "panic");
    const Result<void> halted = co_await halt_and_withdraw(context, std::move(reason));
    if (context.arguments.has("flatten")) {
        const Result<void> flattened = co_await flatten(context);
        const bool is_worse = !flattened && (halted || flattened.error().unknown_effect());
        if (is_worse) {
            if (!halted) {
                context.report.warn(halted.error().describe());
            }
            co_return flattened;
        }
    } else {
        offer_to_flatten(context);
    }
    if (halted) {
        context.report.note("trading is HALTED: only cancels go out; 'risk resume REASON' ends it");
    }
    co_return halted;
}

} // namespace

std::vector<CommandSpec> risk_halt_commands() {
    const ArgumentSpec reason{.name = "reason", .help = "why, for the journal", .required = false, .repeatable = true};
    return {
        {.family = "risk",
         .verb = "halt",
         .summary = "Stop trading: refuse new orders and withdraw every open one",
         .arguments = {reason},
         .examples = {{"risk halt", "now"},
                      {"risk halt 'feed looks wrong'", "with a reason"},
                      {"risk resume 'feed is back'", "the end of it"}},
         .schema = "order.list@1",
         .run = run_halt,
         .effects = Effects::orders,
         .details =
             "Holds at once, survives a restart and ends with 'risk resume REASON' alone. Cancels are repeated "
             "until the venue has confirmed each, those of protecting exits like every other: what is held stands "
             "without protection, and the answer names it. Exit code 0 means that it has, 7 that orders are still "
             "open, "
             "11 that the fate of a cancel is not known.",
         .may_be_partial = true},
        {.family = "risk",
         .verb = "panic",
         .summary = "Halt, withdraw everything, and with --flatten close every position",
         .arguments = {reason},
         .options = {{.name = "flatten", .value_name = "", .help = "close every position at the market"}},
         .examples = {{"panic", "nothing goes out any more, nothing stays open"},
                      {"panic --flatten", "and nothing stays held"},
                      {"panic --flatten 'wrong account'", "with a reason"}},
         .schema = "order.list@1",
         .run = run_panic,
         .quick = "panic",
         .effects = Effects::orders,
         .details = "Works at any time: before the first settlement, while halted, with a full disk. Never asks. Exit "
                    "codes as of 'risk halt'.",
         .may_be_partial = true},
    };
}

} // namespace tradesh::cli
