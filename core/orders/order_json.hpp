#pragma once

#include "core/market/order.hpp"
#include "core/orders/risk_check.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// The values of orders as JSON, as the journal keeps them. Numbers are exact decimal texts. Names may be added, never
/// renamed or given another meaning; what an older row does not have reads as its default.
namespace tradesh::orders {

using Json = nlohmann::ordered_json;

/// Thrown while a payload is read; the codec turns it into an Error.
struct Unreadable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::string text_at(const Json& json, const char* name);
Decimal decimal_at(const Json& json, const char* name);

Json to_json(const PriceRule& rule);
PriceRule price_rule_from(const Json& json);

/// Without the id, which has a column of its own.
Json to_json(const OrderRequest& request);
OrderRequest request_from(const Json& json, const std::string& id);

Json to_json(const Fill& fill);
Fill fill_from(const Json& json, const std::string& id);

Json to_json(const std::vector<RiskCheck>& checks);
std::vector<RiskCheck> checks_from(const Json& json);

/// The value of a Result, or Unreadable.
template <class T>
T required(Result<T> result) {
    if (!result) {
        throw Unreadable(result.error().message);
    }
    return std::move(*result);
}

} // namespace tradesh::orders
