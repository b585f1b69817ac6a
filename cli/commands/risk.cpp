#include "cli/commands/risk.hpp"

#include "core/engine/engine.hpp"
#include "core/engine/risk_desk.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {
namespace {

using engine::LimitChange;
using engine::LimitStanding;
using engine::RiskDesk;
using orders::LimitScope;
using orders::LimitValue;
using orders::TradingState;
using runtime::Task;

constexpr std::size_t reason_length_max = 200;

/// The words of a reason, joined; empty when none were given. Blanks are no reason: whoever reads the journal sees
/// none.
Result<std::string> reason_of(const Arguments& arguments) {
    std::string reason;
    for (const Word& word : arguments.all("reason")) {
        reason += (reason.empty() ? "" : " ") + word.text;
    }
    const auto is_visible = [](unsigned char c) { return c > ' ' && c != 0x7f; };
    if (!arguments.all("reason").empty() && std::ranges::none_of(reason, is_visible)) {
        return fail(Error(ErrorKind::usage, "risk.reason_blank", "the reason has no visible character")
                        .advise("say why in a word or two: it goes into the journal")
                        .at(arguments.required("reason").where()));
    }
    if (reason.size() > reason_length_max) {
        return fail(Error(ErrorKind::usage, "risk.reason_length", "the reason is longer than 200 letters")
                        .at(arguments.required("reason").where()));
    }
    return reason;
}

std::optional<std::string> unless_empty(std::string text) {
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

Task<Result<void>> report_state(CommandContext& context) {
    const orders::TradingStanding& standing = context.engine().risk().standing();
    const bool halted = standing.state == TradingState::halted;
    const bool ever_changed = standing.since != Instant{};
    std::vector<Field> fields{
        {"state", name_of(standing.state)},
        {"since", ever_changed ? std::optional(standing.since) : std::nullopt},
        {"reason", unless_empty(standing.reason)},
        {"cause", unless_empty(standing.cause)},
        {"being_withdrawn", context.engine().risk().being_withdrawn()},
        {"unprotected", unless_empty(halted ? to_text(context.engine().risk().book().positions()) : "")},
        {"rules", context.engine().profile().live_rules() ? "live" : "paper"},
        {"profile", context.engine().profile().name},
        {"account", context.engine().account().account}};
    const Result<void> shown = co_await context.report.record(std::move(fields), "state");
    co_return shown;
}

/// Which symbols are never traded, or the only ones that are, and where that was set.
void tell_symbols(Report& report, const orders::RiskLimits& limits) {
    std::string restricted;
    for (const auto& [symbol, source] : limits.restricted_symbols) {
        restricted += (restricted.empty() ? "" : ", ") + symbol + " (" + source + ")";
    }
    if (!restricted.empty()) {
        report.note("never traded: " + restricted);
    }
    if (limits.allowed_symbols) {
        std::string allowed;
        for (const std::string& symbol : *limits.allowed_symbols) {
            allowed += (allowed.empty() ? "" : ", ") + symbol;
        }
        report.note("nothing is traded but: " + (allowed.empty() ? "(no symbol)" : allowed) + " (" +
                    limits.allowed_symbols_source + ")");
    }
}

Task<Result<void>> run_show(CommandContext& context) {
    const Result<void> state = co_await report_state(context);
    if (!state) {
        co_return state;
    }
    RiskDesk& desk = context.engine().risk();
    context.task.awaits = "quotes of what is held";
    co_await desk.price_held();
    context.report.table(
        {{"limit"}, {"value"}, {"used"}, {"scope"}, {"in_force", CellType::text}, {"set_in"}, {"what"}}, "limits");
    for (const LimitStanding& each : desk.limits()) {
        std::vector<Cell> row{name_of(each.limit, each.value.currency),
                              to_text(each.limit, each.value),
                              unless_empty(each.used),
                              to_text(each.scope),
                              each.in_force ? "yes" : "no",
                              each.value.source,
                              orders::spec_of(each.limit).help};
        const Result<void> sent = co_await context.report.row(std::move(row));
        if (!sent) {
            co_return sent;
        }
    }
    const std::string held = to_text(desk.book().positions());
    if (desk.standing().state == TradingState::halted && !held.empty()) {
        context.report.warn("held without protection while trading is HALTED: " + held +
                            "; 'panic --flatten' closes that at the market");
    }
    tell_symbols(context.report, desk.book().limits());
    co_return Result<void>();
}

/// Limits of one name in several currencies all hold, and each measures every order: what that means for this one.
void tell_currencies(CommandContext& context, const LimitChange& change) {
    const orders::LimitSetting& setting = change.setting;
    for (const LimitValue& other : change.after) {
        if (other.currency != setting.value.currency) {
            context.report.note(name_of(setting.limit, other.currency) +
                                " holds beside it: " + to_text(setting.limit, other) + " (" + other.source + ")");
        }
    }
    const orders::RiskBook& book = context.engine().risk().book();
    const Currency account = book.base_currency();
    const Currency own = setting.value.currency;
    if (!setting.value.number || !own.is_set() || own == account) {
        return;
    }
    const auto today = std::chrono::floor<std::chrono::days>(context.engine().clock().now());
    const Result<Money> one =
        book.rates().convert(Money{.amount = 1, .currency = account}, own, today, book.rates_age_max());
    if (!one) {
        context.report.warn("orders in " + std::string(account.code()) + " are refused until they can be compared: " +
                            one.error().message + "; " + one.error().hint);
    }
}

Task<Result<void>> report_change(CommandContext& context, const LimitChange& change) {
    const orders::LimitSetting& setting = change.setting;
    std::string before;
    for (const LimitValue& value : change.before) {
        if (value.currency != setting.value.currency) {
            continue; // a limit of its own, beside this one
        }
        before += (before.empty() ? "" : "; ") + to_text(setting.limit, value) + " (" + value.source + ")";
    }
    std::vector<Field> fields{{"limit", name_of(setting.limit, setting.value.currency)},
                              {"value", to_text(setting.limit, setting.value)},
                              {"scope", to_text(setting.scope)},
                              {"before", before.empty() ? "none" : before},
                              {"loosens", change.loosens},
                              {"set_in", setting.value.source}};
    const Result<void> shown = co_await context.report.record(std::move(fields));
    if (shown) {
        tell_currencies(context, change);
    }
    co_return shown;
}

/// Under the rules of live trading a limit is loosened on purpose: --yes, and a reason for the journal.
Result<void> check_purpose(const CommandContext& context, const LimitChange& change) {
    const bool is_meant = context.options.yes && !change.setting.reason.empty();
    if (!change.loosens || !context.engine().profile().live_rules() || is_meant) {
        return {};
    }
    const orders::LimitSetting& setting = change.setting;
    const std::string name = name_of(setting.limit, setting.value.currency);
    return fail(Error(ErrorKind::refused, "risk.loosens",
                      name + " " + to_text(setting.limit, setting.value) + " limits less than what holds now, " +
                          to_text(setting.limit, change.before.front()))
                    .attempting("set the limit")
                    .on(name)
                    .advise("to loosen a limit under the rules of live trading, add --yes and a reason: risk set " +
                            name + " VALUE WHY --yes"));
}

Task<Result<void>> run_set(CommandContext& context) {
    const Word& name_word = context.arguments.required("limit");
    Result<orders::NamedLimit> name = orders::parse_limit_name(name_word.text);
    if (!name) {
        co_return fail(std::move(name.error()).at(name_word.where()));
    }
    Result<std::string> reason = reason_of(context.arguments);
    if (!reason) {
        co_return fail(std::move(reason.error()));
    }
    const Word& value_word = context.arguments.required("value");
    const LimitScope scope{.account = std::string(context.arguments.text_or("account", "")),
                           .symbol = std::string(context.arguments.text_or("symbol", ""))};
    if (!scope.account.empty() && !scope.symbol.empty()) {
        co_return fail(Error(ErrorKind::usage, "risk.two_scopes", "a limit holds for a symbol or for an account")
                           .advise("give --symbol or --account, not both"));
    }
    RiskDesk& desk = context.engine().risk();
    const Result<void> known = co_await desk.check_scope(scope);
    if (!known) {
        co_return known;
    }
    Result<LimitChange> change = desk.plan_limit(*name, value_word.text, scope, std::move(*reason));
    if (!change) {
        co_return fail(std::move(change.error()).at(value_word.where()));
    }
    const Result<void> meant = check_purpose(context, *change);
    if (!meant) {
        co_return meant;
    }
    if (!context.options.dry_run) {
        const Result<void> set = co_await desk.set_limit(*change, context.correlation);
        if (!set) {
            co_return set;
        }
    }
    const Result<void> shown = co_await report_change(context, *change);
    if (shown && context.options.dry_run) {
        context.report.note("rehearsed only: nothing was set");
    }
    co_return shown;
}

Task<Result<void>> run_reduce(CommandContext& context) {
    Result<std::string> reason = reason_of(context.arguments);
    if (!reason) {
        co_return fail(std::move(reason.error()));
    }
    std::string why = reason->empty() ? "by hand" : std::move(*reason);
    const Result<void> reduced = co_await context.engine().risk().reduce(std::move(why), context.correlation);
    if (!reduced) {
        co_return reduced;
    }
    const Result<void> shown = co_await report_state(context);
    co_return shown;
}

Task<Result<void>> run_resume(CommandContext& context) {
    Result<std::string> reason = reason_of(context.arguments);
    if (!reason) {
        co_return fail(std::move(reason.error()));
    }
    const Result<void> resumed = co_await context.engine().risk().resume(std::move(*reason), context.correlation);
    if (!resumed) {
        co_return resumed;
    }
    const Result<void> shown = co_await report_state(context);
    co_return shown;
}

CommandSpec set_spec() {
    return {.family = "risk",
            .verb = "set",
            .summary = "Set a limit, from now on and after restarts",
            .arguments = {{.name = "limit", .help = "its name with its unit: order_notional_max_usd"},
                          {.name = "value", .help = "a number, yes, no, or none on paper", .kind = ValueKind::number},
                          {.name = "reason", .help = "why", .required = false, .repeatable = true}},
            .options =
                {{.name = "symbol", .value_name = "SYMBOL", .help = "for this symbol alone", .kind = ValueKind::symbol},
                 {.name = "account", .value_name = "ID", .help = "for this account alone", .kind = ValueKind::account}},
            .examples = {{"risk set order_notional_max_usd 5000 'first day back'", "no order over 5,000 USD"},
                         {"risk set order_quantity_max 100 --symbol GOOG", "tighter for one symbol"},
                         {"risk set daily_loss_max_usd 3000 agreed with Ann --yes", "looser, on purpose"}},
            .schema = "risk.set@1",
            .run = run_set,
            .details = "Tightening holds at once. Under the rules of live trading, loosening needs --yes and a reason. "
                       "A limit of a "
                       "symbol or an account tightens that of the profile and never loosens it. The journal keeps who "
                       "set what and why; what config.toml says later about the same limit holds again."};
}

} // namespace

std::vector<CommandSpec> risk_commands() {
    const ArgumentSpec optional_reason{.name = "reason", .help = "why", .required = false, .repeatable = true};
    const ArgumentSpec reason{.name = "reason", .help = "why", .repeatable = true};
    return {
        {.family = "risk",
         .verb = "show",
         .summary = "Trading state and every limit: its value, what is used, and where it was set",
         .examples = {{"risk show", "all of it"},
                      {"risk show --format vertical", "a limit a paragraph, where the screen is narrow"},
                      {"risk show --json", "for a script"}},
         .schema = "risk.show@1",
         .run = run_show,
         .details =
             "States: ACTIVE, REDUCING (only orders that reduce a position), HALTED (only cancels). Units are "
             "part of a limit's name. A value equal to its limit passes. Nothing is unlimited under the rules of "
             "live trading; on paper only sanity is limited until somebody sets more."},
        set_spec(),
        {.family = "risk",
         .verb = "reduce",
         .summary = "Let only orders out that reduce a position",
         .arguments = {optional_reason},
         .examples = {{"risk reduce", "close what is held, open nothing"},
                      {"risk reduce 'before the numbers'", "with a reason"},
                      {"risk resume 'numbers are out'", "the end of it"}},
         .schema = "risk.state@1",
         .run = run_reduce,
         .rehearses = false},
        {.family = "risk",
         .verb = "resume",
         .summary = "Trade again after a halt or 'risk reduce'",
         .arguments = {reason},
         .examples = {{"risk resume 'feed is back'", "the reason goes into the journal"},
                      {"risk resume checked positions with the broker", "words need no quotes"},
                      {"risk show", "what holds now"}},
         .schema = "risk.state@1",
         .run = run_resume,
         .rehearses = false,
         .details = "Refused while the day's loss is still over its limit. Bursts of errors and the drawdown are "
                    "counted anew."},
    };
}

} // namespace tradesh::cli
