#include "cli/commands/order.hpp"

#include "cli/commands/listed_symbols.hpp"
#include "cli/commands/order_batch.hpp"
#include "cli/commands/order_exit.hpp"
#include "cli/commands/order_group.hpp"
#include "cli/commands/order_lookup.hpp"
#include "cli/commands/order_placement.hpp"
#include "cli/commands/order_report.hpp"
#include "cli/commands/order_words.hpp"
#include "cli/render/exit_code.hpp"
#include "core/base/counted.hpp"
#include "core/engine/engine.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace tradesh::cli {
namespace {

using orders::Order;
using runtime::Task;

/// `close @list`: an order for each symbol of the list.
Task<Result<void>> close_list(CommandContext& context, OrderWords words) {
    if (!words.key.empty()) {
        co_return fail(
            Error(ErrorKind::usage, "order.key_of_one", "the word key stands for one order, and a list is many")
                .advise("use --key " + words.key + ": each symbol gets its own, " + words.key + ":GOOG"));
    }
    std::vector<NamedSymbol> symbols{{words.form.symbol, context.arguments.required("symbol").where()}};
    const Result<void> expanded = co_await expand_lists(context.engine().saved(), symbols);
    if (!expanded) {
        co_return expanded;
    }
    std::vector<BatchEntry> entries;
    for (const NamedSymbol& named : symbols) {
        BatchEntry& entry = entries.emplace_back(BatchEntry{.label = named.symbol, .words = words});
        entry.words.form.symbol = named.symbol;
    }
    const BatchRules rules{.label_column = "of", .may_miss = true};
    const Result<void> done = co_await run_batch(context, std::move(entries), rules);
    co_return done;
}

Task<Result<void>> run_place(CommandContext& context, std::string_view verb) {
    warn_of_unwatched_exits(context);
    Result<OrderWords> words = parse_order_words(verb, context.arguments);
    if (!words) {
        co_return fail(std::move(words.error()));
    }
    if (words->is_list && context.session.group) {
        co_return fail(Error(ErrorKind::usage, "group.no_lists", "a list is closed on its own, not within a group")
                           .advise("commit or abort the group first")
                           .at(context.arguments.required("symbol").where()));
    }
    if (words->is_list) {
        const Result<void> closed = co_await close_list(context, std::move(*words));
        co_return closed;
    }
    apply_zone(context, words->form);
    if (!words->legs.empty()) {
        const Result<void> listed = co_await context.engine().trading().list_spread(words->underlying, words->legs);
        if (!listed) {
            co_return listed;
        }
    }
    if (context.session.group && !context.options.dry_run) {
        const Result<void> added = co_await add_to_group(context, std::move(*words));
        co_return added;
    }
    Result<std::string> key = co_await expanded_key(context, words->key, words->form.symbol);
    if (!key) {
        co_return fail(std::move(key.error()));
    }
    words->key = std::move(*key);
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
    const Result<void> shown = co_await report_placed(context, *placed, options.wait);
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

/// A key that made two orders which cancel one another means both.
Task<Result<std::vector<std::string>>> with_siblings(CommandContext& context, std::vector<std::string> chosen) {
    const engine::TradingDesk& desk = context.engine().trading();
    orders::OrderManager& manager = context.engine().trading().manager();
    std::vector<std::string> all;
    for (std::string& name : chosen) {
        const Result<ClientOrderId> id = co_await manager.resolve(name);
        Result<Order> order = id ? Order() : Result<Order>(fail(id.error()));
        if (id) {
            order = co_await manager.find(*id);
        }
        std::vector<Order> siblings;
        if (order && order->key == name && order->request.parent.value.empty()) {
            siblings = desk.open_siblings(*order);
        }
        if (siblings.empty() || !is_final(order->state)) {
            all.push_back(std::move(name));
        }
        for (const Order& sibling : siblings) {
            all.push_back(sibling.request.id.value);
        }
    }
    co_return all;
}

/// What would have been cancelled by a fill of the order works on without it.
void note_siblings(CommandContext& context, const Order& cancelled, const std::vector<std::string>& chosen) {
    for (const Order& sibling : context.engine().trading().open_siblings(cancelled)) {
        const std::string& id = sibling.request.id.value;
        if (std::ranges::find(chosen, id) == chosen.end()) {
            context.report.note("order " + id + " (" + orders::describe(sibling.request) +
                                "), which went with it, works on: cancel " + id);
        }
    }
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

/// The order, when it was open as the command began and has been cancelled since: exits end with their entry, and that
/// is what was asked for.
Task<std::optional<Order>> ended_meanwhile(CommandContext& context, const std::string& name, const Error& why,
                                           const std::set<ClientOrderId>& open) {
    orders::OrderManager& manager = context.engine().trading().manager();
    if (why.code != "order.final") {
        co_return std::nullopt;
    }
    const Result<ClientOrderId> id = co_await manager.resolve(name);
    if (!id || !open.contains(*id)) {
        co_return std::nullopt;
    }
    const Result<Order> order = co_await manager.find(*id);
    co_return order && order->state == OrderState::cancelled ? std::optional(*order) : std::nullopt;
}

/// Some were cancelled and some were not: exit 7.
Error some_left(std::size_t failed, std::size_t all, const Error& first) {
    return Error(ErrorKind::partial, "cancel.some_failed",
                 std::to_string(failed) + " of " + counted(all, "order") +
                     " could not be cancelled, the first by: " + first.describe())
        .attempting("cancel orders")
        .advise("'orders' shows what is still open");
}

Task<Result<void>> cancel_chosen(CommandContext& context, const std::vector<std::string>& chosen) {
    const orders::PlaceOptions options = place_options(context, {});
    std::set<ClientOrderId> open;
    for (const Order* order : context.engine().trading().ledger().open()) {
        open.insert(order->request.id);
    }
    std::optional<Error> first_failure;
    std::size_t failed = 0;
    bool has_rows = false;
    std::vector<Order> gone;
    for (const std::string& name : chosen) {
        const Result<Order> cancelled = co_await context.engine().trading().cancel(name, options);
        std::optional<Order> ended;
        if (!cancelled) {
            ended = co_await ended_meanwhile(context, name, cancelled.error(), open);
        }
        if (!cancelled && !ended) {
            // The others are still tried: a trader who cancels everything wants as much of it as can be had.
            if (chosen.size() > 1) {
                context.report.warn(cancelled.error().describe());
            }
            if (!first_failure || cancelled.error().unknown_effect()) {
                first_failure = cancelled.error();
            }
            ++failed;
            continue;
        }
        if (!std::exchange(has_rows, true)) {
            context.report.table(order_columns());
        }
        const Result<void> shown = co_await context.report.row(order_cells(ended ? *ended : *cancelled));
        if (!shown) {
            co_return shown;
        }
        gone.push_back(ended ? *ended : *cancelled);
    }
    for (const Order& each : gone) {
        note_siblings(context, each, chosen);
    }
    if (first_failure && failed < chosen.size() && !first_failure->unknown_effect()) {
        co_return fail(some_left(failed, chosen.size(), *first_failure));
    }
    if (first_failure) {
        co_return fail(std::move(*first_failure).advise("'orders' shows what is open"));
    }
    co_return Result<void>();
}

Task<Result<void>> run_cancel(CommandContext& context) {
    Result<std::vector<std::string>> chosen = chosen_orders(context);
    if (!chosen) {
        co_return fail(chosen.error());
    }
    chosen = co_await with_siblings(context, std::move(*chosen));
    if (!chosen) {
        co_return fail(chosen.error());
    }
    if (Result<void> fits = check_key(context, ""); !fits) {
        co_return fail(std::move(fits.error()));
    }
    if (context.options.dry_run) {
        const Result<void> shown = co_await report_chosen(context, *chosen);
        co_return shown;
    }
    const Result<void> done = co_await cancel_chosen(context, *chosen);
    co_return done;
}

std::string_view details_of(std::string_view verb) {
    if (verb == "close") {
        return "With @list every symbol of the watchlist is an order and a row of its own, under --key K with the key "
               "K:SYMBOL; symbols that are not held are rows, not failures, unless none is (exit 12). --reverse sends "
               "one order of twice the position, so that as much is held the other way. 'all' means flat: open orders "
               "that only reduce the position, its exits "
               "above all, are withdrawn first and named in the answer; the close goes out once the venue has "
               "confirmed their end. A part of a position is closed beside them, and refused where they hold it.";
    }
    if (verb == "spread") {
        return "One order buys and sells all its legs, or none, at a net price for one unit of the underlying: limit "
               "1.25 "
               "pays at most that, limit -1.25 receives at least that; mid and bid+1t are those of the spread. The "
               "column legs of 'scan spreads' is what stands here. The order is listed under the symbol of the spread, "
               "AAPL=261218P95-P90, positions under those of the contracts.";
    }
    if (verb == "rebalance") {
        return "The share is of net liquidation, reckoned at the limit that was typed, else at the middle of the "
               "quote. "
               "Refused while orders in the symbol are open; exit 12 when there is nothing to do.";
    }
    return "Sizes: 100 or 100sh, 15000usd, 25pct, all, risk 200usd (as many as lose that between the price and "
           "protect). Prices: 99.50, mid, bid+1t, last-0.5pct; those that need a quote refuse one that is missing, "
           "delayed, older than 2s (--max-age), one-sided, crossed or wider than 5 percent (exit 9, nothing is sent). "
           "limit P or stop P are two orders of one size: what fills of one is taken off the other. "
           "moo, moc, loo P and loc P trade in the opening or the close. target and protect are exits that the venue "
           "holds until the order has filled; a step such as +2pct is counted from the limit or stop of the order, of "
           "a market order from the far side of the quote, because the venue needs a price with the order. In a key, "
           "{session} and {date:America/New_York} become dates.";
}

CommandSpec place_spec(std::string_view verb, std::string_view summary, std::vector<Example> examples) {
    std::vector<OptionSpec> options = order_options(verb);
    if (verb == "buy" || verb == "sell") {
        options.push_back(exit_after_option());
    }
    return CommandSpec{
        .family = "order",
        .verb = verb,
        .summary = summary,
        .arguments = order_arguments(verb),
        .options = std::move(options),
        .examples = std::move(examples),
        .schema = "order.place@1",
        .run = [verb](CommandContext& context) { return run_place(context, verb); },
        .check =
            [verb](const Arguments& arguments) {
                const Result<OrderWords> words = parse_order_words(verb, arguments);
                return words ? Result<void>() : fail(words.error());
            },
        .quick = verb == "rebalance" || verb == "spread" ? std::string_view() : verb,
        .effects = Effects::orders,
        .details = details_of(verb),
        .may_be_partial = verb == "close",
        .further_exit_codes = {exit_codes::not_filled},
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
                    {"buy GOOG 10 limit 820 target +4pct protect -2pct", "with its exits"},
                    {"buy GOOG risk 200usd market protect 810", "as many as lose 200 USD at 810"},
                    {"order buy GOOG 25pct stop 820 limit 825 --dry-run", "rehearse a stop-limit order"}}),
        place_spec("sell", "Sell, which only reduces a position unless --short is given",
                   {{"sell GOOG 10 market", "ten shares now"},
                    {"sell GOOG 50pct limit 850", "half of the position at 850 or better"},
                    {"sell GOOG all limit 850 or stop 780 tif gtc", "two orders of which one cancels the other"},
                    {"sell GOOG all trail 2pct tif gtc", "all of it once the market falls 2 percent from its best"}}),
        place_spec("close", "Close a position, long or short",
                   {{"close GOOG all market", "be flat in GOOG"},
                    {"close GOOG 50pct limit mid", "half of it at the middle of the quote"},
                    {"close GOOG all market --reverse", "as much the other way, by one order"},
                    {"close @day all moc --key eod-{session}", "every symbol of a list, safe to run twice"}}),
        place_spec(
            "spread", "Trade the legs of an option spread as one order",
            {{"order spread AAPL AAPL261218P00195000,-AAPL261218P00190000 1 limit 1.25", "a debit spread"},
             {"order spread AAPL AAPL261218P00190000,-AAPL261218P00195000 2 limit -1.20", "a credit spread, twice"},
             {"order spread AAPL AAPL261218C00220000,-AAPL261218C00230000 1 limit mid --dry-run",
              "what it would cost"}}),
        place_spec("rebalance", "Bring a position to its share of net liquidation",
                   {{"order rebalance GOOG 5pct market", "buy or sell the difference"},
                    {"order rebalance GOOG 5pct limit mid --dry-run", "what that would be"},
                    {"order rebalance GOOG 5pct moc --key rebalance-{session}", "in the close, once a day"}}),
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
         .effects = Effects::orders,
         .details =
             "Exits that end with their entry are cancelled, too, and the key of two orders that cancel one another "
             "means both; by its id one is cancelled alone, and the other works on. Exit 7: some orders were cancelled "
             "and some were "
             "not, and the warnings say why.",
         .may_be_partial = true},
    };
}

} // namespace tradesh::cli
