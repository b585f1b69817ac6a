#include "core/runtime/timers.hpp"

#include <utility>
#include <vector>

namespace tradesh::runtime {

Timers::Id Timers::after(Duration delay, Callback callback) {
    const Id id{clock_.elapsed() + delay, ++sequence_};
    const auto place = waiting_.emplace(id, std::move(callback)).first;
    if (place == waiting_.begin() && on_change) {
        on_change();
    }
    return id;
}

std::optional<Duration> Timers::next() const {
    if (waiting_.empty()) {
        return std::nullopt;
    }
    return waiting_.begin()->first.first;
}

void Timers::fire_due() {
    const Duration now = clock_.elapsed();
    const std::uint64_t newest = sequence_;
    for (auto due = waiting_.begin(); due != waiting_.end() && due->first.first <= now;) {
        if (due->first.second > newest) {
            ++due;
            continue;
        }
        Callback callback = std::move(due->second);
        waiting_.erase(due);
        callback();
        due = waiting_.begin(); // the callback may have changed the map
    }
    if (on_change) {
        on_change();
    }
}

} // namespace tradesh::runtime
