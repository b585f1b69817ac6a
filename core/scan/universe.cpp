#include "core/scan/universe.hpp"

#include "core/base/suggestion.hpp"
#include "core/market/instrument.hpp"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <unordered_set>
#include <utility>

namespace tradesh::scan {
namespace {

bool is_list(std::string_view entry) { return entry.starts_with('@'); }
bool is_pattern(std::string_view entry) { return entry.find_first_of("*?") != std::string_view::npos; }

/// Goes back to the last `*` only, which is enough and keeps the cost at pattern times text.
bool matches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_text = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_text = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
    const std::size_t end = text.find_last_not_of(" \t");
    return text.substr(begin, end == std::string_view::npos ? 0 : end + 1 - begin);
}

std::unexpected<Error> too_large() {
    return fail(Error(ErrorKind::usage, "universe.too_large",
                      "a scan covers at most " + std::to_string(symbols_max) + " symbols")
                    .advise("split it into several scans"));
}

constexpr std::string_view name_characters = "abcdefghijklmnopqrstuvwxyz0123456789-";

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(text, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return lower;
}

/// "@name" in lower case, or a symbol or pattern in upper case. A pattern is a symbol once its wildcards are replaced
/// by a letter.
Result<std::string> parse_entry(std::string_view text) {
    if (is_list(text)) {
        std::string list = lower_case(text);
        if (list.size() > 1 && list.find_first_not_of(name_characters, 1) == std::string::npos) {
            return list;
        }
    }
    std::string plain(text);
    std::ranges::replace_if(plain, [](char c) { return c == '*' || c == '?'; }, 'X');
    Result<std::string> symbol = parse_symbol(plain);
    if (!symbol) {
        return fail(Error(ErrorKind::usage, "universe.entry", "'" + std::string(text) + "' is not a symbol or pattern")
                        .advise("write symbols with commas, such as GOOG,AAPL, patterns such as 'GOO*', or a watchlist "
                                "such as @tech"));
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '*' || text[i] == '?') {
            (*symbol)[i] = text[i];
        }
    }
    return symbol;
}

} // namespace

bool Universe::needs_known_symbols() const { return std::ranges::any_of(entries, is_pattern); }

bool Universe::names_lists() const { return std::ranges::any_of(entries, is_list); }

Result<Universe> parse_universe(std::string_view text) {
    if (trimmed(text).empty()) {
        return fail(Error(ErrorKind::usage, "universe.empty", "the universe is empty")
                        .advise("name symbols with commas, such as GOOG,AAPL, or a pattern such as 'GOO*'"));
    }
    Universe universe;
    for (const auto part : std::views::split(text, ',')) {
        if (universe.entries.size() == symbols_max) {
            return too_large();
        }
        Result<std::string> entry = parse_entry(trimmed(std::string_view(part)));
        if (!entry) {
            return std::unexpected(std::move(entry.error()));
        }
        universe.entries.push_back(std::move(*entry));
    }
    return universe;
}

namespace {

Error unknown_list(std::string_view name, std::span<const NamedList> lists) {
    std::vector<std::string_view> names;
    for (const NamedList& list : lists) {
        names.push_back(list.name);
    }
    const std::string guess = did_you_mean(name, names);
    return Error(ErrorKind::not_found, "universe.no_list", "there is no watchlist '" + std::string(name) + "'")
        .advise(guess.empty() ? "`watchlist list` shows those that there are; `watchlist add " + std::string(name) +
                                    " GOOG,AAPL` makes it"
                              : guess);
}

/// What a list stands for.
Result<Universe> read_list(const NamedList& list) {
    if (trimmed(list.text).empty()) {
        return fail(Error(ErrorKind::usage, "universe.empty", "the watchlist '" + list.name + "' is empty")
                        .advise("put symbols into it: watchlist add " + list.name + " GOOG,AAPL"));
    }
    Result<Universe> entries = parse_universe(list.text);
    if (!entries) {
        return fail(std::move(entries.error()).on("@" + list.name));
    }
    if (entries->names_lists()) {
        return fail(Error(ErrorKind::usage, "universe.nested_list",
                          "the watchlist '" + list.name + "' names another list, which a list cannot")
                        .advise("put the symbols themselves into it"));
    }
    return entries;
}

} // namespace

Result<Universe> expand(const Universe& universe, std::span<const NamedList> lists) {
    Universe expanded;
    for (const std::string& entry : universe.entries) {
        if (!is_list(entry)) {
            expanded.entries.push_back(entry);
            continue;
        }
        const std::string_view name = std::string_view(entry).substr(1);
        const auto list = std::ranges::find(lists, name, &NamedList::name);
        if (list == lists.end()) {
            return fail(unknown_list(name, lists));
        }
        Result<Universe> entries = read_list(*list);
        if (!entries) {
            return entries;
        }
        std::ranges::move(entries->entries, std::back_inserter(expanded.entries));
    }
    if (expanded.entries.size() > symbols_max) {
        return too_large();
    }
    return expanded;
}

Result<std::vector<std::string>> resolve(const Universe& universe, std::span<const std::string> known) {
    std::vector<std::string> symbols;
    std::unordered_set<std::string_view> seen;
    const auto take = [&](const std::string& symbol) {
        if (seen.insert(symbol).second) {
            symbols.push_back(symbol);
        }
    };
    for (const std::string& entry : universe.entries) {
        if (!is_pattern(entry)) {
            take(entry);
            continue;
        }
        bool matched = false;
        for (const std::string& symbol : known) {
            if (matches(entry, symbol)) {
                take(symbol);
                matched = true;
            }
        }
        if (!matched) {
            return fail(Error(ErrorKind::not_found, "universe.no_match", "no symbol with bars matches '" + entry + "'")
                            .advise("`data list` shows the symbols that have bars"));
        }
    }
    if (symbols.size() > symbols_max) {
        return too_large();
    }
    return symbols;
}

} // namespace tradesh::scan
