#include "core/orders/order_json.hpp"

#include <utility>

namespace tradesh::orders {
namespace {

std::string required_text_at(const Json& json, const char* name) {
    std::string text = text_at(json, name);
    if (text.empty()) {
        throw Unreadable(std::string("'") + name + "' is missing");
    }
    return text;
}

StopPrice stop_from(const Json& json, bool with_limit) {
    StopPrice stop{.stop = decimal_at(json, "stop"), .limit = std::nullopt};
    if (with_limit) {
        stop.limit = decimal_at(json, "limit");
    }
    return stop;
}

Side side_from(const Json& json) {
    const std::string side = text_at(json, "side");
    if (side != "buy" && side != "sell") {
        throw Unreadable("unknown side '" + side + "'");
    }
    return side == "buy" ? Side::buy : Side::sell;
}

/// A fill without a fee has no fee currency.
Currency fee_currency_from(const Json& json) {
    const std::string code = text_at(json, "fee_currency");
    return code.empty() ? Currency() : required(Currency::parse(code));
}

Instant instant_of(std::int64_t ns) { return Instant(Duration(ns)); }

Verdict verdict_from(const std::string& name) {
    for (const Verdict verdict : {Verdict::pass, Verdict::deny, Verdict::warn, Verdict::not_limited}) {
        if (name_of(verdict) == name) {
            return verdict;
        }
    }
    throw Unreadable("unknown verdict '" + name + "'");
}

} // namespace

std::string text_at(const Json& json, const char* name) { return json.value(name, std::string()); }
Decimal decimal_at(const Json& json, const char* name) { return required(Decimal::parse(text_at(json, name))); }

Json to_json(const PriceRule& rule) {
    Json json{{"type", name_of(rule)}};
    if (const auto* limit = std::get_if<LimitPrice>(&rule)) {
        json["limit"] = limit->limit.to_string();
    } else if (const auto* trail = std::get_if<TrailingStop>(&rule)) {
        json["distance"] = trail->distance.to_string();
        json["percent"] = trail->percent;
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
    if (type == "trail") {
        return TrailingStop{.distance = decimal_at(json, "distance"), .percent = json.value("percent", false)};
    }
    if (type == "stop" || type == "stop-limit") {
        return stop_from(json, type == "stop-limit");
    }
    throw Unreadable("unknown order type '" + type + "'");
}

Json to_json(const OrderRequest& request) {
    Json json{{"symbol", request.symbol},
              {"side", name_of(request.side)},
              {"quantity", request.quantity.to_string()},
              {"price", to_json(request.price)},
              {"tif", name_of(request.time_in_force)},
              {"short", request.may_open_short}};
    if (request.valid_until) {
        json["valid_until_ns"] = request.valid_until->time_since_epoch().count();
    }
    if (!request.parent.value.empty()) {
        json["parent"] = request.parent.value;
    }
    if (!request.oco_group.empty()) {
        json["oco_group"] = request.oco_group;
    }
    return json;
}

OrderRequest request_from(const Json& json, const std::string& id) {
    OrderRequest request{.id = ClientOrderId(id),
                         .symbol = required_text_at(json, "symbol"),
                         .side = side_from(json),
                         .quantity = decimal_at(json, "quantity"),
                         .price = price_rule_from(json.at("price")),
                         .time_in_force = required(parse_time_in_force(text_at(json, "tif"))),
                         .may_open_short = json.value("short", false),
                         .parent = ClientOrderId(text_at(json, "parent")),
                         .oco_group = text_at(json, "oco_group")};
    if (json.contains("valid_until_ns")) {
        request.valid_until = instant_of(json["valid_until_ns"].get<std::int64_t>());
    }
    return request;
}

Json to_json(const Fill& fill) {
    Json json{{"execution", fill.execution.value},
              {"symbol", fill.symbol},
              {"side", name_of(fill.side)},
              {"quantity", fill.quantity.to_string()},
              {"price", fill.price.to_string()},
              {"fee", fill.fee.amount.to_string()},
              {"fee_currency", fill.fee.currency.code()},
              {"time_ns", fill.time.time_since_epoch().count()}};
    if (fill.of != FillOf::single) {
        json["of"] = name_of(fill.of);
    }
    return json;
}

Fill fill_from(const Json& json, const std::string& id) {
    return Fill{.execution = ExecutionId(required_text_at(json, "execution")),
                .order = ClientOrderId(id),
                .symbol = required_text_at(json, "symbol"),
                .side = side_from(json),
                .quantity = decimal_at(json, "quantity"),
                .price = decimal_at(json, "price"),
                .fee = Money{.amount = decimal_at(json, "fee"), .currency = fee_currency_from(json)},
                .time = instant_of(json.at("time_ns").get<std::int64_t>()),
                .of = json.contains("of") ? required(parse_fill_of(text_at(json, "of"))) : FillOf::single};
}

/// Sixteen of them go with every order: members are put in place, where braces would build and copy arrays first.
Json to_json(const std::vector<RiskCheck>& checks) {
    Json list = Json::array();
    list.get_ref<Json::array_t&>().reserve(checks.size());
    for (const RiskCheck& check : checks) {
        constexpr std::size_t members_max = 5;
        auto& members = list.emplace_back(Json::object()).get_ref<Json::object_t&>();
        members.reserve(members_max);
        members.emplace_back("check", check.name);
        members.emplace_back("verdict", name_of(check.verdict));
        for (const auto& [name, text] :
             {std::pair{"value", &check.value}, std::pair{"limit", &check.limit}, std::pair{"source", &check.source}}) {
            if (!text->empty()) {
                members.emplace_back(name, *text);
            }
        }
    }
    return list;
}

std::vector<RiskCheck> checks_from(const Json& json) {
    std::vector<RiskCheck> checks;
    for (const Json& each : json) {
        checks.push_back(RiskCheck{.name = required_text_at(each, "check"),
                                   .verdict = verdict_from(text_at(each, "verdict")),
                                   .value = text_at(each, "value"),
                                   .limit = text_at(each, "limit"),
                                   .source = text_at(each, "source")});
    }
    return checks;
}

} // namespace tradesh::orders
