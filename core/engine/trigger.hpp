#pragma once

#include "core/base/decimal.hpp"
#include "core/base/error.hpp"
#include "core/base/time.hpp"
#include "core/market/order.hpp"
#include "core/market/time_rule.hpp"
#include "core/market/timeframe.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// A command line that waits for its moment, as the journal keeps it.
namespace tradesh::engine {

enum class TriggerState : std::uint8_t {
    armed,     ///< waits
    firing,    ///< its line has begun, or was about to: durable before the line runs
    fired,     ///< done: the line ran and its work was done
    missed,    ///< done: it came due, or may have, while no core was there to see it; its line did not run
    cancelled, ///< done: taken back, or its time ran out
    failed,    ///< done: the line ran and failed
};
std::string_view name_of(TriggerState state);
bool is_live(TriggerState state); // armed or firing

/// Fires when an expression over one symbol is true (condition.hpp).
struct WhenTrue {
    std::string expression; ///< as typed
    std::optional<Timeframe> timeframe{};
    Duration held_for{0};           ///< it has to be true for so long without a break
    std::optional<Instant> until{}; ///< then it is taken back
};
/// Fires at moments of a time rule.
struct AtTime {
    std::string name{}; ///< of an entry of the schedule; empty for an order that waits (--at)
    TimeRuleText rule{};
    bool repeats = false;
    std::optional<Instant> next{}; ///< its next moment
};
/// An exit that the core keeps for an order, because the venue cannot hold it or because it is a holding time. What the
/// order has filled is what it closes; the line is made when it fires.
struct ExitOf {
    std::string order_key{}; ///< idempotency key of the order
    std::string symbol{};
    Side entry_side = Side::buy;
    std::optional<Duration> holding{};      ///< each fill is closed so long after it
    std::optional<Decimal> target{};        ///< a price
    std::optional<Decimal> protect{};       ///< a price
    std::optional<TrailingStop> trailing{}; ///< follows the best price since the first fill
    std::int64_t begun = 0;                 ///< lines so far; the orders of exit-5 have the keys exit-5.1, exit-5.2 ..
};
using TriggerRule = std::variant<WhenTrue, AtTime, ExitOf>;
/// "when", "sched", "exit": how ids begin.
std::string_view name_of(const TriggerRule& rule);

/// What became of the last moment that came.
struct TriggerOutcome {
    Instant time;
    std::string occurrence{}; ///< "when-3", "sched-2@2026-11-21": the key of the order that its line sends
    std::optional<int> exit_code{};
    std::string words{};               ///< the first line that the command showed, or why it did not run
    std::vector<std::string> orders{}; ///< ids of the orders it sent
};

struct Trigger {
    std::string id; ///< "when-3", "sched-2", "exit-5": never given twice
    TriggerRule rule;
    std::string command{}; ///< what runs; that of an exit is made when it fires
    bool live = false;     ///< leave to trade by live rules, given when it was armed, for this line alone
    bool reduces = false;  ///< its line can only make positions and open orders smaller
    TriggerState state = TriggerState::armed;
    std::string occurrence{}; ///< while firing: which
    Instant created;
    Instant changed;
    std::int64_t fired = 0;  ///< how often its line ran to its end, well or not
    std::int64_t missed = 0; ///< how many moments came while no core was there
    std::optional<TriggerOutcome> last{};
};

/// What it waits for, in the words of a person: "GOOG.last > 900 for 3s", "NYSE:close-5m mon-fri".
std::string describe(const TriggerRule& rule);

/// JSON text for the journal, and back. Error "journal.unreadable" (failed).
std::string to_payload(const Trigger& trigger);
Result<Trigger> parse_trigger(std::string_view payload);

} // namespace tradesh::engine
