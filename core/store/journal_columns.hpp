#pragma once

#include "core/store/journal_event.hpp"
#include "core/store/statement.hpp"

#include <cstddef>
#include <span>

namespace tradesh::store {

/// A row of "SELECT * FROM events".
JournalRow read_journal_row(const Statement& row);
/// A column `checksum`; one of another size matches nothing.
ChainChecksum checksum_of(std::span<const std::byte> blob);

} // namespace tradesh::store
