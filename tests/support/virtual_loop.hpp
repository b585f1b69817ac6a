#pragma once

#include "core/runtime/loop.hpp"

#include <stdexcept>

namespace tradesh::test {

/// Time that moves only when the test says so.
class VirtualClock final : public Clock {
public:
    Instant now() const override { return now_; }
    Duration elapsed() const override { return elapsed_; }
    void advance(Duration step) {
        now_ += step;
        elapsed_ += step;
    }
    /// Somebody sets the time of day; deadlines do not notice.
    void step_wall_clock(Duration step) { now_ += step; }

private:
    Instant now_ = std::chrono::sys_days(std::chrono::year_month_day(std::chrono::year(2026), std::chrono::month(11),
                                                                     std::chrono::day(20))) +
                   std::chrono::hours(15);
    Duration elapsed_{0};
};

/// A loop on virtual time. Time jumps to the next deadline only when nothing else is ready.
class VirtualLoop {
public:
    VirtualClock clock;
    runtime::Loop loop{clock, false};

    void run_until_idle() {
        for (int steps = 0; steps < 1'000'000; ++steps) {
            loop.poll();
            const std::optional<Duration> next = loop.timers().next();
            if (!next) {
                return;
            }
            if (*next > clock.elapsed()) {
                clock.advance(*next - clock.elapsed());
            }
            loop.timers().fire_due();
        }
        throw std::runtime_error("the virtual loop does not come to rest");
    }
    /// Runs everything that happens within `span`, then stands `span` later.
    void run_for(Duration span) {
        const Duration end = clock.elapsed() + span;
        for (;;) {
            loop.poll();
            const std::optional<Duration> next = loop.timers().next();
            if (!next || *next > end) {
                break;
            }
            if (*next > clock.elapsed()) {
                clock.advance(*next - clock.elapsed());
            }
            loop.timers().fire_due();
        }
        clock.advance(end - clock.elapsed());
    }
};

} // namespace tradesh::test
