#include "core/expression/evaluation.hpp"
#include "core/expression/program.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace tradesh;
using namespace tradesh::expression;

namespace {

/// The labels of the outputs of one role.
std::vector<std::string> labels_of(const Program& program, OutputRole role) {
    std::vector<std::string> labels;
    for (const Output& output : program.outputs()) {
        if (output.role == role) {
            labels.push_back(output.label);
        }
    }
    return labels;
}

using Labels = std::vector<std::string>;

} // namespace

TEST_CASE("columns and rank are worked out with the condition, equal parts once") {
    QueryCompiler compiler;
    REQUIRE(compiler.condition("rsi(14) < 30 and close > ema(50)").has_value());
    REQUIRE(compiler.columns("RSI(14), atr(14)/close as ATRp, close > ema(50), close(\"SPY\"), min(1, 2)").has_value());
    REQUIRE(compiler.rank("-rsi(14)").has_value());
    const Program program = std::move(compiler).finish().value();

    CHECK(labels_of(program, OutputRole::explains) == Labels{"rsi(14)", "close", "ema(50)"});
    CHECK(labels_of(program, OutputRole::column) ==
          Labels{"rsi(14)", "ATRp", "close > ema(50)", "close(\"SPY\")", "min(1, 2)"});
    CHECK(labels_of(program, OutputRole::rank) == Labels{"-rsi(14)"});
    CHECK(labels_of(program, OutputRole::clause) == Labels{"rsi(14) < 30", "close > ema(50)"});
    CHECK(std::ranges::is_sorted(program.outputs(), {}, &Output::role));
    CHECK(program.text() == "rsi(14) < 30 and close > ema(50)");

    const auto output = [&](std::string_view label, OutputRole role) {
        const auto fits = [&](const Output& o) { return o.label == label && o.role == role; };
        return *std::ranges::find_if(program.outputs(), fits);
    };
    CHECK(output("rsi(14)", OutputRole::column).step == output("rsi(14)", OutputRole::explains).step);
    CHECK(output("close > ema(50)", OutputRole::column).step == output("close > ema(50)", OutputRole::clause).step);
    CHECK(output("close > ema(50)", OutputRole::column).type == Type::boolean);
    CHECK(output("ATRp", OutputRole::column).type == Type::number);
    CHECK(output("ATRp", OutputRole::column).bars_needed == 15);
    CHECK(output("close", OutputRole::explains).bars_needed == 1);
    CHECK(output("close(\"SPY\")", OutputRole::column).bars_needed == 1);
    CHECK(program.bars_needed() == 50);
    CHECK(program.streams().size() == 2);
}

TEST_CASE("columns want their history, and the condition does not wait for it") {
    QueryCompiler compiler;
    REQUIRE(compiler.condition("close > 1").has_value());
    REQUIRE(compiler.columns("sma(50)").has_value());
    const Program program = std::move(compiler).finish().value();
    CHECK(program.bars_needed() == 1);
    CHECK(program.bars_wanted() == 50);
}

TEST_CASE("what counts from the first bar wants every bar, whatever else is asked") {
    for (const indicators::Indicator& indicator : indicators::catalogue()) {
        if (indicator.memory != indicators::Memory::unlimited) {
            continue;
        }
        const std::string call = std::string(indicator.name) + "()";
        for (const std::string_view more : {"open", "sma(2000)", "close[10_000]"}) {
            QueryCompiler compiler;
            REQUIRE(compiler.condition("close > 0").has_value());
            REQUIRE(compiler.columns(call + " as x, sma(" + call + "[3], 5) as y, " + std::string(more)).has_value());
            const Program program = std::move(compiler).finish().value();
            INFO(call << " beside " << more);
            CHECK(program.bars_needed() == 1);
            CHECK(program.bars_wanted() == every_bar);
        }
    }
    CHECK(compile("adosc() > 0").value().bars_wanted() < 1'000);
}

TEST_CASE("an expression is not too large because every bar is wanted") {
    std::string text = "obv() > 0";
    for (int i = 2; i < 200; ++i) {
        text += " and ad()[" + std::to_string(i) + "] > 0";
    }
    CHECK(compile(text).has_value());
    CHECK(compile("sma(close@1m, 10_000) > obv()").error().code == "expression.too_large");
}

TEST_CASE("without a condition every bar matches") {
    QueryCompiler compiler;
    REQUIRE(compiler.columns("close, sma(2)").has_value());
    const Program program = std::move(compiler).finish().value();
    const std::vector<double> prices{1, 2, 4};
    const LastValues last = evaluate_last(program, {.bars = 3, .values = {prices, prices, prices, prices, prices}});
    CHECK(truth_of(last.result) == Truth::yes);
    CHECK(last.outputs == std::vector<double>{4, 3});
    CHECK(program.type() == Type::boolean);
    CHECK(program.bars_needed() == 1);
}

TEST_CASE("the sides of comparisons explain a condition, wherever they stand") {
    struct Row {
        std::string_view text;
        Labels labels;
    };
    const Row row =
        GENERATE(Row{"any(rsi(14) < 30, 5) and close > 1", {"rsi(14)", "close"}},
                 Row{"ema(10) crosses_above ema(30)", {"ema(10)", "ema(30)"}},
                 Row{"crosses_below(close, 5 * 2)", {"close"}}, Row{"all(any(close > open, 2), 3)", {"close", "open"}},
                 Row{"(rsi(14) < 30)@1h and close > 1", {"rsi(14)@1h", "close"}},
                 Row{"(close + open > 1)@1w", {"close + open"}}, // on weeks throughout
                 Row{"(close + open > 1)@1w and low > 1", {"(close + open)@1w", "low"}},
                 Row{"let fast = ema(10), slow = ema(30) in fast crosses_above slow", {"fast", "slow"}},
                 Row{"let up = close > sma(20) in up and up[1] and volume > 5", {"close", "sma(20)", "volume"}},
                 Row{"let up = close > sma(20) in up@1h and low > 1", {"close@1h", "sma(20)@1h", "low"}},
                 Row{"close > 1 or CLOSE > 2 or 3 > 2", {"close"}});
    INFO(row.text);
    CHECK(labels_of(compile(row.text, Wanted::condition).value(), OutputRole::explains) == row.labels);
}

TEST_CASE("clauses are what stands between and, or and not") {
    struct Row {
        std::string_view text;
        Labels labels;
    };
    const Row row =
        GENERATE(Row{"close > 1", {"close > 1"}}, Row{"not close > 1", {"close > 1"}},
                 Row{"close > 1 and (open > 2 or not low>3) and close > 1", {"close > 1", "open > 2", "low > 3"}},
                 Row{"any(close > 1 and open > 2, 5)", {"any(close > 1 and open > 2, 5)"}},
                 Row{"let up = close > 1 in up and crosses_above(open, low)", {"up", "open crosses_above low"}},
                 Row{"(close > 1 and open > 1)[1] and if(low > 1, high > 1, high > 2)",
                     {"(close > 1 and open > 1)[1]", "if(low > 1, high > 1, high > 2)"}},
                 Row{"(close > 1)@1w and low > 1", {"(close > 1)@1w", "low > 1"}});
    INFO(row.text);
    CHECK(labels_of(compile(row.text).value(), OutputRole::clause) == row.labels);
}

TEST_CASE("a number has no clauses") {
    const Program program = compile("close * 2").value();
    CHECK(labels_of(program, OutputRole::clause).empty());
    CHECK(labels_of(program, OutputRole::explains) == Labels{"close * 2"});
}

TEST_CASE("what is wrong with columns and ranks is told at its place") {
    struct Row {
        std::string_view text;
        std::uint32_t column;
        std::uint32_t length;
        std::string_view code;
        std::string_view message;
    };
    const auto check = [](const Row& row, const Result<void>& result) {
        INFO(row.text);
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().code == row.code);
        CHECK(result.error().message == row.message);
        REQUIRE(result.error().where.has_value());
        CHECK(result.error().where->column == row.column);
        CHECK(result.error().where->length == row.length);
        CHECK(result.error().where->text == row.text);
    };
    const Row column =
        GENERATE(Row{"close, rsii(14)", 8, 4, "expression.unknown_name", "unknown function 'rsii'; did you mean rsi?"},
                 Row{"close, open as close", 8, 13, "expression.name_taken", "there are two columns 'close'"},
                 Row{"rsi(14), RSI( 14 )", 10, 9, "expression.name_taken", "there are two columns 'rsi(14)'"},
                 Row{"close,", 7, 1, "expression.syntax", "the expression ends where a value is expected"},
                 Row{"close as", 9, 1, "expression.syntax", "the expression ends where a name is expected"},
                 Row{"close as 5", 10, 1, "expression.syntax", "expected a name, not '5'"},
                 Row{"close open", 7, 4, "expression.syntax", "expected a comma, not 'open'"},
                 Row{"", 1, 1, "expression.syntax", "the expression ends where a value is expected"});
    check(column, QueryCompiler().columns(column.text));
    check(Row{"close > 1", 1, 9, "expression.type", "'close > 1' is a condition, and a number is needed to rank by"},
          QueryCompiler().rank("close > 1"));
    std::string many = "close";
    for (std::size_t i = 1; i <= columns_max; ++i) {
        many += ", close[" + std::to_string(i) + "]";
    }
    CHECK(QueryCompiler().columns(many).error().code == "expression.too_large");
}
