// The half of JournalFile that tells whether the journal is whole.

#include "core/store/journal_file.hpp"
#include "core/store/journal_rows.hpp"

#include <algorithm>

namespace tradesh::store {

Result<void> JournalFile::replay(std::int64_t from_seq, const JournalVisitor& visitor) {
    const Result<ChainChecksum> first_before = checksum_at(std::max<std::int64_t>(from_seq, 1) - 1);
    if (!first_before) {
        return fail(first_before.error());
    }
    std::int64_t next = std::max<std::int64_t>(from_seq, 1);
    ChainChecksum before = *first_before;
    Statement rows = database_.prepare("SELECT * FROM events WHERE seq >= ? ORDER BY seq");
    rows.bind(next);
    for (;;) {
        const Result<bool> more = rows.step();
        if (!more) {
            return fail(more.error());
        }
        if (!*more) {
            return {};
        }
        const JournalRow row = read_journal_row(rows);
        if (row.seq != next) {
            return fail(broken_journal(database_.path(), next, "is missing"));
        }
        if (chain_checksum(before, row.seq, row.event) != row.checksum) {
            return fail(broken_journal(database_.path(), row.seq,
                                       "does not fit its checksum: it or the row before was changed"));
        }
        if (Result<void> seen = visitor(row); !seen) {
            return seen;
        }
        ++next;
        before = row.checksum;
    }
}

/// The checksum of a row; that of row 0 is zeros.
Result<ChainChecksum> JournalFile::checksum_at(std::int64_t seq) {
    if (seq == 0) {
        return ChainChecksum{};
    }
    Statement row = database_.prepare("SELECT checksum FROM events WHERE seq = ?");
    const Result<bool> found = row.bind(seq).step();
    if (!found) {
        return fail(found.error());
    }
    if (!*found) {
        return fail(broken_journal(database_.path(), seq, "is missing"));
    }
    return checksum_of(row.blob(0));
}

Result<void> JournalFile::compare_with_head() {
    const std::optional<JournalHead::Position>& noted = head_file_.last();
    if (!noted) {
        return {};
    }
    if (last_seq_ < noted->seq) {
        return fail(Error(ErrorKind::failed, "journal.cut",
                          "the journal ends at row " + std::to_string(last_seq_) + ", but row " +
                              std::to_string(noted->seq) + " had been written: " +
                              std::to_string(noted->seq - last_seq_) + " rows are lost, with orders and keys in them")
                        .attempting("verify the journal")
                        .on(database_.path())
                        .advise("put back the file's -wal or a newer copy; to go on without those rows compare with "
                                "the venue's own records first, then remove " +
                                database_.path() + ".head"));
    }
    const Result<ChainChecksum> checksum = checksum_at(noted->seq);
    if (!checksum) {
        return fail(checksum.error());
    }
    if (*checksum != noted->checksum) {
        return fail(broken_journal(database_.path(), noted->seq, "is not the one that had been written"));
    }
    return {};
}

Result<std::int64_t> JournalFile::verify_tail() {
    Statement last = database_.prepare("SELECT seq, checksum FROM marks ORDER BY seq DESC LIMIT 1");
    const Result<bool> marked = last.step();
    if (!marked) {
        return fail(marked.error());
    }
    if (!*marked) {
        return verify_after(0);
    }
    const std::int64_t seq = last.integer(0);
    const ChainChecksum checksum = checksum_of(last.blob(1));
    Statement row = database_.prepare("SELECT checksum FROM events WHERE seq = ?");
    const Result<bool> found = row.bind(seq).step();
    if (!found) {
        return fail(found.error());
    }
    if (!*found) {
        return fail(broken_journal(database_.path(), seq, "is missing, though it was once marked"));
    }
    if (checksum_of(row.blob(0)) != checksum) {
        return fail(broken_journal(database_.path(), seq, "is not the one that was marked"));
    }
    return verify_after(seq);
}

/// Walks the rows after `seq`; how many there are.
Result<std::int64_t> JournalFile::verify_after(std::int64_t seq) {
    std::int64_t checked = 0;
    const auto count = [&checked](const JournalRow&) -> Result<void> {
        ++checked;
        return {};
    };
    const Result<void> walked = replay(seq + 1, count);
    return walked ? Result<std::int64_t>(checked) : fail(walked.error());
}

Result<std::int64_t> JournalFile::verify_all() {
    Statement structure = database_.prepare("PRAGMA integrity_check(1)");
    const Result<bool> answered = structure.step();
    if (!answered) {
        return fail(answered.error());
    }
    if (structure.text(0) != "ok") {
        return fail(Error(ErrorKind::failed, "store.damaged",
                          "the file is damaged (SQLite: " + std::string(structure.text(0)) + ")")
                        .attempting("verify the journal")
                        .on(database_.path())
                        .advise("put the file aside and restore a backup"));
    }
    Statement strays = database_.prepare("SELECT m.seq FROM marks m LEFT JOIN events e ON e.seq = m.seq AND "
                                         "e.checksum = m.checksum WHERE e.seq IS NULL LIMIT 1");
    const Result<bool> stray = strays.step();
    if (!stray) {
        return fail(stray.error());
    }
    if (*stray) {
        return fail(
            broken_journal(database_.path(), strays.integer(0), "is missing or is not the one that was marked"));
    }
    return verify_after(0);
}

} // namespace tradesh::store
