#pragma once

#include "core/orders/order_form.hpp"
#include "core/orders/order_ledger.hpp"
#include "core/orders/risk_check.hpp"
#include "core/orders/risk_limits.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradesh::orders {

/// Every check, in fixed order, whether or not an earlier one denied.
std::vector<RiskCheck> check_risk(const OrderRequest& request, const std::optional<Money>& notional,
                                  const OrderLedger& ledger, const RiskLimits& limits);

/// The first denial as an Error of kind refused; nothing when all passed.
Result<void> verdict_of(const std::vector<RiskCheck>& checks, const OrderRequest& request, const RiskLimits& limits);

} // namespace tradesh::orders
