#include "cli/commands/order_group.hpp"

#include "cli/commands/order_batch.hpp"
#include "cli/commands/order_placement.hpp"
#include "cli/commands/order_report.hpp"
#include "cli/render/exit_code.hpp"
#include "core/base/counted.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/group_desk.hpp"
#include "core/orders/order_form_text.hpp"
#include "core/orders/order_key.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

Error no_group(std::string_view attempted) {
    return Error(ErrorKind::usage, "group.none", "no group is open")
        .attempting(attempted)
        .advise("open one with: begin pair");
}

Task<Result<void>> run_begin(CommandContext& context) {
    const Word& name = context.arguments.required("name");
    if (context.session.group) {
        co_return fail(Error(ErrorKind::usage, "group.open",
                             "the group '" + context.session.group->name + "' is open already, with " +
                                 counted(context.session.group->legs.size(), "leg"))
                           .attempting("begin a group")
                           .advise("commit or abort it first")
                           .at(name.where()));
    }
    if (Result<void> fits = check_key(context, ""); !fits) {
        co_return fits;
    }
    OrderGroup group{.name = name.text, .key = context.options.key.value_or(""), .legs = {}};
    context.session.group = std::make_shared<const OrderGroup>(std::move(group));
    context.report.note("group '" + name.text + "' is open: orders are collected until commit or abort");
    co_return Result<void>();
}

Task<Result<void>> run_abort(CommandContext& context) {
    if (!context.session.group) {
        co_return fail(no_group("abort the group"));
    }
    const std::shared_ptr<const OrderGroup> group = std::move(context.session.group);
    context.session.group = nullptr;
    context.report.note("group '" + group->name + "' is gone with its " + counted(group->legs.size(), "leg") +
                        "; nothing was sent");
    co_return Result<void>();
}

/// The key of the group: given to begin, or to commit; not two that differ.
Result<std::string> key_of(const CommandContext& context, const OrderGroup& group) {
    if (const Result<void> fits = check_key(context, group.key); !fits) {
        return fail(fits.error());
    }
    return group.key.empty() ? context.options.key.value_or("") : group.key;
}

/// The legs as they are sent, each with its own key.
Task<Result<engine::GroupRequest>> request_of(CommandContext& context, const OrderGroup& group) {
    Result<std::string> key = key_of(context, group);
    if (!key) {
        co_return fail(std::move(key.error()));
    }
    engine::GroupRequest request{.name = group.name, .legs = {}, .all_filled = context.arguments.has("all-or-none")};
    Result<std::string> of_group = co_await context.engine().trading().expand_key(*key, group.legs.front().form.symbol);
    if (!of_group) {
        co_return fail(std::move(of_group.error()));
    }
    request.key = std::move(*of_group);
    for (const OrderWords& words : group.legs) {
        const std::string of_leg = orders::child_key(*key, std::to_string(request.legs.size() + 1));
        Result<std::string> expanded = co_await context.engine().trading().expand_key(of_leg, words.form.symbol);
        if (!expanded) {
            co_return fail(std::move(expanded.error()));
        }
        request.legs.push_back({.form = words.form, .key = std::move(*expanded), .size_has_unit = words.size_has_unit});
    }
    co_return request;
}

std::vector<Cell> leg_cells(const engine::GroupRequest& request, const engine::LegOutcome& leg, std::size_t number) {
    const orders::OrderForm& form = request.legs[number].form;
    std::vector<Cell> row = leg.order ? order_cells(*leg.order)
                                      : order_row({{"state", leg.failure ? name_of(leg.failure->kind) : "not_sent"},
                                                   {"symbol", form.symbol},
                                                   {"type", orders::to_text(form.price)},
                                                   {"tif", name_of(form.time_in_force)}});
    if (leg.failure) {
        const std::string venue = leg.failure->venue_message.empty() ? "" : " (" + leg.failure->venue_message + ")";
        order_cell(row, "reason") = leg.failure->code + ": " + leg.failure->message + venue;
    }
    row.insert(row.begin(), Cell(static_cast<std::int64_t>(number + 1)));
    return row;
}

/// "; the other legs were withdrawn, and nothing has filled": what is true of it.
std::string left_behind(const engine::GroupOutcome& outcome) {
    const auto cancelled = std::ranges::count_if(outcome.legs, [](const engine::LegOutcome& leg) {
        return leg.order && leg.order->state == OrderState::cancelled;
    });
    return cancelled == 0 ? "; no other leg is at the venue, and nothing has filled"
                          : "; the other legs were withdrawn, and nothing has filled";
}

/// What a withdrawn group leaves behind: nothing, or fills to be hedged (exit 14), or the unknown (exit 11).
Error withdrawn(const engine::GroupOutcome& outcome, const std::string& name) {
    const Error& why = *outcome.failure;
    const std::vector<std::string> hedges = engine::hedge_lines(outcome.legs);
    if (why.unknown_effect()) {
        return Error(why).attempting("commit the group '" + name + "'");
    }
    if (hedges.empty()) {
        Error error(why.kind, why.code, why.message + left_behind(outcome));
        error.attempted = "commit the group '" + name + "'";
        error.subject = why.subject;
        error.venue_code = why.venue_code;
        error.venue_message = why.venue_message;
        error.hint = outcome.replayed && why.hint.empty() ? "use a new key to send the group again" : why.hint;
        return error;
    }
    std::string lines;
    for (const std::string& hedge : hedges) {
        lines += (lines.empty() ? "" : "; ") + hedge;
    }
    return Error(ErrorKind::partial, error_codes::leg_filled,
                 "a leg filled before the others were withdrawn, which was done because of " +
                     (why.subject.empty() ? "" : why.subject + ": ") + why.message)
        .attempting("commit the group '" + name + "'")
        .advise((outcome.replayed ? "unless it is done already, to be flat again: " : "to be flat again: ") + lines);
}

Task<Result<void>> report_group(CommandContext& context, const engine::GroupRequest& request,
                                const engine::GroupOutcome& outcome) {
    std::vector<Column> columns = order_columns();
    columns.insert(columns.begin(), Column{"leg", CellType::integer});
    columns.push_back(replayed_column());
    context.report.table(std::move(columns));
    for (std::size_t i = 0; i < outcome.legs.size(); ++i) {
        std::vector<Cell> row = leg_cells(request, outcome.legs[i], i);
        row.emplace_back(outcome.replayed);
        if (!outcome.replayed && outcome.legs[i].order) {
            warn_of(context, outcome.legs[i].order->checks, "leg " + std::to_string(i + 1));
        }
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
        note_withdrawn(context.report, outcome.legs[i].withdrawn, "leg " + std::to_string(i + 1) + ": ");
    }
    if (outcome.replayed) {
        context.report.note("replayed: key '" + request.key + "' had sent this group before; nothing was sent");
    }
    if (outcome.failure) {
        co_return fail(withdrawn(outcome, request.name));
    }
    co_return Result<void>();
}

/// `commit --dry-run`: the keys, then every leg.
Task<Result<void>> rehearse_group(CommandContext& context, const OrderGroup& group, engine::GroupRequest request,
                                  const orders::PlaceOptions& options) {
    const std::string key = request.key;
    const Result<bool> replays = co_await context.engine().groups().would_replay(std::move(request), options);
    if (!replays) {
        co_return fail(replays.error());
    }
    if (*replays) {
        context.report.note("key '" + key +
                            "' has sent this group before: commit would tell what became of it, and "
                            "send nothing");
    }
    std::vector<BatchEntry> entries;
    for (const OrderWords& words : group.legs) {
        entries.push_back({.label = std::to_string(entries.size() + 1), .words = words});
    }
    const BatchRules rules{.label_column = "leg", .may_miss = false, .all_or_none = true, .key = group.key};
    const Result<void> shown = co_await run_batch(context, std::move(entries), rules);
    OrderGroup told = group;
    told.rehearsed = true;
    context.session.group = std::make_shared<const OrderGroup>(std::move(told));
    co_return shown;
}

Task<Result<void>> run_commit(CommandContext& context) {
    const std::shared_ptr<const OrderGroup> group = context.session.group;
    if (!group || group->legs.empty()) {
        co_return fail(group ? Error(ErrorKind::usage, "group.empty", "the group '" + group->name + "' has no legs")
                                   .attempting("commit the group")
                                   .advise("add orders, or abort it")
                             : no_group("commit the group"));
    }
    const Result<engine::GroupRequest> request = co_await request_of(context, *group);
    if (!request) {
        co_return fail(request.error());
    }
    orders::PlaceOptions options = place_options(context, {});
    options.key.clear();
    if (context.options.dry_run) {
        const Result<void> shown = co_await rehearse_group(context, *group, *request, options);
        co_return shown;
    }
    options.timeout = context.options.timeout.value_or(request->all_filled ? order_wait_limit : order_answer_limit);
    const engine::Permission allowed = permission(context, true);
    context.task.awaits = "the legs of the group";
    const Result<engine::GroupOutcome> outcome = co_await context.engine().groups().commit(*request, options, allowed);
    if (!outcome) { // before anything was sent, unless the waiting ended: the legs can be mended and sent again
        if (outcome.error().unknown_effect()) {
            context.session.group = nullptr;
        }
        co_return fail(outcome.error());
    }
    context.session.group = nullptr;
    const Result<void> shown = co_await report_group(context, *request, *outcome);
    co_return shown;
}

} // namespace

Task<Result<void>> add_to_group(CommandContext& context, OrderWords words) {
    OrderGroup group = *context.session.group;
    const Word& symbol = context.arguments.required("symbol");
    if (!words.key.empty() || context.options.key) {
        co_return fail(Error(ErrorKind::usage, "group.key_of_leg", "an order of a group has no key of its own")
                           .advise("give the key to begin or commit: each leg gets its own, KEY:1, KEY:2")
                           .at(symbol.where()));
    }
    if (const Word* wait = context.arguments.find("wait")) {
        co_return fail(Error(ErrorKind::usage, "group.wait_of_leg", "an order of a group is not waited for alone")
                           .advise("commit waits for all of them: commit --all-or-none waits until they have filled")
                           .at(wait->where()));
    }
    if (group.legs.size() == group_legs_max) {
        co_return fail(
            Error(ErrorKind::usage, "group.full", "the group has " + std::to_string(group_legs_max) + " legs already")
                .advise("commit it, or use order submit --from FILE.csv")
                .at(symbol.where()));
    }
    std::vector<Field> fields{{"group", group.name},
                              {"leg", group.legs.size() + 1},
                              {"state", "collected"},
                              {"symbol", words.form.symbol},
                              {"form", to_text(words.form)}};
    group.legs.push_back(std::move(words));
    group.rehearsed = false;
    context.session.group = std::make_shared<const OrderGroup>(std::move(group));
    const Result<void> shown = co_await context.report.record(std::move(fields));
    co_return shown;
}

Error group_dropped(const OrderGroup& group) {
    return Error(ErrorKind::usage, "group.dropped",
                 "the group '" + group.name + "' is dropped with its " + counted(group.legs.size(), "leg") +
                     ": it was begun and not committed, and nothing of it was sent")
        .attempting("end with an open group")
        .advise("end the group with commit, or with abort");
}

std::vector<CommandSpec> order_group_commands() {
    return {
        {.family = "order",
         .verb = "begin",
         .summary = "Begin a group of orders that stand together or not at all",
         .arguments = {{.name = "name", .help = "what to call it"}},
         .examples = {{"begin pair; buy KO 100 limit mid; sell PEP 40 limit mid; commit", "both legs, or neither"},
                      {"begin pair --key pair-{session}", "each leg gets a key: pair-2026-11-20:1"},
                      {"begin pair; buy KO 100 market; commit --dry-run", "what would be sent"}},
         .schema = "order.group@1",
         .run = run_begin,
         .quick = "begin",
         .effects = Effects::orders,
         .rehearses = false,
         .details =
             "Until commit or abort, buy, sell, close and rebalance are collected and nothing is sent. The group "
             "belongs to this client and is gone with it; a script that ends with an open group exits 2. Where "
             "a leg of the group has filled before the others were withdrawn, commit exits 14.",
         .further_exit_codes = {exit_codes::leg_filled}},
        {.family = "order",
         .verb = "commit",
         .summary = "Send the orders of the open group",
         .options = {{.name = "all-or-none",
                      .value_name = "",
                      .help = "all legs fill within --timeout (30s), or those that have not are withdrawn"},
                     {.name = "replay-old",
                      .value_name = "",
                      .help = "show the first outcome of a key used on an earlier day"}},
         .examples = {{"commit", "all legs stand at the venue, or none does"},
                      {"commit --all-or-none --timeout 5s", "all legs fill, or the rest is withdrawn"},
                      {"commit --key pair-{session}", "safe to run twice"}},
         .schema = "order.group@1",
         .run = run_commit,
         .quick = "commit",
         .effects = Effects::orders,
         .details = "Every leg is checked before the first is sent; one that is denied keeps all of them back, and the "
                    "group stays open. A leg that the venue refuses withdraws the others. Where one had filled by then "
                    "the exit code is 14, and the hint is the order that makes you flat again. The key stands for the "
                    "whole group: the same legs again tell the first outcome and send nothing, other legs are refused. "
                    "A core that dies in the middle leaves no lone leg: the next one withdraws what is open.",
         .further_exit_codes = {exit_codes::leg_filled}},
        {.family = "order",
         .verb = "abort",
         .summary = "Drop the open group; nothing was sent",
         .examples = {{"abort", "forget the orders collected since begin"},
                      {"try abort", "in a script that goes on either way"},
                      {"order abort", "the same by its full name"}},
         .schema = "order.group@1",
         .run = run_abort,
         .quick = "abort",
         .effects = Effects::orders,
         .rehearses = false},
    };
}

} // namespace tradesh::cli
