#include "core/history/paced_source.hpp"

namespace tradesh::history {

bool may_pass(ErrorKind kind) {
    return kind == ErrorKind::connection || kind == ErrorKind::timeout || kind == ErrorKind::rate_limited;
}

std::optional<Duration> retry_delay(const Error& error, std::uint32_t attempts) {
    if (!may_pass(error.kind) || attempts > retry_delays.size()) {
        return std::nullopt;
    }
    const Duration delay = retry_delays.at(attempts - 1);
    if (!error.retry_after) {
        return delay;
    }
    return *error.retry_after > retry_after_max ? std::nullopt : std::optional<Duration>(*error.retry_after);
}

runtime::Task<void> PacedSource::close() {
    closed_ = true;
    for (runtime::TaskScope* const call : in_flight_) {
        call->cancel();
    }
    co_await gate_.close();
}

/// False when there is nothing to wait for any more.
runtime::Task<bool> PacedSource::wait_to_retry(RequestLane& lane, Duration delay) {
    const runtime::Wake wake = co_await lane.stopped.wait_for(delay);
    co_return wake == runtime::Wake::timeout;
}

void PacedSource::note_latency(Duration taken) { latency_ = latency_ ? (*latency_ * 7 + taken) / 8 : taken; }

void PacedSource::note_retry(const std::string& what, const Error& error, Duration delay) {
    parts_.log.write(runtime::LogLevel::warning, "history", "request.retry", error.correlation,
                     {{.name = "request", .value = what},
                      {.name = "why", .value = error.describe()},
                      {.name = "after", .value = to_text(delay)}});
}

Error PacedSource::given_up(runtime::Wake wake) const {
    if (closed_ || wake == runtime::Wake::cancelled) {
        return request_stopped();
    }
    return Error(ErrorKind::timeout, "history.timeout", "the source did not answer within " + to_human(limits_.timeout))
        .advise("try again; what was answered before is stored");
}

} // namespace tradesh::history
