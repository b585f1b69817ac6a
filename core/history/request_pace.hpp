#pragma once

#include "core/base/time.hpp"
#include "core/venue/history.hpp"

#include <span>
#include <vector>

namespace tradesh::history {

/// A source counts the moments at which requests arrive, we those at which they leave, and the way is not always
/// equally long. Every window is kept this much longer than the source says.
inline constexpr Duration pace_margin = std::chrono::milliseconds(10);

/// The longest window with its margin: requests older than that have no influence any more. Zero without a pace.
Duration pace_memory(std::span<const venue::Pace> paces);

/// When the next request may leave: the first moment, not before `now`, at which no window holds more than its number
/// of requests. `sent` are the moments of earlier ones, ascending, none after `now`.
Instant next_send(std::span<const venue::Pace> paces, std::span<const Instant> sent, Instant now);

/// How long `requests` take at least when they go on for ever: at the slowest pace, and `at_once` of them side by side.
Duration steady_time(std::size_t requests, std::span<const venue::Pace> paces, std::size_t at_once, Duration latency);

/// Requests as the log shows them, brought onto a clock that is never set: the log is shared by processes and has the
/// time of day. A row keeps the place it had when it was first seen. One from the future (the time of day was set back)
/// counts as sent at that moment, because nobody knows when it was; one of our own keeps its true place whatever
/// happens to the time of day.
class SeenRequests {
public:
    /// `rows` is what the log holds since `now - memory`, ascending; `elapsed` the moment on the steady clock.
    void take(std::span<const Instant> rows, Instant now, Duration elapsed, Duration memory);
    /// A request of our own, logged as `logged`.
    void add(Instant logged, Duration elapsed);
    /// Moments on the steady clock since its zero, ascending.
    std::vector<Instant> moments() const;

private:
    struct Seen {
        Instant logged;
        Duration elapsed;
    };
    std::vector<Seen> seen_; ///< ascending by `logged`
};

} // namespace tradesh::history
