#include "core/scan/universe.hpp"

#include "core/market/instrument.hpp"

#include <algorithm>
#include <ranges>
#include <unordered_set>

namespace tradesh::scan {
namespace {

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

/// A symbol or pattern in upper case. A pattern is a symbol once its wildcards are replaced by a letter.
Result<std::string> parse_entry(std::string_view text) {
    std::string plain(text);
    std::ranges::replace_if(plain, [](char c) { return c == '*' || c == '?'; }, 'X');
    Result<std::string> symbol = parse_symbol(plain);
    if (!symbol) {
        return fail(Error(ErrorKind::usage, "universe.entry", "'" + std::string(text) + "' is not a symbol or pattern")
                        .advise("write symbols with commas, such as GOOG,AAPL, or patterns such as 'GOO*'"));
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
