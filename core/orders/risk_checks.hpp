#pragma once

#include "core/orders/order_form.hpp"
#include "core/orders/order_ledger.hpp"
#include "core/orders/risk_limits.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradesh::orders {

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
