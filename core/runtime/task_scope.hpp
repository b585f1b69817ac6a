#pragma once

#include "core/base/time.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/task.hpp"

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace tradesh::runtime {

class Loop;

/// What `status tasks` shows of a running task. The task itself keeps `awaits` true.
struct TaskInfo {
    std::string name;
    std::string awaits;
    Duration started{0}; ///< Clock::elapsed() when it was spawned
};

/// Owns tasks: none outlives its scope, and cancelling the scope reaches every one of them. Loop thread only.
/// A scope must be joined (or have no tasks left) before it is destroyed.
class TaskScope {
public:
    explicit TaskScope(Loop& loop);
    ~TaskScope();
    TaskScope(const TaskScope&) = delete;
    TaskScope& operator=(const TaskScope&) = delete;

    /// Starts `body` on the loop. An exception that leaves it is a bug: it is handed to `on_failure`, or terminates.
    void spawn(std::string name, std::function<Task<void>(TaskInfo&)> body);
    void cancel();
    /// Waits until every task has ended. Not ended by cancellation of the caller.
    Task<void> join();

    bool empty() const { return running_.empty(); }
    std::vector<TaskInfo> list() const;

    std::function<void(const TaskInfo&, const std::string& what)> on_failure;

private:
    struct Running;
    Loop& loop_;
    std::list<std::unique_ptr<Running>> running_;
    Event idle_;
};

} // namespace tradesh::runtime
