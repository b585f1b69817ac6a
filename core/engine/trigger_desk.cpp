#include "core/engine/trigger_desk.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <tuple>
#include <utility>

namespace tradesh::engine {

using runtime::LogLevel;
using runtime::Task;
using runtime::TaskInfo;

namespace {

constexpr std::size_t untold_max = 50;
constexpr std::array<std::string_view, 3> kinds{"when", "sched", "exit"};

/// What the journal has, read on its own thread.
struct Kept {
    store::LoadedTriggers triggers;
    std::map<std::string, std::int64_t, std::less<>> numbers;
};

Result<Kept> read_kept(store::JournalFile& file) {
    const std::vector<std::string> live{std::string(name_of(TriggerState::armed)),
                                        std::string(name_of(TriggerState::firing))};
    Result<store::LoadedTriggers> triggers = store::load_triggers(file, live, ended_triggers_kept);
    if (!triggers) {
        return fail(std::move(triggers.error()));
    }
    Kept kept{.triggers = std::move(*triggers), .numbers = {}};
    for (const std::string_view kind : kinds) {
        const Result<std::int64_t> number = store::last_trigger_number(file, kind);
        if (!number) {
            return fail(number.error());
        }
        kept.numbers[std::string(kind)] = *number;
    }
    return kept;
}

std::string name_given(const Trigger& trigger) {
    const auto* at = std::get_if<AtTime>(&trigger.rule);
    return at == nullptr ? "" : at->name;
}

Error past(std::string message) {
    return Error(ErrorKind::usage, "trigger.past", std::move(message)).advise("name a moment that is still to come");
}

} // namespace

TriggerDesk::TriggerDesk(Parts parts) : parts_(std::move(parts)), tasks_(parts_.loop) {}

TriggerDesk::~TriggerDesk() = default;

Task<Result<void>> TriggerDesk::start() {
    Result<Kept> kept = co_await parts_.journal.with_file(read_kept);
    if (!kept) {
        co_return fail(std::move(kept.error()));
    }
    numbers_ = std::move(kept->numbers);
    if (kept->triggers.made_anew) {
        parts_.log.write(LogLevel::warning, "trigger", "trigger.made_anew", "", {});
        untold_.push_back("what stood armed in orders.db did not fit the journal, and was made anew from it: look at "
                          "'when list', and after the disk");
    }
    for (store::TriggerRow& row : kept->triggers.rows) {
        Result<Trigger> trigger = parse_trigger(row.payload);
        if (!trigger) { // the others are worth as much as before
            parts_.log.error("trigger", "trigger.unreadable", trigger.error());
            untold_.push_back(row.id + " cannot be read and does not fire: " + trigger.error().message);
            continue;
        }
        const auto entry = std::make_shared<Entry>(parts_.loop);
        entry->trigger = std::move(*trigger);
        entry->mark = std::move(row.mark);
        entry->from_before = true;
        entry->durable = true;
        entries_[row.id] = entry;
    }
    co_return Result<void>();
}

void TriggerDesk::begin(RunLine run_line) {
    run_line_ = std::move(run_line);
    began_ = parts_.loop.clock().now();
    tasks_.spawn("settle triggers", [this](TaskInfo& info) { return settle(info); });
}

Task<void> TriggerDesk::stop() {
    stopping_ = true;
    for (const auto& [id, entry] : entries_) {
        entry->changed.set();
    }
    tasks_.cancel();
    co_await tasks_.join();
}

// Arming and taking back ---------------------------------------------------------------------------------------------

std::string TriggerDesk::serve_line() const {
    return parts_.profile == "paper" ? "tradesh serve" : "tradesh serve --profile " + parts_.profile;
}

Error TriggerDesk::not_serving() const {
    const std::string serve = serve_line();
    return Error(ErrorKind::refused, "trigger.not_serving",
                 "this core leaves when its last client does, and what waits needs one that stays")
        .advise("run '" + serve + " --replace' in a terminal of its own, or under systemd: ExecStart=" + serve +
                " --replace, Restart=always");
}

Result<void> TriggerDesk::check_free_name(const TriggerRule& rule) const {
    const auto* at = std::get_if<AtTime>(&rule);
    if (at == nullptr || at->name.empty()) {
        return {};
    }
    for (const auto& [id, entry] : entries_) {
        if (is_live(entry->trigger.state) && name_given(entry->trigger) == at->name) {
            return fail(Error(ErrorKind::usage, "schedule.name_taken",
                              "the schedule has an entry '" + at->name + "' already, " + id)
                            .advise("choose another name, or remove it first: schedule rm " + at->name));
        }
    }
    return {};
}

/// Fills in what a rule has to know before it is armed.
Task<Result<void>> TriggerDesk::prepare(TriggerRule& rule) {
    const Instant now = parts_.loop.clock().now();
    if (auto* at = std::get_if<AtTime>(&rule)) {
        auto find_next = [text = at->rule, now]() -> Result<std::optional<Instant>> {
            const Result<TimeRule> parsed = parse_time_rule(text);
            return parsed ? next_after(*parsed, now) : fail(parsed.error());
        };
        Result<std::optional<Instant>> next = co_await parts_.workers.run(find_next);
        if (!next) {
            co_return fail(std::move(next.error()));
        }
        if (!*next) {
            co_return fail(past("'" + at->rule.at + "' is over"));
        }
        at->next = *next;
        co_return Result<void>();
    }
    std::string symbol;
    if (const auto* when = std::get_if<WhenTrue>(&rule)) {
        if (when->until && *when->until <= now) {
            co_return fail(past("'until' " + to_rfc3339(*when->until) + " is over"));
        }
        const Result<Condition> condition = parse_condition(when->expression);
        if (!condition) {
            co_return fail(condition.error());
        }
        symbol = condition->symbol;
    } else {
        symbol = std::get<ExitOf>(rule).symbol;
    }
    Result<Instrument> instrument = co_await parts_.find_instrument(symbol);
    if (!instrument) {
        co_return fail(std::move(instrument.error()));
    }
    co_return Result<void>();
}

/// What the condition says already, for the person who arms it.
Task<void> TriggerDesk::look_first(const TriggerRule& rule, Armed& armed) {
    const auto* when = std::get_if<WhenTrue>(&rule);
    const Result<Condition> condition =
        when == nullptr ? Result<Condition>(Condition{}) : parse_condition(when->expression);
    if (!condition || !condition->quotes) {
        co_return;
    }
    Result<Quote> quote = co_await fresh_quote(condition->symbol);
    if (!quote) {
        armed.doubt = quote.error().describe();
        co_return;
    }
    const expression::Truth truth = truth_of(*condition->quotes, *quote);
    armed.true_now = truth == expression::Truth::yes;
    armed.doubt = truth == expression::Truth::unknown ? "the quote does not have every value that it needs" : "";
}

Task<Result<Armed>> TriggerDesk::arm(TriggerWanted wanted) {
    if (!parts_.serving) {
        co_return fail(not_serving());
    }
    Result<void> prepared = co_await prepare(wanted.rule);
    if (!prepared) {
        co_return fail(std::move(prepared.error()));
    }
    Armed result;
    co_await look_first(wanted.rule, result);
    if (armed() >= triggers_max) {
        co_return fail(Error(ErrorKind::refused, "trigger.too_many",
                             "there are " + std::to_string(triggers_max) + " armed triggers, and that is the most")
                           .advise("take some back: when rm ID, schedule rm NAME"));
    }
    if (const Result<void> free = check_free_name(wanted.rule); !free) {
        co_return fail(free.error());
    }
    const std::string kind(name_of(wanted.rule));
    const Instant now = parts_.loop.clock().now();
    const auto entry = std::make_shared<Entry>(parts_.loop);
    Trigger trigger{.id = kind + "-" + std::to_string(++numbers_[kind]),
                    .rule = std::move(wanted.rule),
                    .command = std::move(wanted.command),
                    .live = wanted.live,
                    .reduces = wanted.reduces,
                    .created = now,
                    .changed = now};
    if (auto* exit = std::get_if<ExitOf>(&trigger.rule); exit != nullptr && exit->order_key.empty()) {
        exit->order_key = trigger.id; // its own keys are exit-5.1, exit-5.2 ..
    }
    entry->trigger = trigger;
    entries_[trigger.id] = entry; // a second one of the same name has to see it
    Result<void> recorded = co_await record(entry, trigger, "trigger.armed", wanted.correlation);
    if (!recorded) {
        entries_.erase(trigger.id);
        co_return fail(std::move(recorded.error()));
    }
    watch(entry);
    result.trigger = entry->trigger;
    co_return result;
}

Task<Result<Trigger>> TriggerDesk::remove(std::string text) {
    const Result<Trigger> found = find(text);
    if (!found) {
        co_return fail(found.error());
    }
    const EntryPointer entry = entries_.at(found->id);
    if (entry->busy || entry->trigger.state == TriggerState::firing) {
        co_return fail(Error(ErrorKind::refused, "trigger.firing", found->id + " is firing at this moment")
                           .advise("see what becomes of it: when show " + found->id));
    }
    if (!is_live(entry->trigger.state)) {
        co_return fail(Error(ErrorKind::refused, "trigger.ended",
                             found->id + " is " + std::string(name_of(entry->trigger.state)) + " and waits no more"));
    }
    entry->busy = true;
    Trigger next = entry->trigger;
    next.state = TriggerState::cancelled;
    Result<void> recorded = co_await record(entry, std::move(next), "trigger.cancelled");
    entry->busy = false;
    if (!recorded) {
        co_return fail(std::move(recorded.error()));
    }
    entry->changed.set();
    co_return entry->trigger;
}

// Looking ------------------------------------------------------------------------------------------------------------

Result<Trigger> TriggerDesk::find(std::string_view text) const {
    if (const auto entry = entries_.find(text); entry != entries_.end() && entry->second->durable) {
        return entry->second->trigger;
    }
    const EntryPointer* named = nullptr;
    for (const auto& [id, entry] : entries_) {
        if (!text.empty() && entry->durable && name_given(entry->trigger) == text &&
            (named == nullptr || is_live(entry->trigger.state) || !is_live((*named)->trigger.state))) {
            named = &entry;
        }
    }
    const auto is_alive = [](const Trigger* trigger) { return is_live(trigger->state); };
    std::vector<const Trigger*> ending; // "1" for "when-1", as with orders
    for (const auto& [id, entry] : entries_) {
        if (!text.empty() && entry->durable && id.ends_with("-" + std::string(text))) {
            ending.push_back(&entry->trigger);
        }
    }
    if (ending.size() > 1 && std::ranges::any_of(ending, is_alive)) { // what has ended stands in nobody's way
        std::erase_if(ending, std::not_fn(is_alive));
    }
    if (named == nullptr && ending.size() == 1) {
        return *ending.front();
    }
    if (named == nullptr && !ending.empty()) {
        return fail(Error(ErrorKind::usage, "trigger.ambiguous",
                          "'" + std::string(text) + "' fits " + std::to_string(ending.size()) + " triggers")
                        .advise("write its whole id: " + ending[0]->id + " or " + ending[1]->id));
    }
    if (named == nullptr) {
        return fail(Error(ErrorKind::not_found, "trigger.unknown", "there is no trigger '" + std::string(text) + "'")
                        .advise("see which there are: when list, schedule list"));
    }
    return (*named)->trigger;
}

std::vector<Trigger> TriggerDesk::list() const {
    std::vector<Trigger> all;
    for (const auto& [id, entry] : entries_) {
        if (entry->durable) {
            all.push_back(entry->trigger);
        }
    }
    std::ranges::sort(all, {}, [](const Trigger& trigger) { // when-9 before when-10
        return std::tuple(trigger.rule.index(), trigger.id.size(), trigger.id);
    });
    return all;
}

std::string TriggerDesk::doubt_of(const std::string& id) const {
    const auto entry = entries_.find(id);
    return entry == entries_.end() ? "" : entry->second->doubt;
}

std::size_t TriggerDesk::armed() const {
    const auto is_armed = [](const auto& entry) { return is_live(entry.second->trigger.state); };
    return static_cast<std::size_t>(std::ranges::count_if(entries_, is_armed));
}

std::vector<std::string> TriggerDesk::unwatched_exits() const {
    std::vector<std::string> all;
    for (const auto& [id, entry] : entries_) {
        const auto* exit = std::get_if<ExitOf>(&entry->trigger.rule);
        if (!parts_.serving && exit != nullptr && is_live(entry->trigger.state)) {
            all.push_back(id + " of " + exit->symbol + " is armed and nobody watches it: start '" + serve_line() + "'");
        }
    }
    return all;
}

std::size_t TriggerDesk::missed_lately() const {
    const Instant since = parts_.loop.clock().now() - std::chrono::hours(24);
    return static_cast<std::size_t>(std::ranges::count_if(entries_, [since](const auto& entry) {
        const Trigger& trigger = entry.second->trigger;
        return trigger.missed > 0 && trigger.last && !trigger.last->exit_code && trigger.last->time > since;
    }));
}

std::vector<std::string> TriggerDesk::take_missed() {
    std::vector<std::string> taken(untold_.begin(), untold_.end());
    untold_.clear();
    return taken;
}

// Keeping ------------------------------------------------------------------------------------------------------------

/// What is seen of a trigger is what is on the disk.
Task<Result<void>> TriggerDesk::record(EntryPointer entry, Trigger next, std::string kind, std::string correlation) {
    next.changed = parts_.loop.clock().now();
    store::JournalEvent event{.time = next.changed,
                              .kind = std::move(kind),
                              .venue = std::string(parts_.venue.name()),
                              .account = parts_.account,
                              .correlation = std::move(correlation),
                              .payload = to_payload(next)};
    // Arming, and firing what may enlarge a position, begin something new; what became of it, and whatever only gets
    // somebody out, has to be on record even when the disk is full.
    const bool gets_out = next.reduces || std::holds_alternative<ExitOf>(next.rule);
    const bool begins = event.kind == "trigger.armed" || (next.state == TriggerState::firing && !gets_out);
    std::vector<store::JournalEvent> events{std::move(event)};
    Result<std::int64_t> appended = co_await parts_.journal.append(
        std::move(events), begins ? store::Journal::Urgency::ordinary : store::Journal::Urgency::essential);
    if (!appended) {
        parts_.log.error("trigger", "trigger.not_recorded", appended.error());
        co_return fail(std::move(appended.error()).attempting("record trigger " + next.id));
    }
    entry->trigger = std::move(next);
    entry->durable = true;
    forget_oldest();
    co_return Result<void>();
}

void TriggerDesk::forget_oldest() {
    std::vector<EntryPointer> ended;
    for (const auto& [id, entry] : entries_) {
        if (!is_live(entry->trigger.state)) {
            ended.push_back(entry);
        }
    }
    if (ended.size() > ended_triggers_kept) {
        const auto oldest =
            std::ranges::min_element(ended, {}, [](const EntryPointer& entry) { return entry->trigger.changed; });
        entries_.erase((*oldest)->trigger.id);
    }
    while (untold_.size() > untold_max) {
        untold_.pop_front();
    }
}

} // namespace tradesh::engine
