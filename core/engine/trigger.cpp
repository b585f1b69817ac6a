#include "core/engine/trigger.hpp"

#include "core/base/overloaded.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <stdexcept>
#include <utility>

namespace tradesh::engine {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 6> state_names{"armed", "firing", "fired", "missed", "cancelled", "failed"};

/// Thrown while a payload is read; `parse_trigger` turns it into an Error.
struct Unreadable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <class T>
T required(Result<T> result) {
    if (!result) {
        throw Unreadable(result.error().message);
    }
    return std::move(*result);
}

// Times and spans are whole nanoseconds, as in the journal's own columns.
std::int64_t count_of(Instant time) { return time.time_since_epoch().count(); }
Instant time_at(const Json& json, const char* name) { return Instant(Duration(json.at(name).get<std::int64_t>())); }
std::optional<Instant> optional_time_at(const Json& json, const char* name) {
    return json.contains(name) ? std::optional(time_at(json, name)) : std::nullopt;
}
std::optional<Decimal> optional_decimal_at(const Json& json, const char* name) {
    return json.contains(name) ? std::optional(required(Decimal::parse(json.at(name).get<std::string>())))
                               : std::nullopt;
}

Json to_json(const WhenTrue& when) {
    Json json{{"expression", when.expression}, {"for_ns", when.held_for.count()}};
    if (when.timeframe) {
        json["timeframe"] = name_of(*when.timeframe);
    }
    if (when.until) {
        json["until_ns"] = count_of(*when.until);
    }
    return json;
}
Json to_json(const AtTime& at) {
    Json json{
        {"name", at.name}, {"at", at.rule.at}, {"zone", at.rule.zone}, {"days", at.rule.days}, {"repeats", at.repeats}};
    if (at.next) {
        json["next_ns"] = count_of(*at.next);
    }
    return json;
}
Json to_json(const ExitOf& exit) {
    Json json{{"order_key", exit.order_key},
              {"symbol", exit.symbol},
              {"entry_side", name_of(exit.entry_side)},
              {"begun", exit.begun}};
    if (exit.holding) {
        json["holding_ns"] = exit.holding->count();
    }
    if (exit.target) {
        json["target"] = exit.target->to_string();
    }
    if (exit.protect) {
        json["protect"] = exit.protect->to_string();
    }
    if (exit.trailing) {
        json["trail"] = exit.trailing->distance.to_string();
        json["trail_percent"] = exit.trailing->percent;
    }
    return json;
}

WhenTrue when_from(const Json& json) {
    WhenTrue when{.expression = json.at("expression").get<std::string>(),
                  .held_for = Duration(json.at("for_ns").get<std::int64_t>()),
                  .until = optional_time_at(json, "until_ns")};
    if (json.contains("timeframe")) {
        when.timeframe = required(parse_timeframe(json.at("timeframe").get<std::string>()));
    }
    return when;
}
AtTime at_from(const Json& json) {
    return AtTime{.name = json.at("name").get<std::string>(),
                  .rule = {.at = json.at("at").get<std::string>(),
                           .zone = json.at("zone").get<std::string>(),
                           .days = json.at("days").get<std::string>()},
                  .repeats = json.at("repeats").get<bool>(),
                  .next = optional_time_at(json, "next_ns")};
}
ExitOf exit_from(const Json& json) {
    ExitOf exit{.order_key = json.at("order_key").get<std::string>(),
                .symbol = json.at("symbol").get<std::string>(),
                .entry_side = json.at("entry_side") == name_of(Side::buy) ? Side::buy : Side::sell,
                .target = optional_decimal_at(json, "target"),
                .protect = optional_decimal_at(json, "protect"),
                .begun = json.at("begun").get<std::int64_t>()};
    if (json.contains("holding_ns")) {
        exit.holding = Duration(json.at("holding_ns").get<std::int64_t>());
    }
    if (const std::optional<Decimal> distance = optional_decimal_at(json, "trail")) {
        exit.trailing = TrailingStop{.distance = *distance, .percent = json.at("trail_percent").get<bool>()};
    }
    return exit;
}

Json to_json(const TriggerOutcome& outcome) {
    Json json{{"time_ns", count_of(outcome.time)},
              {"occurrence", outcome.occurrence},
              {"words", outcome.words},
              {"orders", outcome.orders}};
    if (outcome.exit_code) {
        json["exit_code"] = *outcome.exit_code;
    }
    return json;
}
TriggerOutcome outcome_from(const Json& json) {
    TriggerOutcome outcome{.time = time_at(json, "time_ns"),
                           .occurrence = json.at("occurrence").get<std::string>(),
                           .words = json.at("words").get<std::string>(),
                           .orders = json.at("orders").get<std::vector<std::string>>()};
    if (json.contains("exit_code")) {
        outcome.exit_code = json.at("exit_code").get<int>();
    }
    return outcome;
}

TriggerState state_from(const std::string& name) {
    for (std::size_t i = 0; i < state_names.size(); ++i) {
        if (state_names[i] == name) {
            return static_cast<TriggerState>(i);
        }
    }
    throw Unreadable("unknown state '" + name + "'");
}

TriggerRule rule_from(const std::string& kind, const Json& json) {
    if (kind == "when") {
        return when_from(json);
    }
    if (kind == "sched") {
        return at_from(json);
    }
    if (kind == "exit") {
        return exit_from(json);
    }
    throw Unreadable("unknown kind of trigger '" + kind + "'");
}

std::string describe(const WhenTrue& when) {
    std::string text = when.expression;
    text += when.timeframe ? " on " + std::string(name_of(*when.timeframe)) : "";
    text += when.held_for > Duration(0) ? " for " + to_text(when.held_for) : "";
    return text + (when.until ? " until " + to_rfc3339(*when.until) : "");
}
std::string describe(const AtTime& at) {
    std::string text = at.rule.at;
    for (const std::string& part : {at.rule.zone, at.rule.days}) {
        text += part.empty() ? "" : " " + part;
    }
    return text + (at.repeats ? "" : " once");
}
std::string describe(const ExitOf& exit) {
    std::string text;
    const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : " or ") + part; };
    if (exit.holding) {
        add(to_text(*exit.holding) + " after the fill");
    }
    if (exit.target) {
        add("target " + exit.target->to_string());
    }
    if (exit.protect) {
        add("protect " + exit.protect->to_string());
    }
    if (exit.trailing) {
        add(to_text(PriceRule(*exit.trailing)));
    }
    return text + " of " + exit.symbol + ", order " + exit.order_key;
}

} // namespace

std::string_view name_of(TriggerState state) { return state_names[static_cast<std::size_t>(state)]; }

bool is_live(TriggerState state) { return state == TriggerState::armed || state == TriggerState::firing; }

std::string_view name_of(const TriggerRule& rule) {
    constexpr std::array<std::string_view, 3> names{"when", "sched", "exit"};
    return names[rule.index()];
}

std::string describe(const TriggerRule& rule) {
    return std::visit([](const auto& each) { return describe(each); }, rule);
}

std::string to_payload(const Trigger& trigger) {
    Json json{{"id", trigger.id},
              {"state", name_of(trigger.state)},
              {"kind", name_of(trigger.rule)},
              {"rule", std::visit([](const auto& rule) { return to_json(rule); }, trigger.rule)},
              {"command", trigger.command},
              {"live", trigger.live},
              {"reduces", trigger.reduces},
              {"occurrence", trigger.occurrence},
              {"created_ns", count_of(trigger.created)},
              {"changed_ns", count_of(trigger.changed)},
              {"fired", trigger.fired},
              {"missed", trigger.missed}};
    if (trigger.last) {
        json["last"] = to_json(*trigger.last);
    }
    return json.dump();
}

Result<Trigger> parse_trigger(std::string_view payload) {
    try {
        const Json json = Json::parse(payload);
        Trigger trigger{.id = json.at("id").get<std::string>(),
                        .rule = rule_from(json.at("kind").get<std::string>(), json.at("rule")),
                        .command = json.at("command").get<std::string>(),
                        .live = json.at("live").get<bool>(),
                        .reduces = json.value("reduces", false),
                        .state = state_from(json.at("state").get<std::string>()),
                        .occurrence = json.at("occurrence").get<std::string>(),
                        .created = time_at(json, "created_ns"),
                        .changed = time_at(json, "changed_ns"),
                        .fired = json.at("fired").get<std::int64_t>(),
                        .missed = json.at("missed").get<std::int64_t>()};
        if (json.contains("last")) {
            trigger.last = outcome_from(json.at("last"));
        }
        return trigger;
    } catch (const std::exception& problem) {
        return fail(Error(ErrorKind::failed, "journal.unreadable", problem.what())
                        .attempting("read a trigger of the journal")
                        .on("orders.db"));
    }
}

} // namespace tradesh::engine
