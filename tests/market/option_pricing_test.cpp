#include "core/market/option_pricing.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <random>

using namespace tradesh;
using namespace tradesh::options;

namespace {

constexpr OptionRight call = OptionRight::call;
constexpr OptionRight put = OptionRight::put;

/// Terms by the cost of carry b, as the tables in Haug's collection give them; the yield is r - b.
Terms carried(OptionRight right, double spot, double strike, double years, double rate, double carry) {
    return {
        .right = right, .spot = spot, .strike = strike, .years = years, .rate = rate, .dividend_yield = rate - carry};
}

Terms random_terms(std::mt19937& random) {
    const auto between = [&random](double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(random);
    };
    return {.right = between(0, 1) < 0.5 ? call : put,
            .spot = 100,
            .strike = between(70, 140),
            .years = between(0.02, 2),
            .rate = between(-0.01, 0.08),
            .dividend_yield = between(0, 0.05)};
}

} // namespace

TEST_CASE("prices agree with the published examples") {
    // Hull, Options, Futures and Other Derivatives: the stock option of the Black-Scholes chapter.
    CHECK(price(carried(call, 42, 40, 0.5, 0.10, 0.10), 0.2) == Approx(4.7594).epsilon(0).margin(5e-5));
    CHECK(price(carried(put, 42, 40, 0.5, 0.10, 0.10), 0.2) == Approx(0.8086).epsilon(0).margin(5e-5));
    // Haug, The Complete Guide to Option Pricing Formulas: Black-Scholes, and Merton's index option.
    CHECK(price(carried(call, 60, 65, 0.25, 0.08, 0.08), 0.3) == Approx(2.1334).epsilon(0).margin(5e-5));
    CHECK(price(carried(put, 100, 95, 0.5, 0.10, 0.05), 0.2) == Approx(2.4648).epsilon(0).margin(5e-5));
}

TEST_CASE("sensitivities and implied volatility agree with Hull's examples") {
    // The Greek letters: a call on 100,000 shares at 49, struck at 50, 20 weeks, 5 %, volatility 20 %; per share.
    const Terms shares = carried(call, 49, 50, 0.3846, 0.05, 0.05);
    CHECK(price(shares, 0.2) == Approx(2.40).epsilon(0).margin(5e-3));
    const Greeks all = greeks(shares, 0.2);
    CHECK(all.delta == Approx(0.522).epsilon(0).margin(5e-4));
    CHECK(all.gamma == Approx(0.066).epsilon(0).margin(5e-4));
    CHECK(all.theta * 365 == Approx(-4.31).epsilon(0).margin(5e-3));
    CHECK(all.vega == Approx(0.121).epsilon(0).margin(5e-4));
    CHECK(all.rho == Approx(0.0891).epsilon(0).margin(5e-5));
    // Implied volatilities: a call on a share without dividends at 21, struck at 20, three months, 10 %, costs 1.875.
    CHECK(implied_volatility(carried(call, 21, 20, 0.25, 0.10, 0.10), 1.875).value() ==
          Approx(0.235).epsilon(0).margin(5e-4));
    // Options on an index with a yield: 930, struck at 900, two months, 8 %, yield 3 %, volatility 20 %, costs 51.83.
    CHECK(price(carried(call, 930, 900, 2.0 / 12, 0.08, 0.05), 0.2) == Approx(51.83).epsilon(0).margin(5e-3));
}

TEST_CASE("sensitivities agree with the published examples") {
    CHECK(greeks(carried(call, 105, 100, 0.5, 0.10, 0), 0.36).delta == Approx(0.5946).epsilon(0).margin(5e-5));
    CHECK(greeks(carried(put, 105, 100, 0.5, 0.10, 0), 0.36).delta == Approx(-0.3566).epsilon(0).margin(5e-5));
    CHECK(greeks(carried(call, 55, 60, 0.75, 0.10, 0.10), 0.30).gamma == Approx(0.0278).epsilon(0).margin(5e-5));
    CHECK(greeks(carried(call, 55, 60, 0.75, 0.105, 0.0695), 0.30).vega == Approx(0.185027).epsilon(0).margin(5e-7));
    CHECK(greeks(carried(put, 430, 405, 0.0833, 0.07, 0.02), 0.20).theta * 365 ==
          Approx(-31.1924).epsilon(0).margin(5e-4));
    CHECK(greeks(carried(call, 72, 75, 1, 0.09, 0.09), 0.19).rho == Approx(0.387325).epsilon(0).margin(5e-7));
}

TEST_CASE("sensitivities are the slopes of the price") {
    const unsigned seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 200; ++i) {
        const Terms terms = random_terms(random);
        constexpr double volatility = 0.3;
        const Greeks all = greeks(terms, volatility);
        const auto slope = [&](auto change, double step) {
            Terms up = terms;
            Terms down = terms;
            change(up, step);
            change(down, -step);
            return (price(up, volatility) - price(down, volatility)) / (2 * step);
        };
        CHECK(all.delta == Approx(slope([](Terms& t, double s) { t.spot += s; }, 1e-3)).epsilon(0).margin(1e-6));
        CHECK(all.theta * 365 == Approx(slope([](Terms& t, double s) { t.years -= s; }, 1e-5)).epsilon(0).margin(1e-4));
        CHECK(all.rho * 100 == Approx(slope([](Terms& t, double s) { t.rate += s; }, 1e-5)).epsilon(0).margin(1e-4));
        CHECK(
            all.vega * 100 ==
            Approx((price(terms, volatility + 1e-5) - price(terms, volatility - 1e-5)) / 2e-5).epsilon(0).margin(1e-4));
    }
}

TEST_CASE("a call less a put is the forward, and the implied volatility is the one that made the price") {
    const unsigned seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 500; ++i) {
        Terms terms = random_terms(random);
        const double volatility = std::uniform_real_distribution<double>(0.05, 1.5)(random);
        terms.right = call;
        const double of_call = price(terms, volatility);
        terms.right = put;
        const double of_put = price(terms, volatility);
        const double forward = terms.spot * std::exp(-terms.dividend_yield * terms.years) -
                               terms.strike * std::exp(-terms.rate * terms.years);
        CHECK(of_call - of_put == Approx(forward).epsilon(0).margin(1e-10));
        if (greeks(terms, volatility).vega < 1e-6) {
            continue; // the price says next to nothing about the volatility
        }
        const Result<double> implied = implied_volatility(terms, of_put);
        CAPTURE(terms.strike, terms.years, volatility, of_put);
        REQUIRE(implied.has_value());
        CHECK(*implied == Approx(volatility).epsilon(1e-6));
    }
}

TEST_CASE("where no volatility explains a premium, there is none") {
    const Terms terms{.right = call, .spot = 100, .strike = 90, .years = 0.5};
    CHECK(implied_volatility(terms, 9.5).error().code == "option.no_volatility"); // below its value at once
    CHECK(implied_volatility(terms, 101).error().code == "option.no_volatility"); // above the share itself
    const Terms expired{.right = call, .spot = 100, .strike = 90, .years = 0};
    CHECK(implied_volatility(expired, 10).error().code == "option.no_volatility");
    CHECK(price(expired, 0.3) == 10);
    CHECK(greeks(expired, 0.3).delta == 1);
}

TEST_CASE("the chance to end above a level is N(d2)") {
    const Terms terms{.right = call, .spot = 100, .strike = 100, .years = 1, .rate = 0.02};
    CHECK(probability_above(terms, 0.2, 100) ==
          Approx(0.5).epsilon(0).margin(1e-12)); // (0.02 - 0.2 * 0.2 / 2) / 0.2 = 0
    CHECK(probability_above(terms, 0.2, 1) > 0.999999);
    CHECK(probability_above(terms, 0.2, 0) == 1);
}
