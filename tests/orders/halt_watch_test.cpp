#include "core/orders/halt_watch.hpp"

#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::orders;
using namespace std::chrono_literals;

namespace {

LimitValue limit(Decimal number, std::string currency = "") {
    return {.number = number, .currency = currency.empty() ? Currency() : Currency(currency), .source = "c.toml:3"};
}

HaltRules burst_of(Decimal most) {
    HaltRules rules;
    rules.errors = rules.rejects = HaltRules::Burst{.count = limit(most), .window = 10s};
    return rules;
}

} // namespace

TEST_CASE("a burst is one event more than the limit within the window") {
    const HaltRules rules = burst_of(2);
    HaltWatch watch;
    CHECK_FALSE(watch.observe(rules, VenueRejected{"a"}, 0s));
    CHECK_FALSE(watch.observe(rules, VenueRejected{"b"}, 5s));
    CHECK_FALSE(watch.observe(rules, SendFailed{"c"}, 6s)); // counted apart
    SECTION("within it") {
        const std::optional<Halt> halt = watch.observe(rules, VenueRejected{"k-3: no margin"}, 9s);
        REQUIRE(halt);
        CHECK(halt->cause == "reject_burst");
        CHECK_THAT(halt->reason, Contains("3 orders were rejected by the venue within 10s"));
        CHECK_THAT(halt->reason, Contains("halt_rejects_max 2 (c.toml:3)"));
        CHECK_THAT(halt->reason, Contains("k-3: no margin"));
    }
    SECTION("the first is too old") { CHECK_FALSE(watch.observe(rules, VenueRejected{"c"}, 10s)); }
    SECTION("forgotten") {
        watch.forget();
        CHECK_FALSE(watch.observe(rules, VenueRejected{"c"}, 9s));
    }
}

TEST_CASE("loss, drawdown, stale quotes and gaps halt beyond their limits, not at them") {
    HaltRules rules;
    rules.loss_max = limit(500, "USD");
    rules.drawdown_max_pct = limit(10);
    rules.stale_s = limit(60);
    rules.mismatch = limit(1);
    const auto cause = [&](const HaltEvent& event) {
        const std::optional<Halt> halt = HaltWatch().observe(rules, event, 0s);
        return halt ? halt->cause : "";
    };
    const auto lost = [](Decimal amount) {
        return DayMeasured{.loss = Money{.amount = amount, .currency = Currency("USD")}, .drawdown_pct = {}};
    };
    CHECK(cause(lost(500)).empty());
    CHECK(cause(lost(501)) == "daily_loss");
    CHECK(cause(DayMeasured{.loss = {}, .drawdown_pct = 10}).empty());
    CHECK(cause(DayMeasured{.loss = {}, .drawdown_pct = 11}) == "drawdown");
    CHECK(cause(QuoteAged{"GOOG", 60s}).empty());
    CHECK(cause(QuoteAged{"GOOG", 61s}) == "stale_feed");
    CHECK(cause(PositionDiffers{"GOOG", 100, 90}) == "mismatch");
    rules = HaltRules{};
    CHECK(cause(lost(1'000'000)).empty());
    CHECK(cause(PositionDiffers{"GOOG", 100, 90}).empty());
}
