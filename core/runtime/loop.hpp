#pragma once

#include "core/base/time.hpp"
#include "core/runtime/histogram.hpp"
#include "core/runtime/task.hpp"
#include "core/runtime/timers.hpp"

#include <functional>
#include <memory>

namespace asio {
class io_context;
}

namespace tradesh::runtime {

/// The one event loop of a core. Every mutable state of the process belongs to the thread that runs it.
class Loop {
public:
    /// With `drive_timers` false nobody fires timers but the caller: tests on a virtual clock.
    explicit Loop(const Clock& clock, bool drive_timers = true);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    asio::io_context& context();
    asio::any_io_executor executor();
    Timers& timers() { return timers_; }
    const Clock& clock() const { return clock_; }

    /// Runs handlers until `stop`, timing each one.
    void run();
    void stop();
    /// Runs what is ready and returns; for tests.
    void poll();

    /// Queues work from any thread.
    void post(std::move_only_function<void()> work);

    /// CPU time of each handler that `run` executed.
    const Histogram& handler_times() const { return handler_times_; }

private:
    struct Driver;
    const Clock& clock_;
    Timers timers_;
    Histogram handler_times_;
    std::unique_ptr<Driver> driver_;
};

/// Suspends for `delay`; false when cancelled before it was over.
Task<bool> sleep_for(Loop& loop, Duration delay);

} // namespace tradesh::runtime
