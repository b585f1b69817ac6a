#include "core/orders/risk_checks.hpp"
#include "tests/orders/order_facts.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::test;
using orders::check_risk;
using orders::OrderLedger;
using orders::RiskCheck;
using orders::RiskLimits;
using orders::Verdict;

namespace {

Money dollars(Decimal amount) { return Money{.amount = amount, .currency = Currency("USD")}; }

std::vector<Verdict> verdicts(const RiskLimits& limits, const std::optional<Money>& notional,
                              const OrderLedger& ledger = {}) {
    std::vector<Verdict> all;
    for (const RiskCheck& check : check_risk(request(), notional, ledger, limits)) {
        all.push_back(check.verdict);
    }
    return all;
}

constexpr Verdict pass = Verdict::pass;
constexpr Verdict deny = Verdict::deny;
constexpr Verdict not_limited = Verdict::not_limited;

} // namespace

TEST_CASE("what is not limited passes and says so; what equals its limit passes") {
    CHECK(verdicts({}, dollars(9950)) == std::vector<Verdict>(3, not_limited));
    RiskLimits limits;
    limits.order_quantity_max = 100;
    limits.order_notional_max = dollars(9950);
    limits.open_orders_max = 1;
    CHECK(verdicts(limits, dollars(9950)) == std::vector<Verdict>(3, pass));
}

TEST_CASE("every check is made, also after one has denied") {
    RiskLimits limits;
    limits.order_quantity_max = 99;
    limits.order_notional_max = dollars(9949);
    limits.open_orders_max = 1;
    OrderLedger ledger;
    ledger.apply(event(intended()));
    CHECK(verdicts(limits, dollars(9950), ledger) == std::vector<Verdict>(3, deny));
    ledger.apply(event(rejected()));
    CHECK(verdicts(limits, dollars(9950), ledger) == std::vector<Verdict>{deny, deny, pass});
}

TEST_CASE("what cannot be measured cannot pass a limit") {
    RiskLimits limits;
    limits.order_notional_max = dollars(1'000'000);
    CHECK(verdicts(limits, std::nullopt) == std::vector<Verdict>{not_limited, deny, not_limited});
    const Money euros{.amount = 1, .currency = Currency("EUR")};
    CHECK(verdicts(limits, euros) == std::vector<Verdict>{not_limited, deny, not_limited});
}

TEST_CASE("a denial names value, limit and where the limit was set") {
    RiskLimits limits;
    limits.order_notional_max = dollars(5000);
    limits.source = "/home/ann/.config/tradesh/live/limits.toml";
    const auto checks = check_risk(request(), dollars(9950), {}, limits);
    const Result<void> verdict = orders::verdict_of(checks, request(), limits);
    REQUIRE_FALSE(verdict.has_value());
    CHECK(verdict.error().kind == ErrorKind::refused);
    CHECK(verdict.error().code == "risk.order_notional");
    CHECK(verdict.error().message == "order_notional 9950 USD is over the limit 5000 USD");
    CHECK_THAT(verdict.error().hint, Contains(limits.source));
    CHECK(orders::verdict_of({}, request(), limits).has_value());
}
