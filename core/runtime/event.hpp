#pragma once

#include "core/base/time.hpp"
#include "core/runtime/task.hpp"

#include <memory>

namespace tradesh::runtime {

class Loop;

/// Why a wait ended.
enum class Wake : std::uint8_t { signalled, timeout, cancelled };

/// Something that tasks of one loop wait for. Once set it stays set until `reset`. Loop thread only.
class Event {
public:
    explicit Event(Loop& loop);
    ~Event(); ///< whoever still waits wakes up as cancelled
    Event(Event&&) noexcept;
    Event& operator=(Event&&) noexcept;

    void set();
    void reset();
    bool is_set() const;

    /// Returns at once when already set. Cancelling the waiting task ends the wait without an exception.
    Task<Wake> wait();
    Task<Wake> wait_for(Duration limit);

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace tradesh::runtime
