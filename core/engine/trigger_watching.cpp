#include "core/engine/trigger_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tradesh::engine {

using runtime::Task;
using runtime::TaskInfo;
using runtime::Wake;

namespace {

using namespace std::chrono_literals;

/// The wall clock may be set while a moment is waited for.
constexpr Duration clock_check = 10s;
/// After something that could not be recorded, an exit that failed, or bars that could not be followed.
constexpr Duration pause_after_failure = 30s;
/// What is being taken back, or fires, is looked at again.
constexpr Duration busy_check = 250ms;
/// Missed moments that are counted one by one.
constexpr int moments_counted_max = 10'000;

std::string day_and_time(Instant moment) { return to_rfc3339(std::chrono::floor<std::chrono::seconds>(moment)); }

/// The moments of a repeating rule from `first` on that are over and were not seen, and the one after them.
struct MissedMoments {
    std::int64_t count = 1;
    std::optional<Instant> next{};
};
Result<MissedMoments> missed_since(const TimeRule& rule, Instant first, Instant now) {
    MissedMoments missed;
    Instant last = first;
    for (;;) {
        const Result<std::optional<Instant>> next = next_after(rule, last);
        if (!next) {
            return fail(next.error());
        }
        missed.next = *next;
        if (!*next || now - **next <= lateness_max || missed.count >= moments_counted_max) {
            return missed;
        }
        ++missed.count;
        last = **next;
    }
}

} // namespace

void TriggerDesk::watch(const EntryPointer& entry) {
    if (entry->trigger.state != TriggerState::armed || stopping_) {
        return;
    }
    const bool at_time = std::holds_alternative<AtTime>(entry->trigger.rule);
    if (!parts_.serving && !at_time) {
        return; // it stays armed for a core that serves; moments of the clock are seen to be missed
    }
    tasks_.spawn(entry->trigger.id, [this, entry](TaskInfo& info) {
        return std::visit(
            [&](const auto& rule) {
                using Rule = std::decay_t<decltype(rule)>;
                if constexpr (std::is_same_v<Rule, AtTime>) {
                    return watch_time(entry, info);
                } else if constexpr (std::is_same_v<Rule, ExitOf>) {
                    return watch_exit(entry, info);
                } else {
                    return watch_when(entry, info);
                }
            },
            entry->trigger.rule);
    });
}

/// False when the trigger is armed no more, or the desk ends.
Task<bool> TriggerDesk::pause(EntryPointer entry, Duration span) {
    const Wake wake = co_await entry->changed.wait_for(span);
    co_return wake == Wake::timeout && !stopping_ && entry->trigger.state == TriggerState::armed;
}

/// A quote that may decide something.
Task<Result<Quote>> TriggerDesk::fresh_quote(std::string symbol) {
    Result<Instrument> instrument = co_await parts_.find_instrument(symbol);
    if (!instrument) {
        co_return fail(std::move(instrument.error()));
    }
    Result<Quote> quote = co_await parts_.venue.market_data().quote(std::move(*instrument));
    if (quote && !is_fresh(*quote, parts_.loop.clock())) {
        const bool old = quote->kind == QuoteKind::realtime || quote->kind == QuoteKind::simulated;
        co_return fail(Error(ErrorKind::refused, "quote.stale",
                             old ? "the quote is " + to_human(age_of(*quote, parts_.loop.clock())) + " old"
                                 : "the quote is " + std::string(name_of(quote->kind)))
                           .on(symbol));
    }
    co_return quote;
}

// Conditions ---------------------------------------------------------------------------------------------------------

Task<void> TriggerDesk::watch_when(EntryPointer entry, TaskInfo& info) {
    Result<Condition> condition = parse_condition(std::get<WhenTrue>(entry->trigger.rule).expression);
    if (!condition) {
        entry->doubt = condition.error().describe();
        co_return;
    }
    if (condition->quotes) {
        co_await watch_quotes(entry, std::move(*condition), info);
    } else {
        co_await watch_bars(entry, std::move(*condition), info);
    }
}

bool TriggerDesk::is_over(const Trigger& trigger) const {
    const auto* when = std::get_if<WhenTrue>(&trigger.rule);
    return when != nullptr && when->until && parts_.loop.clock().now() >= *when->until;
}

/// Takes one look at whether the condition holds; true while there is something left to wait for. `since` is when it
/// began to hold.
Task<bool> TriggerDesk::judge(EntryPointer entry, bool is_true, std::optional<Duration>& since) {
    const WhenTrue when = std::get<WhenTrue>(entry->trigger.rule);
    const Duration now = parts_.loop.clock().elapsed();
    if (is_over(entry->trigger)) {
        co_await run_out(entry, "its time ran out at " + day_and_time(*when.until));
        co_return entry->trigger.state == TriggerState::armed;
    }
    if (!is_true) {
        since.reset();
        entry->from_before = false; // what becomes true from now on is seen to become so
        co_return true;
    }
    Trigger due = entry->trigger;
    due.occurrence = due.id;
    if (entry->from_before) {
        co_await miss(entry, std::move(due), "it was true already when this core came", 1);
        co_return entry->trigger.state == TriggerState::armed;
    }
    since = since.value_or(now);
    if (now - *since < when.held_for) {
        co_return true;
    }
    std::string line = due.command;
    co_await fire(entry, std::move(due), std::move(line));
    co_return entry->trigger.state == TriggerState::armed;
}

Task<void> TriggerDesk::watch_quotes(EntryPointer entry, Condition condition, TaskInfo& info) {
    std::optional<Duration> since;
    for (;;) {
        info.awaits = "a quote of " + condition.symbol;
        const Result<Quote> quote = co_await fresh_quote(condition.symbol);
        const expression::Truth truth = quote ? truth_of(*condition.quotes, *quote) : expression::Truth::unknown;
        entry->doubt = !quote                                ? quote.error().describe()
                       : truth == expression::Truth::unknown ? "the quote lacks a value"
                                                             : "";
        if (truth != expression::Truth::unknown || is_over(entry->trigger)) {
            const bool goes_on = co_await judge(entry, truth == expression::Truth::yes, since);
            if (!goes_on) {
                co_return;
            }
        } else {
            since.reset(); // nobody knows whether it held
        }
        const bool waits = co_await pause(entry, quote_every);
        if (!waits) {
            co_return;
        }
    }
}

/// Follows bars for as long as that can be done; true while the trigger is armed.
Task<bool> TriggerDesk::follow(EntryPointer entry, const Condition& condition, expression::Program program,
                               TaskInfo& info) {
    std::optional<Duration> since;
    std::optional<bool> is_true;
    bool ended = false;
    const OnTruth take = [&is_true, entry](const Result<bool>& holds) {
        entry->doubt = holds ? "" : holds.error().describe();
        is_true = holds ? std::optional(*holds) : std::nullopt;
        entry->from_before = entry->from_before && is_true != false;
    };
    runtime::TaskScope watching(parts_.loop);
    const auto body = [&](TaskInfo& task) -> Task<void> {
        task.awaits = "bars of " + condition.symbol;
        const Result<void> followed = co_await parts_.follow_bars(std::move(program), condition.symbol, take);
        entry->doubt = followed ? "" : followed.error().describe();
        ended = true;
    };
    watching.spawn("watch " + entry->trigger.id, body);
    info.awaits = "bars of " + condition.symbol;
    bool goes_on = true;
    while (goes_on && !ended) {
        goes_on = co_await pause(entry, quote_every);
        if (!goes_on || !(is_true || is_over(entry->trigger))) {
            continue;
        }
        // What is bought on the word of bars is bought at a price of now.
        const Result<Quote> quote = co_await fresh_quote(condition.symbol);
        const bool holds = is_true.value_or(false);
        if (holds && !quote && !is_over(entry->trigger)) {
            entry->doubt = quote.error().describe();
            continue;
        }
        goes_on = co_await judge(entry, holds, since);
    }
    watching.cancel();
    co_await watching.join();
    co_return goes_on;
}

/// As `scan watch --live` on one symbol.
Task<void> TriggerDesk::watch_bars(EntryPointer entry, Condition condition, TaskInfo& info) {
    const std::optional<Timeframe> timeframe = std::get<WhenTrue>(entry->trigger.rule).timeframe;
    for (;;) {
        expression::QueryCompiler compiler(timeframe);
        const Result<void> compiled = compiler.condition(condition.bars);
        Result<expression::Program> program =
            compiled ? std::move(compiler).finish() : Result<expression::Program>(fail(compiled.error()));
        if (!program) {
            entry->doubt = program.error().describe();
            co_return;
        }
        bool goes_on = co_await follow(entry, condition, std::move(*program), info);
        if (goes_on) { // it could not be followed on; later perhaps
            goes_on = co_await pause(entry, pause_after_failure);
        }
        if (!goes_on) {
            co_return;
        }
    }
}

// Moments of the clock -----------------------------------------------------------------------------------------------

Task<void> TriggerDesk::watch_time(EntryPointer entry, TaskInfo& info) {
    auto parse = [text = std::get<AtTime>(entry->trigger.rule).rule] { return parse_time_rule(text); };
    const Result<TimeRule> rule = co_await parts_.workers.run(parse);
    if (!rule) {
        entry->doubt = rule.error().describe();
        co_return;
    }
    while (std::get<AtTime>(entry->trigger.rule).next) {
        const Instant moment = *std::get<AtTime>(entry->trigger.rule).next;
        const Instant now = parts_.loop.clock().now();
        info.awaits = day_and_time(moment);
        if (now < moment || entry->busy) { // somebody else's record has to get through first
            const Duration span = now < moment ? std::min<Duration>(moment - now, clock_check) : busy_check;
            const bool waits = co_await pause(entry, span);
            if (!waits) {
                co_return;
            }
            continue;
        }
        Trigger due = entry->trigger;
        AtTime& at = std::get<AtTime>(due.rule);
        MissedMoments missed;
        if (at.repeats) {
            Result<MissedMoments> found = missed_since(*rule, moment, now);
            entry->doubt = found ? "" : found.error().describe();
            missed = std::move(found).value_or(MissedMoments{});
        }
        at.next = missed.next;
        due.occurrence = at.repeats ? due.id + "@" + date_of_occurrence(*rule, moment) : due.id;
        const bool is_late = now - moment > lateness_max || moment < began_;
        bool recorded = false;
        if (is_late || !parts_.serving) {
            const std::string more = missed.count > 1 ? fmt::format(" and {} more times", missed.count - 1) : "";
            recorded = co_await miss(
                entry, std::move(due),
                fmt::format("it came due at {}{}, and no core served then", day_and_time(moment), more), missed.count);
        } else {
            std::string line = due.command;
            recorded = co_await fire(entry, std::move(due), std::move(line));
        }
        if (stopping_ || entry->trigger.state != TriggerState::armed) {
            co_return;
        }
        if (!recorded) {
            const bool waits = co_await pause(entry, pause_after_failure);
            if (!waits) {
                co_return;
            }
        }
    }
}

} // namespace tradesh::engine
