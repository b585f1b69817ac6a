#pragma once

#include "core/orders/order_form.hpp"
#include "core/orders/order_ledger.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradesh::orders {

/// Limits of a profile; what is not set does not limit. A value equal to its limit passes.
struct RiskLimits {
    std::optional<Decimal> order_quantity_max;
    std::optional<Money> order_notional_max;
    std::optional<std::int64_t> open_orders_max;
    std::string source; ///< where they were set: a file, for the refusal

    bool any() const { return order_quantity_max || order_notional_max || open_orders_max; }
};

enum class Verdict : std::uint8_t { pass, deny, not_limited };
std::string_view name_of(Verdict verdict);

/// One check with the numbers that decided it.
struct RiskCheck {
    std::string name;
    Verdict verdict = Verdict::pass;
    std::string value;
    std::string limit;
};

/// Every check, in fixed order, whether or not an earlier one denied.
std::vector<RiskCheck> check_risk(const OrderRequest& request, const std::optional<Money>& notional,
                                  const OrderLedger& ledger, const RiskLimits& limits);

/// The first denial as an Error of kind refused; nothing when all passed.
Result<void> verdict_of(const std::vector<RiskCheck>& checks, const OrderRequest& request, const RiskLimits& limits);

} // namespace tradesh::orders
