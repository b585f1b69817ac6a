#include "core/engine/trigger_desk.hpp"
#include "core/orders/order_archive.hpp"
#include "core/orders/order_manager.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace tradesh::engine {

using runtime::Task;
using runtime::TaskInfo;

namespace {

using namespace std::chrono_literals;

/// How long orders may take to be settled with the venue before triggers are looked at all the same.
constexpr Duration settlement_patience = 30s;
/// How often an order in doubt is looked at again.
constexpr Duration doubt_pause = 100ms;
/// Pauses before the line of an exit that failed is tried again.
constexpr Duration retry_pause_first = 2s;
constexpr Duration retry_pause_max = 60s;

constexpr int done = 0;
constexpr int partial = 7;
constexpr int still_working = 13;

bool went_well(int exit_code) { return exit_code == done || exit_code == partial || exit_code == still_working; }

bool comes_again(const TriggerRule& rule) {
    const auto* at = std::get_if<AtTime>(&rule);
    return std::holds_alternative<ExitOf>(rule) || (at != nullptr && at->repeats);
}

std::string title_of(const Trigger& trigger) {
    const auto* at = std::get_if<AtTime>(&trigger.rule);
    return at == nullptr || at->name.empty() ? trigger.id : trigger.id + " (" + at->name + ")";
}

std::string line_of(const Trigger& trigger) {
    return trigger.command.empty() ? describe(trigger.rule) : trigger.command;
}

std::vector<std::string> ids_of(const std::vector<orders::Order>& all) {
    std::vector<std::string> ids;
    for (const orders::Order& order : all) {
        ids.push_back(order.request.id.value);
    }
    return ids;
}

/// "order k4x9-3-12: buy GOOG 10 market is filled"
std::string words_on(const std::vector<orders::Order>& all) {
    std::string words;
    for (const orders::Order& order : all) {
        const std::string& id = order.request.id.value;
        words += fmt::format("{}order {}: {} is {}{}", words.empty() ? "" : "; ", id, orders::describe(order.request),
                             name_of(order.state), order.state == OrderState::unknown ? ", see: order show " + id : "");
    }
    return words;
}

bool may_have_left(const orders::Order& order) {
    return order.state != OrderState::denied && order.state != OrderState::not_sent;
}

/// Where a trigger stands once its line has ended.
TriggerState state_after(const Trigger& trigger, int exit_code) {
    if (comes_again(trigger.rule)) {
        return TriggerState::armed;
    }
    return went_well(exit_code) ? TriggerState::fired : TriggerState::failed;
}

} // namespace

/// The order that a line with this key sent; nothing when it certainly sent none.
Task<Result<std::optional<orders::Order>>> TriggerDesk::order_of_key(std::string key) {
    if (const orders::Order* order = parts_.manager.ledger().find_by_key(key)) {
        co_return std::optional(*order);
    }
    auto load = [this, &key](store::JournalFile& file) { return orders::load_order_of_key(file, parts_.account, key); };
    Result<std::optional<orders::Order>> order = co_await parts_.journal.with_file(load);
    if (!order) {
        parts_.log.error("trigger", "trigger.order_unreadable", order.error());
    }
    co_return order;
}

/// Every order that a line with this key sent.
Task<Result<std::vector<orders::Order>>> TriggerDesk::orders_of_line(std::string key) {
    auto look = [this, &key](store::JournalFile& file) { return store::keys_of_line(file, parts_.account, key); };
    const Result<std::vector<std::string>> keys = co_await parts_.journal.with_file(look);
    if (!keys) {
        parts_.log.error("trigger", "trigger.order_unreadable", keys.error());
        co_return fail(keys.error());
    }
    std::vector<orders::Order> sent;
    for (const std::string& each : *keys) {
        Result<std::optional<orders::Order>> order = co_await order_of_key(each);
        if (!order) {
            co_return fail(std::move(order.error()));
        }
        if (*order) {
            sent.push_back(std::move(**order));
        }
    }
    co_return sent;
}

/// An exit whose line came to nothing: the next try comes later each time.
void TriggerDesk::count_failure(Entry& entry) {
    ++entry.failures;
    Duration pause = retry_pause_first;
    for (int i = 1; i < entry.failures && pause < retry_pause_max; ++i) {
        pause *= 2;
    }
    entry.retry_at = parts_.loop.clock().elapsed() + std::min(pause, retry_pause_max);
    entry.failed_in = parts_.manager.risk().standing();
}

bool TriggerDesk::waits_to_retry(const Entry& entry) const {
    return entry.failures > 0 && parts_.loop.clock().elapsed() < entry.retry_at &&
           entry.failed_in == parts_.manager.risk().standing();
}

/// Runs the line of an armed trigger. `due` is the trigger with its occurrence, and with a rule that has moved on to
/// what comes next, so that a core that dies in between finds it so. False when nothing could be recorded.
Task<bool> TriggerDesk::fire(EntryPointer entry, Trigger due, std::string line) {
    if (entry->busy || entry->trigger.state != TriggerState::armed || stopping_) {
        co_return true;
    }
    entry->busy = true;
    due.state = TriggerState::firing;
    CommandDue command{.trigger = due.id, .key = due.occurrence, .line = std::move(line), .live = due.live};
    Result<void> begun = co_await record(entry, std::move(due), "trigger.firing");
    if (!begun) {
        entry->busy = false;
        if (!std::exchange(entry->unrecorded, true)) {
            entry->failures = 0;
            parts_.notify(entry->trigger.id + " did not fire: " + begun.error().describe() + "; it is tried again");
        }
        count_failure(*entry);
        co_return false;
    }
    if (std::exchange(entry->unrecorded, false)) {
        entry->failures = 0;
    }
    ++running_;
    CommandOutcome outcome = co_await run_line_(std::move(command));
    --running_;
    co_await conclude(entry, std::move(outcome));
    entry->busy = false;
    if (entry->trigger.state != TriggerState::armed) {
        entry->changed.set();
    }
    co_return true;
}

Task<void> TriggerDesk::conclude(EntryPointer entry, CommandOutcome outcome) {
    Trigger next = entry->trigger;
    const Result<std::vector<orders::Order>> found = co_await orders_of_line(next.occurrence);
    const std::vector<orders::Order> sent = found.value_or(std::vector<orders::Order>());
    const bool well = went_well(outcome.exit_code);
    if (well) {
        entry->failures = 0;
    } else {
        count_failure(*entry);
    }
    const bool tried_again = !well && entry->failures > 1;
    auto* exit = std::get_if<ExitOf>(&next.rule);
    if (exit != nullptr && !well && found && std::ranges::none_of(sent, may_have_left)) {
        --exit->begun; // its key is free: no look at the exit has to go through a row of refusals
    }
    ++next.fired;
    next.last = TriggerOutcome{.time = parts_.loop.clock().now(),
                               .occurrence = std::exchange(next.occurrence, ""),
                               .exit_code = outcome.exit_code,
                               .words = std::move(outcome.words),
                               .orders = {}};
    next.last->orders = ids_of(sent);
    if (well && !sent.empty()) {
        next.last->words = words_on(sent);
    }
    next.state = state_after(next, outcome.exit_code);
    std::string text =
        fmt::format("{} {}: {}{}", title_of(next), well ? "fired" : fmt::format("failed (exit {})", outcome.exit_code),
                    line_of(next), next.last->words.empty() ? "" : ": " + next.last->words);
    if (exit != nullptr && !well) {
        text += "; it stays armed and is tried again until the position is closed, or until 'when rm " + next.id + "'";
        next.last->words = "failed and is tried again: " + next.last->words;
    }
    const std::string kind = well ? "trigger.fired" : tried_again ? "trigger.failed_again" : "trigger.failed";
    co_await record_outcome(entry, std::move(next), kind);
    if (!tried_again) { // one word on it is enough
        parts_.notify(text);
    }
}

/// Until it is recorded the trigger stays `firing`, which a next core would settle by the order itself.
Task<void> TriggerDesk::record_outcome(EntryPointer entry, Trigger next, std::string kind) {
    bool told = false;
    for (;;) {
        const Result<void> recorded = co_await record(entry, next, kind);
        if (recorded || stopping_) {
            co_return;
        }
        if (!std::exchange(told, true)) {
            parts_.notify(entry->trigger.id +
                          " ran, but that could not be recorded yet: " + recorded.error().describe());
        }
        const runtime::Wake wake = co_await entry->changed.wait_for(retry_pause_first);
        if (wake != runtime::Wake::timeout) {
            co_return;
        }
    }
}

/// Records that moments came and nobody was there. `due` as in `fire`.
Task<bool> TriggerDesk::miss(EntryPointer entry, Trigger due, std::string words, std::int64_t moments) {
    if (entry->busy || !is_live(entry->trigger.state)) {
        co_return true;
    }
    entry->busy = true;
    due.missed += moments;
    due.last = TriggerOutcome{.time = parts_.loop.clock().now(),
                              .occurrence = std::exchange(due.occurrence, ""),
                              .exit_code = std::nullopt,
                              .words = words,
                              .orders = {}};
    due.state = comes_again(due.rule) ? TriggerState::armed : TriggerState::missed;
    std::string sentence = title_of(due) + " missed: " + words + "; not run: " + line_of(due);
    const Result<void> recorded = co_await record(entry, std::move(due), "trigger.missed");
    entry->busy = false;
    if (recorded) {
        untold_.push_back(std::move(sentence));
    }
    co_return recorded.has_value();
}

/// It waits no more, and nobody took it back.
Task<bool> TriggerDesk::run_out(EntryPointer entry, std::string words) {
    if (entry->busy || entry->trigger.state != TriggerState::armed) {
        co_return true;
    }
    entry->busy = true;
    Trigger next = entry->trigger;
    next.state = next.fired > 0 ? TriggerState::fired : TriggerState::cancelled;
    if (!next.last) {
        next.last = TriggerOutcome{.time = parts_.loop.clock().now(),
                                   .occurrence = "",
                                   .exit_code = std::nullopt,
                                   .words = words,
                                   .orders = {}};
    }
    const bool was_before = entry->from_before;
    std::string sentence = title_of(next) + " ended: " + words;
    const std::string kind = next.fired > 0 ? "trigger.ended" : "trigger.cancelled"; // each firing was told by itself
    const Result<void> recorded = co_await record(entry, std::move(next), kind);
    entry->busy = false;
    if (recorded) {
        entry->changed.set();
        was_before ? untold_.push_back(std::move(sentence)) : parts_.notify(sentence);
    }
    co_return recorded.has_value();
}

Task<void> TriggerDesk::settle(TaskInfo& info) {
    info.awaits = "orders to be settled with the venue";
    co_await parts_.manager.wait_settled(settlement_patience);
    info.awaits = "the journal";
    std::vector<EntryPointer> firing;
    for (const auto& [id, entry] : entries_) {
        if (entry->from_before && entry->trigger.state == TriggerState::firing) {
            firing.push_back(entry);
        } else if (entry->from_before) { // those that were armed meanwhile are watched already
            watch(entry);
        }
    }
    for (const EntryPointer& entry : firing) {
        co_await settle_firing(entry);
        watch(entry);
    }
}

/// The orders of a line that a core left unfinished, once the venue's word on each is in; or as they are when it does
/// not come in time.
Task<Result<std::vector<orders::Order>>> TriggerDesk::settled_orders_of_line(std::string key) {
    const Duration end = parts_.loop.clock().elapsed() + settlement_patience;
    for (;;) {
        Result<std::vector<orders::Order>> sent = co_await orders_of_line(key);
        const bool in_doubt = sent && std::ranges::any_of(*sent, orders::is_unanswered);
        if (sent) {
            std::erase_if(*sent, [](const orders::Order& order) { return !may_have_left(order); });
        }
        if (!in_doubt || stopping_ || parts_.loop.clock().elapsed() >= end) {
            co_return sent;
        }
        const bool slept = co_await runtime::sleep_for(parts_.loop, doubt_pause);
        if (!slept) {
            co_return sent;
        }
    }
}

/// The core that fired it ended before its line did. Whether the order went out the order's own record tells.
Task<void> TriggerDesk::settle_firing(EntryPointer entry) {
    Trigger next = entry->trigger;
    const Result<std::vector<orders::Order>> found = co_await settled_orders_of_line(next.occurrence);
    if (!found) { // it stays `firing`: another start may be able to tell
        untold_.push_back(next.id + " cannot be settled: " + found.error().describe());
        co_return;
    }
    const std::vector<orders::Order>& sent = *found;
    if (sent.empty()) {
        const bool is_exit = std::holds_alternative<ExitOf>(next.rule);
        const bool recorded = co_await miss(entry, std::move(next),
                                            is_exit ? "the core ended before the exit was sent; it is tried again"
                                                    : "the core ended while it fired, and no order of it is on record",
                                            1);
        (void)recorded; // else it is settled by the next start
        co_return;
    }
    const std::string words = "the core ended while its line ran, which does not go on; " + words_on(sent);
    ++next.fired;
    next.last = TriggerOutcome{.time = parts_.loop.clock().now(),
                               .occurrence = std::exchange(next.occurrence, ""),
                               .exit_code = std::nullopt,
                               .words = words,
                               .orders = ids_of(sent)};
    next.state = comes_again(next.rule) ? TriggerState::armed : TriggerState::fired;
    std::string sentence = title_of(next) + " fired: " + line_of(next) + ": " + words;
    const Result<void> recorded = co_await record(entry, std::move(next), "trigger.fired");
    if (recorded) {
        untold_.push_back(std::move(sentence));
    }
}

/// The best price so far is durable before a stop is moved by it.
Task<void> TriggerDesk::keep_best(EntryPointer entry, Decimal best) {
    const std::string mark = best.to_string();
    auto keep = [id = entry->trigger.id, mark](store::JournalFile& file) {
        return store::keep_trigger_mark(file, id, mark);
    };
    const Result<void> kept = co_await parts_.journal.with_file(keep);
    if (kept) {
        entry->mark = mark;
    }
}

} // namespace tradesh::engine
