#include "core/indicators/lanes.hpp"
#include "tests/indicators/random_bars.hpp"
#include "tests/support/catch.hpp"

#include <bit>

using namespace tradesh;
using namespace tradesh::indicators;

namespace {

constexpr std::size_t bar_count = 300;

std::vector<InstructionSet> sets_of_this_machine() {
    std::vector<InstructionSet> sets{InstructionSet::baseline};
    for (const InstructionSet set : {InstructionSet::avx2, InstructionSet::avx512}) {
        if (set <= best_instruction_set()) {
            sets.push_back(set);
        }
    }
    return sets;
}

/// Eight series that end together: full ones, shorter ones, ones with holes, one that is empty.
std::vector<test::RandomBars> eight_series(std::mt19937& random) {
    std::vector<test::RandomBars> series;
    for (std::size_t lane = 0; lane < lane_count; ++lane) {
        series.emplace_back(bar_count, random());
        const std::size_t missing = lane == 7 ? bar_count : lane % 3 == 2 ? 40 * lane : 0;
        for (std::size_t bar = 0; bar < missing; ++bar) {
            series.back().forget(bar);
        }
    }
    series[1].forget(150);
    series[4].forget(151);
    series[5].forget(bar_count - 1);
    return series;
}

struct Lanes {
    std::vector<std::vector<double>> values; ///< one per input or output, [bar][8]

    Lanes(std::size_t series, std::size_t bars) : values(series, std::vector<double>(bars * lane_count)) {}
};

Lanes inputs_side_by_side(const Indicator& indicator, const std::vector<test::RandomBars>& series) {
    Lanes lanes(indicator.inputs.size(), bar_count);
    for (std::size_t lane = 0; lane < lane_count; ++lane) {
        const auto inputs = test::inputs_of(indicator, series[lane]);
        for (std::size_t input = 0; input < inputs.size(); ++input) {
            for (std::size_t bar = 0; bar < bar_count; ++bar) {
                lanes.values[input][bar * lane_count + lane] = inputs[input][bar];
            }
        }
    }
    return lanes;
}

Lanes compute_side_by_side(const Indicator& indicator, const std::vector<test::RandomBars>& series,
                           const std::vector<double>& parameters, std::size_t first, InstructionSet set) {
    const Lanes inputs = inputs_side_by_side(indicator, series);
    Lanes outputs(indicator.outputs.size(), bar_count - first);
    std::vector<const double*> from;
    std::vector<double*> to;
    for (const std::vector<double>& input : inputs.values) {
        from.push_back(input.data());
    }
    for (std::vector<double>& output : outputs.values) {
        to.push_back(output.data());
    }
    compute_lanes(indicator,
                  {.inputs = from, .bars = bar_count, .parameters = parameters, .first = first, .outputs = to}, set);
    return outputs;
}

/// The very bits; which NaN stands for an unknown value does not matter.
bool same_bits(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

} // namespace

TEST_CASE("every lane of every instruction set holds the bits of its series") {
    const std::uint32_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const std::vector<test::RandomBars> series = eight_series(random);
    for (const Indicator& indicator : catalogue()) {
        const std::vector<double> parameters = test::random_parameters(indicator, random);
        for (const InstructionSet set : sets_of_this_machine()) {
            INFO(indicator.name << " " << name_of(set));
            const Lanes lanes = compute_side_by_side(indicator, series, parameters, 0, set);
            for (std::size_t lane = 0; lane < lane_count; ++lane) {
                const auto alone = test::compute_all(indicator, series[lane], parameters);
                for (std::size_t output = 0; output < alone.size(); ++output) {
                    for (std::size_t bar = 0; bar < bar_count; ++bar) {
                        REQUIRE(same_bits(lanes.values[output][bar * lane_count + lane], alone[output][bar]));
                    }
                }
            }
        }
    }
}

TEST_CASE("a lane does not depend on how long before its first bar the others began") {
    std::mt19937 random(5);
    std::vector<test::RandomBars> series = eight_series(random);
    for (const Indicator& indicator : catalogue()) {
        INFO(indicator.name);
        const std::vector<double> parameters = test::usual_parameters(indicator);
        const Lanes lanes = compute_side_by_side(indicator, series, parameters, 0, InstructionSet::baseline);
        const test::RandomBars alone = series[2].last(bar_count - 80);
        const auto values = test::compute_all(indicator, alone, parameters);
        for (std::size_t output = 0; output < values.size(); ++output) {
            for (std::size_t bar = 0; bar < alone.size(); ++bar) {
                REQUIRE(same_bits(lanes.values[output][(bar + 80) * lane_count + 2], values[output][bar]));
            }
        }
    }
}

TEST_CASE("the last values alone are those of the whole") {
    const std::uint32_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const std::vector<test::RandomBars> series = eight_series(random);
    const InstructionSet set = best_instruction_set();
    for (const Indicator& indicator : catalogue()) {
        for (const std::size_t wanted : {std::size_t{1}, std::size_t{2}, std::size_t{60}, std::size_t{160}}) {
            const std::vector<double> parameters =
                wanted == 2 ? test::usual_parameters(indicator) : test::random_parameters(indicator, random);
            INFO(indicator.name << ", the last " << wanted);
            const std::size_t first = bar_count - wanted;
            const Lanes whole = compute_side_by_side(indicator, series, parameters, 0, set);
            const Lanes last = compute_side_by_side(indicator, series, parameters, first, set);
            for (std::size_t output = 0; output < whole.values.size(); ++output) {
                for (std::size_t i = 0; i < wanted * lane_count; ++i) {
                    REQUIRE(same_bits(last.values[output][i], whole.values[output][first * lane_count + i]));
                }
            }
        }
    }
}

TEST_CASE("eight series bar by bar give what they give at once") {
    std::mt19937 random(8);
    const std::vector<test::RandomBars> series = eight_series(random);
    for (const InstructionSet set : sets_of_this_machine()) {
        for (const Indicator& indicator : catalogue()) {
            INFO(indicator.name << " " << name_of(set));
            const std::vector<double> parameters = test::usual_parameters(indicator);
            const Lanes inputs = inputs_side_by_side(indicator, series);
            const Lanes whole = compute_side_by_side(indicator, series, parameters, 0, set);
            const std::unique_ptr<RunningLanes> running = start_lanes(indicator, parameters, set);
            Lanes row(indicator.outputs.size(), 1);
            std::vector<const double*> from(indicator.inputs.size());
            std::vector<double*> to(indicator.outputs.size());
            std::ranges::transform(row.values, to.begin(), [](std::vector<double>& lanes) { return lanes.data(); });
            for (std::size_t bar = 0; bar < bar_count; ++bar) {
                std::ranges::transform(inputs.values, from.begin(), [bar](const std::vector<double>& column) {
                    return column.data() + bar * lane_count;
                });
                running->update(from, to);
                for (std::size_t output = 0; output < row.values.size(); ++output) {
                    for (std::size_t lane = 0; lane < lane_count; ++lane) {
                        REQUIRE(same_bits(row.values[output][lane], whole.values[output][bar * lane_count + lane]));
                    }
                }
            }
        }
    }
}
