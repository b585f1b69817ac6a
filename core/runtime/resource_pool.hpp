#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace tradesh::runtime {

/// Things that one thread at a time may use, such as read connections of a database: taken, used and put back by
/// workers, so that as many exist as were ever used at once. Safe for any thread.
template <class T>
class ResourcePool {
public:
    /// One that lies idle; nullopt when the caller must make another, and put it here afterwards.
    std::optional<T> take() {
        const std::lock_guard lock(mutex_);
        if (idle_.empty()) {
            ++made_;
            return std::nullopt;
        }
        ++reused_;
        std::optional<T> taken(std::move(idle_.back()));
        idle_.pop_back();
        return taken;
    }
    void put(T resource) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(resource));
    }

    std::uint64_t made() const { return made_; }
    std::uint64_t reused() const { return reused_; }

private:
    std::mutex mutex_;
    std::vector<T> idle_;
    std::atomic<std::uint64_t> made_ = 0;
    std::atomic<std::uint64_t> reused_ = 0;
};

} // namespace tradesh::runtime
