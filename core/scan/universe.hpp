#pragma once

#include "core/base/error.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::scan {

/// Most symbols in one scan, and most entries in one list.
inline constexpr std::size_t symbols_max = 50'000;

/// What the user asked to scan: symbols and patterns, upper case, in the order written.
struct Universe {
    std::vector<std::string> entries;
    bool operator==(const Universe&) const = default;

    /// True when an entry holds a wildcard, so that the known symbols are needed to resolve it.
    bool needs_known_symbols() const;
};

/// Reads "GOOG,AAPL" or "GOO*,B?": a comma list in which `*` stands for any characters and `?` for one.
/// Errors (usage): "universe.empty", "universe.entry", "universe.too_large".
Result<Universe> parse_universe(std::string_view text);

/// The symbols to scan, each once: as listed, a pattern's matches in the order of `known`. A plain symbol stays even
/// when it is not known, so that its absence is reported for it alone. Errors: not_found, "universe.no_match" for a
/// pattern that matches nothing; usage, "universe.too_large".
Result<std::vector<std::string>> resolve(const Universe& universe, std::span<const std::string> known);

} // namespace tradesh::scan
