#include "core/expression/block_evaluation.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace tradesh;
using namespace tradesh::expression;
using indicators::InstructionSet;
using indicators::lane_count;

namespace {

std::vector<InstructionSet> sets_of_this_machine() {
    std::vector<InstructionSet> sets{InstructionSet::baseline};
    for (const InstructionSet set : {InstructionSet::avx2, InstructionSet::avx512}) {
        if (set <= indicators::best_instruction_set()) {
            sets.push_back(set);
        }
    }
    return sets;
}

/// Eight series side by side, each as long as it is told, with a bar now and then that is not known.
struct Market {
    std::array<std::vector<double>, 5> columns;
    BarBlock block;

    Market(std::size_t rows, const std::array<std::size_t, lane_count>& bars, std::mt19937& random) {
        const auto draw = [&](double least, double most) {
            return std::uniform_real_distribution(least, most)(random);
        };
        for (std::vector<double>& column : columns) {
            column.assign(rows * lane_count, indicators::unknown);
        }
        for (std::size_t lane = 0; lane < lane_count; ++lane) {
            double price = draw(1, 100);
            for (std::size_t row = rows - bars[lane]; row < rows; ++row) {
                const double open = price;
                price = std::max(0.5, std::round(price * draw(0.95, 1.05) * 100) / 100);
                const double high = std::max(open, price) + (row % 5 == 0 ? 0 : draw(0, 1));
                const double low = std::min(open, price) * (row % 7 == 0 ? 1 : draw(0.98, 1));
                const bool hole = lane % 2 == 1 && draw(0, 1) < 0.01;
                set(row, lane, {open, high, low, price, std::floor(draw(0, 5)) * 100}, hole);
            }
        }
        block = {.rows = rows, .lanes = lane_count, .columns = {}, .bars = bars, .last_open_time = {}};
        std::ranges::transform(columns, block.columns.begin(), [](const auto& column) { return column.data(); });
    }

    /// What `evaluate_last` gives for one lane on its own.
    LastValues alone(const Program& program, std::size_t lane) const {
        const std::size_t bars = std::min(block.bars[lane], program.bars_wanted());
        std::array<std::vector<double>, 5> own;
        BarColumns series{.bars = bars, .values = {}};
        for (std::size_t column = 0; column < own.size(); ++column) {
            for (std::size_t row = block.rows - bars; row < block.rows; ++row) {
                own[column].push_back(columns[column][row * lane_count + lane]);
            }
            series.values[column] = own[column];
        }
        return evaluate_last(program, series);
    }

private:
    void set(std::size_t row, std::size_t lane, std::array<double, 5> bar, bool hole) {
        for (std::size_t column = 0; column < bar.size(); ++column) {
            columns[column][row * lane_count + lane] = hole ? indicators::unknown : bar[column];
        }
    }
};

/// The very bits; which NaN stands for an unknown value does not matter.
bool same_bits(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

void require_same(const Program& program, const Market& market) {
    for (const InstructionSet set : sets_of_this_machine()) {
        const BlockValues together = evaluate_block(program, market.block, set);
        for (std::size_t lane = 0; lane < lane_count; ++lane) {
            INFO(program.text() << ", " << name_of(set) << ", lane " << lane << " of " << market.block.bars[lane]
                                << " bars of " << market.block.rows << ", wanted " << program.bars_wanted());
            const LastValues alone = market.alone(program, lane);
            INFO(together.of_lane[lane].result << " instead of " << alone.result);
            REQUIRE(same_bits(together.of_lane[lane].result, alone.result));
            REQUIRE(together.of_lane[lane].outputs.size() == alone.outputs.size());
            for (std::size_t i = 0; i < alone.outputs.size(); ++i) {
                INFO(program.outputs()[i].label << ": " << together.of_lane[lane].outputs[i] << " instead of "
                                                << alone.outputs[i]);
                REQUIRE(same_bits(together.of_lane[lane].outputs[i], alone.outputs[i]));
            }
        }
    }
}

/// Draws expressions.
class Generator {
public:
    explicit Generator(std::mt19937& random) : random_(random) {}

    std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }

    std::string number(int depth) {
        constexpr std::array leaves{"close", "open", "high", "low", "volume", "3", "0.5"};
        constexpr std::array operators{" + ", " - ", " * ", " / "};
        if (depth <= 0) {
            return leaves[below(leaves.size())];
        }
        switch (below(8)) {
        case 0: return "(" + number(depth - 1) + operators[below(4)] + number(depth - 1) + ")";
        case 1: return "-" + number(depth - 1);
        case 2: return "(" + number(depth - 1) + ")[" + std::to_string(below(12)) + "]";
        case 3: return function(depth);
        case 4: return "if(" + condition(depth - 1) + ", " + number(depth - 1) + ", " + number(depth - 1) + ")";
        case 5: return leaves[below(leaves.size())];
        default: return indicator(depth);
        }
    }
    std::string condition(int depth) {
        constexpr std::array comparisons{" < ", " <= ", " > ", " >= ", " == ", " != "};
        switch (depth <= 0 ? 0 : below(5)) {
        case 1: return condition(depth - 1) + " and " + condition(depth - 1);
        case 2: return "(" + condition(depth - 1) + " or " + condition(depth - 1) + ")";
        case 3: return "not " + condition(depth - 1);
        case 4: return "(" + condition(depth - 1) + ")[" + std::to_string(below(4)) + "]";
        default: return number(depth) + comparisons[below(comparisons.size())] + number(depth);
        }
    }

private:
    std::string function(int depth) {
        constexpr std::array of_one{"abs(", "sqrt(", "log("};
        constexpr std::array of_two{"min(", "max("};
        return below(2) == 0 ? of_one[below(3)] + number(depth - 1) + ")"
                             : of_two[below(2)] + number(depth - 1) + ", " + number(depth - 1) + ")";
    }
    std::string indicator(int depth) {
        constexpr std::array of_series{"sma",          "ema:first",    "rsi", "highest",        "stddev",
                                       "bbands.upper", "bbands.lower", "ema", "macd.signal",    "roc",
                                       "linearreg",    "stochrsi.k",   "wma", "linearreg_slope"};
        constexpr std::array of_bars{"atr(5)",
                                     "adx(3)",
                                     "stoch.d(5, 2, 3)",
                                     "stoch.k(5, 2, 3)",
                                     "supertrend(5, 2)",
                                     "obv()",
                                     "mfi(4)",
                                     "sar()",
                                     "donchian.lower(7)",
                                     "cci(6)",
                                     "ad()",
                                     "willr(9)"};
        if (below(3) == 0) {
            return of_bars[below(of_bars.size())];
        }
        return std::string(of_series[below(of_series.size())]) + "(" + number(depth - 1) + " + close * 0, " +
               std::to_string(2 + below(9)) + ")";
    }

    std::mt19937& random_;
};

} // namespace

TEST_CASE("a lane of a block holds the bits that its bars give on their own") {
    const std::uint32_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    Generator generator(random);
    std::vector<Market> markets;
    for (const std::size_t rows : {std::size_t{1}, std::size_t{2}, std::size_t{25}, std::size_t{420}}) {
        std::array<std::size_t, lane_count> bars{};
        std::ranges::generate(bars, [&] { return generator.below(rows + 1); });
        bars[0] = rows;
        markets.emplace_back(rows, bars, random);
    }
    std::size_t compiled = 0;
    for (int i = 0; i < 400; ++i) {
        const std::string text = i % 3 == 0 ? generator.number(4) : generator.condition(3);
        const Result<Program> program = compile(text);
        if (!program) {
            continue;
        }
        ++compiled;
        REQUIRE(reads_one_stream(*program));
        for (const Market& market : markets) {
            require_same(*program, market);
        }
    }
    REQUIRE(compiled > 50);
}

TEST_CASE("every indicator of a block, now and some bars ago") {
    std::mt19937 random(11);
    const Market market(300, {300, 0, 1, 299, 150, 40, 20, 7}, random);
    for (const indicators::Indicator& indicator : indicators::catalogue()) {
        std::string series;
        for (const indicators::Input& input : indicator.inputs) {
            series.append(series.empty() ? "" : ", ").append(input.name == "y" ? "open" : "close");
        }
        const bool chosen = std::ranges::any_of(indicator.inputs, [](const auto& input) { return !input.usual; });
        for (const std::string_view output : indicator.outputs) {
            std::string text(indicator.name);
            if (indicator.outputs.size() > 1) {
                text.append(".").append(output);
            }
            text.append("(").append(chosen ? series : "").append(")");
            require_same(compile(text + " + " + text + "[3]").value(), market);
        }
    }
}

TEST_CASE("nothing is known of lanes without bars, nor before a lane's first one") {
    std::mt19937 random(12);
    const Market market(50, {50, 0, 1, 2, 3, 10, 49, 0}, random);
    for (const char* text : {"1 < 2", "(1 < 2)[1]", "(1 < 2 or close > 1e9)[2]", "3 + 4", "close[49]", "close[60]",
                             "sma((1 < 2 or close > 1) == (2 > 1), 3)"}) {
        if (const Result<Program> program = compile(text)) {
            require_same(*program, market);
        }
    }
    const BlockValues values = evaluate_block(compile("1 < 2").value(), market.block, InstructionSet::baseline);
    CHECK(values.of_lane[0].result == 1.0);
    CHECK(std::isnan(values.of_lane[1].result));
}
