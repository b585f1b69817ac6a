#include "core/orders/risk_checks.hpp"

#include "core/orders/risk_exposure.hpp"
#include "core/orders/risk_judging.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace tradesh::orders {
namespace {

/// What a check may do to an order that can only reduce a position, to a change that only takes away of an order, and
/// to an order of `panic --flatten`.
struct RiskRule {
    std::string_view name;
    RiskCheck (*check)(const RiskQuestion&);
    bool for_reducing;  ///< it may stop an order that only reduces
    bool for_shrinking; ///< it may stop a change that only takes away
    bool for_flatten;   ///< it may stop an order of `panic --flatten`
};

constexpr std::array<RiskRule, 16> rules{{
    {"form", check_form, true, true, true},
    {"trading_state", check_trading_state, true, true, true},
    {"duplicate", check_duplicate, true, true, false},
    {"instrument", check_instrument, true, true, true},
    {"session", check_session, true, false, false},
    {"reference_price", check_reference_price, true, false, false},
    {"price_collar", check_price_collar, true, false, false},
    {"order_size", check_order_size, false, false, false},
    {"position", check_position, false, false, false},
    {"short_selling", check_short_selling, false, false, false},
    {"self_match", check_self_match, false, false, false},
    {"open_orders", check_open_orders, false, false, false},
    {"order_rate", check_order_rate, false, false, false},
    {"day_loss", check_day_loss, false, false, false},
    {"buying_power", check_buying_power, false, false, false},
    {"concentration", check_concentration, false, false, false},
}};

} // namespace

std::vector<RiskCheck> check_risk(const RiskQuestion& question) {
    const bool reduces = only_reduces(question.asked);
    const bool shrinks = only_shrinks(question.asked);
    const bool flattens = question.asked.purpose == RiskPurpose::flatten;
    std::vector<RiskCheck> checks;
    for (const RiskRule& rule : rules) {
        RiskCheck check = rule.check(question);
        const bool may_deny = flattens  ? rule.for_flatten
                              : shrinks ? rule.for_shrinking
                                        : !reduces || rule.for_reducing;
        if (!may_deny && check.verdict == Verdict::deny) {
            check = softened(std::move(check));
            check.value += flattens  ? " (flattening goes on)"
                           : shrinks ? " (it only takes away of the order)"
                                     : " (it only reduces)";
        }
        checks.push_back(std::move(check));
    }
    return checks;
}

bool only_reduces(const AskedOrder& asked) {
    if (asked.purpose != RiskPurpose::open || !asked.request.parent.value.empty()) {
        return true;
    }
    const auto held = asked.positions.find(asked.request.symbol);
    if (held == asked.positions.end() || held->second.quantity.is_zero()) {
        return false;
    }
    const Side reducing = held->second.quantity.is_positive() ? Side::sell : Side::buy;
    if (asked.request.side != reducing) {
        return false;
    }
    const Decimal after = position_after(asked);
    return after.is_zero() || after.is_positive() == held->second.quantity.is_positive();
}

bool only_shrinks(const AskedOrder& asked) {
    if (asked.replaces == nullptr || asked.request.quantity > asked.replaces->request.quantity) {
        return false;
    }
    const OrderRequest& before = asked.replaces->request;
    const auto* was = std::get_if<LimitPrice>(&before.price);
    const auto* is = std::get_if<LimitPrice>(&asked.request.price);
    const bool is_no_nearer = was != nullptr && is != nullptr &&
                              (asked.request.side == Side::buy ? is->limit <= was->limit : is->limit >= was->limit);
    return is_no_nearer || asked.request.price == before.price;
}

bool needs_quote(const RiskLimits& limits, std::string_view account, std::string_view symbol) {
    constexpr std::array measured{Limit::price_band_pct,       Limit::spread_max_pct,     Limit::order_notional_max,
                                  Limit::order_notional_min,   Limit::gross_exposure_max, Limit::position_notional_max,
                                  Limit::concentration_max_pct};
    for (const Limit limit : measured) {
        if (!limits.in_force(limit, account, symbol).empty()) {
            return true;
        }
    }
    return false;
}

namespace {

/// Which of several numbers decided.
const std::string& decided_by(const RiskCheck& check) { return check.measure.empty() ? check.name : check.measure; }

} // namespace

std::string sentence_of(const RiskCheck& check) {
    const std::string& what = decided_by(check);
    if (check.limit == "no") {
        return check.value + ", and " + what + " is set to no";
    }
    const std::string_view side = what == "order_notional_least" ? " is under the limit " : " is over the limit ";
    return check.limit.empty() ? check.value : what + " " + check.value + std::string(side) + check.limit;
}

Result<void> verdict_of(const std::vector<RiskCheck>& checks, const OrderRequest& request) {
    for (const RiskCheck& check : checks) {
        if (check.verdict != Verdict::deny) {
            continue;
        }
        const std::string set = check.source.empty() ? "" : "the limit is set in " + check.source + "; ";
        return fail(Error(ErrorKind::refused, "risk." + decided_by(check), sentence_of(check))
                        .attempting("check the risk of the order")
                        .on(describe(request))
                        .advise(check.cure.empty() ? set + std::string(order_not_sent) : check.cure));
    }
    return {};
}

} // namespace tradesh::orders
