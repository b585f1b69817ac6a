#include "core/orders/order_event_codec.hpp"

#include "core/base/overloaded.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace tradesh::orders {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::string_view kind_prefix = "order.";

/// Thrown while a payload is read; `decode` turns it into an Error.
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

std::string text_at(const Json& json, const char* name) { return json.value(name, std::string()); }
std::string required_text_at(const Json& json, const char* name) {
    std::string text = text_at(json, name);
    if (text.empty()) {
        throw Unreadable(std::string("'") + name + "' is missing");
    }
    return text;
}
Decimal decimal_at(const Json& json, const char* name) { return required(Decimal::parse(text_at(json, name))); }

Json to_json(const PriceRule& rule) {
    Json json{{"type", name_of(rule)}};
    if (const auto* limit = std::get_if<LimitPrice>(&rule)) {
        json["limit"] = limit->limit.to_string();
    } else if (const auto* stop = std::get_if<StopPrice>(&rule)) {
        json["stop"] = stop->stop.to_string();
        if (stop->limit) {
            json["limit"] = stop->limit->to_string();
        }
    }
    return json;
}

PriceRule price_rule_from(const Json& json) {
    const std::string type = text_at(json, "type");
    if (type == "market") {
        return MarketPrice{};
    }
    if (type == "limit") {
        return LimitPrice{decimal_at(json, "limit")};
    }
    if (type != "stop" && type != "stop-limit") {
        throw Unreadable("unknown order type '" + type + "'");
    }
    StopPrice stop{.stop = decimal_at(json, "stop"), .limit = std::nullopt};
    if (type == "stop-limit") {
        stop.limit = decimal_at(json, "limit");
    }
    return stop;
}

Json to_json(const OrderRequest& request) {
    return Json{{"symbol", request.symbol},
                {"side", name_of(request.side)},
                {"quantity", request.quantity.to_string()},
                {"price", to_json(request.price)},
                {"tif", name_of(request.time_in_force)},
                {"short", request.may_open_short}};
}

Side side_from(const Json& json) {
    const std::string side = text_at(json, "side");
    if (side != "buy" && side != "sell") {
        throw Unreadable("unknown side '" + side + "'");
    }
    return side == "buy" ? Side::buy : Side::sell;
}

OrderRequest request_from(const Json& json, const std::string& id) {
    return OrderRequest{.id = ClientOrderId(id),
                        .symbol = required_text_at(json, "symbol"),
                        .side = side_from(json),
                        .quantity = decimal_at(json, "quantity"),
                        .price = price_rule_from(json.at("price")),
                        .time_in_force = required(parse_time_in_force(text_at(json, "tif"))),
                        .may_open_short = json.value("short", false)};
}

Json to_json(const Fill& fill) {
    return Json{{"execution", fill.execution.value},
                {"symbol", fill.symbol},
                {"side", name_of(fill.side)},
                {"quantity", fill.quantity.to_string()},
                {"price", fill.price.to_string()},
                {"fee", fill.fee.amount.to_string()},
                {"fee_currency", fill.fee.currency.code()},
                {"time_ns", fill.time.time_since_epoch().count()}};
}

/// A fill without a fee has no fee currency.
Currency fee_currency_from(const Json& json) {
    const std::string code = text_at(json, "fee_currency");
    return code.empty() ? Currency() : required(Currency::parse(code));
}

Fill fill_from(const Json& json, const std::string& id) {
    return Fill{.execution = ExecutionId(required_text_at(json, "execution")),
                .order = ClientOrderId(id),
                .symbol = required_text_at(json, "symbol"),
                .side = side_from(json),
                .quantity = decimal_at(json, "quantity"),
                .price = decimal_at(json, "price"),
                .fee = Money{.amount = decimal_at(json, "fee"), .currency = fee_currency_from(json)},
                .time = Instant(Duration(json.at("time_ns").get<std::int64_t>()))};
}

Json payload_of(const OrderFact& fact) {
    return std::visit(
        Overloaded{[](const OrderIntended& f) { return Json{{"request", to_json(f.request)}, {"form", f.form}}; },
                   [](const OrderAdopted& f) {
                       Json json{{"request", to_json(f.order.request)}, {"filled", f.order.filled.to_string()}};
                       if (f.order.average_price) {
                           json["average_price"] = f.order.average_price->to_string();
                       }
                       return json;
                   },
                   [](const venue::OrderFilled& f) { return to_json(f.fill); },
                   [](const OrderNotSent& f) { return Json{{"code", f.code}, {"message", f.message}}; },
                   [](const venue::OrderRejected& f) { return Json{{"code", f.code}, {"message", f.message}}; },
                   [](const venue::CancelRejected& f) { return Json{{"code", f.code}, {"message", f.message}}; },
                   [](const OutcomeUnknown& f) { return Json{{"message", f.reason}}; },
                   [](const venue::OrderCancelled& f) { return Json{{"message", f.reason}}; },
                   [](const auto&) { return Json::object(); }},
        fact);
}

OrderFact fact_from(std::string_view name, const store::JournalEvent& row, const Json& json) {
    const ClientOrderId id(row.client_order_id);
    const std::string code = text_at(json, "code");
    const std::string message = text_at(json, "message");
    if (name == "intended") {
        return OrderIntended{
            .request = request_from(json.at("request"), id.value), .key = row.key, .form = text_at(json, "form")};
    }
    if (name == "adopted") {
        VenueOrder order;
        order.request = request_from(json.at("request"), id.value);
        order.venue_id = VenueOrderId(row.venue_order_id);
        order.filled = decimal_at(json, "filled");
        if (json.contains("average_price")) {
            order.average_price = decimal_at(json, "average_price");
        }
        return OrderAdopted{order};
    }
    if (name == "accepted") {
        return venue::OrderAccepted{id, VenueOrderId(row.venue_order_id)};
    }
    if (name == "filled") {
        return venue::OrderFilled{fill_from(json, id.value)};
    }
    if (name == "rejected") {
        return venue::OrderRejected{id, code, message};
    }
    if (name == "cancelled") {
        return venue::OrderCancelled{id, message};
    }
    if (name == "expired") {
        return venue::OrderExpired{id};
    }
    if (name == "cancel_rejected") {
        return venue::CancelRejected{id, code, message};
    }
    if (name == "not_sent") {
        return OrderNotSent{id, code, message};
    }
    if (name == "unknown") {
        return OutcomeUnknown{id, message};
    }
    if (name == "cancel_intended") {
        return CancelIntended{id};
    }
    throw Unreadable("unknown kind of order event");
}

FactSource source_from(const std::string& name) {
    for (const FactSource source : {FactSource::user, FactSource::venue, FactSource::reconciliation}) {
        if (name_of(source) == name) {
            return source;
        }
    }
    throw Unreadable("unknown source '" + name + "'");
}

} // namespace

store::JournalEvent encode(const OrderEvent& event) {
    store::JournalEvent row;
    row.time = event.time;
    row.kind = std::string(kind_prefix) + std::string(name_of(event.fact));
    row.client_order_id = order_of(event.fact).value;
    if (const auto* accepted = std::get_if<venue::OrderAccepted>(&event.fact)) {
        row.venue_order_id = accepted->venue_id.value;
    } else if (const auto* adopted = std::get_if<OrderAdopted>(&event.fact)) {
        row.venue_order_id = adopted->order.venue_id.value;
    } else if (const auto* intended = std::get_if<OrderIntended>(&event.fact)) {
        row.key = intended->key;
    } else if (const auto* filled = std::get_if<venue::OrderFilled>(&event.fact)) {
        row.currency = filled->fill.fee.currency.code();
    }
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
