#pragma once

#include "core/orders/order_ledger.hpp"
#include "core/orders/reconciliation.hpp"
#include "core/store/journal_file.hpp"

#include <cstdint>
#include <optional>

/// What the ledger was at one row of the journal, so that a start need not fold all the rows before it. Only a list: of
/// orders it names the rows, which are read, verified and folded again; what it says itself are counts and sums. It is
/// sealed and bound to the checksum of its row: one that does not fit is as good as none, and the journal is folded
/// from its beginning.
namespace tradesh::orders {

/// A ledger, and how far into the journal it was folded.
struct FoldedLedger {
    OrderLedger ledger;
    PositionGaps gaps; ///< differences of positions that were last told
    std::int64_t seq = 0;
    std::int64_t rows_folded = 0; ///< since the snapshot that it began with
};

/// The ledger of the last snapshot; nullopt when there is none that fits. Errors: those of the journal.
Result<std::optional<FoldedLedger>> read_snapshot(store::JournalFile& file, std::size_t ended_kept);

Result<void> keep_snapshot(store::JournalFile& file, const FoldedLedger& folded, std::size_t ended_kept);

} // namespace tradesh::orders
