#include "cli/commands/order.hpp"

#include "cli/commands/order_exit.hpp"
#include "cli/commands/order_lookup.hpp"
#include "cli/commands/order_report.hpp"
#include "cli/commands/order_words.hpp"
#include "cli/parse/values.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/trading_desk.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {
namespace {

using engine::Engine;
using orders::Order;
using runtime::Task;

constexpr Duration answer_limit = std::chrono::seconds(5);

orders::PlaceOptions place_options(CommandContext& context, const OrderWords& words) {
    orders::PlaceOptions options;
    options.key = words.key.empty() ? context.options.key.value_or("") : words.key;
    options.replay_old = context.arguments.has("replay-old");
    const std::string_view wait = context.arguments.text_or("wait", "");
    options.wait = wait == "ack"    ? orders::WaitFor::acknowledged
                   : wait == "fill" ? orders::WaitFor::filled
                                    : orders::WaitFor::outcome;
    options.timeout = context.options.timeout.value_or(wait == "fill" ? order_wait_limit : answer_limit);
    options.correlation = context.correlation;
    options.announce_effect = [&client = context.client](std::string_view advice) { client.announce_effect(advice); };
    options.settle_effect = [&client = context.client] { client.settle_effect(); };
    return options;
}

engine::Permission permission(CommandContext& context, bool size_has_unit) {
    std::optional<Arming>& arming = context.session.arming;
    const Duration now = context.engine().clock().elapsed();
    if (arming && arming->expires_elapsed <= now) {
        arming.reset();
    } else if (arming) {
        arming->expires_elapsed = now + arming_idle_max;
    }
    return engine::Permission{.live_option = context.options.live,
                              .paper_option = context.options.paper,
                              .armed = arming.has_value(),
                              .typed = context.origin == Origin::prompt,
                              .size_has_unit = size_has_unit,
                              .from_argv = context.origin == Origin::argv || context.origin == Origin::text};
}

/// A key that is ignored is a trap.
Result<void> check_key(const CommandContext& context, const OrderWords& words) {
    const bool empty_key = context.options.key && context.options.key->empty();
    const bool two_keys = context.options.key && !words.key.empty() && *context.options.key != words.key;
    if (empty_key || two_keys) {
        return fail(
            Error(ErrorKind::usage, "order.key_unclear", empty_key ? "--key is empty" : "two different keys are given")
                .attempting("place the order")
                .advise("a key is one non-empty name, such as eod-2026-11-21"));
    }
    return {};
}

Task<Result<void>> run_place(CommandContext& context, std::string_view verb) {
    Result<OrderWords> words = parse_order_words(verb, context.arguments);
    if (!words) {
        co_return fail(std::move(words.error()));
    }
    if (Result<void> fits = check_key(context, *words); !fits) {
        co_return fail(std::move(fits.error()));
    }
    orders::PlaceOptions options = place_options(context, *words);
    const engine::Permission allowed = permission(context, words->size_has_unit);
    engine::TradingDesk& desk = context.engine().trading();
    if (context.options.dry_run) {
        const Result<orders::Rehearsal> rehearsal = co_await desk.rehearse(words->form, options, allowed);
        if (!rehearsal) {
            co_return fail(rehearsal.error());
        }
        const Result<void> shown = co_await report_rehearsal(context.report, *rehearsal, context.engine().profile());
        co_return shown;
    }
    context.task.awaits = "the outcome of the order";
    const Result<orders::Placed> placed = co_await place_with_exit(context, words->form, options, allowed);
    if (!placed) {
        co_return fail(placed.error());
    }
    const Result<void> shown = co_await report_placed(context, *placed);
    co_return shown;
}

/// Which open orders `cancel` means: those named, or all that fit --all, --symbol and --side.
Result<std::vector<std::string>> chosen_orders(const CommandContext& context) {
    const Arguments& arguments = context.arguments;
    std::vector<std::string> chosen;
    for (const Word& word : arguments.all("order")) {
        chosen.push_back(word.text);
    }
    const bool filtered = arguments.has("all") || arguments.has("symbol") || arguments.has("side");
    if (chosen.empty() != filtered) {
        return fail(
            Error(ErrorKind::usage, "cancel.nothing_named",
                  filtered ? "name orders, or choose them by --all, --symbol or --side, not both" : "which order?")
                .advise("cancel ID, cancel --symbol GOOG, or cancel --all; 'orders' lists what is open"));
    }
    if (!filtered) {
        return chosen;
    }
    for (const Order* order : context.engine().trading().ledger().open()) {
        const std::string_view symbol = arguments.text_or("symbol", order->request.symbol);
        const std::string_view side = arguments.text_or("side", name_of(order->request.side));
        if (order->request.symbol == symbol && name_of(order->request.side) == side) {
            chosen.push_back(order->request.id.value);
        }
    }
    if (chosen.empty()) {
        return fail(Error(ErrorKind::not_found, "cancel.none_open", "no open order fits").attempting("cancel orders"));
    }
    return chosen;
}

/// `cancel --dry-run`: the orders that would be withdrawn.
Task<Result<void>> report_chosen(CommandContext& context, const std::vector<std::string>& chosen) {
    orders::OrderManager& manager = context.engine().trading().manager();
    context.report.table(order_columns());
    for (const std::string& name : chosen) {
        const Result<ClientOrderId> id = co_await manager.resolve(name);
        if (!id) {
            co_return fail(id.error());
        }
        const Result<Order> order = co_await manager.find(*id);
        if (!order) {
            co_return fail(order.error());
        }
        std::vector<Cell> row = order_cells(*order);
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    context.report.note("rehearsed only: nothing was cancelled");
    co_return Result<void>();
}

Task<Result<void>> run_cancel(CommandContext& context) {
    const Result<std::vector<std::string>> chosen = chosen_orders(context);
    if (!chosen) {
        co_return fail(chosen.error());
    }
    if (Result<void> fits = check_key(context, {}); !fits) {
        co_return fail(std::move(fits.error()));
    }
    if (context.options.dry_run) {
        const Result<void> shown = co_await report_chosen(context, *chosen);
        co_return shown;
    }
    const orders::PlaceOptions options = place_options(context, {});
    context.report.table(order_columns());
    std::optional<Error> first_failure;
    for (const std::string& name : *chosen) {
        Result<Order> cancelled = co_await context.engine().trading().cancel(name, options);
        if (!cancelled) {
            // The others are still tried: a trader who cancels everything wants as much of it as can be had.
            if (chosen->size() > 1) {
                context.report.warn(cancelled.error().describe());
            }
            if (!first_failure || cancelled.error().unknown_effect()) {
                first_failure = std::move(cancelled.error());
            }
            continue;
        }
        const Result<void> shown = co_await context.report.row(order_cells(*cancelled));
        if (!shown) {
            co_return shown;
        }
    }
    if (first_failure) {
        co_return fail(std::move(*first_failure));
    }
    co_return Result<void>();
}

CommandSpec place_spec(std::string_view verb, std::string_view summary, std::vector<Example> examples) {
    std::vector<OptionSpec> options = order_options(verb == "sell");
    if (verb == "buy" || verb == "sell") {
        options.push_back(exit_after_option());
    }
    return CommandSpec{
        .family = "order",
        .verb = verb,
        .summary = summary,
        .arguments = order_arguments(),
        .options = std::move(options),
        .examples = std::move(examples),
        .schema = "order.place@1",
        .run = [verb](CommandContext& context) { return run_place(context, verb); },
        .check =
            [verb](const Arguments& arguments) {
                const Result<OrderWords> words = parse_order_words(verb, arguments);
                return words ? Result<void>() : fail(words.error());
            },
        .quick = verb,
        .effects = Effects::orders,
        .details = "Sizes: 100 or 100sh, 15000usd, 25pct, all. Prices: 99.50, mid, bid+1t, last-0.5pct.",
    };
}

} // namespace

std::vector<CommandSpec> order_effect_commands() {
    ArgumentSpec any_orders = order_argument();
    any_orders.required = false;
    any_orders.repeatable = true;
    return {
        place_spec("buy", "Buy",
                   {{"buy GOOG 10 market", "ten shares now"},
                    {"buy GOOG 15000usd limit bid+1t tif gtc", "for 15,000 USD, one tick above the bid"},
                    {"order buy GOOG 25pct stop 820 limit 825 --dry-run", "rehearse a stop-limit order"}}),
        place_spec("sell", "Sell, which only reduces a position unless --short is given",
                   {{"sell GOOG 10 market", "ten shares now"},
                    {"sell GOOG 50pct limit 850", "half of the position at 850 or better"},
                    {"sell GOOG all stop 780", "all of it once the market falls to 780"}}),
        place_spec("close", "Close a position, long or short",
                   {{"close GOOG all market", "be flat in GOOG"},
                    {"close GOOG 50pct limit mid", "half of it at the middle of the quote"},
                    {"close GOOG all market --key eod-2026-11-21", "safe to run twice"}}),
        {.family = "order",
         .verb = "cancel",
         .summary = "Withdraw open orders",
         .arguments = {any_orders},
         .options = {{.name = "all", .value_name = "", .help = "every open order"},
                     order_symbol_option(),
                     {.name = "side", .value_name = "buy|sell", .help = "only this side", .choices = {"buy", "sell"}}},
         .examples = {{"cancel 3-12", "one order, by the end of its id"},
                      {"cancel --symbol GOOG", "every open order in GOOG"},
                      {"cancel --all", "everything that is open"}},
         .schema = "order.list@1",
         .run = run_cancel,
         .quick = "cancel",
         .effects = Effects::orders},
    };
}

} // namespace tradesh::cli
