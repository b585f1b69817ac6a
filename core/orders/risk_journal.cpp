#include "core/orders/risk_journal.hpp"

#include "core/orders/order_event_codec.hpp"

#include <nlohmann/json.hpp>

#include <set>
#include <utility>

namespace tradesh::orders {
namespace {

using nlohmann::json;

constexpr std::string_view day_setting = "risk.day";

std::string kind_of(TradingState state) {
    switch (state) {
    case TradingState::active: return "risk.resumed";
    case TradingState::reducing: return "risk.reducing";
    case TradingState::halted: return "risk.halted";
    }
    return "";
}

Error unreadable(std::int64_t seq, std::string_view why) {
    return Error(ErrorKind::failed, "journal.unreadable",
                 "row " + std::to_string(seq) + " of the journal is about risk and cannot be read: " + std::string(why))
        .attempting("read limits and trading state from the journal");
}

std::string text_in(const json& payload, const char* name) { return payload.value(name, std::string()); }

LimitSetting setting_of(Instant time, const json& payload) {
    const Result<NamedLimit> name = parse_limit_name(payload.at("limit").get<std::string>());
    if (!name) {
        throw std::invalid_argument("unknown limit");
    }
    LimitSetting setting{.limit = name->limit,
                         .scope = {.account = text_in(payload, "account"), .symbol = text_in(payload, "symbol")},
                         .value = {},
                         .reason = text_in(payload, "reason"),
                         .configured = text_in(payload, "configured"),
                         .time = time};
    Result<LimitValue> value =
        parse_limit_value(*name, payload.at("value").get<std::string>(), source_of_setting(time, setting.reason));
    if (!value) {
        throw std::invalid_argument("unknown value");
    }
    setting.value = std::move(*value);
    return setting;
}

/// One row about risk, read into the history. Throws what json throws.
void read_row(std::string_view kind, Instant time, std::string_view payload_text, RiskHistory& history) {
    const json payload = json::parse(payload_text);
    if (kind == "risk.limit_set") {
        history.settings.push_back(setting_of(time, payload));
        return;
    }
    for (const TradingState state : {TradingState::active, TradingState::reducing, TradingState::halted}) {
        if (kind == kind_of(state)) {
            const std::int64_t halts = history.standing.halts + (state == TradingState::halted ? 1 : 0);
            history.standing = TradingStanding{.state = state,
                                               .since = time,
                                               .reason = text_in(payload, "reason"),
                                               .cause = text_in(payload, "cause"),
                                               .halts = payload.value("halts", halts)};
        }
    }
}

Result<void> read_risk_rows(store::JournalFile& file, RiskHistory& history) {
    const Result<std::vector<store::JournalRow>> rows = file.events_of_risk();
    if (!rows) {
        return fail(rows.error());
    }
    for (const store::JournalRow& row : *rows) {
        try {
            read_row(row.event.kind, row.event.time, row.event.payload, history);
        } catch (const std::exception& problem) {
            return fail(unreadable(row.seq, problem.what()));
        }
    }
    return {};
}

/// Fills whose execution was of the day, as their rows say; a row is never older than what it tells of.
Result<void> read_fills(store::JournalFile& file, Instant day, RiskHistory& history) {
    constexpr std::int64_t page_rows = 1'000;
    std::set<ExecutionId> seen;
    store::JournalFile::ExecutionPlace place{.time = day, .seq = 0};
    for (;;) {
        const Result<std::vector<store::JournalRow>> rows = file.executions_after(place, page_rows);
        if (!rows) {
            return fail(rows.error());
        }
        if (rows->empty()) {
            return {};
        }
        for (const store::JournalRow& row : *rows) {
            const Result<OrderEvent> event = decode(row.event);
            if (!event) {
                return fail(event.error());
            }
            const auto* filled = std::get_if<venue::OrderFilled>(&event->fact);
            if (filled != nullptr && filled->fill.time >= day && seen.insert(filled->fill.execution).second) {
                history.fills.push_back(filled->fill);
            }
        }
        place = {.time = rows->back().event.time, .seq = rows->back().seq};
    }
}

} // namespace

std::string source_of_setting(Instant time, std::string_view reason) {
    std::string moment = to_rfc3339(std::chrono::floor<std::chrono::minutes>(time));
    moment.replace(moment.find('T'), 1, " ");
    return "risk set, " + moment.substr(0, 16) + " UTC" + (reason.empty() ? "" : ": " + std::string(reason));
}

store::JournalEvent encode(const TradingStanding& standing) {
    const json payload{{"reason", standing.reason},
                       {"cause", standing.cause},
                       {"halts", standing.halts},
                       {"source", standing.cause == "user" ? "user" : "automatic"}};
    return store::JournalEvent{.time = standing.since,
                               .kind = kind_of(standing.state),
                               .payload = payload.dump(-1, ' ', false, json::error_handler_t::replace)};
}

store::JournalEvent encode(const LimitSetting& setting) {
    const LimitValue& value = setting.value;
    const bool is_word = !value.number || spec_of(setting.limit).unit == LimitUnit::yes_no;
    const json payload{{"limit", name_of(setting.limit, value.currency)},
                       {"value", is_word ? to_text(setting.limit, value) : value.number->to_string()},
                       {"account", setting.scope.account},
                       {"symbol", setting.scope.symbol},
                       {"reason", setting.reason},
                       {"configured", setting.configured},
                       {"source", "user"}};
    return store::JournalEvent{.time = setting.time,
                               .kind = "risk.limit_set",
                               .payload = payload.dump(-1, ' ', false, json::error_handler_t::replace)};
}

Result<RiskHistory> load_risk(store::JournalFile& file, Instant now) {
    RiskHistory history;
    if (Result<void> read = read_risk_rows(file, history); !read) {
        return fail(std::move(read.error()));
    }
    Result<std::optional<std::string>> day = file.setting(day_setting);
    if (!day) {
        return fail(std::move(day.error()));
    }
    history.day = std::move(*day);
    const Instant midnight = std::chrono::floor<std::chrono::days>(now);
    if (Result<void> read = read_fills(file, midnight, history); !read) {
        return fail(std::move(read.error()));
    }
    return history;
}

Result<void> keep_day(store::JournalFile& file, std::string_view day) { return file.set_setting(day_setting, day); }

std::string configured_text(const RiskLimits& limits, Limit limit, const LimitScope& scope, Currency currency) {
    const LimitValue* value = limits.set_in(limit, scope, currency);
    return value == nullptr ? "" : to_text(limit, *value);
}

void apply_settings(const std::vector<LimitSetting>& settings, RiskLimits& limits) {
    const RiskLimits configured = limits;
    for (const LimitSetting& setting : settings) {
        const Currency currency = setting.value.currency;
        const bool was_edited =
            configured_text(configured, setting.limit, setting.scope, currency) != setting.configured;
        if (!was_edited && check_switched_off(setting.limit, setting.value, limits.live_rules())) {
            limits.set(setting.limit, setting.scope, setting.value);
        }
    }
}

} // namespace tradesh::orders
