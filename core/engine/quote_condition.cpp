#include "core/engine/quote_condition.hpp"

#include "core/base/suggestion.hpp"
#include "core/orders/order_form.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

// The language has one kind of number that changes: columns of bars. So a quote is handed to it as a bar of one moment
// whose columns are the quote's fields, and "GOOG.last" is written to it as the column that stands for it.

namespace tradesh::engine {
namespace {

using expression::Extent;
using indicators::Column;

struct QuoteField {
    std::string_view name;
    std::string_view column; ///< never longer than ".<name>" and a letter, so that places in the text stay true
    Column stands_for;
};
constexpr std::array<QuoteField, 4> fields{
    QuoteField{"bid", "low", Column::low}, QuoteField{"ask", "high", Column::high},
    QuoteField{"mid", "open", Column::open}, QuoteField{"last", "close", Column::close}};
constexpr std::array<std::string_view, 5> bar_columns{"open", "high", "low", "close", "volume"};

constexpr std::string_view shape_hint =
    "write GOOG.last > 900 for quotes (bid, ask, mid, last), or GOOG: close > ema(20) "
    "for bars";

bool is_symbol_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }

Error wrong(std::string_view code, std::string message, std::string_view text, Extent where) {
    return Error(ErrorKind::usage, code, std::move(message)).at(expression::locate(text, where)).advise(shape_hint);
}

std::string upper(std::string_view text) {
    std::string all(text);
    std::ranges::transform(all, all.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return all;
}
std::string lower(std::string_view text) {
    std::string all(text);
    std::ranges::transform(all, all.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return all;
}

struct Mention {
    std::string symbol;
    const QuoteField* field = nullptr;
    Extent where;
};

/// "GOOG.last", "EUR.USD.bid", "\"XLM/USDC\".ask" in order. A number such as 1.5 is none.
std::vector<Mention> mentions_in(std::string_view text) {
    std::vector<Mention> found;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        std::string symbol;
        if (text[at] == '"') {
            const std::size_t close = std::min(text.find('"', at + 1), text.size());
            symbol = text.substr(at + 1, close - at - 1);
            at = std::min(close + 1, text.size());
        }
        const std::size_t plain = at;
        while (at < text.size() && is_symbol_character(text[at])) {
            ++at;
        }
        const std::string_view word = text.substr(plain, at - plain);
        const std::size_t dot = word.rfind('.');
        const std::string name = dot == std::string_view::npos ? "" : lower(word.substr(dot + 1));
        const auto field = std::ranges::find(fields, name, &QuoteField::name);
        symbol += dot == std::string_view::npos ? "" : word.substr(0, dot);
        if (field != fields.end() && !symbol.empty()) {
            found.push_back({upper(symbol), &*field, {begin, at}});
        }
        at = std::max(at, begin + 1);
    }
    return found;
}

/// "GOOG.lst": looks like a value of a quote and is none.
std::optional<Error> unknown_field(std::string_view text) {
    constexpr std::array<std::string_view, 4> names{"bid", "ask", "mid", "last"};
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::size_t begin = at;
        while (at < text.size() && is_symbol_character(text[at])) {
            ++at;
        }
        const std::string_view word = text.substr(begin, at - begin);
        const std::size_t dot = word.rfind('.');
        const bool is_number = word.empty() || std::isdigit(static_cast<unsigned char>(word.front())) != 0;
        if (is_number || dot == std::string_view::npos || dot == 0 ||
            std::ranges::find(names, lower(word.substr(dot + 1))) != names.end()) {
            continue;
        }
        const std::string name(word.substr(dot + 1));
        const std::string meant = did_you_mean(lower(name), names);
        Error error = wrong("when.unknown_field", "'" + name + "' is no value of a quote", text, {begin + dot + 1, at});
        error.hint = (meant.empty() ? "" : meant + " ") + "a quote has bid, ask, mid and last";
        return error;
    }
    return std::nullopt;
}

/// The text with each mention replaced by its column, every other character where it was.
std::string with_columns(std::string_view text, const std::vector<Mention>& mentions) {
    std::string all(text);
    for (const Mention& mention : mentions) {
        const std::size_t length = mention.where.end - mention.where.begin;
        std::string column(mention.field->column);
        column.resize(length, ' ');
        all.replace(mention.where.begin, length, column);
    }
    return all;
}

/// What needs a history cannot be asked of quotes.
std::optional<Error> needs_bars(std::string_view text, const std::string& rewritten,
                                const std::vector<Mention>& mentions, const expression::Program& program) {
    const Result<std::vector<expression::Token>> tokens = expression::tokenize(rewritten);
    for (const expression::Token& token : tokens.value_or(std::vector<expression::Token>())) {
        const bool is_column = token.kind == expression::TokenKind::name &&
                               std::ranges::find(bar_columns, token.text) != bar_columns.end();
        if (is_column && std::ranges::none_of(mentions, [&](const Mention& mention) {
                return mention.where.begin == token.where.begin;
            })) {
            return wrong("when.mixed", "'" + token.text + "' is a value of bars, and the others are of quotes", text,
                         token.where);
        }
    }
    const bool looks_back = std::ranges::any_of(program.plan().steps, [](const expression::Step& step) {
        return std::holds_alternative<expression::IndicatorStep>(step) ||
               std::holds_alternative<expression::OffsetStep>(step);
    });
    if (looks_back || program.streams().size() > 1) {
        return wrong("when.mixed", "indicators and earlier values are of bars, and quotes have none", text,
                     {0, text.size()});
    }
    return std::nullopt;
}

Error as_typed(Error error, std::string_view text) {
    if (error.where) {
        error.where->text = text;
    }
    return error;
}

/// "GOOG: close > ema(20)".
Result<Condition> parse_bars(std::string_view text, std::size_t colon) {
    const std::string_view symbol = text.substr(0, colon);
    const std::string expression = std::string(colon + 1, ' ') + std::string(text.substr(colon + 1));
    Result<expression::Program> program = expression::compile(expression, expression::Wanted::condition);
    if (!program) {
        return fail(as_typed(std::move(program.error()), text));
    }
    return Condition{.symbol = upper(symbol), .bars = std::string(text.substr(text.find_first_not_of(' ', colon + 1)))};
}

} // namespace

Result<Condition> parse_condition(std::string_view text) {
    const std::size_t colon = text.find(": ");
    const std::vector<Mention> mentions = mentions_in(text);
    const bool names_one = colon != std::string_view::npos && colon > 0 &&
                           text.substr(0, colon).find_first_of(" \t<>=()") == std::string_view::npos;
    if (names_one && mentions.empty()) {
        return parse_bars(text, colon);
    }
    if (std::optional<Error> unknown = names_one ? std::nullopt : unknown_field(text)) {
        return fail(std::move(*unknown));
    }
    if (mentions.empty() || names_one) {
        const Extent where = mentions.empty() ? Extent{0, text.size()} : mentions.front().where;
        return fail(mentions.empty() ? wrong("when.no_symbol", "the condition names no symbol", text, where)
                                     : wrong("when.mixed", "a condition is about quotes or about bars", text, where));
    }
    for (const Mention& mention : mentions) {
        if (mention.symbol != mentions.front().symbol) {
            return fail(wrong("when.two_symbols", "a condition is about one symbol", text, mention.where));
        }
    }
    const std::string rewritten = with_columns(text, mentions);
    Result<expression::Program> program = expression::compile(rewritten, expression::Wanted::condition);
    if (!program) {
        return fail(as_typed(std::move(program.error()), text));
    }
    if (std::optional<Error> error = needs_bars(text, rewritten, mentions, *program)) {
        return fail(std::move(*error));
    }
    return Condition{.symbol = mentions.front().symbol, .quotes = std::move(*program)};
}

expression::Truth truth_of(const expression::Program& quotes, const Quote& quote) {
    const std::optional<Decimal> mid =
        quote.bid && quote.ask ? std::optional((*quote.bid + *quote.ask) * Decimal::of(5, 1)) : std::nullopt;
    const std::array<const std::optional<Decimal>*, 4> values{&quote.bid, &quote.ask, &mid, &quote.last};
    std::array<double, indicators::columns.size()> bar{};
    bar.fill(indicators::unknown);
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (*values[i]) {
            bar[indicators::index_of(fields[i].stands_for)] = (*values[i])->to_double();
        }
    }
    expression::BarColumns columns{.bars = 1, .values = {}};
    for (std::size_t i = 0; i < bar.size(); ++i) {
        columns.values[i] = std::span<const double>(&bar[i], 1);
    }
    return expression::truth_of(expression::evaluate_last(quotes, columns).result);
}

bool is_fresh(const Quote& quote, const Clock& clock) {
    const bool is_now = quote.kind == QuoteKind::realtime || quote.kind == QuoteKind::simulated;
    return is_now && age_of(quote, clock) <= orders::quote_age_max;
}

} // namespace tradesh::engine
