#include "core/history/request_gate.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tradesh::history {

using runtime::Task;
using runtime::TaskInfo;
using runtime::Wake;

struct RequestGate::Waiter {
    explicit Waiter(runtime::Loop& loop) : ready(loop) {}
    runtime::Event ready;
    Result<void> outcome = fail(request_stopped());
    bool admitted = false;
};

Error request_stopped() {
    return Error(ErrorKind::cancelled, "history.stopped", "the load was stopped before this request was answered");
}

RequestGate::RequestGate(Parts parts) : parts_(std::move(parts)), changed_(parts_.loop), tasks_(parts_.loop) {}

Task<Result<void>> RequestGate::enter(RequestLane& lane) {
    if (closed_ || lane.stopped.is_set()) {
        co_return fail(request_stopped());
    }
    if (waiting_ >= waiting_max) {
        co_return fail(Error(ErrorKind::refused, "history.busy",
                             std::to_string(waiting_) + " requests are waiting for their turn already")
                           .advise("wait until some loads have ended"));
    }
    const auto waiter = std::make_shared<Waiter>(parts_.loop);
    line_up(lane, waiter);
    const Wake wake = co_await waiter->ready.wait();
    if (wake != Wake::cancelled) {
        co_return waiter->outcome;
    }
    if (waiter->admitted) {
        leave(); // both happened on one turn of the loop
    } else {
        withdraw(waiter);
    }
    co_return fail(request_stopped());
}

void RequestGate::leave() {
    assert(in_flight_ > 0);
    --in_flight_;
    changed_.set();
}

void RequestGate::stop(RequestLane& lane) {
    lane.stopped.set();
    const auto queue = std::ranges::find(queues_, &lane, &Queue::lane);
    if (queue != queues_.end()) {
        dismiss(*queue);
        queues_.erase(queue);
    }
}

Task<void> RequestGate::close() {
    closed_ = true;
    for (Queue& queue : queues_) {
        dismiss(queue);
    }
    queues_.clear();
    tasks_.cancel();
    co_await tasks_.join();
}

void RequestGate::line_up(RequestLane& lane, std::shared_ptr<Waiter> waiter) {
    auto queue = std::ranges::find(queues_, &lane, &Queue::lane);
    if (queue == queues_.end()) {
        queue = queues_.insert(queues_.end(), Queue{.lane = &lane, .waiters = {}});
    }
    queue->waiters.push_back(std::move(waiter));
    ++waiting_;
    if (!serving_) {
        serving_ = true;
        tasks_.spawn("history requests", [this](TaskInfo& info) {
            info.awaits = "the pace of the source";
            return serve();
        });
    }
}

void RequestGate::withdraw(const std::shared_ptr<Waiter>& waiter) {
    for (Queue& queue : queues_) {
        waiting_ -= std::erase(queue.waiters, waiter);
    }
    std::erase_if(queues_, [](const Queue& queue) { return queue.waiters.empty(); });
    changed_.set();
}

void RequestGate::dismiss(Queue& queue) {
    for (const std::shared_ptr<Waiter>& waiter : queue.waiters) {
        waiter->ready.set();
    }
    waiting_ -= queue.waiters.size();
    queue.waiters.clear();
    changed_.set();
}

/// The next one leaves; with an error, it goes away.
void RequestGate::admit(Result<void> outcome) {
    if (queues_.empty()) {
        return; // whoever waited has gone: the place in the log is lost, which harms nobody
    }
    Queue queue = std::move(queues_.front());
    queues_.pop_front();
    const std::shared_ptr<Waiter> waiter = std::move(queue.waiters.front());
    queue.waiters.pop_front();
    --waiting_;
    if (outcome) {
        waiter->admitted = true;
        ++in_flight_;
        ++sent_;
        ++queue.lane->sent;
    }
    waiter->outcome = std::move(outcome);
    waiter->ready.set();
    if (!queue.waiters.empty()) {
        queues_.push_back(std::move(queue));
    }
}

Duration RequestGate::wait_as_seen() const {
    const Instant now(parts_.loop.clock().elapsed());
    return next_send(parts_.limits.paces, seen_.moments(), now) - now;
}

Task<Result<RequestGate::Turn>> RequestGate::take_turn() {
    if (const Duration wait = wait_as_seen(); wait > Duration(0)) {
        co_return Turn{.wait = wait, .logged = {}};
    }
    // While this runs on the writer's thread nobody else touches what was seen: only `serve` does, and it waits.
    auto decide = [this](store::MarketFile& file) -> Result<Turn> {
        const Clock& clock = parts_.loop.clock();
        const Duration memory = pace_memory(parts_.limits.paces);
        const Instant now = clock.now();
        const Result<std::vector<Instant>> rows = file.requests.since(parts_.limits.source, now - memory);
        if (!rows) {
            return fail(rows.error());
        }
        seen_.take(*rows, now, clock.elapsed(), memory);
        if (const Duration wait = wait_as_seen(); wait > Duration(0)) {
            return Turn{.wait = wait, .logged = {}};
        }
        if (Result<void> recorded = file.requests.record(parts_.limits.source, now, now - memory); !recorded) {
            return fail(std::move(recorded.error()));
        }
        return Turn{.wait = Duration(0), .logged = now};
    };
    Result<Turn> turn = co_await parts_.store.write(decide);
    co_return turn;
}

/// Runs while somebody waits.
Task<void> RequestGate::serve() {
    while (waiting_ > 0 && !closed_) {
        changed_.reset();
        if (in_flight_ >= parts_.limits.requests_in_flight_max) {
            co_await changed_.wait();
            continue;
        }
        const Result<Turn> turn = co_await take_turn();
        if (!turn) {
            admit(fail(turn.error()));
        } else if (turn->wait > Duration(0)) {
            co_await changed_.wait_for(turn->wait);
        } else {
            seen_.add(turn->logged, parts_.loop.clock().elapsed());
            admit({});
        }
    }
    serving_ = false;
}

} // namespace tradesh::history
