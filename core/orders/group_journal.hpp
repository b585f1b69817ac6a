#pragma once

#include "core/base/error.hpp"
#include "core/market/order.hpp"
#include "core/store/journal_file.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Groups of orders as the journal keeps them: a row "group.begun" before the first leg goes out, and a row
/// "group.ended" once every leg stands or none does. A group that has the first row alone was cut off in the middle.
/// Fields may be added to a payload, never renamed or given another meaning.
namespace tradesh::orders {

struct GroupLegTerms {
    std::string key;  ///< of the leg's order; empty: none
    std::string form; ///< as it was asked for, in canonical words
};

/// What was asked for: what the key of a group stands for.
struct GroupTerms {
    std::string name;
    std::string key; ///< of the group; empty: none
    bool all_filled = false;
    std::vector<GroupLegTerms> legs;

    /// The same orders on the same conditions; the name is only a name.
    bool same_request(const GroupTerms& other) const;
};

struct BegunGroup {
    std::int64_t seq = 0; ///< of its first row
    Instant time;
    std::int64_t session = 0;
    std::string correlation;
    GroupTerms terms;
    std::int64_t last_seq = std::numeric_limits<std::int64_t>::max(); ///< of its last row, once it has ended
    std::optional<Error> failure;                                     ///< why it was withdrawn, where it was

    bool ended() const { return last_seq != std::numeric_limits<std::int64_t>::max(); }
};

/// The columns that only the writer knows (venue, account, session, correlation) are left empty.
store::JournalEvent encode_begun(const GroupTerms& terms, Instant now);
/// `text` is what `log orders` says of it.
store::JournalEvent encode_ended(const BegunGroup& group, const std::optional<Error>& failure, std::string_view text,
                                 Instant now);

// Synchronous: for the journal's own thread. Errors: those of the journal, and "journal.unreadable".

/// The groups that have begun and not ended, oldest first.
Result<std::vector<BegunGroup>> load_unfinished_groups(store::JournalFile& file, std::string_view account);
/// The newest group with this key; nullopt when there is none.
Result<std::optional<BegunGroup>> load_group_of_key(store::JournalFile& file, std::string_view account,
                                                    std::string_view key);
/// The order that was recorded for each leg; nullopt for a leg whose turn had not come.
Result<std::vector<std::optional<ClientOrderId>>> load_group_legs(store::JournalFile& file, const BegunGroup& group);

} // namespace tradesh::orders
