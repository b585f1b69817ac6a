#include "cli/commands/listed_symbols.hpp"

#include "core/scan/universe.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {

using runtime::Task;

Task<Result<void>> expand_lists(engine::SavedDesk& saved, std::vector<NamedSymbol>& symbols) {
    const auto is_list = [](const NamedSymbol& named) { return named.symbol.starts_with('@'); };
    if (std::ranges::none_of(symbols, is_list)) {
        co_return Result<void>();
    }
    const Result<std::vector<store::SavedItem>> items = co_await saved.list(store::SavedKind::watchlist);
    if (!items) {
        co_return fail(items.error());
    }
    std::vector<scan::NamedList> lists;
    for (const store::SavedItem& item : *items) {
        lists.push_back({.name = item.name, .text = item.text});
    }
    std::vector<NamedSymbol> expanded;
    for (const NamedSymbol& named : symbols) {
        Result<scan::Universe> entries = scan::expand({.entries = {named.symbol}}, lists);
        if (!entries) {
            co_return fail(std::move(entries.error()).at(named.where));
        }
        for (std::string& symbol : entries->entries) {
            if (std::ranges::find(expanded, symbol, &NamedSymbol::symbol) == expanded.end()) {
                expanded.push_back({std::move(symbol), named.where});
            }
        }
    }
    symbols = std::move(expanded);
    co_return Result<void>();
}

} // namespace tradesh::cli
