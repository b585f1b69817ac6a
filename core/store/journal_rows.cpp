#include "core/store/journal_rows.hpp"

#include <algorithm>

namespace tradesh::store {

Error broken_journal(const std::string& path, std::int64_t seq, const std::string& what) {
    return Error(ErrorKind::failed, "journal.broken", "row " + std::to_string(seq) + " of the journal " + what)
        .attempting("verify the journal")
        .on(path)
        .advise("keep a copy of the file, restore a backup, and compare with the venue's own records");
}

ChainChecksum checksum_of(std::span<const std::byte> blob) {
    ChainChecksum checksum{};
    if (blob.size() == checksum.size()) {
        std::ranges::copy(blob, checksum.begin());
    }
    return checksum; // a blob of another size matches nothing
}

JournalRow read_journal_row(const Statement& row) {
    return JournalRow{.seq = row.integer(0),
                      .event = {.time = Instant(Duration(row.integer(1))),
                                .kind = std::string(row.text(2)),
                                .client_order_id = std::string(row.text(3)),
                                .venue = std::string(row.text(4)),
                                .account = std::string(row.text(5)),
                                .session = row.integer(6),
                                .venue_order_id = std::string(row.text(7)),
                                .parent = std::string(row.text(8)),
                                .leg = row.integer(9),
                                .group = std::string(row.text(10)),
                                .key = std::string(row.text(11)),
                                .request_hash = std::string(row.text(12)),
                                .currency = std::string(row.text(13)),
                                .correlation = std::string(row.text(14)),
                                .payload = std::string(row.text(15))},
                      .checksum = checksum_of(row.blob(16))};
}

} // namespace tradesh::store
