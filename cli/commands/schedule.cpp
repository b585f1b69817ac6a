#include "cli/commands/schedule.hpp"

#include "cli/commands/saved_name.hpp"
#include "cli/commands/trigger_report.hpp"
#include "cli/render/exit_code.hpp"
#include "core/engine/engine.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using engine::AtTime;
using engine::Trigger;
using runtime::Task;

/// Whether the rule of these words comes more than once is seen by the words: a date stands for one moment.
bool comes_again(const std::string& time) { return time.contains(':') && !(time.size() > 10 && time[4] == '-'); }

Task<Result<void>> arm_at(CommandContext& context, AtTime at) {
    const Word& time = context.arguments.required("time");
    at.rule.at = time.text;
    at.rule.zone = context.options.output.zone;
    at.rule.days = context.arguments.text_or("days", "");
    auto parse = [text = at.rule] { return parse_time_rule(text); };
    Result<TimeRule> rule = co_await context.engine().workers().run(parse);
    if (!rule) {
        co_return fail(std::move(rule.error()).at(time.where()));
    }
    if (!std::holds_alternative<DailyAt>(rule->at)) {
        at.rule.zone.clear(); // an exchange or an offset says it
    }
    const Result<void> armed = co_await arm_and_report(context, std::move(at));
    co_return armed;
}

Task<Result<void>> run_add(CommandContext& context) {
    const Word& name = context.arguments.required("name");
    AtTime at;
    at.name = name.text;
    at.repeats = comes_again(context.arguments.required("time").text);
    const Result<void> armed = co_await arm_at(context, std::move(at));
    co_return armed;
}

Task<Result<void>> run_once(CommandContext& context) {
    const Result<void> armed = co_await arm_at(context, AtTime{});
    co_return armed;
}

Task<Result<void>> run_list(CommandContext& context) {
    const auto filter = [](const Trigger& trigger) { return std::holds_alternative<AtTime>(trigger.rule); };
    const Result<void> listed = co_await list_triggers(context, filter);
    co_return listed;
}

ArgumentSpec time_argument() {
    return {.name = "time",
            .help = "15:55 with --tz ZONE, NYSE:close-5m, NYSE:open+30m, or once: 2026-11-23T15:55:00-05:00",
            .kind = ValueKind::time};
}

} // namespace

std::vector<CommandSpec> schedule_commands() {
    return {
        {.family = "schedule",
         .verb = "add",
         .summary = "Run a command at a time of day, or around the open or close of an exchange",
         .arguments = {{.name = "name", .help = "the entry: eod"}, time_argument()},
         .options = {{.name = "days", .value_name = "DAYS", .help = "mon-fri, or mon,wed,fri (every day)"}},
         .line_after = "do",
         .examples = {{"schedule add eod NYSE:close-5m do order close GOOG all market",
                       "on every trading day, half days included"},
                      {"schedule add morning 09:45 --tz America/New_York --days mon-fri do scan run 'close > sma(20)'",
                       "a time of day needs its zone"},
                      {"schedule add split 2026-11-23T15:55:00-05:00 do order sell GOOG 50pct market", "once"}},
         .schema = "schedule.add@1",
         .run = run_add,
         .check =
             [](const Arguments& arguments) {
                 const Result<std::string> name = saved_name_of(arguments.required("name"), "schedule entry");
                 return name ? Result<void>() : fail(name.error());
             },
         .rehearses = false,
         .details = trigger_details,
         .further_exit_codes = {exit_codes::refused}},
        {.family = "schedule",
         .verb = "once",
         .summary = "Run a command once, at the next such time",
         .arguments = {time_argument()},
         .line_after = "do",
         .examples = {{"schedule once NYSE:close-12m do order buy GOOG 10 market", "the same as the next line"},
                      {"order buy GOOG 10 market --at NYSE:close-12m", "an order that waits"},
                      {"schedule once 15:55 --tz America/New_York do cancel --all",
                       "today, or tomorrow if it is over"}},
         .schema = "schedule.add@1",
         .run = run_once,
         .rehearses = false,
         .details = trigger_details,
         .further_exit_codes = {exit_codes::refused}},
        {.family = "schedule",
         .verb = "list",
         .summary = "What runs when, and what became of it",
         .options = {all_triggers_option()},
         .examples = {{"schedule list", "those that wait, and those of the last day"},
                      {"schedule list --tz America/New_York", "with times of New York"},
                      {"schedule list --fields name,next,missed --json", "for a monitor"}},
         .schema = "trigger.list@1",
         .run = run_list},
        {.family = "schedule",
         .verb = "show",
         .summary = "One entry with its last outcome",
         .arguments = {trigger_argument()},
         .examples = {{"schedule show eod", "by its name"},
                      {"schedule show sched-2", "by its id"},
                      {"schedule show eod --json", "for a script"}},
         .schema = "trigger.show@1",
         .run = show_trigger},
        {.family = "schedule",
         .verb = "rm",
         .summary = "Take an entry off the schedule",
         .arguments = {trigger_argument()},
         .examples = {{"schedule rm eod", "by its name"},
                      {"schedule rm sched-2", "an order that waits for its time"},
                      {"try schedule rm eod", "in a script that goes on where there is none"}},
         .schema = "trigger.show@1",
         .run = remove_trigger,
         .rehearses = false,
         .further_exit_codes = {exit_codes::refused}},
    };
}

} // namespace tradesh::cli
