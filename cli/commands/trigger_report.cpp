#include "cli/commands/trigger_report.hpp"

#include "cli/commands/armed_line.hpp"
#include "core/engine/engine.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace tradesh::cli {
namespace {

using engine::Trigger;
using engine::TriggerOutcome;
using runtime::Task;

/// Ended ones are listed for so long.
constexpr Duration listed_after_end = std::chrono::hours(24);

std::optional<std::string> unless_empty(std::string text) {
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::string name_given(const Trigger& trigger) {
    const auto* at = std::get_if<engine::AtTime>(&trigger.rule);
    return at == nullptr ? "" : at->name;
}

std::optional<Instant> next_of(const Trigger& trigger) {
    const auto* at = std::get_if<engine::AtTime>(&trigger.rule);
    return at == nullptr || !is_live(trigger.state) ? std::nullopt : at->next;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) {
        all += (all.empty() ? "" : " ") + text;
    }
    return all;
}

/// What a person has to know of it now: why it cannot be told, or what became of it.
std::string remark_on(const Trigger& trigger, const engine::TriggerDesk& desk) {
    if (is_live(trigger.state) && !desk.serving()) {
        return "not watched: no core serves";
    }
    if (const std::string doubt = desk.doubt_of(trigger.id); is_live(trigger.state) && !doubt.empty()) {
        return doubt;
    }
    return trigger.last ? trigger.last->words : "";
}

Instant to_the_millisecond(Instant time) { return std::chrono::floor<std::chrono::milliseconds>(time); }

} // namespace

const std::string_view trigger_details =
    "It waits in a core that stays (tradesh serve) and survives its restart. It fires once: the line runs as a script "
    "with a key of its own, so a core killed in the middle neither loses nor repeats its order. What came due while no "
    "core was there is told as missed and never runs late. Every risk check holds, and a halt stops it. Under live "
    "rules the arming needs --live, which is kept as leave for this one line. COMMAND is one command; what stands "
    "behind a ';' is a line of its own.";

std::vector<Field> trigger_fields(const Trigger& trigger, const engine::TriggerDesk& desk) {
    const TriggerOutcome outcome = trigger.last.value_or(TriggerOutcome{});
    return {{"trigger", trigger.id},
            {"name", unless_empty(name_given(trigger))},
            {"state", name_of(trigger.state)},
            {"waits_for", describe(trigger.rule)},
            {"next", next_of(trigger)},
            {"command", unless_empty(trigger.command)},
            {"live", trigger.live},
            {"fired", trigger.fired},
            {"missed", trigger.missed},
            {"last_time", trigger.last ? std::optional(to_the_millisecond(outcome.time)) : std::nullopt},
            {"last_key", unless_empty(outcome.occurrence)},
            {"last_exit_code", outcome.exit_code},
            {"last_orders", unless_empty(joined(outcome.orders))},
            {"remark", unless_empty(remark_on(trigger, desk))},
            {"created", to_the_millisecond(trigger.created)}};
}

Task<Result<void>> arm_and_report(CommandContext& context, engine::TriggerRule rule) {
    Result<ArmedLine> line = read_armed_line(context.commands, context.arguments.all(line_argument));
    if (!line) {
        co_return fail(std::move(line.error()));
    }
    const Result<bool> live = permit_armed_line(context, *line);
    if (!live) {
        co_return fail(live.error());
    }
    engine::TriggerDesk& desk = context.engine().triggers();
    engine::TriggerWanted wanted{.rule = std::move(rule),
                                 .command = line->text,
                                 .live = *live,
                                 .reduces = line->reduces,
                                 .correlation = context.correlation};
    Result<engine::Armed> armed = co_await desk.arm(std::move(wanted));
    if (!armed) {
        co_return fail(std::move(armed.error()).attempting("arm '" + line->text + "'"));
    }
    context.session.last_result = armed->trigger.id;
    const Result<void> shown = co_await context.report.record(trigger_fields(armed->trigger, desk));
    if (!shown) {
        co_return shown;
    }
    if (armed->true_now) {
        context.report.note("the condition holds already: it fires at once, unless a 'for' has to pass first");
    }
    if (!armed->doubt.empty()) {
        context.report.warn("the condition cannot be told now (" + armed->doubt + "); it waits until it can");
    }
    co_return Result<void>();
}

Task<Result<void>> list_triggers(CommandContext& context, TriggerFilter filter) {
    const engine::TriggerDesk& desk = context.engine().triggers();
    const Instant now = context.engine().clock().now();
    const bool all = context.arguments.has("all");
    context.report.table({{"trigger"},
                          {"name"},
                          {"state"},
                          {"waits_for"},
                          {"next", CellType::time},
                          {"command"},
                          {"live", CellType::boolean},
                          {"fired", CellType::integer},
                          {"missed", CellType::integer},
                          {"remark"}});
    for (const Trigger& trigger : desk.list()) {
        const bool recent = is_live(trigger.state) || now - trigger.changed < listed_after_end;
        if (!filter(trigger) || (!recent && !all)) {
            continue;
        }
        std::vector<Cell> row{
            trigger.id,       unless_empty(name_given(trigger)),     name_of(trigger.state), describe(trigger.rule),
            next_of(trigger), unless_empty(trigger.command),         trigger.live,           trigger.fired,
            trigger.missed,   unless_empty(remark_on(trigger, desk))};
        const Result<void> sent = co_await context.report.row(std::move(row));
        if (!sent) {
            co_return sent;
        }
    }
    co_return Result<void>();
}

Task<Result<void>> show_trigger(CommandContext& context) {
    const Word& word = context.arguments.required("trigger");
    const engine::TriggerDesk& desk = context.engine().triggers();
    Result<Trigger> trigger = desk.find(word.text);
    if (!trigger) {
        co_return fail(std::move(trigger.error()).at(word.where()));
    }
    const Result<void> shown = co_await context.report.record(trigger_fields(*trigger, desk));
    co_return shown;
}

Task<Result<void>> remove_trigger(CommandContext& context) {
    const Word& word = context.arguments.required("trigger");
    engine::TriggerDesk& desk = context.engine().triggers();
    Result<Trigger> trigger = co_await desk.remove(word.text);
    if (!trigger) {
        co_return fail(std::move(trigger.error()).attempting("take it back").on(word.text).at(word.where()));
    }
    const Result<void> shown = co_await context.report.record(trigger_fields(*trigger, desk));
    co_return shown;
}

ArgumentSpec trigger_argument() { return {.name = "trigger", .help = "its id, or the name of a schedule entry"}; }

OptionSpec all_triggers_option() {
    return {.name = "all", .value_name = "", .help = "also those that ended more than a day ago"};
}

} // namespace tradesh::cli
