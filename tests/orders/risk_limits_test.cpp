#include "core/orders/risk_limits.hpp"

#include "core/orders/risk_journal.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using orders::Limit;
using orders::LimitScope;
using orders::LimitValue;
using orders::RiskLimits;

namespace {

LimitValue worth(Decimal number, std::string currency = "") {
    return {.number = number, .currency = currency.empty() ? Currency() : Currency(currency), .source = "here"};
}

} // namespace

TEST_CASE("nothing is unlimited under the rules of live trading, and nothing else is limited on paper than sanity") {
    const RiskLimits live(true);
    for (const orders::LimitSpec& spec : orders::limit_specs()) {
        CAPTURE(spec.name);
        CHECK(live.default_of(spec.limit).number.has_value());
        CHECK(orders::check_switched_off(spec.limit, live.default_of(spec.limit), true).has_value());
    }
    CHECK_FALSE(live.any_set());
    CHECK(RiskLimits().in_force(Limit::order_notional_max, "T1", "GOOG").empty());
}

TEST_CASE("a limit is known by its name with its unit") {
    CHECK(orders::parse_limit_name("order_notional_max_eur")->currency == Currency("EUR"));
    CHECK(orders::parse_limit_name("open_orders_max")->limit == Limit::open_orders_max);
    const auto unitless = orders::parse_limit_name("order_notional_max");
    REQUIRE_FALSE(unitless.has_value());
    CHECK(unitless.error().hint == "write order_notional_max_usd");
    CHECK_THAT(orders::parse_limit_name("open_order_max").error().hint, Contains("open_orders_max"));
    for (const orders::LimitSpec& spec : orders::limit_specs()) {
        const Currency currency = spec.unit == orders::LimitUnit::money ? Currency("CHF") : Currency();
        const auto parsed = orders::parse_limit_name(orders::name_of(spec.limit, currency));
        CAPTURE(spec.name);
        REQUIRE(parsed.has_value());
        CHECK(parsed->limit == spec.limit);
        CHECK(parsed->currency == currency);
    }
}

TEST_CASE("a value fits its unit") {
    const auto parse = [](Limit limit, std::string_view text) {
        return orders::parse_limit_value({.limit = limit, .currency = {}}, text, "").has_value();
    };
    CHECK(parse(Limit::price_band_pct, "2.5"));
    CHECK_FALSE(parse(Limit::price_band_pct, "0"));
    CHECK_FALSE(parse(Limit::price_band_pct, "-1"));
    CHECK_FALSE(parse(Limit::open_orders_max, "2.5"));
    CHECK(parse(Limit::open_orders_max, "none"));
    CHECK(parse(Limit::short_selling, "yes"));
    CHECK_FALSE(parse(Limit::short_selling, "none"));
    CHECK_FALSE(parse(Limit::open_orders_max, "yes"));
}

TEST_CASE("the tightest of the scopes that apply is in force; a default only while nothing is set") {
    RiskLimits limits(true);
    const auto in_force = [&](std::string_view account, std::string_view symbol) {
        return limits.find(Limit::order_quantity_max, account, symbol)->number->to_string();
    };
    CHECK(in_force("T1", "GOOG") == "100000");
    limits.set(Limit::order_quantity_max, {.account = "", .symbol = "GOOG"}, worth(200'000));
    CHECK(in_force("T1", "GOOG") == "200000");
    CHECK(in_force("T1", "AAPL") == "100000");
    limits.set(Limit::order_quantity_max, {}, worth(1000));
    CHECK(in_force("T1", "GOOG") == "1000");
    limits.set(Limit::order_quantity_max, {.account = "T1", .symbol = ""}, worth(500));
    CHECK(in_force("T1", "GOOG") == "500");
    CHECK(in_force("T2", "GOOG") == "1000");
}

TEST_CASE("amounts in unlike currencies hold side by side") {
    RiskLimits limits;
    limits.set(Limit::order_notional_max, {}, worth(5000, "USD"));
    limits.set(Limit::order_notional_max, {}, worth(4000, "EUR"));
    limits.set(Limit::order_notional_max, {.account = "T1", .symbol = ""}, worth(3000, "USD"));
    const std::vector<LimitValue> both = limits.in_force(Limit::order_notional_max, "T1", "GOOG");
    REQUIRE(both.size() == 2);
    CHECK(to_text(Limit::order_notional_max, both[0]) == "4000 EUR");
    CHECK(to_text(Limit::order_notional_max, both[1]) == "3000 USD");
}

TEST_CASE("what is loosened is told from what is tightened") {
    const auto loosens = [](Limit limit, const LimitValue& before, const LimitValue& after) {
        return orders::loosens(limit, {before}, {after});
    };
    CHECK(loosens(Limit::order_quantity_max, worth(10), worth(11)));
    CHECK_FALSE(loosens(Limit::order_quantity_max, worth(10), worth(10)));
    CHECK_FALSE(loosens(Limit::order_quantity_max, worth(10), worth(9)));
    CHECK(loosens(Limit::duplicate_window_s, worth(10), worth(9)));
    CHECK(loosens(Limit::short_selling, worth(0), worth(1)));
    CHECK(loosens(Limit::halt_on_mismatch, worth(1), worth(0)));
    CHECK(orders::loosens(Limit::order_quantity_max, {worth(10)}, {}));
    CHECK(orders::loosens(Limit::order_notional_max, {worth(10, "USD")}, {worth(10, "EUR")}));
}

TEST_CASE("a limit set at run time holds until the configuration is edited") {
    const orders::LimitSetting setting{.limit = Limit::order_quantity_max,
                                       .scope = {},
                                       .value = worth(50),
                                       .reason = "first day",
                                       .configured = "100",
                                       .time = {}};
    const auto after = [&](std::optional<Decimal> configured) {
        RiskLimits limits;
        if (configured) {
            limits.set(Limit::order_quantity_max, {}, worth(*configured));
        }
        orders::apply_settings({setting}, limits);
        return limits.find(Limit::order_quantity_max, "T1", "GOOG");
    };
    CHECK(after(100)->number == Decimal(50));
    CHECK(after(20)->number == Decimal(20));
    CHECK_FALSE(after(std::nullopt).has_value());
}
