#include "cli/commands/when.hpp"

#include "cli/commands/trigger_report.hpp"
#include "cli/parse/values.hpp"
#include "cli/render/exit_code.hpp"
#include "core/engine/engine.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {
namespace {

using engine::Trigger;
using runtime::Task;

/// The words of a condition, sorted.
struct WhenWords {
    engine::WhenTrue rule;
    const Word* until = nullptr;
};

std::unexpected<Error> wrong(const Word& word, std::string message, std::string_view hint) {
    return fail(Error(ErrorKind::usage, "when.words", std::move(message)).at(word.where()).advise(hint));
}

bool is_clause(const Word& word) { return !word.quoted && (word.text == "for" || word.text == "until"); }

Result<void> read_clauses(std::span<const Word> words, WhenWords& when) {
    for (std::size_t i = 0; i < words.size(); i += 2) {
        if (i + 1 == words.size() || !is_clause(words[i])) {
            return wrong(words[i], "'" + words[i].text + "' stands where 'for TIME', 'until TIME' or 'do' is expected",
                         "write when GOOG.last > 900 for 3s until NYSE:close do order buy GOOG 10 limit 901");
        }
        if (words[i].text == "until") {
            when.until = &words[i + 1];
            continue;
        }
        const Result<Duration> span = parse_span(words[i + 1]);
        if (!span) {
            return fail(span.error());
        }
        when.rule.held_for = *span;
    }
    return {};
}

/// An error in the text of the condition, placed in its word where it is one.
Error in_condition(Error error, std::span<const Word> words) {
    if (words.size() == 1) {
        return in_word(std::move(error), words.front());
    }
    error.where = words.front().where();
    return error;
}

Result<WhenWords> read_when(const Arguments& arguments) {
    const std::span<const Word> all = arguments.all("condition");
    const auto clauses = std::ranges::find_if(all, is_clause);
    const std::span<const Word> condition(all.begin(), clauses);
    WhenWords when;
    for (const Word& word : condition) {
        when.rule.expression += (when.rule.expression.empty() ? "" : " ") + word.text;
    }
    if (condition.empty()) {
        return wrong(all.front(), "no condition stands before '" + all.front().text + "'",
                     "write when GOOG.last > 900 do order buy GOOG 10 limit 901");
    }
    if (Result<void> read = read_clauses({clauses, all.end()}, when); !read) {
        return fail(std::move(read.error()));
    }
    if (const Word* timeframe = arguments.find("timeframe")) {
        Result<Timeframe> parsed = parse_timeframe(timeframe->text);
        if (!parsed) {
            return fail(std::move(parsed.error()).at(timeframe->where()));
        }
        when.rule.timeframe = *parsed;
    }
    Result<engine::Condition> parsed = engine::parse_condition(when.rule.expression);
    if (!parsed) {
        return fail(in_condition(std::move(parsed.error()), condition));
    }
    if (parsed->quotes && when.rule.timeframe) {
        return wrong(*arguments.find("timeframe"), "a condition over quotes has no bars, so no timeframe",
                     "leave -t away, or ask of bars: GOOG: close > 900");
    }
    return when;
}

/// A moment, or so long from now.
Task<Result<Instant>> read_until(CommandContext& context, const Word& word) {
    const Instant now = context.engine().clock().now();
    if (const Result<Duration> span = parse_duration(word.text)) {
        co_return std::chrono::floor<std::chrono::milliseconds>(now + *span);
    }
    auto find = [text = TimeRuleText{.at = word.text, .zone = context.options.output.zone, .days = ""},
                 now]() -> Result<std::optional<Instant>> {
        const Result<TimeRule> rule = parse_time_rule(text);
        return rule ? next_after(*rule, now) : fail(rule.error());
    };
    Result<std::optional<Instant>> moment = co_await context.engine().workers().run(find);
    if (!moment) {
        co_return fail(std::move(moment.error()).at(word.where()));
    }
    if (!*moment) {
        co_return fail(Error(ErrorKind::usage, "trigger.past", "'" + word.text + "' is over")
                           .at(word.where())
                           .advise("name a moment that is still to come"));
    }
    co_return **moment;
}

Task<Result<void>> run_when(CommandContext& context) {
    Result<WhenWords> when = read_when(context.arguments);
    if (!when) {
        co_return fail(std::move(when.error()));
    }
    if (when->until != nullptr) {
        const Result<Instant> until = co_await read_until(context, *when->until);
        if (!until) {
            co_return fail(until.error());
        }
        when->rule.until = *until;
    }
    const Result<void> armed = co_await arm_and_report(context, std::move(when->rule));
    co_return armed;
}

Task<Result<void>> run_list(CommandContext& context) {
    const auto filter = [](const Trigger& trigger) { return !std::holds_alternative<engine::AtTime>(trigger.rule); };
    const Result<void> listed = co_await list_triggers(context, filter);
    co_return listed;
}

} // namespace

std::vector<CommandSpec> when_commands() {
    return {
        {.family = "when",
         .verb = "",
         .summary = "Run a command once a condition holds",
         .arguments = {{.name = "condition",
                        .help = "GOOG.last > 900 (bid, ask, mid, last) or GOOG: close > ema(20), then for TIME and "
                                "until TIME as wanted",
                        .kind = ValueKind::expression,
                        .repeatable = true}},
         .options = {{.name = "timeframe",
                      .value_name = "TF",
                      .help = "length of the bars (1d)",
                      .short_name = 't',
                      .kind = ValueKind::timeframe}},
         .line_after = "do",
         .examples = {{"when GOOG.last > 900 for 3s until NYSE:close do order buy GOOG 10 limit 901", "a breakout"},
                      {"when 'GOOG.bid >= 700 and GOOG.ask - GOOG.bid < 0.05' do order sell GOOG all limit bid",
                       "in a Unix shell the condition needs quotes"},
                      {"when 'GOOG: close > ema(20) and rsi(14) < 30' -t 5m do order buy GOOG 10 market",
                       "bars, the one in progress among them"}},
         .schema = "when@1",
         .run = run_when,
         .check =
             [](const Arguments& arguments) {
                 const Result<WhenWords> when = read_when(arguments);
                 return when ? Result<void>() : fail(when.error());
             },
         .rehearses = false,
         .details = trigger_details,
         .further_exit_codes = {exit_codes::refused}},
        {.family = "when",
         .verb = "list",
         .summary = "Conditions that wait, exits that the core keeps, and what became of them",
         .options = {all_triggers_option()},
         .examples = {{"when list", "those that wait, and those of the last day"},
                      {"when list --all --json", "all that are kept, for a script"},
                      {"when list --fields trigger,state,remark", "how they stand"}},
         .schema = "trigger.list@1",
         .run = run_list},
        {.family = "when",
         .verb = "show",
         .summary = "One trigger with its last outcome",
         .arguments = {trigger_argument()},
         .examples = {{"when show when-3", "one"},
                      {"when show exit-1", "an exit that the core keeps for an order"},
                      {"when show when-3 --json", "for a script"}},
         .schema = "trigger.show@1",
         .run = show_trigger},
        {.family = "when",
         .verb = "rm",
         .summary = "Take a trigger back",
         .arguments = {trigger_argument()},
         .examples = {{"when rm when-3", "it does not fire any more"},
                      {"when rm exit-1", "the position keeps no exit"},
                      {"try when rm when-3", "in a script that goes on where it has fired already"}},
         .schema = "trigger.show@1",
         .run = remove_trigger,
         .rehearses = false,
         .further_exit_codes = {exit_codes::refused}},
    };
}

} // namespace tradesh::cli
