#pragma once

#include "core/store/journal_file.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The table `triggers` of orders.db: the newest journal row of each trigger. The file itself makes it of the rows
/// whose kind begins with "trigger.", in their own commit, so a trigger is as durable as the journal; their payload is
/// JSON with the texts `id` and `state`. Synchronous: for the journal's own thread.
namespace tradesh::store {

struct TriggerRow {
    std::string id;
    std::int64_t seq = 0; ///< of the journal row
    std::string payload;
    std::string mark; ///< see keep_trigger_mark
};

struct LoadedTriggers {
    std::vector<TriggerRow> rows;
    bool made_anew = false; ///< the table did not fit the journal's rows, and was made of them once more
};

/// Every trigger whose state is one of `live`, and the newest `others_max` of the others; in the order of their rows.
/// What is told of each is compared with its row, which has a checksum. Errors: "journal.broken", "store.*".
Result<LoadedTriggers> load_triggers(JournalFile& file, const std::vector<std::string>& live, std::size_t others_max);

/// The highest number among the ids "<kind>-<number>"; 0 when there is none.
Result<std::int64_t> last_trigger_number(JournalFile& file, std::string_view kind);

/// The key itself and the keys "<key>:..." that stand in the journal: a line that closes a list sends an order for each
/// symbol.
Result<std::vector<std::string>> keys_of_line(JournalFile& file, std::string_view account, std::string_view key);

/// Keeps what changes too often for a journal row of its own: the best price that a trailing stop has seen. Durable
/// when it returns; a trigger that is not there is left alone.
Result<void> keep_trigger_mark(JournalFile& file, std::string_view id, std::string_view mark);

} // namespace tradesh::store
