#include "core/runtime/task_scope.hpp"

#include "core/runtime/loop.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>

#include <cassert>
#include <exception>
#include <utility>

namespace tradesh::runtime {

struct TaskScope::Running {
    TaskInfo info;
    std::function<Task<void>(TaskInfo&)> body; // lives as long as the coroutine that it made
    asio::cancellation_signal cancel;
    bool started = false;
    bool cancelled_early = false; ///< before its first turn: Asio would throw instead of running it
};

TaskScope::TaskScope(Loop& loop) : loop_(loop), idle_(loop) { idle_.set(); }
TaskScope::~TaskScope() { assert(running_.empty() && "a task scope was destroyed before its tasks ended"); }

namespace {

/// Cancellation is a value in our tasks (Wake, Result), never an exception out of an unrelated await.
template <class Running>
Task<void> run_body(Running& running) {
    co_await asio::this_coro::throw_if_cancelled(false);
    running.started = true;
    if (running.cancelled_early) {
        running.cancel.emit(asio::cancellation_type::terminal);
    }
    co_await running.body(running.info);
}

} // namespace

void TaskScope::spawn(std::string name, std::function<Task<void>(TaskInfo&)> body) {
    auto& slot = running_.emplace_back(std::make_unique<Running>());
    Running* running = slot.get();
    running->info.name = std::move(name);
    running->info.started = loop_.clock().elapsed();
    running->body = std::move(body);
    idle_.reset();
    auto ended = [this, running](std::exception_ptr failure) {
        std::string what;
        try {
            if (failure) {
                std::rethrow_exception(failure);
            }
        } catch (const std::exception& exception) {
            what = exception.what();
        }
        if (!what.empty()) {
            if (!on_failure) {
                std::terminate();
            }
            on_failure(running->info, what);
        }
        std::erase_if(running_, [running](const auto& other) { return other.get() == running; });
        if (running_.empty()) {
            idle_.set();
        }
    };
    asio::co_spawn(loop_.context(), run_body(*running),
                   asio::bind_cancellation_slot(running->cancel.slot(), std::move(ended)));
}

void TaskScope::cancel() {
    std::vector<Running*> all;
    for (const auto& running : running_) {
        all.push_back(running.get());
    }
    for (Running* running : all) {
        if (!running->started) {
            running->cancelled_early = true;
            continue;
        }
        // A cancelled task resumes on a later turn of the loop, so the list does not change under us.
        running->cancel.emit(asio::cancellation_type::terminal);
    }
}

Task<void> TaskScope::join() {
    while (!running_.empty()) {
        co_await asio::this_coro::reset_cancellation_state();
        co_await idle_.wait();
    }
}

std::vector<TaskInfo> TaskScope::list() const {
    std::vector<TaskInfo> tasks;
    for (const auto& running : running_) {
        tasks.push_back(running->info);
    }
    return tasks;
}

} // namespace tradesh::runtime
