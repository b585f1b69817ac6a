#pragma once

#include "core/store/journal_event.hpp"
#include "core/store/statement.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tradesh::store {

/// The setting that tells what the indexes held at the newest mark: its seq and the sums.
inline constexpr std::string_view sums_setting = "index.sums";

/// A row of `SELECT * FROM events`.
JournalRow read_journal_row(const Statement& row);

/// A checksum as it is stored; a blob of another size becomes one that matches nothing.
ChainChecksum checksum_of(std::span<const std::byte> blob);

/// "row 17 of the journal <what>".
Error broken_journal(const std::string& path, std::int64_t seq, const std::string& what);

} // namespace tradesh::store
