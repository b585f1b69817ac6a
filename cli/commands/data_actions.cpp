#include "cli/commands/data_actions.hpp"

#include "cli/commands/data_words.hpp"
#include "cli/parse/values.hpp"
#include "core/base/overloaded.hpp"
#include "core/engine/data_desk.hpp"
#include "core/engine/engine.hpp"

#include <chrono>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

Error usage(std::string_view code, std::string message, const Word& word) {
    return Error(ErrorKind::usage, code, std::move(message)).at(word.where());
}

/// "2:1": two new shares for one old one.
Result<Split> parse_split(const Word& word) {
    const std::size_t colon = word.text.find(':');
    const Error wrong = usage("actions.split", "'" + word.text + "' is no split", word)
                            .advise("write new:old, 2:1 for two shares of each one, 1:10 for one of ten");
    if (colon == std::string::npos) {
        return fail(wrong);
    }
    const Result<Decimal> new_shares = Decimal::parse(word.text.substr(0, colon));
    const Result<Decimal> old_shares = Decimal::parse(word.text.substr(colon + 1));
    if (!new_shares || !old_shares || *new_shares <= 0 || *old_shares <= 0) {
        return fail(wrong);
    }
    return Split{.new_shares = *new_shares, .old_shares = *old_shares};
}

Result<Dividend> parse_dividend(const Word& word) {
    const Result<ParsedSize> size = parse_size(std::span(&word, 1));
    const auto* money = size ? std::get_if<orders::SizeInMoney>(&size->value) : nullptr;
    if (money == nullptr) {
        return fail(usage("actions.dividend", "'" + word.text + "' is no amount of money a share", word)
                        .advise("write it with its currency: 0.255usd"));
    }
    return Dividend{.amount = {.amount = money->amount, .currency = money->currency}};
}

/// What is to be done; nothing of these: list.
struct ActionWords {
    std::string symbol;
    std::optional<CorporateAction> added;
    std::optional<TradingDate> removed_on;
};

Result<TradingDate> read_date(const Arguments& arguments, const Word& why, Instant now) {
    const Word* on = arguments.find("on");
    if (on == nullptr) {
        return fail(usage("actions.date_missing", "which day?", why)
                        .advise("name the first trading date without it: --on 2020-08-31"));
    }
    const Result<Instant> time = parse_time(*on, now);
    if (!time) {
        return fail(time.error());
    }
    return std::chrono::floor<std::chrono::days>(*time);
}

Result<ActionWords> action_words(const Arguments& arguments, Instant now) {
    Result<std::string> symbol = symbol_of(arguments.required("symbol"));
    if (!symbol) {
        return fail(std::move(symbol.error()));
    }
    ActionWords words{.symbol = std::move(*symbol), .added = std::nullopt, .removed_on = std::nullopt};
    const Word* only = nullptr;
    for (const std::string_view name : {"split", "dividend", "remove"}) {
        const Word* given = arguments.find(name);
        if (given != nullptr && only != nullptr) {
            return fail(usage("actions.several", "one change at a time", *given));
        }
        only = given != nullptr ? given : only;
    }
    if (only == nullptr) {
        if (const Word* on = arguments.find("on")) {
            return fail(usage("actions.change_missing", "what happened on that day?", *on)
                            .advise("add --split 2:1, --dividend 0.255usd or --remove"));
        }
        return words;
    }
    const Result<TradingDate> date = read_date(arguments, *only, now);
    if (!date) {
        return fail(date.error());
    }
    if (arguments.has("remove")) {
        words.removed_on = *date;
    } else if (arguments.has("split")) {
        const Result<Split> split = parse_split(*only);
        if (!split) {
            return fail(split.error());
        }
        words.added = CorporateAction{.ex_date = *date, .what = *split};
    } else {
        const Result<Dividend> dividend = parse_dividend(*only);
        if (!dividend) {
            return fail(dividend.error());
        }
        words.added = CorporateAction{.ex_date = *date, .what = *dividend};
    }
    return words;
}

std::vector<Cell> action_cells(const engine::KnownAction& known) {
    const Cell date = Instant(known.action.ex_date);
    const std::string source(known.source == BarSource::import ? "by hand" : name_of(known.source));
    return std::visit(
        Overloaded{[&](const Split& split) {
                       return std::vector<Cell>{
                           date, "split", split.new_shares.to_string() + ":" + split.old_shares.to_string(),
                           {},   {},      source};
                   },
                   [&](const Dividend& dividend) {
                       return std::vector<Cell>{
                           date, "dividend", {}, dividend.amount.amount, dividend.amount.currency.code(), source};
                   }},
        known.action.what);
}

Task<Result<void>> list_actions(CommandContext& context, std::string symbol) {
    const Result<std::vector<engine::KnownAction>> all = co_await context.engine().data().actions(std::move(symbol));
    if (!all) {
        co_return fail(all.error());
    }
    context.report.table({{"date", CellType::date},
                          {"action", CellType::text},
                          {"ratio", CellType::text},
                          {"amount", CellType::decimal},
                          {"currency", CellType::text},
                          {"source", CellType::text}});
    for (const engine::KnownAction& known : *all) {
        std::vector<Cell> row = action_cells(known);
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    if (all->empty()) {
        context.report.note("none is known");
    }
    co_return Result<void>();
}

/// Makes the change that is wanted and says what it was.
Task<Result<std::string>> change(CommandContext& context, const ActionWords& words) {
    if (words.removed_on) {
        const Result<std::int64_t> removed =
            co_await context.engine().data().remove_actions(words.symbol, *words.removed_on);
        if (!removed) {
            co_return fail(removed.error());
        }
        co_return "removed " + std::to_string(*removed);
    }
    const Result<bool> added = co_await context.engine().data().add_action(words.symbol, *words.added);
    if (!added) {
        co_return fail(added.error());
    }
    co_return std::string(*added ? "added" : "it was known already");
}

Task<Result<void>> run_actions(CommandContext& context) {
    const Result<ActionWords> words = action_words(context.arguments, context.engine().clock().now());
    if (!words) {
        co_return fail(words.error());
    }
    if (words->added || words->removed_on) {
        if (context.options.dry_run) {
            context.report.note("rehearsed: nothing was changed");
        } else {
            const Result<std::string> changed = co_await change(context, *words);
            if (!changed) {
                co_return fail(changed.error());
            }
            context.report.note(*changed);
        }
    }
    const Result<void> listed = co_await list_actions(context, words->symbol);
    co_return listed;
}

} // namespace

CommandSpec data_actions_command() {
    return CommandSpec{
        .family = "data",
        .verb = "actions",
        .summary = "Show, add and remove splits and dividends",
        .arguments = {symbol_argument()},
        .options = {{.name = "split", .value_name = "NEW:OLD", .help = "add a split: 2:1, or 1:10 for a reverse one"},
                    {.name = "dividend", .value_name = "AMOUNT", .help = "add cash for each share: 0.255usd"},
                    {.name = "on",
                     .value_name = "DATE",
                     .help = "the ex date: the first trading date without it",
                     .kind = ValueKind::time},
                    {.name = "remove", .value_name = "", .help = "remove what was added by hand on the date"}},
        .examples = {{"data actions KO", "all that are known, and from where"},
                     {"data actions GOOG --split 20:1 --on 2022-07-18", "twenty shares for each one"},
                     {"data actions KO --dividend 0.46usd --on 2023-06-15", "cash for each share"}},
        .schema = "data.actions@1",
        .run = run_actions,
        .check =
            [](const Arguments& arguments) {
                const Result<ActionWords> words = action_words(arguments, no_time);
                return words ? Result<void>() : fail(words.error());
            },
        .details = "Adjusted daily prices are computed with them. One added by hand goes before that of a venue of the "
                   "same date and kind; loads never touch it.",
    };
}

} // namespace tradesh::cli
