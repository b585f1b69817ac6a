#pragma once

#include "cli/commands/data_words.hpp"
#include "core/engine/saved_desk.hpp"

namespace tradesh::cli {

/// Puts the symbols of watchlists in place of their names ("@tech"), each symbol once. Error not_found for a list that
/// there is not, at its place.
runtime::Task<Result<void>> expand_lists(engine::SavedDesk& saved, std::vector<NamedSymbol>& symbols);

} // namespace tradesh::cli
