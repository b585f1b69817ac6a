#include "core/store/journal_file.hpp"

#include "core/store/journal_rows.hpp"
#include "core/store/journal_schema.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace tradesh::store {
namespace {

constexpr std::int64_t mark_interval = 1'000;
constexpr std::int64_t reserve_bytes = 8 << 20; // some thousand commits, and room for SQLite to tidy up its log

Error no_room(const std::string& path) {
    return Error(ErrorKind::refused, "journal.disk_full",
                 "the disk is full: only cancels, reducing orders and halts are still recorded")
        .attempting("record an event")
        .on(path)
        .advise("make room on the disk");
}

Error gone(const std::string& path) {
    return Error(ErrorKind::failed, "journal.gone",
                 "the file or its log was moved or deleted while it was in use: nothing more can be recorded")
        .attempting("record an event")
        .on(path)
        .advise("put the files back where they were, or end the core; a new one tells what is lost");
}

} // namespace

JournalFile::JournalFile(Database database, DiskReserve reserve, JournalHead head)
    : database_(std::move(database)),
      reserve_(std::move(reserve)),
      head_file_(std::move(head)) {}

/// Runs `work`, which writes; while the disk is full for it, again with a piece of the reserve.
template <class Work>
std::invoke_result_t<Work&> JournalFile::in_room(Work work) {
    auto done = work();
    while (!done && done.error().code == "store.full" && give_up_room()) {
        done = work();
    }
    return done;
}

Result<JournalFile> JournalFile::open(const std::string& path, std::string_view installation,
                                      std::int64_t rows_at_once) {
    DiskReserve reserve(path + ".reserve", reserve_bytes);
    bool disk_full = false;
    Result<Database> database = Database::open(path, journal_file_kind());
    while (!database && database.error().code == "store.full" && reserve.give_up_some()) {
        disk_full = true;
        database = Database::open(path, journal_file_kind());
    }
    if (!database) {
        return fail(std::move(database.error()));
    }
    Result<JournalHead> head = JournalHead::open(path + ".head");
    if (!head) {
        return fail(std::move(head.error()));
    }
    JournalFile file(std::move(*database), std::move(reserve), std::move(*head));
    file.disk_full_ = disk_full;
    if (Result<void> held = disk_full ? Result<void>() : file.reserve_.hold(); !held) {
        if (held.error().code != "store.full") {
            return fail(std::move(held.error()));
        }
        file.disk_full_ = true;
    }
    Result<void> whole = file.find_head();
    if (whole) {
        whole = file.verify_at_open(rows_at_once);
    }
    if (whole) {
        whole = file.in_room([&] { return file.keep_installation(installation); });
    }
    if (!whole) {
        file.database_.leave_log_on_close(); // it may still be mended, or tell what is lost
        return fail(std::move(whole.error()));
    }
    if (file.head_was_missing_) {
        file.head_file_.note({.seq = file.last_seq_, .checksum = file.head_}); // both slots are whole from here on
        file.head_file_.note({.seq = file.last_seq_, .checksum = file.head_});
    }
    return file;
}

bool JournalFile::give_up_room() {
    disk_full_ = true;
    return reserve_.give_up_some();
}

Result<void> JournalFile::keep_installation(std::string_view installation) {
    Result<std::optional<std::string>> kept = setting("installation");
    if (!kept) {
        return fail(std::move(kept.error()));
    }
    if (!*kept) {
        installation_ = installation;
        return set_setting("installation", installation);
    }
    const auto is_tag = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    if ((*kept)->empty() || !std::ranges::all_of(**kept, is_tag)) {
        return fail(
            broken_journal(database_.path(), last_seq_, "stands beside a name of the installation that is none"));
    }
    installation_ = std::move(**kept);
    return {};
}

Result<void> JournalFile::find_head() {
    Statement last = database_.prepare("SELECT seq, checksum FROM events ORDER BY seq DESC LIMIT 1");
    const Result<bool> row = last.step();
    if (!row) {
        return fail(row.error());
    }
    last_seq_ = *row ? last.integer(0) : 0;
    head_ = *row ? checksum_of(last.blob(1)) : ChainChecksum{};
    return {};
}

std::vector<Result<std::int64_t>> JournalFile::append(std::span<const Batch> batches) {
    if (disk_full_ && reserve_.hold()) {
        disk_full_ = false;
    }
    std::vector<Result<std::int64_t>> results = append_some(batches);
    const auto is_full = [](const Result<std::int64_t>& result) {
        return !result && result.error().code == "store.full";
    };
    while (std::ranges::any_of(results, is_full)) {
        const bool was_full = disk_full_;
        if (!give_up_room() && was_full) {
            break; // only the essential was tried, and there is nothing left to give
        }
        results = append_some(batches);
    }
    return results;
}

/// Commits every batch that is admitted in one transaction.
std::vector<Result<std::int64_t>> JournalFile::append_some(std::span<const Batch> batches) {
    std::vector<Batch> admitted;
    if (disk_full_) {
        std::ranges::copy_if(batches, std::back_inserter(admitted), &Batch::essential);
    }
    std::int64_t next = last_seq_ + 1;
    const Result<void> committed = commit(disk_full_ ? std::span<const Batch>(admitted) : batches);
    std::vector<Result<std::int64_t>> results;
    for (const Batch& batch : batches) {
        if (disk_full_ && !batch.essential) {
            results.emplace_back(fail(no_room(database_.path())));
        } else if (!committed) {
            results.emplace_back(fail(committed.error()));
        } else {
            results.emplace_back(next);
            next += static_cast<std::int64_t>(batch.events.size());
        }
    }
    return results;
}

Result<void> JournalFile::commit(std::span<const Batch> batches) {
    if (batches.empty()) {
        return {};
    }
    if (database_.has_moved()) {
        return fail(gone(database_.path()));
    }
    const std::int64_t seq_before = last_seq_;
    const ChainChecksum head_before = head_;
    const IndexSums sums_before = sums_;
    const Result<void> done = [&]() -> Result<void> {
        Result<Transaction> transaction = Transaction::begin(database_);
        if (!transaction) {
            return fail(std::move(transaction.error()));
        }
        for (const Batch& batch : batches) {
            for (const JournalEvent& event : batch.events) {
                if (Result<void> inserted = insert(event); !inserted) {
                    return inserted;
                }
            }
        }
        return transaction->commit();
    }();
    if (done) {
        head_file_.note({.seq = last_seq_, .checksum = head_});
    } else {
        last_seq_ = seq_before;
        head_ = head_before;
        sums_ = sums_before;
    }
    return done;
}

Result<void> JournalFile::insert(const JournalEvent& event) {
    const std::int64_t seq = last_seq_ + 1;
    const ChainChecksum checksum = chain_checksum(head_, seq, event);
    Statement row = database_.prepare("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    row.bind(seq).bind(event.time.time_since_epoch().count()).bind(event.kind).bind(event.client_order_id);
    row.bind(event.venue).bind(event.account).bind(event.session).bind(event.venue_order_id).bind(event.parent);
    row.bind(event.leg).bind(event.group).bind(event.key).bind(event.request_hash).bind(event.currency);
    row.bind(event.correlation).bind(event.payload).bind(std::span<const std::byte>(checksum));
    if (Result<void> inserted = row.run(); !inserted) {
        return inserted;
    }
    last_seq_ = seq;
    head_ = checksum;
    sums_.add(seq, event);
    return seq % mark_interval == 0 ? mark() : Result<void>();
}

/// What the indexes must hold is told by the newest mark, so that a start need not read every row to know it.
Result<void> JournalFile::mark() {
    Statement row = database_.prepare("INSERT OR IGNORE INTO marks VALUES (?,?)");
    if (Result<void> kept = row.bind(last_seq_).bind(std::span<const std::byte>(head_)).run(); !kept) {
        return kept;
    }
    return set_setting(sums_setting, std::to_string(last_seq_) + " " + sums_.to_text());
}

Result<void> JournalFile::close() {
    if (last_seq_ == 0) {
        return {};
    }
    const auto mark_end = [this]() -> Result<void> {
        Result<Transaction> transaction = Transaction::begin(database_);
        if (!transaction) {
            return fail(std::move(transaction.error()));
        }
        Result<void> marked = mark();
        return marked ? transaction->commit() : marked;
    };
    return in_room(mark_end);
}

Result<std::int64_t> JournalFile::next_session() {
    const Result<std::optional<std::string>> last = setting("session");
    if (!last) {
        return fail(last.error());
    }
    std::int64_t session = 0;
    if (const std::string& text = last->value_or("0");
        std::from_chars(text.data(), text.data() + text.size(), session).ec != std::errc()) {
        return fail(
            broken_journal(database_.path(), last_seq_, "stands beside a session number that is none: " + text));
    }
    // The number is in no chain; going back, it would give ids a second time.
    Statement newest =
        database_.prepare("SELECT coalesce(max(session), 0) FROM (SELECT session FROM events ORDER BY seq "
                          "DESC LIMIT 1000)");
    const Result<bool> any = newest.step();
    if (!any) {
        return fail(any.error());
    }
    return std::max(session, newest.integer(0)) + 1;
}

Result<void> JournalFile::keep_session(std::int64_t session) {
    return in_room([&] { return set_setting("session", std::to_string(session)); });
}

Result<std::optional<std::string>> JournalFile::setting(std::string_view name) {
    Statement row = database_.prepare("SELECT value FROM settings WHERE name = ?");
    const Result<bool> found = row.bind(name).step();
    if (!found) {
        return fail(found.error());
    }
    return *found ? std::optional<std::string>(row.text(0)) : std::nullopt;
}

Result<void> JournalFile::set_setting(std::string_view name, std::string_view value) {
    Statement row = database_.prepare("INSERT INTO settings VALUES (?,?) ON CONFLICT (name) DO UPDATE SET value = "
                                      "excluded.value");
    return row.bind(name).bind(value).run();
}

} // namespace tradesh::store
