#include "core/expression/words.hpp"

#include <algorithm>
#include <array>

namespace tradesh::expression {
namespace {

using enum ParameterKind;

constexpr std::array two_sides{WordParameter{"a"}, WordParameter{"b"}};
constexpr std::array one_number{WordParameter{"x"}};
constexpr std::array two_numbers{WordParameter{"x"}, WordParameter{"y"}};
constexpr std::array choice{WordParameter{"condition", condition}, WordParameter{"yes", either},
                            WordParameter{"no", either}};
constexpr std::array condition_over_bars{WordParameter{"condition", condition}, WordParameter{"n", count}};
constexpr std::array since{WordParameter{"x", number, "close"}, WordParameter{"n", count, "1"}};
constexpr std::array volume_bars{WordParameter{"n", count, "20"}};

constexpr std::array<Word, 15> all{
    {{"crosses_above", two_sides, "a > b and a[1] <= b[1]", "a rises above b on this bar; also a crosses_above b"},
     {"crosses_below", two_sides, "a < b and a[1] >= b[1]", "a falls below b on this bar; also a crosses_below b"},
     {"change", since, "x - x[n]", "difference to n bars before"},
     {"change_pct", since, "100 * (x / x[n] - 1)", "difference to n bars before, in percent of it"},
     {"gap", {}, "100 * (open / close[1] - 1)", "from the last close to this open, in percent"},
     {"rvol", volume_bars, "volume / sma(volume, n)[1]", "volume relative to its mean over the n bars before"},
     {"count", condition_over_bars, "sum(if(condition, 1, 0), n)", "on how many of the last n bars it holds"},
     {"any", condition_over_bars, "count(condition, n) > 0", "it holds on one of the last n bars"},
     {"all", condition_over_bars, "count(condition, n) == n", "it holds on each of the last n bars"},
     {"abs", one_number, "x, or -x where x < 0", "size without sign", Function::absolute},
     {"sqrt", one_number, "the square root of x", "unknown where x < 0", Function::square_root},
     {"log", one_number, "the natural logarithm of x", "unknown where x <= 0", Function::logarithm},
     {"min", two_numbers, "x where x < y, else y", "the smaller one, bar by bar; over n bars: lowest", Function::least},
     {"max", two_numbers, "x where x > y, else y", "the greater one, bar by bar; over n bars: highest",
      Function::greatest},
     {"if", choice, "yes where condition holds, no where it does not", "unknown where the condition is unknown",
      Function::choose}}};

} // namespace

std::span<const Word> words() { return all; }

const Word* find_word(std::string_view name) {
    const auto found = std::ranges::find(all, name, &Word::name);
    return found == all.end() ? nullptr : &*found;
}

std::string signature(const Word& word) {
    std::string text(word.name);
    std::string_view separator = "(";
    for (const WordParameter& parameter : word.parameters) {
        text.append(separator).append(parameter.name);
        if (!parameter.usual.empty()) {
            text.append(" = ").append(parameter.usual);
        }
        separator = ", ";
    }
    return word.parameters.empty() ? text : text + ")";
}

} // namespace tradesh::expression
