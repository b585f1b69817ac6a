#pragma once

#include "core/store/database.hpp"
#include "core/store/journal_event.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tradesh::store {

/// What the look-up indexes of the journal must hold, as one number each: the sum over the rows of a hash of what the
/// index keeps of a row. The order of the rows does not matter, so an index alone gives the same number. An index that
/// lost or changed an entry would say that a key is free when it is not.
///
/// The hash (SipHash-2-4 under a fixed key) is against accidents, not against a forger, who could change rows as well.
class IndexSums {
public:
    /// Counts a row in.
    void add(std::int64_t seq, const JournalEvent& event);
    /// What the indexes of the file hold; nullopt when one of them is out of order, so that a search would go astray.
    static Result<std::optional<IndexSums>> of_indexes(Database& database);

    std::string to_text() const;
    static std::optional<IndexSums> parse(std::string_view text);
    bool operator==(const IndexSums&) const = default;

private:
    enum Which : std::size_t { by_order, by_key, by_time, of_risk, of_groups };
    std::array<std::uint64_t, 5> sums_{};
};

} // namespace tradesh::store
