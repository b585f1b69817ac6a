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

/// What the user asked to scan, in the order written: symbols and patterns in upper case, lists as
/// "@name" in lower case.
struct Universe {
    std::vector<std::string> entries;
    bool operator==(const Universe&) const = default;

    /// True when an entry holds a wildcard, so that the known symbols are needed to resolve it.
    bool needs_known_symbols() const;
    /// True when an entry names a list, so that `expand` is needed first.
    bool names_lists() const;
};

/// Reads "GOOG,AAPL", "GOO*,B?" or "@tech,KO": a comma list in which `*` stands for any characters, `?` for one, and
/// `@` begins the name of a list.
/// Errors (usage): "universe.empty", "universe.entry", "universe.too_large".
Result<Universe> parse_universe(std::string_view text);

/// A list that people keep under a name.
struct NamedList {
    std::string name;
    std::string text; ///< a comma list of symbols and patterns
};

/// The universe with the entries of each list in place of its name. Errors: not_found, "universe.no_list" for an
/// unknown one; usage, "universe.nested_list" for one in a list, "universe.too_large", those of `parse_universe` for a
/// list's text.
Result<Universe> expand(const Universe& universe, std::span<const NamedList> lists);

/// The symbols to scan, each once: as listed, a pattern's matches in the order of `known`. A plain symbol stays even
/// when it is not known, so that its absence is reported for it alone. Lists must have been expanded. Errors:
/// not_found, "universe.no_match" for a pattern that matches nothing; usage, "universe.too_large".
Result<std::vector<std::string>> resolve(const Universe& universe, std::span<const std::string> known);

} // namespace tradesh::scan
