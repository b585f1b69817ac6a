#include "core/orders/order_event_codec.hpp"

#include "core/base/overloaded.hpp"
#include "core/orders/order_json.hpp"

#include <exception>
#include <map>

namespace tradesh::orders {
namespace {

constexpr std::string_view kind_prefix = "order.";

Json reason_json(const std::string& code, const std::string& message) {
    return Json{{"code", code}, {"message", message}};
}

Json payload_of(const Submission& submission) {
    Json json{{"request", to_json(submission.request)}, {"form", submission.form}};
    if (!submission.checks.empty()) {
        json["checks"] = to_json(submission.checks);
    }
    if (submission.flattens != 0) {
        json["flattens"] = submission.flattens;
    }
    return json;
}

Json payload_of(const OrderDenied& denied) {
    Json json = payload_of(static_cast<const Submission&>(denied));
    json.update(reason_json(denied.code, denied.message));
    return json;
}

Json payload_of(const OrderAdopted& adopted) {
    Json json{{"request", to_json(adopted.order.request)},
              {"filled", adopted.order.filled.to_string()},
              {"state", name_of(adopted.order.state)}};
    if (adopted.order.average_price) {
        json["average_price"] = adopted.order.average_price->to_string();
    }
    return json;
}

Json payload_of(const OrderTimed& timed) {
    return Json{{"checked_ns", timed.checked.count()},
                {"durable_ns", timed.durable.count()},
                {"wire_ns", timed.wire.count()},
                {"answer_ns", timed.answer.count()}};
}

Json replacement_json(const Decimal& quantity, const PriceRule& price) {
    return Json{{"quantity", quantity.to_string()}, {"price", to_json(price)}};
}

Json payload_of(const ReplaceIntended& fact) {
    Json json = replacement_json(fact.quantity, fact.price);
    json["form"] = fact.form;
    return json;
}

Json payload_of(const venue::ExecutionCorrected& fact) {
    Json json = to_json(fact.fill);
    json["corrected"] = fact.corrected.value;
    return json;
}

Json payload_of(const OrderFact& fact) {
    return std::visit(
        Overloaded{
            [](const OrderIntended& f) { return payload_of(static_cast<const Submission&>(f)); },
            [](const OrderDenied& f) { return payload_of(f); },
            [](const OrderAdopted& f) { return payload_of(f); },
            [](const OrderTimed& f) { return payload_of(f); },
            [](const ReplaceIntended& f) { return payload_of(f); },
            [](const CancelIntended& f) { return f.reason.empty() ? Json::object() : Json{{"message", f.reason}}; },
            [](const OutcomeUnknown& f) { return Json{{"message", f.reason}}; },
            [](const venue::OrderAccepted&) { return Json::object(); },
            [](const venue::OrderFilled& f) { return to_json(f.fill); },
            [](const venue::OrderCancelled& f) { return Json{{"message", f.reason}}; },
            [](const venue::OrderExpired&) { return Json::object(); },
            [](const venue::OrderReplaced& f) { return replacement_json(f.quantity, f.price); },
            [](const venue::OrderStateReported& f) {
                return Json{{"state", name_of(f.state)}, {"venue_state", f.venue_state}};
            },
            [](const venue::ExecutionCorrected& f) { return payload_of(f); },
            [](const auto& f) { return reason_json(f.code, f.message); },
        },
        fact);
}

Submission submission_from(const store::JournalEvent& row, const Json& json) {
    return Submission{.request = request_from(json.at("request"), row.client_order_id),
                      .key = row.key,
                      .form = text_at(json, "form"),
                      .checks = checks_from(json.value("checks", Json::array())),
                      .group = row.group,
                      .leg = row.leg,
                      .flattens = json.value("flattens", std::int64_t{0})};
}

OrderAdopted adopted_from(const store::JournalEvent& row, const Json& json) {
    VenueOrder order;
    order.request = request_from(json.at("request"), row.client_order_id);
    order.venue_id = VenueOrderId(row.venue_order_id);
    order.filled = decimal_at(json, "filled");
    if (json.contains("state")) {
        order.state = required(parse_order_state(text_at(json, "state")));
    }
    if (json.contains("average_price")) {
        order.average_price = decimal_at(json, "average_price");
    }
    return OrderAdopted{order};
}

OrderTimed timed_from(const ClientOrderId& id, const Json& json) {
    const auto span = [&json](const char* name) { return Duration(json.value(name, std::int64_t{0})); };
    return OrderTimed{.order = id,
                      .checked = span("checked_ns"),
                      .durable = span("durable_ns"),
                      .wire = span("wire_ns"),
                      .answer = span("answer_ns")};
}

/// An execution that was taken back has no execution in its place, so its id may be empty.
venue::ExecutionCorrected correction_from(const ClientOrderId& id, Json json) {
    const ExecutionId corrected(text_at(json, "corrected"));
    if (text_at(json, "execution").empty()) {
        json["execution"] = corrected.value;
    }
    return venue::ExecutionCorrected{.corrected = corrected, .fill = fill_from(json, id.value)};
}

using ReadFact = OrderFact (*)(const ClientOrderId& id, const store::JournalEvent& row, const Json& json);

/// One reader a kind. A kind stays readable for ever.
const std::map<std::string_view, ReadFact>& readers() {
    using Id = ClientOrderId;
    using Row = store::JournalEvent;
    static const std::map<std::string_view, ReadFact> all{
        {"intended",
         [](const Id&, const Row& r, const Json& j) -> OrderFact { return OrderIntended{submission_from(r, j)}; }},
        {"denied",
         [](const Id&, const Row& r, const Json& j) -> OrderFact {
             return OrderDenied{submission_from(r, j), text_at(j, "code"), text_at(j, "message")};
         }},
        {"not_sent",
         [](const Id& id, const Row&, const Json& j) -> OrderFact {
             return OrderNotSent{id, text_at(j, "code"), text_at(j, "message")};
         }},
        {"unknown",
         [](const Id& id, const Row&, const Json& j) -> OrderFact {
             return OutcomeUnknown{id, text_at(j, "message")};
         }},
        {"cancel_intended",
         [](const Id& id, const Row&, const Json& j) -> OrderFact {
             return CancelIntended{id, text_at(j, "message")};
         }},
        {"adopted", [](const Id&, const Row& r, const Json& j) -> OrderFact { return adopted_from(r, j); }},
        {"timed", [](const Id& id, const Row&, const Json& j) -> OrderFact { return timed_from(id, j); }},
        {"accepted",
         [](const Id& id, const Row& r, const Json&) -> OrderFact {
             return venue::OrderAccepted{id, VenueOrderId(r.venue_order_id)};
         }},
        {"rejected",
         [](const Id& id, const Row&, const Json& j) -> OrderFact {
             return venue::OrderRejected{id, text_at(j, "code"), text_at(j, "message")};
         }},
        {"filled",
         [](const Id& id, const Row&, const Json& j) -> OrderFact {
             return venue::OrderFilled{fill_from(j, id.value)};
         }},
        {"cancelled",
         [](const Id& id, const Row&, const Json& j) -> OrderFact {
             return venue::OrderCancelled{id, text_at(j, "message")};
         }},
        {"expired", [](const Id& id, const Row&, const Json&) -> OrderFact { return venue::OrderExpired{id}; }},
        {"cancel_rejected",
         [](const Id& id, const Row&, const Json& j) -> OrderFact {
             return venue::CancelRejected{id, text_at(j, "code"), text_at(j, "message")};
         }},
        {"replace_intended",
         [](const Id& id, const Row& r, const Json& j) -> OrderFact {
             return ReplaceIntended{id, decimal_at(j, "quantity"), price_rule_from(j.at("price")), r.key,
                                    text_at(j, "form")};
         }},
        {"replaced",
         [](const Id& id, const Row& r, const Json& j) -> OrderFact {
             return venue::OrderReplaced{id, decimal_at(j, "quantity"), price_rule_from(j.at("price")),
                                         VenueOrderId(r.venue_order_id)};
         }},
        {"replace_rejected",
         [](const Id& id, const Row&, const Json& j) -> OrderFact {
             return venue::ReplaceRejected{id, text_at(j, "code"), text_at(j, "message")};
         }},
        {"state_reported",
         [](const Id& id, const Row&, const Json& j) -> OrderFact {
             return venue::OrderStateReported{id, required(parse_order_state(text_at(j, "state"))),
                                              text_at(j, "venue_state")};
         }},
        {"execution_corrected",
         [](const Id& id, const Row&, const Json& j) -> OrderFact { return correction_from(id, j); }},
    };
    return all;
}

OrderFact fact_from(std::string_view name, const store::JournalEvent& row, const Json& json) {
    const auto reader = readers().find(name);
    if (reader == readers().end()) {
        throw Unreadable("unknown kind of order event");
    }
    return reader->second(ClientOrderId(row.client_order_id), row, json);
}

FactSource source_from(const std::string& name) {
    for (const FactSource source : {FactSource::user, FactSource::venue, FactSource::reconciliation}) {
        if (name_of(source) == name) {
            return source;
        }
    }
    throw Unreadable("unknown source '" + name + "'");
}

/// What has a column of its own.
void fill_columns(store::JournalEvent& row, const OrderFact& fact) {
    if (const Submission* submission = submission_of(fact)) {
        row.key = submission->key;
        row.parent = submission->request.parent.value;
        row.group = submission->group;
        row.leg = submission->leg;
    } else if (const auto* accepted = std::get_if<venue::OrderAccepted>(&fact)) {
        row.venue_order_id = accepted->venue_id.value;
    } else if (const auto* adopted = std::get_if<OrderAdopted>(&fact)) {
        row.venue_order_id = adopted->order.venue_id.value;
        row.parent = adopted->order.request.parent.value;
    } else if (const auto* replacing = std::get_if<ReplaceIntended>(&fact)) {
        row.key = replacing->key;
    } else if (const auto* replaced = std::get_if<venue::OrderReplaced>(&fact)) {
        row.venue_order_id = replaced->venue_id.value;
    } else if (const auto* filled = std::get_if<venue::OrderFilled>(&fact)) {
        row.currency = filled->fill.fee.currency.code();
    } else if (const auto* corrected = std::get_if<venue::ExecutionCorrected>(&fact)) {
        row.currency = corrected->fill.fee.currency.code();
    }
}

} // namespace

store::JournalEvent encode(const OrderEvent& event) {
    store::JournalEvent row;
    row.time = event.time;
    row.kind = std::string(kind_prefix) + std::string(name_of(event.fact));
    row.client_order_id = order_of(event.fact).value;
    fill_columns(row, event.fact);
    Json payload = payload_of(event.fact);
    payload["source"] = name_of(event.source);
    row.payload = payload.dump(-1, ' ', false, Json::error_handler_t::replace); // a venue's words may be no UTF-8
    return row;
}

bool is_order_event(const store::JournalEvent& row) { return row.kind.starts_with(kind_prefix); }

Result<OrderEvent> decode(const store::JournalEvent& row) {
    try {
        if (!is_order_event(row)) {
            throw Unreadable("the row is no order event");
        }
        const Json json = Json::parse(row.payload);
        const std::string_view name = std::string_view(row.kind).substr(kind_prefix.size());
        return OrderEvent{
            .time = row.time, .source = source_from(text_at(json, "source")), .fact = fact_from(name, row, json)};
    } catch (const std::exception& problem) {
        return fail(Error(ErrorKind::failed, "journal.unreadable", problem.what())
                        .attempting("read an event of the journal")
                        .on(row.kind + " of order " + row.client_order_id));
    }
}

} // namespace tradesh::orders
