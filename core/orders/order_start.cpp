// The part of OrderManager that takes the ledger from the journal at its start, and keeps a snapshot of it as it stops.

#include "core/orders/order_archive.hpp"
#include "core/orders/order_manager.hpp"

#include <utility>

namespace tradesh::orders {
namespace {

using runtime::LogLevel;
using runtime::Task;
using runtime::TaskInfo;

/// So few rows are folded as fast as a snapshot is read.
constexpr std::int64_t rows_between_snapshots = 200;
/// What a core that leaves has time for; the next start folds the rest.
constexpr std::int64_t rows_folded_at_stop = 50'000;
/// An order that comes earlier keeps it itself; one that comes later need not wait for it.
constexpr Duration session_kept_after = std::chrono::milliseconds(50);

} // namespace

/// The next session of which the journal knows no order yet.
Result<OrderManager::Replay> OrderManager::begin_session(store::JournalFile& file, const std::string& tag) {
    const Result<std::int64_t> next = file.next_session();
    if (!next) {
        return fail(next.error());
    }
    for (std::int64_t session = *next;; ++session) {
        Replay replay{.id_prefix = tag + "-" + std::to_string(session) + "-", .session = session};
        const Result<std::optional<store::JournalRow>> known = file.first_event_of_order(replay.id_prefix + "1");
        if (!known) {
            return fail(known.error());
        }
        if (!*known) {
            return replay;
        }
    }
}

Task<Result<OrderManager::Replay>> OrderManager::load_journal() {
    auto load = [tag = parts_.tag, ended_kept = parts_.ended_kept](store::JournalFile& file) -> Result<Replay> {
        Result<Replay> replay = begin_session(file, tag);
        if (!replay) {
            return replay;
        }
        Result<FoldedLedger> folded = continue_ledger(file, ended_kept);
        if (!folded) {
            return fail(std::move(folded.error()));
        }
        if (folded->rows_folded >= rows_between_snapshots && !file.disk_full()) {
            const Result<void> kept = keep_snapshot(file, *folded, ended_kept);
            static_cast<void>(kept); // without it the next start takes longer
        }
        replay->ledger = std::move(folded->ledger);
        replay->gaps = std::move(folded->gaps);
        return replay;
    };
    Result<Replay> replay = co_await parts_.journal.with_file(load);
    co_return replay;
}

/// Before it is on the disk no id with the number may be given out; that is why orders wait for it.
Task<Result<void>> OrderManager::keep_session() {
    if (session_kept_) {
        co_return Result<void>();
    }
    auto keep = [session = session_](store::JournalFile& file) { return file.keep_session(session); };
    const Result<void> kept = co_await parts_.journal.with_file(keep);
    session_kept_ = kept.has_value();
    co_return kept;
}

Task<Result<void>> OrderManager::start() {
    Result<Replay> replay = co_await load_journal();
    if (!replay) {
        co_return fail(std::move(replay.error()));
    }
    session_ = replay->session;
    id_prefix_ = std::move(replay->id_prefix);
    ledger_ = std::move(replay->ledger);
    gaps_ = std::move(replay->gaps);
    tasks_.on_failure = [this](const TaskInfo& info, const std::string& what) {
        parts_.log.write(LogLevel::error, "orders", "task.failed", "", {{"task", info.name}, {"what", what}});
    };
    tasks_.spawn("listen to the venue", [this](TaskInfo& info) { return listen(info); });
    tasks_.spawn("settle with the venue", [this](TaskInfo& info) { return settle_in_background(info); });
    tasks_.spawn("ask about orders in doubt", [this](TaskInfo& info) { return ask_in_background(info); });
    tasks_.spawn("end orders in time", [this](TaskInfo& info) { return end_in_time(info); });
    tasks_.spawn("keep the session", [this](TaskInfo& info) -> Task<void> {
        info.awaits = "the first answers, which need no disk";
        const bool slept = co_await runtime::sleep_for(parts_.loop, session_kept_after);
        if (slept) {
            const Result<void> kept = co_await keep_session();
            static_cast<void>(kept); // an order tries again, and is told why it cannot be
        }
    });
    settle_wanted_.set();
    co_return Result<void>();
}

Task<void> OrderManager::stop() {
    stopping_ = true;
    tasks_.cancel();
    co_await tasks_.join();
    // From the journal, and not from memory: only what is recorded may be believed at the next start.
    auto keep = [ended_kept = parts_.ended_kept](store::JournalFile& file) -> Result<void> {
        const Result<FoldedLedger> folded = continue_ledger(file, ended_kept, rows_folded_at_stop);
        if (!folded || folded->rows_folded < rows_between_snapshots || file.disk_full()) {
            return folded ? Result<void>() : fail(folded.error());
        }
        return keep_snapshot(file, *folded, ended_kept);
    };
    const Result<void> kept = co_await parts_.journal.with_file(keep);
    if (!kept) {
        parts_.log.error("orders", "snapshot.not_kept", kept.error());
    }
}

} // namespace tradesh::orders
