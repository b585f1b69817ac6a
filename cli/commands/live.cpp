#include "cli/commands/live.hpp"

#include "cli/parse/values.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/trading_desk.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

Task<Result<void>> run_arm(CommandContext& context) {
    const engine::Engine& engine = context.engine();
    const Word& account = context.arguments.required("account");
    if (!engine.profile().live_rules()) {
        co_return fail(Error(ErrorKind::refused, "live.not_a_live_profile",
                             "profile '" + engine.profile().name + "' trades on paper and needs no arming")
                           .attempting("arm this client")
                           .on(account.text));
    }
    if (account.text != engine.account().account) {
        co_return fail(Error(ErrorKind::refused, "live.wrong_account",
                             "this profile trades account " + engine.account().account + ", not " + account.text)
                           .attempting("arm this client")
                           .on(account.text)
                           .advise("name the account that you mean to trade")
                           .at(account.where()));
    }
    context.session.arming =
        Arming{.account = account.text, .expires_elapsed = engine.clock().elapsed() + arming_idle_max};
    context.report.note("armed: orders from here go to " + account.text + " until 'disarm', or 15 minutes without one");
    co_return Result<void>();
}

Task<Result<void>> run_disarm(CommandContext& context) {
    context.session.arming.reset();
    context.report.note("disarmed");
    co_return Result<void>();
}

Task<Result<void>> run_anchor(CommandContext& context) {
    const Word& word = context.arguments.required("symbol");
    Result<std::string> symbol = parse_symbol(word.text);
    if (!symbol) {
        co_return fail(std::move(symbol.error()).at(word.where()));
    }
    const Result<Decimal> price = parse_number(context.arguments.required("price"));
    if (!price) {
        co_return fail(price.error());
    }
    const Result<Quote> quote = co_await context.engine().trading().move_anchor(*symbol, *price);
    if (!quote) {
        co_return fail(quote.error());
    }
    std::vector<Field> fields{{"symbol", quote->symbol},
                              {"bid", quote->bid},
                              {"ask", quote->ask},
                              {"kind", name_of(quote->kind)},
                              {"time", quote->time}};
    const Result<void> shown = co_await context.report.record(std::move(fields));
    co_return shown;
}

} // namespace

std::vector<CommandSpec> live_commands() {
    return {
        {.family = "arm",
         .verb = "",
         .summary = "Let this client send orders under live rules, by naming the account",
         .arguments = {{.name = "account",
                        .help = "the account's id, as 'status' shows it",
                        .kind = ValueKind::account}},
         .examples = {{"arm U1234567", "from now on --live need not be written"},
                      {"disarm", "the opposite"},
                      {"status --fields account", "which account this is"}},
         .schema = "arm@1",
         .run = run_arm,
         .rehearses = false,
         .details = "It holds for this client alone, and ends after 15 minutes without an order."},
        {.family = "disarm",
         .verb = "",
         .summary = "Take back the leave that 'arm' gave",
         .examples = {{"disarm", "orders need --live again"}},
         .schema = "disarm@1",
         .run = run_disarm,
         .rehearses = false},
        {.family = "paper",
         .verb = "anchor",
         .summary = "Move the simulated price of an instrument",
         .arguments = {{.name = "symbol", .help = "the instrument", .kind = ValueKind::symbol},
                       {.name = "price", .help = "the price it moves around from now on", .kind = ValueKind::number}},
         .examples = {{"paper anchor GOOG 850", "what if it jumped?"},
                      {"paper anchor GOOG 806.19", "back to the last close"},
                      {"paper anchor GOOG 700 --json", "for a script that tests a stop"}},
         .schema = "paper.anchor@1",
         .run = run_anchor,
         .rehearses = false},
    };
}

} // namespace tradesh::cli
