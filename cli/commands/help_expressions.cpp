#include "cli/commands/help_expressions.hpp"

#include "cli/commands/help_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace tradesh::cli {
namespace {

constexpr std::array<std::string_view, 16> syntax{"and", "or", "not", "let", "in", "as", "-",  "*",
                                                  "/",   "+",  "<",   "<=",  ">",  ">=", "==", "!="};

std::string section(std::string_view title, const std::vector<HelpEntry>& entries) {
    return "\n" + std::string(title) + "\n" + entries_text(entries);
}

std::string words_text() {
    std::vector<HelpEntry> entries;
    for (const expression::Word& word : expression::words()) {
        const std::string meaning = word.function ? std::string(word.formula) + "; " : "";
        entries.emplace_back(signature(word), meaning + std::string(word.summary));
    }
    return section("words", entries);
}

} // namespace

std::string help_on_expressions() {
    return "An expression is worked out on every bar of an instrument; a scan looks at the last one.\n"
           "Letter case does not matter, except in timeframes and symbols.\n" +
           section("values", {{"open high low close volume", "the bar"},
                              {"14, 0.5, 1_000, 2e6", "numbers"},
                              {"rsi(14), macd.signal(12, 26, 9)", "indicators: help indicators lists them"},
                              {"sma(volume, 20), ema(rsi(14), 5)", "of another series, which stands first"},
                              {"close[1]", "the value one bar before"},
                              {"rsi(14)@1h, (close > open)@1d", "on bars of another length, complete ones only"},
                              {"close[1]@1d", "of the day before the last complete one: [1] counts days"},
                              {"close@1d[1]", "of the last day complete one bar ago: [1] counts bars of the scan"},
                              {"close(\"SPY\"), rsi(close(\"SPY\"), 14)", "of another instrument"},
                              {"let r = rsi(14) in r < 30 and r > r[1]", "a name for a value"},
                              {"rsi(14) as r", "a name for a column that is shown"}}) +
           section("operators, those that bind most tightly first",
                   {{"x[n]  x@1h", "the value n bars before, on another timeframe"},
                    {"-x", "sign"},
                    {"*  /", "product, quotient"},
                    {"+  -", "sum, difference"},
                    {"<  <=  >  >=  ==  !=", "comparison; == compares exactly"},
                    {"crosses_above  crosses_below", "comparison of this bar and of the one before"},
                    {"not", "the opposite of a condition"},
                    {"and", "both"},
                    {"or", "at least one"}}) +
           words_text() +
           "\nunknown values\n"
           "  What cannot be known is never made up: a value before an indicator has enough bars, a division by zero, "
           "a\n"
           "  bar of another timeframe that is too old. Arithmetic and comparisons with an unknown value are unknown;\n"
           "  `and` and `or` are known where one side settles them. A scan finds what is true, and says what is "
           "unknown.\n" +
           section("examples",
                   {{"rsi(14) < 30 and close > ema(50) and adx(14) > 25", "a dip in a trend"},
                    {"close crosses_above highest(high, 20)[1]", "a break above the last 20 bars"},
                    {"rsi(14)@1h < 30 and close@1d > ema(200)@1d", "two timeframes"},
                    {"change_pct(close, 20) > change_pct(close(\"SPY\"), 20)", "stronger than the market"}}) +
           "\nhelp rsi or help gap tells all about one word\n";
}

std::string help_on_word(const expression::Word& word) {
    return std::string(word.name) + ": " + std::string(word.summary) + "\n\nusage: " + signature(word) +
           "\n\nmeaning\n  " + std::string(word.formula) + "\n\nthe language is told by: help expressions\n";
}

std::string help_on_field(indicators::Column field) {
    const std::string name(name_of(field));
    const bool is_volume = field == indicators::Column::volume;
    return name + ": a field of expressions, " + (is_volume ? "how much was traded in" : "the " + name + " price of") +
           " a bar\n\n" +
           entries_text({{name, "of this bar"},
                         {name + "[1]", "of the bar before"},
                         {name + "@1d", "of the last complete day"},
                         {name + "(\"SPY\")", "of another instrument"}}) +
           "\nthe language is told by: help expressions\n";
}

bool is_syntax(std::string_view topic) {
    return topic.starts_with('@') || topic.starts_with('[') || std::ranges::find(syntax, topic) != syntax.end();
}

} // namespace tradesh::cli
