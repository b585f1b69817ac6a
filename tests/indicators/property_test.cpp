// What holds for every indicator of the catalogue.

#include "tests/indicators/random_bars.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::indicators;

namespace {

std::uint32_t fresh_seed() { return std::random_device{}(); }

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Within 1e-9 of what is large around it: differences of nearly equal prices round by the prices.
bool close_enough(double a, double b, double scale) {
    return same(a, b) || std::abs(a - b) <= 1e-9 * std::max({std::abs(a), std::abs(b), scale});
}

} // namespace

TEST_CASE("nothing is known during the warm-up, and everything after it") {
    const std::uint32_t seed = fresh_seed();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const test::RandomBars bars(400, seed);
    for (const Indicator& indicator : catalogue()) {
        for (const std::vector<double>& parameters :
             {test::usual_parameters(indicator), test::random_parameters(indicator, random)}) {
            INFO(indicator.name);
            const std::size_t lookback = indicator.lookback(parameters);
            REQUIRE(lookback < bars.size());
            for (const std::vector<double>& values : test::compute_all(indicator, bars, parameters)) {
                for (std::size_t i = 0; i < lookback; ++i) {
                    REQUIRE(std::isnan(values[i]));
                }
                CHECK((indicator.name == "zigzag" || std::isfinite(values[lookback])));
                CHECK(std::isfinite(values.back()));
            }
        }
    }
}

TEST_CASE("an indicator starts again after an unknown bar") {
    const std::uint32_t seed = fresh_seed();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    test::RandomBars bars(400, seed);
    const test::RandomBars after = bars.last(290);
    bars.forget(70);
    bars.forget(109);
    for (const Indicator& indicator : catalogue()) {
        INFO(indicator.name);
        const std::vector<double> parameters = test::random_parameters(indicator, random);
        const auto whole = test::compute_all(indicator, bars, parameters);
        const auto fresh = test::compute_all(indicator, after, parameters);
        for (std::size_t output = 0; output < whole.size(); ++output) {
            CHECK(std::isnan(whole[output][70]));
            for (std::size_t i = 0; i < after.size(); ++i) {
                REQUIRE(same(whole[output][110 + i], fresh[output][i]));
            }
        }
    }
}

TEST_CASE("one unknown input makes the bar unknown in all") {
    test::RandomBars bars(200, 3);
    bars.columns[index_of(Column::low)][100] = unknown;
    const Indicator& indicator = *find_indicator("willr");
    const std::vector<double> values = test::compute_all(indicator, bars, {14})[0];
    CHECK(std::isfinite(values[99]));
    CHECK(std::ranges::all_of(values.begin() + 100, values.begin() + 114, [](double x) { return std::isnan(x); }));
    CHECK(std::isfinite(values[114]));
}

TEST_CASE("bar by bar gives what the whole series gives") {
    const std::uint32_t seed = fresh_seed();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    test::RandomBars bars(500, seed);
    for (int hole = 0; hole < 3; ++hole) {
        bars.forget(std::uniform_int_distribution<std::size_t>(0, bars.size() - 1)(random));
    }
    for (const Indicator& indicator : catalogue()) {
        INFO(indicator.name);
        const std::vector<double> parameters = test::random_parameters(indicator, random);
        const auto whole = test::compute_all(indicator, bars, parameters);
        const auto inputs = test::inputs_of(indicator, bars);
        const std::unique_ptr<Running> running = indicator.start(parameters);
        std::vector<double> bar(inputs.size());
        std::vector<double> values(indicator.outputs.size());
        for (std::size_t i = 0; i < bars.size(); ++i) {
            std::ranges::transform(inputs, bar.begin(), [i](std::span<const double> input) { return input[i]; });
            running->update(bar, values);
            for (std::size_t output = 0; output < values.size(); ++output) {
                REQUIRE(same(values[output], whole[output][i]));
            }
        }
    }
}

TEST_CASE("after lookback and settling a value no longer depends on where the series starts") {
    const test::RandomBars bars(6'000, 7);
    std::mt19937 random(7);
    for (const Indicator& indicator : catalogue()) {
        if (indicator.memory == Memory::unlimited) {
            continue;
        }
        for (const std::vector<double>& parameters :
             {test::usual_parameters(indicator), test::random_parameters(indicator, random)}) {
            INFO(indicator.name);
            const std::size_t needed = indicator.lookback(parameters) + indicator.settling(parameters) + 1;
            REQUIRE(needed <= bars.size());
            const test::RandomBars tail = bars.last(needed);
            const auto whole = test::compute_all(indicator, bars, parameters);
            const auto late = test::compute_all(indicator, tail, parameters);
            for (std::size_t output = 0; output < whole.size(); ++output) {
                INFO(whole[output].back() << " " << late[output].back());
                CHECK(close_enough(whole[output].back(), late[output].back(), 100));
            }
        }
        CHECK((indicator.settling(test::usual_parameters(indicator)) == 0) == (indicator.memory == Memory::window));
    }
}
