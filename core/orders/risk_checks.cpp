#include "core/orders/risk_checks.hpp"

namespace tradesh::orders {
namespace {

RiskCheck compare(std::string name, std::optional<Decimal> value, const std::optional<Decimal>& limit) {
    RiskCheck check{.name = std::move(name),
                    .verdict = Verdict::not_limited,
                    .value = value ? value->normalized().to_string() : "not known",
                    .limit = limit ? limit->normalized().to_string() : ""};
    if (limit) {
        // What cannot be measured cannot pass a limit.
        check.verdict = value && *value <= *limit ? Verdict::pass : Verdict::deny;
    }
    return check;
}

RiskCheck check_notional(const std::optional<Money>& notional, const std::optional<Money>& limit) {
    RiskCheck check = compare("order_notional", notional ? std::optional(notional->amount) : std::nullopt,
                              limit ? std::optional(limit->amount) : std::nullopt);
    if (notional) {
        check.value += " " + std::string(notional->currency.code());
    }
    if (limit) {
        check.limit += " " + std::string(limit->currency.code());
        if (notional && notional->currency != limit->currency) {
            check.verdict = Verdict::deny; // no rate is known, and none is guessed
        }
    }
    return check;
}

} // namespace

std::vector<RiskCheck> check_risk(const OrderRequest& request, const std::optional<Money>& notional,
                                  const OrderLedger& ledger, const RiskLimits& limits) {
    const auto open_after = static_cast<std::int64_t>(ledger.open().size()) + 1;
    return {compare("order_quantity", request.quantity, limits.order_quantity_max),
            check_notional(notional, limits.order_notional_max),
            compare("open_orders", Decimal(open_after),
                    limits.open_orders_max ? std::optional(Decimal(*limits.open_orders_max)) : std::nullopt)};
}

Result<void> verdict_of(const std::vector<RiskCheck>& checks, const OrderRequest& request, const RiskLimits& limits) {
    for (const RiskCheck& check : checks) {
        if (check.verdict == Verdict::deny) {
            return fail(Error(ErrorKind::refused, "risk." + check.name,
                              check.name + " " + check.value + " is over the limit " + check.limit)
                            .attempting("check the risk of the order")
                            .on(request.symbol)
                            .advise("the limit is set in " + limits.source + "; the order was not sent"));
        }
    }
    return {};
}

} // namespace tradesh::orders
