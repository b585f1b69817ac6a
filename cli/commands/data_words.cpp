#include "cli/commands/data_words.hpp"

#include "cli/commands/saved_name.hpp"
#include "cli/parse/values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <iterator>
#include <utility>

namespace tradesh::cli {
namespace {

constexpr std::array sources{BarSource::import, BarSource::paper,   BarSource::tws,
                             BarSource::alpaca, BarSource::stellar, BarSource::ib_host};

Error usage(std::string_view code, std::string message) { return Error(ErrorKind::usage, code, std::move(message)); }

/// The place of a part of a word that is written as it is, but for quotes around all of it.
SourceSpan place_of(const Word& word, std::size_t begin, std::size_t length) {
    const std::size_t before = count_code_points(word.text.substr(0, begin));
    const std::size_t quotes = word.length - std::min<std::size_t>(word.length, count_code_points(word.text));
    const std::size_t count = count_code_points(word.text.substr(begin, length));
    return quotes == 0 || quotes == 2 ? word.where(before + quotes / 2, std::max<std::size_t>(1, count)) : word.where();
}

/// Whether a symbol may be the name of a watchlist, "@tech".
enum class Lists : std::uint8_t { refused, allowed };

/// Adds the symbols of one word, which may be a list with commas.
Result<void> add_symbols(std::vector<NamedSymbol>& symbols, const Word& word, Lists lists) {
    std::size_t begin = 0;
    while (begin <= word.text.size()) {
        const std::size_t comma = std::min(word.text.find(',', begin), word.text.size());
        const SourceSpan where = place_of(word, begin, comma - begin);
        const std::string text = word.text.substr(begin, comma - begin);
        const bool is_list =
            lists == Lists::allowed && text.starts_with('@') && is_saved_name(std::string_view(text).substr(1));
        Result<std::string> symbol = is_list ? Result<std::string>(text) : parse_symbol(text);
        if (!symbol) {
            return fail(std::move(symbol.error()).at(where));
        }
        if (std::ranges::find(symbols, *symbol, &NamedSymbol::symbol) == symbols.end()) {
            symbols.push_back({std::move(*symbol), where});
        }
        begin = comma + 1;
    }
    return {};
}

/// "7m", "1H", "1min": meant as a timeframe, whether or not it is one.
bool looks_like_timeframe(std::string_view text) {
    constexpr std::size_t part_max = 3;
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view unit = text.substr(digits);
    const bool letters = std::ranges::all_of(unit, [](unsigned char c) { return std::isalpha(c) != 0; });
    return digits > 0 && digits <= part_max && !unit.empty() && unit.size() <= part_max && letters;
}

Error timeframe_twice(const Word& word) {
    return usage("timeframe.twice", "the timeframe is given twice").at(word.where()).advise("leave one out");
}

/// The timeframe of an option or of a word; both at once are an error.
Result<std::optional<Timeframe>> timeframe_of(const Word* word, const Word* option) {
    if (word != nullptr && option != nullptr) {
        return fail(timeframe_twice(*option));
    }
    const Word* given = word != nullptr ? word : option;
    if (given == nullptr) {
        return std::nullopt;
    }
    const Result<Timeframe> timeframe = parse_timeframe(given->text);
    if (!timeframe) {
        Error error = timeframe.error();
        return fail(std::move(error).at(given->where()));
    }
    return *timeframe;
}

/// A name that is known, in any letter case.
Result<std::string> parse_exchange(const Word& word) {
    std::string names;
    for (const std::string_view name : exchange_names()) {
        const bool same = std::ranges::equal(
            word.text, name, [](unsigned char typed, unsigned char letter) { return std::toupper(typed) == letter; });
        if (same) {
            return std::string(name);
        }
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return fail(usage("exchange.unknown", "there is no exchange '" + word.text + "'")
                    .at(word.where())
                    .advise("known: " + names));
}

} // namespace

std::vector<std::string> SymbolList::names() const {
    std::vector<std::string> all;
    std::ranges::transform(symbols, std::back_inserter(all), &NamedSymbol::symbol);
    return all;
}

Result<std::string> symbol_of(const Word& word) {
    Result<std::string> symbol = parse_symbol(word.text);
    return symbol ? symbol : fail(std::move(symbol.error()).at(word.where()));
}

Result<std::vector<NamedSymbol>> read_symbols(const Arguments& arguments) {
    std::vector<NamedSymbol> symbols;
    for (const Word& word : arguments.all("symbol")) {
        if (Result<void> added = add_symbols(symbols, word, Lists::refused); !added) {
            return fail(std::move(added.error()));
        }
    }
    return symbols;
}

Result<SymbolList> read_symbol_list(const Arguments& arguments) {
    SymbolList list;
    const std::span<const Word> words = arguments.all("symbol");
    const Word* timeframe_word = nullptr;
    for (const Word& word : words) {
        if (words.size() == 1 || !looks_like_timeframe(word.text)) {
            if (Result<void> added = add_symbols(list.symbols, word, Lists::allowed); !added) {
                return fail(std::move(added.error()));
            }
        } else if (timeframe_word != nullptr) {
            return fail(timeframe_twice(word));
        } else {
            timeframe_word = &word;
        }
    }
    const Result<std::optional<Timeframe>> timeframe = timeframe_of(timeframe_word, arguments.find("timeframe"));
    if (!timeframe) {
        return fail(timeframe.error());
    }
    list.timeframe = *timeframe;
    return list;
}

Result<engine::BarsWanted> read_one_series(const Arguments& arguments, Instant now) {
    engine::BarsWanted wanted;
    Result<std::string> symbol = symbol_of(arguments.required("symbol"));
    if (!symbol) {
        return fail(std::move(symbol.error()));
    }
    wanted.symbol = std::move(*symbol);
    const Result<std::optional<Timeframe>> timeframe =
        timeframe_of(arguments.find("bars"), arguments.find("timeframe"));
    if (!timeframe) {
        return fail(timeframe.error());
    }
    wanted.timeframe = *timeframe;
    if (Result<void> read = read_series_options(arguments, now, wanted); !read) {
        return fail(std::move(read.error()));
    }
    return wanted;
}

Result<void> read_series_options(const Arguments& arguments, Instant now, engine::BarsWanted& wanted) {
    for (const auto& [name, target] : {std::pair("from", &wanted.from), std::pair("to", &wanted.to)}) {
        if (const Word* word = arguments.find(name)) {
            Result<Instant> time = parse_time(*word, now);
            if (!time) {
                return fail(std::move(time.error()));
            }
            *target = *time;
        }
    }
    if (now != no_time && wanted.from && wanted.to && *wanted.from >= *wanted.to) {
        return fail(usage("time.range", "the range ends before it begins")
                        .at(arguments.find("to")->where())
                        .advise("--to is the first moment that is no longer meant"));
    }
    if (const Word* word = arguments.find("hours")) {
        const Result<Hours> hours = parse_hours(word->text);
        if (!hours) {
            Error error = hours.error();
            return fail(std::move(error).at(word->where()));
        }
        wanted.hours = *hours;
    }
    if (const Word* word = arguments.find("source")) {
        wanted.source = *std::ranges::find(sources, word->text, [](BarSource source) { return name_of(source); });
    }
    if (const Word* word = arguments.find("exchange")) {
        Result<std::string> exchange = parse_exchange(*word);
        if (!exchange) {
            return fail(std::move(exchange.error()));
        }
        wanted.exchange = std::move(*exchange);
    }
    wanted.basis = arguments.has("adjusted") ? PriceBasis::adjusted : PriceBasis::raw;
    return {};
}

ArgumentSpec symbols_argument() {
    return {.name = "symbol",
            .help = "the instruments, and behind them the timeframe: AAPL,MSFT @tech 1h",
            .kind = ValueKind::universe,
            .repeatable = true};
}

ArgumentSpec symbol_argument() { return {.name = "symbol", .help = "the instrument", .kind = ValueKind::symbol}; }

ArgumentSpec bars_argument() {
    return {.name = "bars", .help = "the timeframe: 1d, 5m", .kind = ValueKind::timeframe, .required = false};
}

OptionSpec timeframe_option() {
    return {.name = "timeframe",
            .value_name = "TF",
            .help = "the same as an option",
            .short_name = 't',
            .kind = ValueKind::timeframe};
}

OptionSpec from_option() {
    return {.name = "from", .value_name = "TIME", .help = "from this time: 2013-01-01, -30d", .kind = ValueKind::time};
}

OptionSpec to_option() {
    return {.name = "to", .value_name = "TIME", .help = "before this time", .kind = ValueKind::time};
}

OptionSpec hours_option() {
    return {.name = "hours",
            .value_name = "HOURS",
            .help = "sessions that count: regular, extended (before and after too) or all (nights too)",
            .choices = {"regular", "extended", "all"}};
}

OptionSpec source_option() {
    OptionSpec option{.name = "source", .value_name = "SOURCE", .help = "only bars that came from there"};
    for (const BarSource source : sources) {
        option.choices.push_back(name_of(source));
    }
    return option;
}

OptionSpec adjusted_option() {
    return {.name = "adjusted", .value_name = "", .help = "prices adjusted for splits and dividends"};
}

OptionSpec exchange_option() {
    return {.name = "exchange",
            .value_name = "NAME",
            .help = "whose calendar holds where nobody said where it trades; for this command"};
}

Cell open_time_cell(Instant open_time, Timeframe timeframe) {
    return is_daily_or_longer(timeframe) ? Cell(to_date_text(open_time)) : Cell(open_time);
}

Cell first_time_cell(Instant begin, Timeframe timeframe) {
    return open_time_cell(std::chrono::ceil<std::chrono::seconds>(begin), timeframe);
}

Cell last_time_cell(Instant end, Timeframe timeframe) {
    return is_daily_or_longer(timeframe) ? open_time_cell(end - Duration(1), timeframe)
                                         : Cell(Instant(std::chrono::floor<std::chrono::seconds>(end)));
}

std::optional<std::string> note_on_source(BarSource source) {
    return source == BarSource::paper ? std::optional<std::string>("simulated: these prices are made up")
                                      : std::nullopt;
}

} // namespace tradesh::cli
