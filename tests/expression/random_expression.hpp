#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::expression {

/// Draws expressions; the seed that `describe` gives replays them.
class RandomExpression {
public:
    explicit RandomExpression(std::uint32_t seed = std::random_device{}()) : seed_(seed) {}

    std::string describe() const { return "seed " + std::to_string(seed_); }
    std::mt19937& random() { return random_; }

    std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }

    template <std::size_t size>
    std::string one_of(const std::array<std::string_view, size>& choices) {
        return std::string(choices[below(size)]);
    }

    /// Well-formed text with parentheses and spaces where they are not needed.
    std::string number(int depth) {
        switch (depth <= 0 ? 0 : below(13)) {
        case 1: return number(depth - 1) + one_of(operators) + number(depth - 1);
        case 2: return "(" + number(depth - 1) + ")";
        case 3: return "-" + number(depth - 1);
        case 4: return "(close - " + number(depth - 1) + ")[" + std::to_string(below(4)) + "]";
        case 5: return one_of(functions) + "( close*" + number(depth - 1) + " ," + std::to_string(2 + below(4)) + ")";
        case 6: return "(" + number(depth - 1) + ")@" + one_of(timeframes);
        case 7: return one_of(fields) + "@ " + one_of(timeframes) + "[ " + std::to_string(below(3)) + "]";
        case 8: return word(depth);
        case 9: return one_of(fields) + "('" + one_of(symbols) + "')";
        case 10: return let(depth, &RandomExpression::number);
        case 11: return "macd." + one_of(outputs) + "(2, 4, 3)";
        default: return leaf();
        }
    }
    std::string condition(int depth) {
        switch (depth <= 0 ? 0 : below(9)) {
        case 1: return condition(depth - 1) + " and " + condition(depth - 1);
        case 2: return condition(depth - 1) + " or " + condition(depth - 1);
        case 3: return "(" + condition(depth - 1) + ")";
        case 4: return "not " + condition(depth - 1);
        case 5: return one_of(overs) + "(" + condition(depth - 1) + "," + std::to_string(1 + below(4)) + ")";
        case 6: return "(" + condition(depth - 1) + ")@" + one_of(timeframes);
        case 7: return let(depth, &RandomExpression::condition);
        default: return number(depth) + one_of(comparisons) + number(depth);
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
        std::string text;
        for (std::size_t i = below(most + 1); i > 0; --i) {
            text.append(one_of(words)).append(below(4) == 0 ? "" : " ");
        }
        return text;
    }

private:
    std::string leaf() {
        if (!bound_.empty() && below(3) == 0) {
            return bound_[below(bound_.size())];
        }
        return one_of(leaves);
    }
    std::string word(int depth) {
        switch (below(5)) {
        case 0: return one_of(of_one) + "(" + number(depth - 1) + ")";
        case 1: return one_of(of_two) + "(" + number(depth - 1) + "," + number(depth - 1) + ")";
        case 2: return "if(" + condition(depth - 1) + ", " + number(depth - 1) + ", " + number(depth - 1) + ")";
        case 3: return "change(close - " + number(depth - 1) + ", " + std::to_string(1 + below(3)) + ")";
        default: return one_of(plain_words);
        }
    }
    /// A name is a number wherever it stands.
    std::string let(int depth, std::string (RandomExpression::*body)(int)) {
        const std::string name = "v" + std::to_string(++names_);
        const std::string value = number(depth - 1);
        bound_.push_back(name);
        std::string text = "(let " + name + "=" + value;
        if (below(2) == 0) {
            const std::string second = "v" + std::to_string(++names_);
            text.append(", ").append(second).append(" = ").append(number(depth - 1));
            bound_.push_back(second);
            text.append(" in ").append((this->*body)(depth - 1));
            bound_.pop_back();
        } else {
            text.append(" in ").append((this->*body)(depth - 1));
        }
        bound_.pop_back();
        return text + ")";
    }

    static constexpr std::array<std::string_view, 8> leaves{"1",     "0.25", "1_000",  "2e-3",
                                                            "close", "Open", "volume", "HIGH"};
    static constexpr std::array<std::string_view, 5> fields{"open", "high", "low", "close", "volume"};
    static constexpr std::array<std::string_view, 2> symbols{"SPY", "brk.b"};
    static constexpr std::array<std::string_view, 4> timeframes{"1h", "4h", "1d", "1w"};
    static constexpr std::array<std::string_view, 4> operators{"+", " - ", "*", " / "};
    static constexpr std::array<std::string_view, 6> functions{"sma", "ema", "rsi", "highest", "lowest", "sum"};
    static constexpr std::array<std::string_view, 3> outputs{"line", "signal", "histogram"};
    static constexpr std::array<std::string_view, 3> of_one{"abs", "Sqrt", "log"};
    static constexpr std::array<std::string_view, 2> of_two{"min", "max"};
    static constexpr std::array<std::string_view, 4> plain_words{"gap", "rvol(3)", "change_pct(2)", "change( )"};
    static constexpr std::array<std::string_view, 2> overs{"any", "all"};
    static constexpr std::array<std::string_view, 8> comparisons{
        "<", "<= ", ">", ">=", "==", " !=", " crosses_above ", " Crosses_Below "};
    static constexpr std::array<std::string_view, 52> words{
        "close",    "open", "sma",   "rsi", "ema",    "highest", "(",
        ")",        ",",    "[",     "]",   "+",      "-",       "*",
        "/",        "<",    "<=",    "==",  "and",    "or",      "not",
        "1",        "20",   "0",     "14",  "2.5",    "lowest",  "1e300",
        "high",     "!",    "@",     "@1h", "@1M",    "@1w",     "let",
        "in",       "=",    "x",     "y",   "'SPY'",  "\"",      "as",
        "if",       "any",  "count", "gap", "change", "abs",     "crosses_above",
        "let x = ", "in x", "@5m"};

    std::uint32_t seed_;
    std::mt19937 random_{seed_};
    std::size_t names_ = 0;
    std::vector<std::string> bound_; ///< names that may be used
};

} // namespace tradesh::expression
