// The half of JournalFile that tells whether the journal is whole.

#include "core/store/journal_file.hpp"
#include "core/store/journal_rows.hpp"

#include <algorithm>
#include <limits>

namespace tradesh::store {

Result<void> JournalFile::replay(std::int64_t from_seq, const JournalVisitor& visitor) {
    return walk(std::max<std::int64_t>(from_seq, 1), std::numeric_limits<std::int64_t>::max(), visitor);
}

Result<void> JournalFile::walk(std::int64_t from_seq, std::int64_t last_seq, const JournalVisitor& visitor) {
    const Result<ChainChecksum> first_before = checksum_at(from_seq - 1);
    if (!first_before) {
        return fail(first_before.error());
    }
    std::int64_t next = from_seq;
    ChainChecksum before = *first_before;
    Statement rows = database_.prepare("SELECT * FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq");
    rows.bind(next).bind(last_seq);
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
        if (Result<void> verified = verify_row(row, before); !verified) {
            return verified;
        }
        if (Result<void> seen = visitor(row); !seen) {
            return seen;
        }
        ++next;
        before = row.checksum;
    }
}

Result<void> JournalFile::verify_row(const JournalRow& row, const ChainChecksum& before) const {
    if (chain_checksum(before, row.seq, row.event) != row.checksum) {
        return fail(
            broken_journal(database_.path(), row.seq, "does not fit its checksum: it or the row before was changed"));
    }
    return {};
}

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

Result<void> JournalFile::verify_at_open(std::int64_t rows_at_once) {
    const Result<std::int64_t> marked = last_mark();
    if (!marked) {
        return fail(marked.error());
    }
    const Result<std::int64_t> counted = last_seq_ > rows_at_once ? take_up_sums(*marked) : 0;
    if (!counted) {
        return fail(counted.error());
    }
    unverified_ = *counted;
    const auto count = [this](const JournalRow& row) -> Result<void> {
        sums_.add(row.seq, row.event);
        return {};
    };
    if (Result<void> walked = replay(unverified_ + 1, count); !walked) {
        return walked;
    }
    if (Result<void> whole = compare_with_head(); !whole) {
        return whole;
    }
    return check_indexes();
}

/// The sums of the rows up to the last mark, as they were kept with it, and its seq; 0 when they were not.
Result<std::int64_t> JournalFile::take_up_sums(std::int64_t marked) {
    const Result<std::optional<std::string>> kept = setting(sums_setting);
    if (!kept) {
        return fail(kept.error());
    }
    const std::string prefix = std::to_string(marked) + " ";
    if (!*kept || !(*kept)->starts_with(prefix)) {
        return 0;
    }
    const std::optional<IndexSums> sums = IndexSums::parse(std::string_view(**kept).substr(prefix.size()));
    sums_ = sums.value_or(IndexSums());
    return sums ? marked : 0;
}

/// Keys and ids are looked up through indexes, so an entry that is gone from one would make a key look free. They are
/// made of the rows, and are made anew from them when they do not fit.
Result<void> JournalFile::check_indexes() {
    const auto fit = [this]() -> Result<bool> {
        const Result<std::optional<IndexSums>> held = IndexSums::of_indexes(database_);
        if (!held && held.error().code != "store.damaged") {
            return fail(held.error());
        }
        return held && *held == sums_;
    };
    Result<bool> fits = fit();
    if (fits && !*fits && unverified_ > 0) { // what was kept with the mark may be what is wrong
        if (Result<void> counted = count_sums(); !counted) {
            return counted;
        }
        fits = fit();
    }
    if (!fits || *fits) {
        return fits ? Result<void>() : fail(fits.error());
    }
    if (Result<void> made = database_.execute("REINDEX events"); !made) {
        return made;
    }
    fits = fit();
    if (!fits) {
        return fail(fits.error());
    }
    if (!*fits) {
        return fail(broken_journal(database_.path(), last_seq_,
                                   "is the last, and the look-up indexes do not fit the "
                                   "rows even when they are made anew"));
    }
    findings_.push_back("an index of " + database_.path() +
                        " did not fit the rows, so that a key or an order could have been overlooked; it was made anew "
                        "from the rows, which are whole. Look after the disk");
    return {};
}

/// Verifies every row and counts it.
Result<void> JournalFile::count_sums() {
    sums_ = IndexSums();
    const auto count = [this](const JournalRow& row) -> Result<void> {
        sums_.add(row.seq, row.event);
        return {};
    };
    Result<void> walked = replay(1, count);
    if (walked) {
        unverified_ = 0;
    }
    return walked;
}

Result<void> JournalFile::compare_with_head() {
    const std::optional<JournalHead::Position>& noted = head_file_.last();
    if (last_seq_ > 0 && !head_file_.is_whole()) {
        head_was_missing_ = true;
        findings_.push_back(database_.path() +
                            ".head, which tells how far the journal had come, is missing or damaged:"
                            " the journal is whole up to row " +
                            std::to_string(last_seq_) +
                            ", but whether rows after it were lost cannot be known; compare with the venue's own "
                            "records");
    }
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

/// Number of the last row that was marked, which is still the same row; 0 when none was.
Result<std::int64_t> JournalFile::last_mark() {
    Statement last = database_.prepare("SELECT seq, checksum FROM marks ORDER BY seq DESC LIMIT 1");
    const Result<bool> marked = last.step();
    if (!marked || !*marked) {
        return marked ? Result<std::int64_t>(0) : fail(marked.error());
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
    return seq;
}

Result<std::int64_t> JournalFile::verify_tail() {
    const Result<std::int64_t> marked = last_mark();
    return marked ? verify_after(*marked) : marked;
}

Result<std::int64_t> JournalFile::verify_more(std::int64_t rows_max) {
    const std::int64_t last = std::min(verified_behind_ + rows_max, unverified_);
    if (verified_behind_ < last) {
        const auto ignore = [](const JournalRow&) -> Result<void> { return {}; };
        if (Result<void> walked = walk(verified_behind_ + 1, last, ignore); !walked) {
            return fail(std::move(walked.error()));
        }
        verified_behind_ = last;
    }
    return unverified_ - verified_behind_;
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
