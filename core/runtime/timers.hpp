#pragma once

#include "core/base/time.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

namespace tradesh::runtime {

/// Callbacks at moments of `Clock::elapsed()`, on the loop thread, earliest first and in order of arrival when equal.
/// Whoever drives it calls `fire_due` when `next` has come: the Loop in production, the test on a virtual clock.
class Timers {
public:
    using Callback = std::move_only_function<void()>;
    using Id = std::pair<Duration, std::uint64_t>;

    explicit Timers(const Clock& clock) : clock_(clock) {}

    Id after(Duration delay, Callback callback);
    /// Harmless when the callback has already run.
    void cancel(Id id) { waiting_.erase(id); }

    std::optional<Duration> next() const;
    /// Runs every callback that is due now; those may add others, which wait for the next call.
    void fire_due();
    std::size_t size() const { return waiting_.size(); }

    /// Called whenever the earliest moment may have changed, so that the driver can re-arm.
    std::function<void()> on_change;

private:
    const Clock& clock_;
    std::map<Id, Callback> waiting_;
    std::uint64_t sequence_ = 0;
};

} // namespace tradesh::runtime
