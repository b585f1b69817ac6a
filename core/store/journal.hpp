#pragma once

#include "core/runtime/loop.hpp"
#include "core/runtime/task.hpp"
#include "core/runtime/task_scope.hpp"
#include "core/runtime/workers.hpp"
#include "core/store/journal_file.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tradesh::store {

/// The journal as the loop sees it. One thread of its own writes; while one commit is on its way to the disk, further
/// appends gather and go together in the next (group commit). Loop thread only.
///
/// An append is not ended by cancellation: once asked for, its outcome is always told. `close` must be awaited before
/// the journal is destroyed.
class Journal {
public:
    /// See JournalFile::open for `installation` and the errors.
    static runtime::Task<Result<std::unique_ptr<Journal>>> open(runtime::Loop& loop, std::string path,
                                                                std::string installation);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// See JournalFile: what the start found amiss.
    const std::vector<std::string>& findings() const { return findings_; }
    bool head_was_missing() const { return head_was_missing_; }
    /// True while only the essential is recorded, as of the newest commit.
    bool disk_full() const { return disk_full_; }
    /// The disk is full for somebody who must write all the same: gives a piece of the reserve back to it.
    runtime::Task<bool> give_up_room();

    enum class Urgency : std::uint8_t {
        ordinary,
        essential, ///< recorded even when the disk is full: cancels, reducing orders, halts, outcomes
    };
    /// Resumes when the events are on the disk (fsync), with the seq of the first; the others follow without a gap.
    /// Appends keep the order in which they were asked for. Errors: "journal.event_invalid" (usage),
    /// "journal.overloaded" (rate_limited, more than 65,536 events wait), "journal.disk_full" (refused),
    /// "journal.closed" (failed), "store.*" (failed). On an error none of the events was recorded.
    runtime::Task<Result<std::int64_t>> append(std::vector<JournalEvent> events, Urgency urgency = Urgency::ordinary);

    /// Called on the loop after every commit, until set to nothing; for whoever passes on what was recorded.
    void on_commit(std::function<void()> told) { told_ = std::move(told); }

    /// Runs `work(JournalFile&)` on the writer thread, after the commits before it: for replay, look-ups, sessions and
    /// settings. `work` returns a Result and does not append.
    template <class Work>
    runtime::Task<std::invoke_result_t<Work&, JournalFile&>> with_file(Work work) {
        if (!file_) {
            co_return fail(closed_error());
        }
        auto on_thread = [file = file_.get(), &work] { return work(*file); };
        co_return co_await writer_->run(on_thread);
    }

    /// Commits what waits, writes the mark of a clean stop and closes the file. Later appends fail.
    runtime::Task<Result<void>> close();

    /// Transactions and events written, for the metrics.
    std::uint64_t commits() const { return commits_; }
    std::uint64_t events_written() const { return events_written_; }
    /// True while the writer thread has nothing to do for anybody.
    bool is_idle() const { return writer_->outstanding() == 0; }

private:
    struct Waiter;
    explicit Journal(runtime::Loop& loop);
    static Error closed_error();
    runtime::Task<void> commit_all(JournalFile* file);

    runtime::Loop& loop_;
    runtime::TaskScope tasks_;
    std::unique_ptr<JournalFile> file_;            ///< null once closed; used on the writer thread only
    std::vector<std::shared_ptr<Waiter>> waiting_; ///< gathers while a commit is on its way
    std::size_t waiting_events_ = 0;
    bool committing_ = false;
    std::vector<std::string> findings_;
    bool head_was_missing_ = false;
    bool disk_full_ = false;
    std::uint64_t commits_ = 0;
    std::uint64_t events_written_ = 0;
    std::function<void()> told_;
    std::unique_ptr<runtime::Workers> writer_; ///< last: its thread ends before what it uses goes away
};

} // namespace tradesh::store
