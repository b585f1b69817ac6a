#pragma once

#include "core/runtime/loop.hpp"
#include "core/runtime/task_scope.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace tradesh::engine {

using SideBody = std::function<runtime::Task<void>(std::size_t index, runtime::TaskInfo& task)>;

/// Runs `body(i)` for every i below `count`, at most `limit` of them at once, beginning with the first. Cancelling the
/// caller cancels those under way and begins no other; they are awaited all the same. Returns how many were begun.
/// `body` outlives the call.
runtime::Task<std::size_t> run_side_by_side(runtime::Loop& loop, std::string name, std::size_t count, std::size_t limit,
                                            const SideBody& body);

} // namespace tradesh::engine
