#pragma once

#include "core/orders/ledger_snapshot.hpp"
#include "core/orders/order_ledger.hpp"
#include "core/orders/reconciliation.hpp"
#include "core/store/journal_file.hpp"
#include "core/venue/trading.hpp"

#include <limits>
#include <optional>
#include <string_view>
#include <vector>

/// Orders as the journal has them, for all that has left memory. Synchronous: for the journal's own thread. Errors:
/// those of the journal, and "journal.unreadable".
namespace tradesh::orders {

/// Folds the whole journal; what the ledger keeps stays, row by row, so memory holds no more than that.
Result<OrderLedger> load_ledger(store::JournalFile& file, std::size_t ended_kept);

/// As load_ledger, from the last snapshot on, and at most `rows_max` rows from there.
Result<FoldedLedger> continue_ledger(store::JournalFile& file, std::size_t ended_kept,
                                     std::int64_t rows_max = std::numeric_limits<std::int64_t>::max());

/// A row that remembers what the venue holds of a symbol and what our orders traded: kind "account.position_gap".
store::JournalEvent encode_gap(const std::string& symbol, const Decimal& ours, const Decimal& theirs, Instant now);

/// One order; nullopt when the journal does not know it. Rows after `last_seq` are left out.
Result<std::optional<Order>> load_order(store::JournalFile& file, const ClientOrderId& id,
                                        std::int64_t last_seq = std::numeric_limits<std::int64_t>::max());

/// The order that the key stands for; nullopt while it is free. An order that was never sent does not use up its key.
Result<std::optional<Order>> load_order_of_key(store::JournalFile& file, std::string_view account,
                                               std::string_view key);

/// The last order that was placed, or to be placed, under the key, whether it used it up or not.
Result<std::optional<ClientOrderId>> last_order_of_key(store::JournalFile& file, std::string_view account,
                                                       std::string_view key);

/// Of the orders `absent` from memory, and those that its open orders name by venue id alone: the ones about which the
/// snapshot has anything new to say.
Result<std::vector<Order>> load_concerned(store::JournalFile& file, const std::set<ClientOrderId>& absent,
                                          const venue::TradingSnapshot& snapshot);

/// As OrderLedger::resolve, over every order there ever was.
Result<ClientOrderId> resolve(store::JournalFile& file, std::string_view account, std::string_view text);

} // namespace tradesh::orders
