#include "core/orders/webhook_message.hpp"

#include "core/orders/order_event_codec.hpp"
#include "core/orders/webhook_type.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <utility>

namespace tradesh::orders {
namespace {

using Json = nlohmann::ordered_json;

// A body has to stay under 20 kB: the texts of others are cut, what is still too long is left out.
constexpr std::size_t text_bytes_max = 1'000;
constexpr std::size_t details_bytes_max = 12'000;

std::string cut(std::string_view text) {
    if (text.size() <= text_bytes_max) {
        return std::string(text);
    }
    std::size_t end = text_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
        --end; // not in the middle of a character
    }
    return std::string(text.substr(0, end)) + "...";
}

void put(Json& json, const char* name, std::string_view text) {
    if (!text.empty()) {
        json[name] = cut(text);
    }
}

std::string to_body(Json json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace); // a venue's words may be no UTF-8
}

Json source_json(const WebhookSource& source) {
    return Json{{"profile", source.profile}, {"mode", source.mode}, {"simulated", source.simulated}};
}

Json fill_json(const Fill& fill) {
    Json json{{"id", fill.execution.value},
              {"quantity", fill.quantity.to_string()},
              {"price", fill.price.to_string()},
              {"time", to_rfc3339(fill.time)}};
    if (is_inferred(fill.execution)) {
        json["inferred"] = true; // the venue told how much, not how
    }
    if (fill.fee.currency.is_set()) {
        json["fee"] = fill.fee.amount.to_string();
        json["fee_currency"] = fill.fee.currency.code();
    }
    return json;
}

void put_order(Json& data, const Order& order) {
    const OrderRequest& request = order.request;
    put(data, "key", order.key);
    data["symbol"] = request.symbol;
    data["side"] = name_of(request.side);
    data["price"] = to_text(request.price);
    data["time_in_force"] = name_of(request.time_in_force);
    data["quantity"] = request.quantity.to_string();
    data["filled"] = order.filled.to_string();
    data["remaining"] = order.remaining().to_string();
    if (const std::optional<Decimal> average = order.average_price()) {
        data["average_price"] = average->to_string();
    }
    data["state"] = name_of(order.state);
    data["final"] = is_final(order.state);
    put(data, "venue_order_id", order.venue_id.value);
    put(data, "parent", request.parent.value);
    put(data, "reason_code", order.reason_code);
    put(data, "reason", order.reason);
}

/// What the rows of an order make of it. Nothing where its beginning is missing.
struct Folded {
    std::optional<Order> order;
    std::int64_t sequence = 0; ///< of the last row among those that are messages
    std::optional<OrderEvent> last;
};

Result<Folded> fold(std::span<const store::JournalRow> rows) {
    Folded folded;
    for (const store::JournalRow& row : rows) {
        folded.sequence += webhook_types_of(row.event.kind).empty() ? 0 : 1;
        Result<OrderEvent> event = decode(row.event);
        if (!event) {
            return fail(std::move(event.error()));
        }
        if (folded.order) {
            apply(*folded.order, *event);
        } else if (begins_order(event->fact)) {
            folded.order = begin_order(*event);
        }
        folded.last = std::move(*event);
    }
    return folded;
}

/// Whether the order was filled by then; only the state tells a last fill from one before it.
std::string_view type_of(std::span<const std::string_view> types, const Folded& folded) {
    const bool whole = folded.order && folded.order->state == OrderState::filled;
    return types.size() > 1 && !whole ? types.front() : types.back();
}

Json order_data(const WebhookSource& source, const store::JournalRow& row, const Folded& folded) {
    Json data{{"order", row.event.client_order_id}, {"sequence", folded.sequence}};
    if (folded.order) {
        put_order(data, *folded.order);
    }
    data["source"] = name_of(folded.last->source);
    if (const auto* filled = std::get_if<venue::OrderFilled>(&folded.last->fact)) {
        data["execution"] = fill_json(filled->fill);
    } else if (const auto* corrected = std::get_if<venue::ExecutionCorrected>(&folded.last->fact)) {
        data["execution"] = fill_json(corrected->fill);
        data["execution"]["corrects"] = corrected->corrected.value;
    }
    put(data, "group", row.event.group);
    put(data, "venue", row.event.venue);
    put(data, "account", row.event.account);
    data.update(source_json(source));
    return data;
}

Json other_data(const WebhookSource& source, const store::JournalRow& row) {
    Json data = source_json(source);
    put(data, "venue", row.event.venue);
    put(data, "account", row.event.account);
    if (!row.event.payload.empty() && row.event.payload.size() <= details_bytes_max) {
        Json details = Json::parse(row.event.payload, nullptr, false);
        data["details"] = details.is_discarded() ? Json(cut(row.event.payload)) : std::move(details);
    } else if (!row.event.payload.empty()) {
        data["details_left_out_bytes"] = row.event.payload.size();
    }
    return data;
}

} // namespace

std::string webhook_message_id(std::string_view installation, std::int64_t seq) {
    return "msg_" + std::string(installation) + "_" + std::to_string(seq);
}

std::optional<std::int64_t> webhook_message_seq(std::string_view installation, std::string_view text) {
    const std::string prefix = "msg_" + std::string(installation) + "_";
    if (text.starts_with(prefix)) {
        text.remove_prefix(prefix.size());
    }
    std::int64_t seq = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seq);
    const bool whole = failure == std::errc() && end == text.data() + text.size() && seq > 0;
    return whole ? std::optional(seq) : std::nullopt;
}

Result<std::optional<WebhookMessage>> make_webhook_message(const WebhookSource& source,
                                                           std::span<const store::JournalRow> rows) {
    const store::JournalRow& row = rows.back();
    const std::vector<std::string_view> types = webhook_types_of(row.event.kind);
    if (types.empty()) {
        return std::nullopt;
    }
    WebhookMessage message{
        .id = webhook_message_id(source.installation, row.seq), .type = std::string(types.back()), .body = {}};
    Json data;
    if (is_order_event(row.event)) {
        const Result<Folded> folded = fold(rows);
        if (!folded) {
            return fail(folded.error());
        }
        message.type = type_of(types, *folded);
        data = order_data(source, row, *folded);
    } else {
        data = other_data(source, row);
    }
    message.body =
        to_body(Json{{"type", message.type}, {"timestamp", to_rfc3339(row.event.time)}, {"data", std::move(data)}});
    return message;
}

WebhookMessage make_test_message(const WebhookSource& source, std::string_view endpoint, Instant now) {
    Json data = source_json(source);
    data["endpoint"] = endpoint;
    const std::int64_t number = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count();
    return {.id = "msg_" + source.installation + "_test_" + std::to_string(number),
            .type = "webhook.test",
            .body = to_body(Json{{"type", "webhook.test"}, {"timestamp", to_rfc3339(now)}, {"data", std::move(data)}})};
}

} // namespace tradesh::orders
