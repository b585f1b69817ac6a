#pragma once

#include "core/history/request_pace.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/task_scope.hpp"
#include "core/store/market_store.hpp"

#include <cstdint>
#include <deque>
#include <memory>

namespace tradesh::history {

/// Those who ask for one thing (a load, a look-up): they share its end, and its turns at the gate.
struct RequestLane {
    explicit RequestLane(runtime::Loop& loop) : stopped(loop) {}
    runtime::Event stopped; ///< set once nothing more may be asked
    std::size_t sent = 0;   ///< requests
};

/// Where every request to a source waits until it may leave: at most requests_in_flight_max are out at once, and all
/// paces hold. The lanes take turns, so that a long load does not keep a short one waiting; within a lane it is first
/// come, first served. Loop thread only.
///
/// A request is noted in the store's log before it leaves. The decision is taken within the same transaction, from the
/// log, so that two processes never both take the last place. The log keeps the time of day: after it was set forward
/// while no process ran, requests look older than they are; within a process that makes no difference.
class RequestGate {
public:
    static constexpr std::size_t waiting_max = 10'000;

    struct Parts {
        runtime::Loop& loop;
        store::MarketStore& store;
        venue::HistoryLimits limits;
    };
    explicit RequestGate(Parts parts);

    /// Waits for the turn; every success needs one `leave`. Errors: cancelled (the lane was stopped or the task
    /// cancelled), refused (too many are waiting), those of the store.
    runtime::Task<Result<void>> enter(RequestLane& lane);
    void leave();

    /// Ends the lane: those who wait in it go away.
    void stop(RequestLane& lane);
    /// Ends all lanes, now and later.
    runtime::Task<void> close();

    std::uint64_t sent() const { return sent_; }
    std::size_t waiting() const { return waiting_; }
    std::size_t in_flight() const { return in_flight_; }

private:
    struct Waiter;
    struct Queue {
        RequestLane* lane;
        std::deque<std::shared_ptr<Waiter>> waiters;
    };
    struct Turn {
        Duration wait{0}; ///< zero: it may leave
        Instant logged;
    };
    void line_up(RequestLane& lane, std::shared_ptr<Waiter> waiter);
    void withdraw(const std::shared_ptr<Waiter>& waiter);
    void dismiss(Queue& queue);
    void admit(Result<void> outcome);
    Duration wait_as_seen() const;
    runtime::Task<Result<Turn>> take_turn();
    runtime::Task<void> serve();

    Parts parts_;
    SeenRequests seen_;
    std::deque<Queue> queues_; ///< in the order of their turns; none is empty
    std::size_t waiting_ = 0;
    std::size_t in_flight_ = 0;
    std::uint64_t sent_ = 0;
    bool serving_ = false;
    bool closed_ = false;
    runtime::Event changed_; ///< a request came back, or nobody waits any more
    runtime::TaskScope tasks_;
};

/// The error of a request that was not sent, or whose answer nobody waits for.
Error request_stopped();

} // namespace tradesh::history
