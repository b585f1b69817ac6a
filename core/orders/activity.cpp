#include "core/orders/activity.hpp"

#include "core/orders/order_event_codec.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace tradesh::orders {
namespace {

using Json = nlohmann::json;

/// ": why", or nothing.
std::string because(std::string_view reason) { return reason.empty() ? "" : ": " + std::string(reason); }

std::string with_code(const std::string& code, const std::string& message) {
    return code.empty() ? because(message) : " (" + code + ")" + because(message);
}

std::string text_of(const Fill& fill) {
    const std::string quantity = fill.quantity.normalized().to_string();
    const std::string fee = fill.fee.amount.is_zero() ? "" : ", fee " + fill.fee.to_string();
    const std::string part = fill.of == FillOf::leg ? "leg " : fill.of == FillOf::combo ? "combo " : "";
    return part + (fill.side == Side::buy ? "bought " : "sold ") + quantity + " " + fill.symbol + " @ " +
           fill.price.to_string() + fee;
}

/// " [order_notional: 30000 USD, limit 25000 USD (profiles.toml)]": the checks that denied, with what decided them,
/// but for the one that `told` tells of already.
std::string numbers_of(const std::vector<RiskCheck>& checks, std::string_view told) {
    std::string text;
    for (const RiskCheck& check : checks) {
        if (check.verdict == Verdict::deny && !told.contains(check.value)) {
            text += (text.empty() ? " [" : ", ") + check.name + ": " + check.value +
                    (check.limit.empty() ? "" : ", limit " + check.limit) +
                    (check.source.empty() ? "" : " (" + check.source + ")");
        }
    }
    return text.empty() ? text : text + "]";
}

/// One sentence a fact. `settled`: it was learnt of when journal and venue were settled with each other.
class Teller {
public:
    Teller(const OrderHead& head, bool settled) : head_(head), settled_(settled) {}

    std::string operator()(const OrderIntended& fact) const {
        return describe(fact.request) + " " + std::string(name_of(fact.request.time_in_force)) +
               " is recorded and goes out" + (fact.key.empty() ? "" : ", key " + fact.key);
    }
    std::string operator()(const OrderDenied& fact) const {
        return describe(fact.request) + " was refused by our own checks and not sent" +
               with_code(fact.code, fact.message) + numbers_of(fact.checks, fact.message);
    }
    std::string operator()(const OrderAdopted& fact) const {
        return describe(fact.order.request) + " was placed elsewhere and is live at the venue; adopted";
    }
    std::string operator()(const OrderNotSent& fact) const {
        return head_.words + (settled_ ? " never reached the venue; it was not sent again" : " was not sent") +
               with_code(fact.code, fact.message);
    }
    std::string operator()(const OutcomeUnknown& fact) const {
        return "the fate of " + head_.words + " is unknown" + because(fact.reason) +
               "; it is not sent again, and the venue is asked until it is known";
    }
    std::string operator()(const CancelIntended& fact) const {
        return "a cancel of " + head_.words + " goes out" + because(fact.reason);
    }
    std::string operator()(const ReplaceIntended& fact) const {
        return "a change of " + head_.words + " goes out, to " + fact.quantity.to_string() + " " + to_text(fact.price);
    }
    std::string operator()(const venue::OrderReplaced& fact) const {
        return head_.words + " is now for " + fact.quantity.to_string() + " " + to_text(fact.price) +
               (settled_ ? ", found when settling with the venue" : "");
    }
    std::string operator()(const venue::ReplaceRejected& fact) const {
        return "the change of " + head_.words + " was refused and the order stands" +
               with_code(fact.code, fact.message);
    }
    std::string operator()(const venue::OrderStateReported& fact) const {
        return head_.words + " is now " + std::string(name_of(fact.state)) + " at the venue" +
               (fact.venue_state.empty() ? "" : " (" + fact.venue_state + ")");
    }
    std::string operator()(const venue::ExecutionCorrected& fact) const {
        const std::string what = "execution " + fact.corrected.value + " of " + head_.words;
        return fact.fill.quantity.is_zero() ? what + " was taken back by the venue"
                                            : what + " was corrected by the venue: " + text_of(fact.fill);
    }
    std::string operator()(const OrderTimed& fact) const {
        return head_.words + " was on the wire " + to_human(fact.checked + fact.durable + fact.wire) +
               " after the command, and answered " + to_human(fact.answer) + " later";
    }
    std::string operator()(const venue::OrderAccepted& fact) const {
        return head_.words + (settled_ ? " had reached the venue and is live" : " was accepted by the venue") +
               (fact.venue_id.value.empty() ? "" : " as " + fact.venue_id.value);
    }
    std::string operator()(const venue::OrderRejected& fact) const {
        return "the venue refused " + head_.words + with_code(fact.code, fact.message);
    }
    std::string operator()(const venue::OrderFilled& fact) const {
        return text_of(fact.fill) + (settled_ ? ", found when settling with the venue" : "");
    }
    std::string operator()(const venue::OrderCancelled& fact) const {
        if (settled_) {
            return head_.words + " is no longer at the venue and counts as cancelled" + because(fact.reason);
        }
        return fact.reason == "by request" ? head_.words + " was cancelled by request"
                                           : head_.words + " was withdrawn by the venue" + because(fact.reason);
    }
    std::string operator()(const venue::OrderExpired&) const { return head_.words + " expired: its time ran out"; }
    std::string operator()(const venue::CancelRejected& fact) const {
        const std::string refused = "the cancel of " + head_.words + " was refused";
        return fact.code == "unknown_order" ? refused + ": the venue knows no such order"
                                            : refused + " and the order stands" + with_code(fact.code, fact.message);
    }

private:
    const OrderHead& head_;
    bool settled_;
};

std::string text_at(const Json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end() || found->is_null()) {
        return "";
    }
    return found->is_string() ? found->get<std::string>() : found->dump();
}

/// "when-3 (if GOOG.last > 900: sell GOOG all market)".
std::string trigger_words(const Json& json) {
    const Json rule = json.value("rule", Json::object());
    const std::string condition = text_at(rule, "expression");
    const std::string command = text_at(json, "command");
    std::string words = text_at(json, "id");
    if (!condition.empty() || !command.empty()) {
        words += " (" + (condition.empty() ? "" : "if " + condition + ": ") + command + ")";
    }
    return words;
}

std::string tell_trigger(std::string_view what, const Json& json) {
    const std::string trigger = trigger_words(json);
    const std::string outcome = because(text_at(json.value("last", Json::object()), "words"));
    if (what == "armed") {
        return trigger + " is armed";
    }
    if (what == "firing") {
        return trigger + " comes due and runs";
    }
    if (what == "missed") {
        return trigger + " came due while no core was there to see it, and did not run" + outcome;
    }
    if (what == "cancelled") {
        return trigger + " was taken back" + outcome;
    }
    if (what == "exits_taken_over") {
        return trigger + " takes over the exits that the venue holds for its order";
    }
    if (what == "ended") {
        return trigger + " has done all that it was to do";
    }
    if (what == "failed_again") {
        return trigger + " was tried again and failed" + outcome;
    }
    return trigger + (what == "failed" ? " ran and failed" : " fired") + outcome;
}

std::string tell_risk(std::string_view what, const Json& json) {
    const std::string why = because(text_at(json, "reason"));
    if (what == "halted") {
        return "trading is HALTED: new orders are refused and open ones withdrawn" + why;
    }
    if (what == "reducing") {
        return "trading is REDUCING: only what makes positions smaller goes out" + why;
    }
    if (what == "resumed") {
        return "trading is ACTIVE again" + why;
    }
    const std::string symbol = text_at(json, "symbol");
    const std::string account = text_at(json, "account");
    return "limit " + text_at(json, "limit") + (symbol.empty() ? "" : " of " + symbol) +
           (account.empty() ? "" : " in account " + account) + " is now " + text_at(json, "value") + why;
}

std::string tell_group(std::string_view what, const store::JournalEvent& event, const Json& json) {
    const std::string group = "group '" + event.group + "'";
    if (what == "ended") {
        return group + " is done: " + text_at(json, "text");
    }
    std::string legs;
    for (const Json& leg : json.value("legs", Json::array())) {
        legs += (legs.empty() ? "" : "; ") + text_at(leg, "form");
    }
    return group + " begins to go out: " + legs;
}

/// Of events that are about no order. A kind that nobody taught us yet is told by its name and reason.
std::string tell_other(const store::JournalEvent& event, const Json& json) {
    const std::string_view kind = event.kind;
    const std::size_t dot = kind.find('.');
    const std::string_view family = kind.substr(0, dot);
    const std::string_view what = dot == std::string_view::npos ? std::string_view() : kind.substr(dot + 1);
    if (family == "trigger") {
        return tell_trigger(what, json);
    }
    if (family == "risk") {
        return tell_risk(what, json);
    }
    if (family == "group" && (what == "begun" || what == "ended")) {
        return tell_group(what, event, json);
    }
    const std::string why = because(text_at(json, "reason"));
    if (kind == "account.position_gap") {
        return "the venue holds " + text_at(json, "theirs") + " " + text_at(json, "symbol") + ", our orders traded " +
               text_at(json, "ours");
    }
    if (family == "link") {
        return "the link to " + (event.venue.empty() ? "the venue" : event.venue) +
               (what == "up" ? " is back" : " is down") + why;
    }
    return std::string(kind) + why;
}

Result<void> tell_order(const store::JournalRow& row, const OrderHead& head, Activity& activity) {
    const Result<OrderEvent> event = decode(row.event);
    if (!event) {
        return fail(event.error());
    }
    activity.source = name_of(event->source);
    activity.text = std::visit(Teller(head, event->source == FactSource::reconciliation), event->fact);
    return {};
}

} // namespace

OrderHead head_of(const OrderFact& beginning) {
    if (const Submission* submission = submission_of(beginning)) {
        return {.symbol = submission->request.symbol, .words = describe(submission->request), .key = submission->key};
    }
    if (const auto* adopted = std::get_if<OrderAdopted>(&beginning)) {
        const OrderRequest& request = adopted->order.request;
        return {.symbol = request.symbol, .words = describe(request), .key = ""};
    }
    return {};
}

Result<std::optional<Activity>> tell(const store::JournalRow& row, const OrderHead& head) {
    if (row.event.kind == "order.timed") {
        return std::nullopt;
    }
    Activity activity{.seq = row.seq,
                      .time = row.event.time,
                      .event = row.event.kind,
                      .source = "",
                      .order = row.event.client_order_id,
                      .symbol = head.symbol,
                      .key = head.key,
                      .text = "",
                      .correlation = row.event.correlation,
                      .payload = row.event.payload};
    if (is_order_event(row.event)) {
        if (Result<void> told = tell_order(row, head, activity); !told) {
            return fail(std::move(told.error()));
        }
        return activity;
    }
    const Json json = Json::parse(row.event.payload, nullptr, false);
    const Json& payload = json.is_object() ? json : Json::object();
    activity.source = text_at(payload, "source");
    activity.symbol = text_at(payload, "symbol");
    activity.key = row.event.key;
    activity.text = tell_other(row.event, payload);
    return activity;
}

} // namespace tradesh::orders
