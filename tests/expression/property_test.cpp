#include "core/expression/evaluation.hpp"
#include "core/expression/parser.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace tradesh;
using namespace tradesh::expression;

namespace {

/// Draws expressions; the seed that `describe` gives replays them.
class Generator {
public:
    std::string describe() const { return "seed " + std::to_string(seed_); }

    std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }

    template <std::size_t size>
    std::string_view one_of(const std::array<std::string_view, size>& words) {
        return words[below(size)];
    }

    /// Well-formed text with parentheses and spaces where they are not needed.
    std::string number(int depth) {
        constexpr std::array<std::string_view, 8> leaves{"1",     "0.25", "1_000",  "2e-3",
                                                         "close", "Open", "volume", "HIGH"};
        constexpr std::array<std::string_view, 4> operators{"+", " - ", "*", " / "};
        constexpr std::array<std::string_view, 5> functions{"sma", "ema", "rsi", "highest", "lowest"};
        switch (depth <= 0 ? 0 : below(7)) {
        case 1: return number(depth - 1) + std::string(one_of(operators)) + number(depth - 1);
        case 2: return "(" + number(depth - 1) + ")";
        case 3: return "-" + number(depth - 1);
        case 4: return "(close - " + number(depth - 1) + ")[" + std::to_string(below(4)) + "]";
        case 5:
            return std::string(one_of(functions)) + "( close*" + number(depth - 1) + " ," +
                   std::to_string(2 + below(4)) + ")";
        default: return std::string(one_of(leaves));
        }
    }
    std::string condition(int depth) {
        constexpr std::array<std::string_view, 6> comparisons{"<", "<= ", ">", ">=", "==", " !="};
        switch (depth <= 0 ? 0 : below(5)) {
        case 1: return condition(depth - 1) + " and " + condition(depth - 1);
        case 2: return condition(depth - 1) + " or " + condition(depth - 1);
        case 3: return "(" + condition(depth - 1) + ")";
        case 4: return "not " + condition(depth - 1);
        default: return number(depth) + std::string(one_of(comparisons)) + number(depth);
        }
    }
    std::string bytes(std::size_t longest) {
        std::string text(below(longest + 1), ' ');
        for (char& c : text) {
            c = static_cast<char>(below(256));
        }
        return text;
    }
    std::string tokens(std::size_t most) {
        constexpr std::array<std::string_view, 30> words{
            "close", "open", "sma", "rsi", "ema", "highest", "(",      ")",     ",",    "[",
            "]",     "+",    "-",   "*",   "/",   "<",       "<=",     "==",    "and",  "or",
            "not",   "1",    "20",  "0",   "14",  "2.5",     "lowest", "1e300", "high", "!"};
        std::string text;
        for (std::size_t i = below(most + 1); i > 0; --i) {
            text.append(one_of(words)).append(" ");
        }
        return text;
    }

private:
    std::uint32_t seed_ = std::random_device{}();
    std::mt19937 random_{seed_};
};

/// Whatever compiles can be run, and whatever does not says where.
void check_total(const std::string& text) {
    const Result<Program> program = compile(text);
    if (!program) {
        REQUIRE_FALSE(program.error().message.empty());
        REQUIRE(program.error().where.has_value());
        REQUIRE(program.error().where->column >= 1);
        return;
    }
    const std::vector<double> prices{3, 1, 0, 4, 1, 5, 9, 2, 6, 5, 0, 3, 5, 8, 9, 7, 9, 3, 2, 3};
    const BarColumns bars{.bars = prices.size(), .values = {prices, prices, prices, prices, prices}};
    for (const double value : evaluate_series(*program, bars)) {
        REQUIRE((std::isnan(value) || std::isfinite(value)));
        REQUIRE((program->type() == Type::number || std::isnan(value) || value == 0.0 || value == 1.0));
    }
}

} // namespace

TEST_CASE("printing is canonical") {
    const auto printed = [](std::string_view text) { return print(parse(text).value()); };
    CHECK(printed("CLOSE>SMA( 20 )AND NOT RSI(14)<30") == "close > sma(20) and not rsi(14) < 30");
    CHECK(printed("((1))+(2*3)") == "1 + 2 * 3");
    CHECK(printed("(1+2)*3") == "(1 + 2) * 3");
    CHECK(printed("1-(2-3)-4") == "1 - (2 - 3) - 4");
    CHECK(printed("-(1)*--2") == "-1 * --2");
    CHECK(printed("-(1*2)") == "-(1 * 2)");
    CHECK(printed("(-close)[1]") == "(-close)[1]");
    CHECK(printed("-close[1]") == "-close[1]");
    CHECK(printed("not (a and b) or (c or d)") == "not (a and b) or (c or d)");
    CHECK(printed("(1<2)==(3<4)") == "(1 < 2) == (3 < 4)");
    CHECK(printed("1_000.50 + 1e21") == "1000.5 + 1e+21");
    CHECK(printed("f()") == "f()");
}

TEST_CASE("parsing what was printed gives the same tree") {
    Generator generator;
    INFO(generator.describe());
    for (int i = 0; i < 3'000; ++i) {
        const std::string text = generator.condition(5);
        if (text.size() > text_bytes_max) {
            continue;
        }
        INFO(text);
        const Result<SyntaxTree> tree = parse(text);
        REQUIRE(tree.has_value());
        const std::string canonical = print(*tree);
        INFO(canonical);
        const Result<SyntaxTree> again = parse(canonical);
        REQUIRE(again.has_value());
        REQUIRE(*again == *tree);
        REQUIRE(print(*again) == canonical);
        check_total(text);
    }
}

TEST_CASE("random bytes and random tokens never harm") {
    Generator generator;
    INFO(generator.describe());
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = i % 4 == 0 ? generator.bytes(64) : generator.tokens(16);
        INFO(text);
        check_total(text);
    }
}
