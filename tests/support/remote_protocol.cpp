#include "tests/support/remote_protocol.hpp"

namespace tradesh::test {
namespace {

using namespace venue;

Json to_json(const std::optional<Decimal>& value) { return value ? Json(value->to_string()) : Json(); }
std::optional<Decimal> optional_decimal_from(const Json& json) {
    return json.is_null() ? std::nullopt : std::optional(decimal_from(json));
}

Side side_from(const Json& json) { return json == name_of(Side::buy) ? Side::buy : Side::sell; }

Json to_json(const Fill& fill) {
    return {{"execution", fill.execution.value},
            {"order", fill.order.value},
            {"symbol", fill.symbol},
            {"side", name_of(fill.side)},
            {"quantity", fill.quantity.to_string()},
            {"price", fill.price.to_string()},
            {"fee", fill.fee.amount.to_string()},
            {"currency", fill.fee.currency.code()},
            {"time", test::to_json(fill.time)},
            {"of", name_of(fill.of)}};
}

Fill fill_from(const Json& json) {
    return Fill{.execution = ExecutionId(json.at("execution")),
                .order = ClientOrderId(json.at("order")),
                .symbol = json.at("symbol"),
                .side = side_from(json.at("side")),
                .quantity = decimal_from(json.at("quantity")),
                .price = decimal_from(json.at("price")),
                .fee = Money{.amount = decimal_from(json.at("fee")),
                             .currency = Currency(json.at("currency").get<std::string>())},
                .time = instant_from(json.at("time")),
                .of = parse_fill_of(json.at("of").get<std::string>()).value()};
}

Json to_json(const Position& position) {
    return {{"symbol", position.symbol},
            {"quantity", position.quantity.to_string()},
            {"average_price", position.average_price.to_string()},
            {"currency", position.currency.code()},
            {"multiplier", position.multiplier.to_string()},
            {"realised", position.realised.to_string()},
            {"fees", position.fees.to_string()}};
}

Position position_from(const Json& json) {
    return Position{.symbol = json.at("symbol"),
                    .quantity = decimal_from(json.at("quantity")),
                    .average_price = decimal_from(json.at("average_price")),
                    .currency = Currency(json.at("currency").get<std::string>()),
                    .multiplier = decimal_from(json.at("multiplier")),
                    .realised = decimal_from(json.at("realised")),
                    .fees = decimal_from(json.at("fees"))};
}

struct EventWriter {
    static Json refusal(const char* kind, const ClientOrderId& order, const std::string& code,
                        const std::string& message) {
        return {{"kind", kind}, {"order", order.value}, {"code", code}, {"message", message}};
    }
    Json operator()(const OrderAccepted& e) const {
        return {{"kind", "accepted"}, {"order", e.order.value}, {"venue_id", e.venue_id.value}};
    }
    Json operator()(const OrderRejected& e) const { return refusal("rejected", e.order, e.code, e.message); }
    Json operator()(const OrderFilled& e) const { return {{"kind", "filled"}, {"fill", to_json(e.fill)}}; }
    Json operator()(const OrderCancelled& e) const {
        return {{"kind", "cancelled"}, {"order", e.order.value}, {"reason", e.reason}};
    }
    Json operator()(const OrderExpired& e) const { return {{"kind", "expired"}, {"order", e.order.value}}; }
    Json operator()(const CancelRejected& e) const { return refusal("cancel rejected", e.order, e.code, e.message); }
    Json operator()(const OrderReplaced& e) const {
        return {{"kind", "replaced"},
                {"order", e.order.value},
                {"quantity", e.quantity.to_string()},
                {"price", test::to_json(e.price)},
                {"venue_id", e.venue_id.value}};
    }
    Json operator()(const OrderStateReported& e) const {
        return {
            {"kind", "state"}, {"order", e.order.value}, {"state", name_of(e.state)}, {"venue_state", e.venue_state}};
    }
    Json operator()(const ExecutionCorrected& e) const {
        return {{"kind", "corrected"}, {"execution", e.corrected.value}, {"fill", to_json(e.fill)}};
    }
    Json operator()(const ReplaceRejected& e) const { return refusal("replace rejected", e.order, e.code, e.message); }
    Json operator()(const LinkChanged& e) const { return {{"kind", "link"}, {"up", e.up}, {"reason", e.reason}}; }
};

} // namespace

std::string to_frame(const Json& message) {
    const std::string body = message.dump();
    const auto length = static_cast<std::uint32_t>(body.size());
    std::string frame;
    for (const int shift : {24, 16, 8, 0}) {
        frame += static_cast<char>((length >> shift) & 0xFFU);
    }
    return frame + body;
}

std::size_t frame_length(const unsigned char (&header)[4]) {
    std::size_t length = 0;
    for (const unsigned char byte : header) {
        length = length << 8 | byte;
    }
    return length;
}

Decimal decimal_from(const Json& json) { return Decimal::parse(json.get<std::string>()).value(); }
Instant instant_from(const Json& json) { return Instant(Duration(json.get<std::int64_t>())); }
Json to_json(Instant instant) { return static_cast<std::int64_t>(instant.time_since_epoch().count()); }

Json to_json(const PriceRule& rule) {
    Json json{{"rule", name_of(rule)}};
    if (const auto* limit = std::get_if<LimitPrice>(&rule)) {
        json["limit"] = limit->limit.to_string();
    } else if (const auto* stop = std::get_if<StopPrice>(&rule)) {
        json["stop"] = stop->stop.to_string();
        json["limit"] = to_json(stop->limit);
    } else if (const auto* trail = std::get_if<TrailingStop>(&rule)) {
        json["distance"] = trail->distance.to_string();
        json["percent"] = trail->percent;
    }
    return json;
}

PriceRule price_rule_from(const Json& json) {
    const std::string rule = json.at("rule");
    if (rule == "market") {
        return MarketPrice{};
    }
    if (rule == "limit") {
        return LimitPrice{decimal_from(json.at("limit"))};
    }
    if (rule == "trail") {
        return TrailingStop{.distance = decimal_from(json.at("distance")), .percent = json.at("percent")};
    }
    return StopPrice{.stop = decimal_from(json.at("stop")), .limit = optional_decimal_from(json.at("limit"))};
}

Json to_json(const OrderRequest& request) {
    return {{"id", request.id.value},
            {"symbol", request.symbol},
            {"side", name_of(request.side)},
            {"quantity", request.quantity.to_string()},
            {"price", to_json(request.price)},
            {"time_in_force", name_of(request.time_in_force)},
            {"may_open_short", request.may_open_short},
            {"valid_until", request.valid_until ? to_json(*request.valid_until) : Json()},
            {"parent", request.parent.value},
            {"oco_group", request.oco_group}};
}

OrderRequest order_request_from(const Json& json) {
    const Json& valid_until = json.at("valid_until");
    return OrderRequest{.id = ClientOrderId(json.at("id")),
                        .symbol = json.at("symbol"),
                        .side = side_from(json.at("side")),
                        .quantity = decimal_from(json.at("quantity")),
                        .price = price_rule_from(json.at("price")),
                        .time_in_force = parse_time_in_force(json.at("time_in_force").get<std::string>()).value(),
                        .may_open_short = json.at("may_open_short"),
                        .valid_until = valid_until.is_null() ? std::nullopt : std::optional(instant_from(valid_until)),
                        .parent = ClientOrderId(json.at("parent")),
                        .oco_group = json.at("oco_group")};
}

Json to_json(const VenueOrder& order) {
    return {{"request", to_json(order.request)},
            {"venue_id", order.venue_id.value},
            {"state", name_of(order.state)},
            {"filled", order.filled.to_string()},
            {"average_price", to_json(order.average_price)},
            {"reason", order.reason},
            {"updated", to_json(order.updated)}};
}

VenueOrder venue_order_from(const Json& json) {
    return VenueOrder{.request = order_request_from(json.at("request")),
                      .venue_id = VenueOrderId(json.at("venue_id")),
                      .state = parse_order_state(json.at("state").get<std::string>()).value(),
                      .filled = decimal_from(json.at("filled")),
                      .average_price = optional_decimal_from(json.at("average_price")),
                      .reason = json.at("reason"),
                      .updated = instant_from(json.at("updated"))};
}

Json to_json(const TradingSnapshot& snapshot) {
    Json json{{"orders", Json::array()}, {"fills", Json::array()}, {"positions", Json::array()}};
    for (const VenueOrder& order : snapshot.open_orders) {
        json["orders"].push_back(to_json(order));
    }
    for (const Fill& fill : snapshot.fills) {
        json["fills"].push_back(to_json(fill));
    }
    for (const Position& position : snapshot.positions) {
        json["positions"].push_back(to_json(position));
    }
    const AccountSummary& account = snapshot.account;
    json["account"] = {{"account", account.account},
                       {"currency", account.currency.code()},
                       {"cash", account.cash.to_string()},
                       {"reserved", account.reserved.to_string()},
                       {"position_value", account.position_value.to_string()},
                       {"net_liquidation", account.net_liquidation.to_string()},
                       {"buying_power", account.buying_power.to_string()}};
    return json;
}

TradingSnapshot snapshot_from(const Json& json) {
    TradingSnapshot snapshot;
    for (const Json& order : json.at("orders")) {
        snapshot.open_orders.push_back(venue_order_from(order));
    }
    for (const Json& fill : json.at("fills")) {
        snapshot.fills.push_back(fill_from(fill));
    }
    for (const Json& position : json.at("positions")) {
        snapshot.positions.push_back(position_from(position));
    }
    const Json& account = json.at("account");
    snapshot.account = AccountSummary{.account = account.at("account"),
                                      .currency = Currency(account.at("currency").get<std::string>()),
                                      .cash = decimal_from(account.at("cash")),
                                      .reserved = decimal_from(account.at("reserved")),
                                      .position_value = decimal_from(account.at("position_value")),
                                      .net_liquidation = decimal_from(account.at("net_liquidation")),
                                      .buying_power = decimal_from(account.at("buying_power"))};
    return snapshot;
}

Json to_json(const TradingEvent& event) {
    Json json = std::visit(EventWriter(), event.what);
    json["time"] = to_json(event.time);
    return json;
}

TradingEvent event_from(const Json& json) {
    TradingEvent event{.time = instant_from(json.at("time")), .what = {}};
    const std::string kind = json.at("kind");
    if (kind == "filled") {
        event.what = OrderFilled{fill_from(json.at("fill"))};
        return event;
    }
    if (kind == "corrected") {
        event.what =
            ExecutionCorrected{.corrected = ExecutionId(json.at("execution")), .fill = fill_from(json.at("fill"))};
        return event;
    }
    const ClientOrderId order(json.at("order"));
    if (kind == "accepted") {
        event.what = OrderAccepted{.order = order, .venue_id = VenueOrderId(json.at("venue_id"))};
    } else if (kind == "rejected") {
        event.what = OrderRejected{.order = order, .code = json.at("code"), .message = json.at("message")};
    } else if (kind == "cancelled") {
        event.what = OrderCancelled{.order = order, .reason = json.at("reason")};
    } else if (kind == "expired") {
        event.what = OrderExpired{.order = order};
    } else if (kind == "cancel rejected") {
        event.what = CancelRejected{.order = order, .code = json.at("code"), .message = json.at("message")};
    } else if (kind == "replaced") {
        event.what = OrderReplaced{.order = order,
                                   .quantity = decimal_from(json.at("quantity")),
                                   .price = price_rule_from(json.at("price")),
                                   .venue_id = VenueOrderId(json.at("venue_id"))};
    } else if (kind == "state") {
        event.what = OrderStateReported{.order = order,
                                        .state = parse_order_state(json.at("state").get<std::string>()).value(),
                                        .venue_state = json.at("venue_state")};
    } else {
        event.what = ReplaceRejected{.order = order, .code = json.at("code"), .message = json.at("message")};
    }
    return event;
}

Json to_json(const Quote& quote) {
    return {{"symbol", quote.symbol},     {"bid", to_json(quote.bid)},           {"bid_size", to_json(quote.bid_size)},
            {"ask", to_json(quote.ask)},  {"ask_size", to_json(quote.ask_size)}, {"last", to_json(quote.last)},
            {"time", to_json(quote.time)}};
}

Quote quote_from(const Json& json) {
    return Quote{.symbol = json.at("symbol"),
                 .kind = QuoteKind::simulated,
                 .bid = optional_decimal_from(json.at("bid")),
                 .bid_size = optional_decimal_from(json.at("bid_size")),
                 .ask = optional_decimal_from(json.at("ask")),
                 .ask_size = optional_decimal_from(json.at("ask_size")),
                 .last = optional_decimal_from(json.at("last")),
                 .time = instant_from(json.at("time"))};
}

} // namespace tradesh::test
