#pragma once

#include "core/base/error.hpp"
#include "core/base/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace tradesh::store {

/// Something that happened to an order, a fill or the account, as the journal keeps it. The journal interprets none of
/// it: an empty text or a zero means "does not apply".
struct JournalEvent {
    Instant time{};
    std::string kind{}; ///< a stable dotted name, "order.intent"; never empty
    std::string client_order_id{};
    std::string venue{};
    std::string account{};
    std::int64_t session = 0; ///< from next_session
    std::string venue_order_id{};
    std::string parent{}; ///< client order id of the parent
    std::int64_t leg = 0; ///< number of the leg, from 1
    std::string group{};
    std::string key{};          ///< the user's --key
    std::string request_hash{}; ///< of the request that the key stands for
    std::string currency{};
    std::string correlation{}; ///< the command that caused it
    std::string payload{};     ///< JSON text
    bool operator==(const JournalEvent&) const = default;
};

/// BLAKE2b-256 over the checksum of the row before and every column of this one.
using ChainChecksum = std::array<std::byte, 32>;

/// An event with its place in the chain. Sequence numbers start at 1 and have no gaps.
struct JournalRow {
    std::int64_t seq = 0;
    JournalEvent event;
    ChainChecksum checksum{};
};

/// The checksum of a row: the one before it, then seq, time, session and leg as 8 little-endian bytes each, then every
/// text with its length in front (4 bytes). The row before the first counts as zeros.
ChainChecksum chain_checksum(const ChainChecksum& before, std::int64_t seq, const JournalEvent& event);

/// Refuses what the journal would not keep: no kind, a payload over 1 MiB, another text over 256 bytes.
Result<void> check_journal_event(const JournalEvent& event);

} // namespace tradesh::store
