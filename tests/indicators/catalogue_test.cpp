#include "core/indicators/catalogue.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

using namespace tradesh::indicators;

namespace {

/// An indicator of one series with one output.
std::vector<double> compute_with(std::string_view name, const std::vector<double>& parameters,
                                 const std::vector<double>& series) {
    const Indicator* indicator = find_indicator(name);
    REQUIRE(indicator != nullptr);
    REQUIRE(indicator->inputs.size() == 1);
    REQUIRE(indicator->parameters.size() == parameters.size());
    std::vector<double> out(series.size());
    const std::vector<std::span<const double>> inputs{series};
    const std::vector<std::span<double>> outputs{out};
    compute(*indicator, inputs, parameters, outputs);
    return out;
}

/// The same with a period alone.
std::vector<double> compute_one(std::string_view name, double period, const std::vector<double>& series) {
    return compute_with(name, {period}, series);
}

/// Equal, where unknown equals unknown.
bool same(const std::vector<double>& a, const std::vector<double>& b) {
    return std::ranges::equal(a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

constexpr double none = unknown;

} // namespace

TEST_CASE("warm-up is unknown, never made up") {
    CHECK(same(compute_one("sma", 3, {1, 2, 3, 4, 5}), {none, none, 2, 3, 4}));
    CHECK(same(compute_one("ema", 3, {1, 2, 3, 4, 5}), {none, none, 2, 3, 4}));
    CHECK(same(compute_one("rsi", 2, {1, 2, 3, 2}), {none, none, 100, 50}));
    CHECK(same(compute_one("highest", 2, {3, 1, 2, 5, 4}), {none, 3, 2, 5, 5}));
    CHECK(same(compute_one("lowest", 2, {3, 1, 2, 5, 4}), {none, 1, 1, 2, 4}));
}

TEST_CASE("a period of one is the series itself") {
    const std::vector<double> series{3, 1, 2};
    for (const std::string_view name : {"sma", "ema", "highest", "lowest"}) {
        CHECK(same(compute_one(name, 1, series), series));
    }
}

TEST_CASE("the rsi of a series that never moves is 0") {
    CHECK(same(compute_one("rsi", 2, {7, 7, 7, 7}), {none, none, 0, 0}));
    CHECK(same(compute_one("rsi", 2, {1, 2, 3, 4}), {none, none, 100, 100}));
    CHECK(same(compute_one("rsi", 2, {4, 3, 2, 1}), {none, none, 0, 0}));
    // Prices of a millionth behave like prices of a hundred.
    CHECK(compute_one("rsi", 2, {1e-12, 2e-12, 1.5e-12}).back() ==
          Approx(compute_one("rsi", 2, {100, 200, 150}).back()));
}

TEST_CASE("after an unknown value an indicator warms up again") {
    CHECK(same(compute_one("sma", 2, {none, 1, 3, none, 5, 7, 9}), {none, none, 2, none, none, 6, 8}));
    CHECK(same(compute_one("ema", 2, {1, 3, none, 5, 7}), {none, 2, none, none, 6}));
    CHECK(same(compute_one("rsi", 2, {1, 2, none, 3, 4, 5}), {none, none, none, none, none, 100}));
}

TEST_CASE("a spike leaves no trace in a moving average that has passed it") {
    std::vector<double> volumes(64, 0.1);
    volumes[10] = 1e17;
    CHECK(compute_one("sma", 5, volumes).back() == Approx(0.1).epsilon(1e-12));
}

TEST_CASE("moving extremes agree with the plain definition") {
    const std::uint32_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    std::vector<double> series(200);
    std::ranges::generate(series, [&] { return std::uniform_int_distribution(1, 50)(random); });
    for (const std::size_t period : {1U, 2U, 3U, 7U, 64U, 199U, 200U, 201U}) {
        const std::vector<double> greatest = compute_one("highest", static_cast<double>(period), series);
        const std::vector<double> least = compute_one("lowest", static_cast<double>(period), series);
        for (std::size_t i = period - 1; i < series.size(); ++i) {
            const auto window = std::span(series).subspan(i + 1 - period, period);
            REQUIRE(greatest[i] == std::ranges::max(window));
            REQUIRE(least[i] == std::ranges::min(window));
        }
    }
}

TEST_CASE("where a value stands among the last ones") {
    const std::vector<double> series{5, 3, 5, 9, 1, 5};
    CHECK(same(compute_one("rank", 3, series), {none, none, 1, 1, 3, 2}));
    CHECK(same(compute_one("rank", 6, series), {none, none, none, none, none, 2})); // equals share the better place
    CHECK(same(compute_one("percentile", 4, series), {none, none, none, none, 0, 50}));
    CHECK(same(compute_one("percent_rank", 4, series), {none, none, none, none, 0, 75}));
    CHECK(same(compute_one("rank", 2, {1, none, 2, 3}), {none, none, none, 1}));
}

TEST_CASE("a quantile lies among the sorted values of the window") {
    const std::uint32_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    std::vector<double> series(200);
    std::ranges::generate(series, [&] { return std::uniform_int_distribution(-20, 20)(random); });
    series[90] = none;
    for (const double period : {1.0, 2.0, 3.0, 8.0, 21.0}) {
        for (const double percent : {0.0, 12.5, 50.0, 75.0, 99.0, 100.0}) {
            const std::vector<double> values = compute_with("quantile", {period, percent}, series);
            const auto count = static_cast<std::size_t>(period);
            for (std::size_t i = 0; i < series.size(); ++i) {
                if (i + 1 < count || (i >= 90 && i < 90 + count)) {
                    REQUIRE(std::isnan(values[i]));
                    continue;
                }
                const std::span<const double> window = std::span(series).subspan(i + 1 - count, count);
                std::vector<double> sorted(window.begin(), window.end());
                std::ranges::sort(sorted);
                const double place = (period - 1) * percent / 100;
                const double lower = sorted[static_cast<std::size_t>(std::floor(place))];
                const double upper = sorted[static_cast<std::size_t>(std::ceil(place))];
                REQUIRE(values[i] == Approx(lower + (upper - lower) * (place - std::floor(place))).margin(1e-12));
            }
        }
    }
}

TEST_CASE("an indicator is found by the names of its variants and by what others call it") {
    CHECK(find_indicator("avg") == find_indicator("sma"));
    CHECK(find_indicator("stdev") == find_indicator("stddev"));
    CHECK(find_indicator("ema:sma-seeded") == find_indicator("ema"));
    CHECK(find_indicator("ema:sma") == find_indicator("ema"));
    CHECK(find_indicator("rsi:wilder") == find_indicator("rsi"));
    CHECK(find_indicator("atr:wilder") == find_indicator("atr"));
    CHECK(find_indicator("stoch:hl") == find_indicator("stoch"));
    CHECK(find_indicator("bollingerbands") == find_indicator("bbands"));
    for (const std::string_view variant : {"ema:first", "ema:adjusted", "atr:sma", "atr:ema", "bbands:sample",
                                           "stoch:close", "stochrsi:fast", "macd:first", "macd:sma"}) {
        INFO(variant);
        REQUIRE(find_indicator(variant) != nullptr);
        CHECK(find_indicator(variant)->name == variant);
    }
}

TEST_CASE("exponential averages begin as their variant says") {
    const std::vector<double> series{1, 2, 6};
    CHECK(same(compute_one("ema", 3, series), {none, none, 3}));
    CHECK(same(compute_one("ema:first", 3, series), {1, 1.5, 3.75}));
    const std::vector<double> adjusted = compute_one("ema:adjusted", 3, series);
    CHECK(adjusted[0] == 1);
    CHECK(adjusted[1] == Approx((2 + 0.5 * 1) / 1.5));
    CHECK(adjusted[2] == Approx((6 + 0.5 * 2 + 0.25 * 1) / 1.75));
}

TEST_CASE("a long series does not wear the sums of a window out") {
    std::mt19937 random(11);
    std::vector<double> series(100'000);
    std::ranges::generate(series, [&] { return std::uniform_real_distribution(1e6, 1.001e6)(random); });
    const std::vector<double> tail(series.end() - 400, series.end());
    for (const std::string_view name : {"sma", "wma", "stddev", "linearreg", "bbands", "sum"}) {
        INFO(name);
        const Indicator& indicator = *find_indicator(name);
        std::vector<double> parameters;
        for (const Parameter& parameter : indicator.parameters) {
            parameters.push_back(parameter.usual);
        }
        std::unique_ptr<Running> whole = indicator.start(parameters);
        std::unique_ptr<Running> late = indicator.start(parameters);
        std::array<double, 5> a{};
        std::array<double, 5> b{};
        for (const double x : series) {
            whole->update(std::array{x}, a);
        }
        for (const double x : tail) {
            late->update(std::array{x}, b);
        }
        CHECK(a[0] == Approx(b[0]).epsilon(1e-12));
    }
}

TEST_CASE("the catalogue describes every indicator completely") {
    CHECK(std::ranges::is_sorted(catalogue(), {}, &Indicator::name));
    CHECK(find_indicator("smaa") == nullptr);
    CHECK(signature(*find_indicator("rsi")) == "rsi(series = close, period = 14)");
    CHECK(signature(*find_indicator("highest")) == "highest(series, period = 20)");
    CHECK(signature(*find_indicator("bbands:sample")) == "bbands:sample(series = close, period = 20, deviations = 2)");
    CHECK(signature(*find_indicator("bop")) == "bop(open, high, low, close)");
    CHECK(catalogue().size() >= 45);
    for (const Indicator& indicator : catalogue()) {
        INFO(indicator.name);
        CHECK_FALSE(indicator.summary.empty());
        CHECK_FALSE(indicator.formula.empty());
        CHECK_FALSE(indicator.source.empty());
        CHECK_FALSE(indicator.inputs.empty());
        CHECK_FALSE(indicator.outputs.empty());
        for (const Parameter& parameter : indicator.parameters) {
            CHECK(parameter.least <= parameter.usual);
            CHECK(parameter.usual <= parameter.most);
        }
    }
}
