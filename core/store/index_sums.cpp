#include "core/store/index_sums.hpp"

#include <sodium.h>

#include <charconv>
#include <utility>

namespace tradesh::store {
namespace {

/// What an index keeps of a row: two texts or two numbers, the sequence number always last.
struct Entry {
    std::int64_t number = 0;
    std::string_view first{};
    std::string_view second{};
    std::int64_t seq = 0;
    auto operator<=>(const Entry&) const = default;
};

void append_number(std::string& bytes, std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) {
        bytes += static_cast<char>(value >> shift);
    }
}

class EntryHasher {
public:
    std::uint64_t hash(const Entry& entry) {
        bytes_.clear();
        append_number(bytes_, static_cast<std::uint64_t>(entry.number));
        append_number(bytes_, entry.first.size());
        bytes_ += entry.first;
        bytes_ += entry.second;
        append_number(bytes_, static_cast<std::uint64_t>(entry.seq));
        std::array<unsigned char, crypto_shorthash_BYTES> hashed{};
        constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> key{'t', 's', 'I', 'n', 'd', 'e', 'x'};
        crypto_shorthash(hashed.data(), reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size(),
                         key.data());
        std::uint64_t value = 0;
        for (const unsigned char byte : hashed) {
            value = value << 8U | byte;
        }
        return value;
    }

private:
    std::string bytes_;
};

/// One index, read through itself alone: its columns are in the places of an Entry.
constexpr std::array<const char*, 5> scans{
    "SELECT 0, client_order_id, '', seq FROM events INDEXED BY events_by_order WHERE client_order_id <> '' "
    "ORDER BY client_order_id, seq",
    "SELECT 0, account, key, seq FROM events INDEXED BY events_by_key WHERE key <> '' ORDER BY account, key, seq",
    "SELECT time_ns, '', '', seq FROM events INDEXED BY executions_by_time WHERE kind IN ('order.filled', "
    "'order.execution_corrected') ORDER BY time_ns, seq",
    "SELECT 0, '', '', seq FROM events INDEXED BY events_of_risk WHERE kind GLOB 'risk.*' ORDER BY seq",
    "SELECT 0, '', '', seq FROM events INDEXED BY events_of_groups WHERE kind GLOB 'group.*' ORDER BY seq"};

/// The sum over one index; nullopt when its entries do not ascend.
Result<std::optional<std::uint64_t>> sum_of(Database& database, const char* scan) {
    Statement rows = database.prepare(scan);
    EntryHasher hasher;
    std::uint64_t sum = 0;
    std::pair<std::string, std::string> texts;
    Entry before{.number = INT64_MIN};
    for (;;) {
        const Result<bool> more = rows.step();
        if (!more) {
            return fail(more.error());
        }
        if (!*more) {
            return sum;
        }
        const Entry entry{
            .number = rows.integer(0), .first = rows.text(1), .second = rows.text(2), .seq = rows.integer(3)};
        if (entry <= before) {
            return std::nullopt;
        }
        sum += hasher.hash(entry);
        texts.first = entry.first;
        texts.second = entry.second;
        before = {.number = entry.number, .first = texts.first, .second = texts.second, .seq = entry.seq};
    }
}

} // namespace

void IndexSums::add(std::int64_t seq, const JournalEvent& event) {
    EntryHasher hasher;
    if (!event.client_order_id.empty()) {
        sums_[by_order] += hasher.hash({.first = event.client_order_id, .seq = seq});
    }
    if (!event.key.empty()) {
        sums_[by_key] += hasher.hash({.first = event.account, .second = event.key, .seq = seq});
    }
    if (event.kind == "order.filled" || event.kind == "order.execution_corrected") {
        sums_[by_time] += hasher.hash({.number = event.time.time_since_epoch().count(), .seq = seq});
    }
    if (event.kind.starts_with("risk.")) {
        sums_[of_risk] += hasher.hash({.seq = seq});
    }
    if (event.kind.starts_with("group.")) {
        sums_[of_groups] += hasher.hash({.seq = seq});
    }
}

Result<std::optional<IndexSums>> IndexSums::of_indexes(Database& database) {
    IndexSums sums;
    for (std::size_t i = 0; i < scans.size(); ++i) {
        const Result<std::optional<std::uint64_t>> sum = sum_of(database, scans[i]);
        if (!sum) {
            return fail(sum.error());
        }
        if (!*sum) {
            return std::nullopt;
        }
        sums.sums_[i] = **sum;
    }
    return sums;
}

std::string IndexSums::to_text() const {
    std::string text;
    for (const std::uint64_t sum : sums_) {
        text += (text.empty() ? "" : " ") + std::to_string(sum);
    }
    return text;
}

std::optional<IndexSums> IndexSums::parse(std::string_view text) {
    IndexSums sums;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (std::uint64_t& sum : sums.sums_) {
        const auto [next, failure] = std::from_chars(at, end, sum);
        if (failure != std::errc()) {
            return std::nullopt;
        }
        at = next != end ? next + 1 : next;
    }
    return at == end ? std::optional(sums) : std::nullopt;
}

} // namespace tradesh::store
