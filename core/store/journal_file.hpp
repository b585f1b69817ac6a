#pragma once

#include "core/store/database.hpp"
#include "core/store/disk_reserve.hpp"
#include "core/store/index_sums.hpp"
#include "core/store/journal_event.hpp"
#include "core/store/journal_head.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace tradesh::store {

/// Told each row in order; an error ends the walk and becomes its result.
using JournalVisitor = std::function<Result<void>(const JournalRow&)>;

/// The file orders.db: the only journal of a profile, and its settings. Synchronous; `Journal` is its face on the loop.
///
/// Events are only ever added: triggers refuse UPDATE and DELETE, and each row's checksum covers the row before it. A
/// mark (seq, checksum) is kept at every 1,000th row and at a clean stop.
class JournalFile {
public:
    /// A journal with more rows than this is verified in two steps, see `open`.
    static constexpr std::int64_t verified_at_open = 20'000;

    /// Opens or creates the file. `installation` (four letters or digits, made at random by the caller) is kept when
    /// the file is new and ignored afterwards. Verifies the chain, and that nothing is missing of what had been
    /// written: a row that was changed, removed or reordered is an Error of kind failed, "journal.broken", with its
    /// seq; rows lost at the end are "journal.cut". Of a journal with more than `rows_at_once` rows only those after
    /// the last mark are verified; the caller goes through the others with `verify_more`. Every row that is read is
    /// verified in any case. An index that does not fit the rows is made anew. On a full disk the reserve is given up.
    static Result<JournalFile> open(const std::string& path, std::string_view installation,
                                    std::int64_t rows_at_once = verified_at_open);

    /// What `open` found amiss and went on with, a sentence each, for people.
    const std::vector<std::string>& findings() const { return findings_; }
    /// True when `open` found rows, but nothing whole beside them that tells how many there must be: rows may have been
    /// lost at the end, and nobody can know.
    bool head_was_missing() const { return head_was_missing_; }

    /// Events that belong together, and whether they must still be recorded when the disk is full (cancels, reducing
    /// orders, halts, outcomes).
    struct Batch {
        std::vector<JournalEvent> events{};
        bool essential = false;
    };
    /// Adds the batches in one transaction and returns each one's first seq. They are on the disk when this returns.
    /// On an error nothing of the batch was added. When the disk is full the reserve is given up, batches that are not
    /// essential fail with "journal.disk_full" and the others are tried again.
    std::vector<Result<std::int64_t>> append(std::span<const Batch> batches);

    /// One more (from 1) than that of every session that was kept or that recorded anything.
    Result<std::int64_t> next_session();
    /// No other will have this number; that is on the disk when this returns.
    Result<void> keep_session(std::int64_t session);
    /// Four characters that tell this file from others, for the ids of messages about it.
    const std::string& installation() const { return installation_; }

    /// Every row from there on, each checked against the one before it: "journal.broken" as in `open`.
    Result<void> replay(std::int64_t from_seq, const JournalVisitor& visitor);
    /// As `replay`, up to `last_seq`.
    Result<void> walk(std::int64_t from_seq, std::int64_t last_seq, const JournalVisitor& visitor);
    /// Every row about risk (kinds "risk.*"), oldest first.
    Result<std::vector<JournalRow>> events_of_risk();
    /// Every row about groups of orders (kinds "group.*"), oldest first.
    Result<std::vector<JournalRow>> events_of_groups();
    Result<std::vector<JournalRow>> events_of_order(std::string_view client_order_id);
    /// The event that began the order; nullopt when there is none of it.
    Result<std::optional<JournalRow>> first_event_of_order(std::string_view client_order_id);
    /// Every event with this key on the account, oldest first.
    Result<std::vector<JournalRow>> events_of_key(std::string_view account, std::string_view key);
    /// Ids of the orders that the venue calls `venue_order_id`, the newest first.
    Result<std::vector<std::string>> orders_of_venue_id(std::string_view venue_order_id);
    /// Ids of the orders that end with a dash and `ending`.
    Result<std::vector<std::string>> orders_ending(std::string_view ending);
    /// The rows with these sequence numbers, both included, as far as there are any.
    Result<std::vector<JournalRow>> rows_between(std::int64_t first_seq, std::int64_t last_seq);
    /// Where a walk over executions has come to.
    struct ExecutionPlace {
        Instant time = Instant::min();
        std::int64_t seq = 0;
    };
    /// The next executions and corrections of such (kinds "order.filled" and "order.execution_corrected"), in the order
    /// of their times and not of their recording; at most `rows_max`.
    Result<std::vector<JournalRow>> executions_after(ExecutionPlace place, std::int64_t rows_max);
    std::int64_t last_seq() const { return last_seq_; }

    /// Verifies the next rows of those that `open` has left, at most `rows_max`; how many are left then.
    Result<std::int64_t> verify_more(std::int64_t rows_max);
    /// Verifies from the last mark; returns the number of rows checked.
    Result<std::int64_t> verify_tail();
    /// Verifies the file's own structure and every row and mark.
    Result<std::int64_t> verify_all();

    Result<std::optional<std::string>> setting(std::string_view name);
    Result<void> set_setting(std::string_view name, std::string_view value);

    /// Writes the mark of a clean stop. Nothing may be added afterwards.
    Result<void> close();

    /// The row with this number; nullopt when there is none.
    Result<std::optional<JournalRow>> row(std::int64_t seq);
    /// The checksum of a row; that of row 0 is zeros.
    Result<ChainChecksum> checksum_at(std::int64_t seq);

    /// True while new orders are refused because the disk is full.
    bool disk_full() const { return disk_full_; }
    /// The disk is full: gives a piece of the reserve back to it. False when nothing is left to give.
    bool give_up_room();
    /// The connection itself, for backups.
    Database& database() { return database_; }

private:
    JournalFile(Database database, DiskReserve reserve, JournalHead head);
    template <class Work>
    std::invoke_result_t<Work&> in_room(Work work);
    Result<void> keep_installation(std::string_view installation);
    std::vector<Result<std::int64_t>> append_some(std::span<const Batch> batches);
    Result<void> commit(std::span<const Batch> batches);
    Result<void> insert(const JournalEvent& event);
    Result<void> mark();
    Result<void> find_head();
    Result<std::int64_t> last_mark();
    Result<void> verify_at_open(std::int64_t rows_at_once);
    Result<void> compare_with_head();
    Result<std::int64_t> take_up_sums(std::int64_t marked);
    Result<void> check_indexes();
    Result<void> count_sums();
    Result<std::int64_t> verify_after(std::int64_t seq);
    Result<void> verify_row(const JournalRow& row, const ChainChecksum& before) const;
    Result<std::vector<JournalRow>> select(Statement& statement);
    Result<std::vector<std::string>> select_texts(Statement& statement);

    Database database_;
    DiskReserve reserve_;
    std::string installation_;
    std::int64_t last_seq_ = 0;
    ChainChecksum head_{};
    JournalHead head_file_;
    IndexSums sums_;                   ///< of all rows
    std::int64_t verified_behind_ = 0; ///< how far `verify_more` has come
    std::int64_t unverified_ = 0;      ///< the last row that `open` has left to it
    std::vector<std::string> findings_;
    bool head_was_missing_ = false;
    bool disk_full_ = false;
};

} // namespace tradesh::store
