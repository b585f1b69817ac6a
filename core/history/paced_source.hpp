#pragma once

#include "core/history/request_gate.hpp"
#include "core/runtime/log.hpp"

#include <array>
#include <functional>
#include <set>
#include <string>

namespace tradesh::history {

/// After which waits a request that failed in passing is sent again.
inline constexpr std::array<Duration, 3> retry_delays{std::chrono::seconds(1), std::chrono::seconds(2),
                                                      std::chrono::seconds(4)};
/// A source that asks for a longer pause than this is asked again by the next load, not by this one.
inline constexpr Duration retry_after_max = std::chrono::minutes(10);

/// Whether the same request may be answered later: connection, timeout, rate_limited.
bool may_pass(ErrorKind kind);
/// How long to wait before a request that failed so for the `attempts`-th time is sent again; nullopt: never.
std::optional<Duration> retry_delay(const Error& error, std::uint32_t attempts);

/// A source of history behind its gate: every request waits for its turn, is given up after the source's timeout, and
/// sent again where that can help. Every attempt is a request. Loop thread only.
class PacedSource {
public:
    struct Parts {
        runtime::Loop& loop;
        runtime::Log& log;
        store::MarketStore& store;
        venue::History& source;
    };
    explicit PacedSource(Parts parts)
        : parts_(parts),
          limits_(parts.source.limits()),
          gate_({.loop = parts.loop, .store = parts.store, .limits = limits_}) {}

    /// What a request came to.
    template <class T>
    struct Outcome {
        Result<T> answer;
        std::uint32_t attempts = 0;
        Instant asked_at; ///< when the last attempt left
    };
    template <class T>
    using Call = std::function<runtime::Task<Result<T>>(venue::History&)>;

    /// Error cancelled where the lane was stopped, or the task cancelled. `what` names it in the log.
    template <class T>
    runtime::Task<Outcome<T>> ask(RequestLane& lane, std::string what, Call<T> call);

    /// Gives up what is in flight and refuses everything from now on.
    runtime::Task<void> close();

    const venue::HistoryLimits& limits() const { return limits_; }
    RequestGate& gate() { return gate_; }
    const RequestGate& gate() const { return gate_; }
    /// Of one request, as measured lately; the source's own word before the first.
    Duration latency() const { return latency_.value_or(limits_.usual_latency); }

private:
    template <class T>
    runtime::Task<Result<T>> answer_in_time(const Call<T>& call);
    runtime::Task<bool> wait_to_retry(RequestLane& lane, Duration delay);
    void note_latency(Duration taken);
    void note_retry(const std::string& what, const Error& error, Duration delay);
    Error given_up(runtime::Wake wake) const;

    Parts parts_;
    venue::HistoryLimits limits_;
    RequestGate gate_;
    std::optional<Duration> latency_;
    std::set<runtime::TaskScope*> in_flight_;
    bool closed_ = false;
};

template <class T>
runtime::Task<PacedSource::Outcome<T>> PacedSource::ask(RequestLane& lane, std::string what, Call<T> call) {
    Outcome<T> outcome{.answer = fail(request_stopped()), .attempts = 0, .asked_at = {}};
    for (;;) {
        Result<void> entered = co_await gate_.enter(lane);
        if (!entered) {
            outcome.answer = fail(std::move(entered.error()));
            co_return outcome;
        }
        ++outcome.attempts;
        outcome.asked_at = parts_.loop.clock().now();
        Result<T> answer = co_await answer_in_time<T>(call);
        gate_.leave();
        outcome.answer = std::move(answer);
        if (outcome.answer) {
            co_return outcome;
        }
        const std::optional<Duration> delay = retry_delay(outcome.answer.error(), outcome.attempts);
        if (!delay) {
            co_return outcome;
        }
        note_retry(what, outcome.answer.error(), *delay);
        const bool go_on = co_await wait_to_retry(lane, *delay);
        if (!go_on) {
            outcome.answer = fail(request_stopped());
            co_return outcome;
        }
    }
}

/// The call runs as a task of its own, so that it can be given up; it has ended when this returns.
template <class T>
runtime::Task<Result<T>> PacedSource::answer_in_time(const Call<T>& call) {
    std::optional<Result<T>> answer;
    runtime::Event answered(parts_.loop);
    runtime::TaskScope scope(parts_.loop);
    scope.on_failure = [&](const runtime::TaskInfo&, const std::string& what) {
        answer = fail(Error(ErrorKind::failed, "history.exception", "the source failed: " + what));
        answered.set();
    };
    const Duration began = parts_.loop.clock().elapsed();
    scope.spawn("history request", [&](runtime::TaskInfo& info) -> runtime::Task<void> {
        info.awaits = "the answer of the source";
        Result<T> result = co_await call(parts_.source);
        answer = std::move(result);
        answered.set();
    });
    in_flight_.insert(&scope);
    const runtime::Wake wake = co_await answered.wait_for(limits_.timeout);
    if (wake != runtime::Wake::signalled) {
        scope.cancel();
    }
    co_await scope.join();
    in_flight_.erase(&scope);
    if (answer && (answer->has_value() || (wake == runtime::Wake::signalled && !closed_))) {
        note_latency(parts_.loop.clock().elapsed() - began);
        co_return std::move(*answer);
    }
    co_return fail(given_up(wake));
}

} // namespace tradesh::history
