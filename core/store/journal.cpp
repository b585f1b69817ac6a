#include "core/store/journal.hpp"

#include <asio/async_result.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include <cassert>
#include <functional>
#include <optional>
#include <utility>

namespace tradesh::store {

using runtime::Task;

namespace {

constexpr std::size_t waiting_events_max = 65'536;

} // namespace

struct Journal::Waiter {
    JournalFile::Batch batch;
    std::optional<Result<std::int64_t>> outcome;
    std::move_only_function<void()> resume; ///< set while its task is suspended
};

namespace {

/// Suspends until the waiter has its outcome. Unlike runtime::Event it does not listen to cancellation: what may
/// already be on its way to the disk must be told.
template <class Waiter>
Task<void> settled(runtime::Loop& loop, std::shared_ptr<Waiter> waiter) {
    if (waiter->outcome) {
        co_return;
    }
    auto start = [&loop, &waiter](auto handler) {
        waiter->resume = [&loop, handler = std::move(handler)]() mutable {
            asio::post(loop.context(), std::move(handler));
        };
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(start, asio::use_awaitable);
}

} // namespace

Journal::Journal(runtime::Loop& loop)
    : loop_(loop),
      tasks_(loop),
      writer_(std::make_unique<runtime::Workers>(loop, "journal", 1)) {}

Error Journal::closed_error() {
    return Error(ErrorKind::failed, "journal.closed", "the journal is closed").attempting("use the journal");
}

Journal::~Journal() { assert(waiting_.empty() && tasks_.empty() && "await Journal::close first"); }

Task<Result<std::unique_ptr<Journal>>> Journal::open(runtime::Loop& loop, std::string path, std::string installation) {
    std::unique_ptr<Journal> journal(new Journal(loop));
    auto open_file = [&path, &installation] { return JournalFile::open(path, installation); };
    Result<JournalFile> file = co_await journal->writer_->run(open_file);
    if (!file) {
        co_return fail(std::move(file.error()));
    }
    journal->file_ = std::make_unique<JournalFile>(std::move(*file));
    journal->findings_ = journal->file_->findings();
    journal->head_was_missing_ = journal->file_->head_was_missing();
    journal->disk_full_ = journal->file_->disk_full();
    co_return std::move(journal);
}

Task<Result<std::int64_t>> Journal::append(std::vector<JournalEvent> events, Urgency urgency) {
    for (const JournalEvent& event : events) {
        if (Result<void> checked = check_journal_event(event); !checked) {
            co_return fail(std::move(checked.error()));
        }
    }
    if (!file_) {
        co_return fail(closed_error());
    }
    if (waiting_events_ + events.size() > waiting_events_max) {
        co_return fail(Error(ErrorKind::rate_limited, "journal.overloaded",
                             std::to_string(waiting_events_) + " events already wait to be written to the disk")
                           .attempting("record an event")
                           .advise("send fewer orders at once, or use a faster disk"));
    }
    const auto waiter = std::make_shared<Waiter>();
    waiting_events_ += events.size();
    waiter->batch = {.events = std::move(events), .essential = urgency == Urgency::essential};
    waiting_.push_back(waiter);
    if (!committing_) {
        committing_ = true;
        tasks_.spawn("journal commit", [this, file = file_.get()](runtime::TaskInfo& info) {
            info.awaits = "the disk";
            return commit_all(file);
        });
    }
    co_await settled(loop_, waiter);
    co_return std::move(*waiter->outcome);
}

Task<void> Journal::commit_all(JournalFile* file) {
    while (!waiting_.empty()) {
        const std::vector<std::shared_ptr<Waiter>> together = std::exchange(waiting_, {});
        waiting_events_ = 0;
        std::vector<JournalFile::Batch> batches;
        std::uint64_t events = 0;
        for (const std::shared_ptr<Waiter>& waiter : together) {
            events += waiter->batch.events.size();
            batches.push_back(std::move(waiter->batch));
        }
        bool disk_full = false;
        auto write = [file, &batches, &disk_full] {
            std::vector<Result<std::int64_t>> outcomes = file->append(batches);
            disk_full = file->disk_full();
            return outcomes;
        };
        std::vector<Result<std::int64_t>> outcomes = co_await writer_->run(write);
        disk_full_ = disk_full;
        ++commits_;
        events_written_ += events;
        for (std::size_t i = 0; i < together.size(); ++i) {
            together[i]->outcome = std::move(outcomes[i]);
            if (together[i]->resume) {
                together[i]->resume();
            }
        }
        if (told_) {
            told_();
        }
    }
    committing_ = false;
}

Task<bool> Journal::give_up_room() {
    auto give = [](JournalFile& file) -> Result<bool> { return file.give_up_room(); };
    const Result<bool> gave = co_await with_file(give);
    disk_full_ = disk_full_ || gave;
    co_return gave.value_or(false);
}

Task<Result<void>> Journal::close() {
    const std::unique_ptr<JournalFile> file = std::move(file_); // later appends find none
    if (!file) {
        co_return Result<void>();
    }
    co_await tasks_.join();
    auto finish = [&file] { return file->close(); };
    co_return co_await writer_->run(finish);
}

} // namespace tradesh::store
