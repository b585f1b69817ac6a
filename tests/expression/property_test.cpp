#include "core/expression/evaluation.hpp"
#include "core/expression/parser.hpp"
#include "tests/expression/random_expression.hpp"
#include "tests/expression/random_streams.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <string>
#include <vector>

using namespace tradesh;
using namespace tradesh::expression;

namespace {

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
    std::vector<Instant> complete_at;
    for (std::size_t i = 0; i < prices.size(); ++i) {
        complete_at.push_back(first_moment + i * std::chrono::hours(5));
    }
    const StreamBars bars{.columns = {.bars = prices.size(), .values = {prices, prices, prices, prices, prices}},
                          .complete_at = complete_at};
    REQUIRE(program->streams().size() <= streams_max);
    REQUIRE(program->plan().steps.size() <= steps_max + explained_max);
    const std::vector<StreamBars> streams(program->streams().size(), bars);
    for (const double value : evaluate_series(*program, streams)) {
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
    CHECK(printed("RSI(14) @1h[1]<close( 'spy' )@1M") == "rsi(14)@1h[1] < close(\"SPY\")@1M");
    CHECK(printed("-close@1d") == "-close@1d");
    CHECK(printed("(-close)@1d") == "(-close)@1d");
    CHECK(printed("Crosses_Above(a, b+1) and x") == "a crosses_above b + 1 and x");
    CHECK(printed("a crosses_below (b < c)") == "a crosses_below (b < c)");
    CHECK(printed("crosses_above(a, b)[1]") == "(a crosses_above b)[1]");
    CHECK(printed("crosses_above(a)") == "crosses_above(a)");
    CHECK(printed("LET f=ema(10),s = (let t = 1 in t) IN f>s") == "let f = ema(10), s = let t = 1 in t in f > s");
    CHECK(printed("1 + (let a = 1 in a) * 2") == "1 + (let a = 1 in a) * 2");
    CHECK(printed("f(let a = 1, b = 2 in a, 3)") == "f(let a = 1, b = 2 in a, 3)");
}

TEST_CASE("parsing what was printed gives the same tree") {
    RandomExpression generator;
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
    RandomExpression generator;
    INFO(generator.describe());
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = i % 4 == 0 ? generator.bytes(64) : generator.tokens(16);
        INFO(text);
        check_total(text);
    }
}
