#include "core/runtime/loop.hpp"

#include "core/runtime/event.hpp"

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <ctime>

namespace tradesh::runtime {
namespace {

Duration thread_cpu_time() {
    timespec value{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &value);
    return std::chrono::seconds(value.tv_sec) + Duration(value.tv_nsec);
}

} // namespace

struct Loop::Driver {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    asio::steady_timer alarm{context};
    std::optional<Duration>
        alarm_at; ///< when it goes off; often earlier than needed, because to set it is a system call
};

Loop::Loop(const Clock& clock, bool drive_timers) : clock_(clock), timers_(clock), driver_(std::make_unique<Driver>()) {
    if (!drive_timers) {
        return;
    }
    timers_.on_change = [this] {
        const std::optional<Duration> next = timers_.next();
        if (!next || (driver_->alarm_at && *driver_->alarm_at <= *next)) {
            return;
        }
        driver_->alarm_at = next;
        driver_->alarm.expires_after(std::max(Duration(0), *next - clock_.elapsed()));
        driver_->alarm.async_wait([this](asio::error_code error) {
            if (!error) {
                driver_->alarm_at.reset();
                timers_.fire_due();
            }
        });
    };
}

Loop::~Loop() { timers_.on_change = nullptr; }

asio::io_context& Loop::context() { return driver_->context; }
asio::any_io_executor Loop::executor() { return driver_->context.get_executor(); }

void Loop::run() {
    Duration before = thread_cpu_time();
    while (driver_->context.run_one() > 0) {
        const Duration after = thread_cpu_time();
        handler_times_.record(after - before);
        before = after;
    }
}

void Loop::stop() { driver_->context.stop(); }
void Loop::poll() {
    driver_->context.restart();
    driver_->context.poll();
}

void Loop::post(std::move_only_function<void()> work) { asio::post(driver_->context, std::move(work)); }

Task<bool> sleep_for(Loop& loop, Duration delay) {
    Event never(loop);
    const Wake wake = co_await never.wait_for(delay);
    co_return wake == Wake::timeout;
}

} // namespace tradesh::runtime
