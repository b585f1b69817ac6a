#pragma once

#include "core/store/database.hpp"
#include "core/store/journal_event.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tradesh::store {

/// A connection that only reads the journal, beside the one that writes it: what is read there delays no commit.
Result<Database> open_journal_for_reading(const std::string& path);

/// What the message of a row is made from: of an order, all its rows up to this one, oldest first; else the row alone.
/// Error not_found, "journal.no_row".
Result<std::vector<JournalRow>> rows_of_message(Database& database, std::int64_t seq);

} // namespace tradesh::store
