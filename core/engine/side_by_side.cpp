#include "core/engine/side_by_side.hpp"

#include "core/runtime/event.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::engine {

using runtime::Task;
using runtime::TaskInfo;

Task<std::size_t> run_side_by_side(runtime::Loop& loop, std::string name, std::size_t count, std::size_t limit,
                                   const SideBody& body) {
    if (count == 0) {
        co_return 0;
    }
    runtime::TaskScope lanes(loop);
    runtime::Event all_done(loop);
    std::size_t running = std::clamp<std::size_t>(limit, 1, count);
    std::size_t next = 0;
    bool stopping = false;
    const auto lane = [&](TaskInfo& info) -> Task<void> {
        while (next < count && !stopping) {
            const std::size_t index = next++;
            co_await body(index, info);
        }
        if (--running == 0) {
            all_done.set();
        }
    };
    for (std::size_t i = 0, lane_count = running; i < lane_count; ++i) {
        lanes.spawn(name + " " + std::to_string(i + 1), lane);
    }
    const runtime::Wake wake = co_await all_done.wait();
    if (wake == runtime::Wake::cancelled) {
        stopping = true;
        lanes.cancel();
    }
    co_await lanes.join();
    co_return next;
}

} // namespace tradesh::engine
