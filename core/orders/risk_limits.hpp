#pragma once

#include "core/base/money.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tradesh::orders {

/// Limits of a profile; what is not set does not limit. A value equal to its limit passes.
struct RiskLimits {
    std::optional<Decimal> order_quantity_max;
    std::optional<Money> order_notional_max;
    std::optional<std::int64_t> open_orders_max;
    std::string source; ///< where they were set: a file, for the refusal

    bool any() const { return order_quantity_max || order_notional_max || open_orders_max; }
};

} // namespace tradesh::orders
