#pragma once

#include "core/base/time.hpp"

#include <cstdint>
#include <optional>

/// When a message is sent again, and when it is given up (the example schedule of Standard Webhooks 1.0.0).
namespace tradesh::orders {

/// Attempts of a message before it is a dead letter: the first, and one after each of 5 s, 5 min, 30 min, 2 h, 5 h,
/// 10 h, 14 h, 20 h and 24 h.
inline constexpr int webhook_attempts_max = 10;
/// An endpoint that took nothing for so long is disabled.
inline constexpr Duration webhook_failing_max = std::chrono::hours(5 * 24);
/// How long a replaced secret still signs.
inline constexpr Duration webhook_rotation_time = std::chrono::hours(24);

enum class WebhookVerdict : std::uint8_t {
    delivered, ///< 2xx
    retry,
    dead, ///< the last attempt failed
    gone, ///< 410: the endpoint wants no more
};

struct WebhookStep {
    WebhookVerdict verdict = WebhookVerdict::delivered;
    Duration delay{0}; ///< until the next attempt, for `retry`
};

/// What follows from an answer. `status` is 0 when none came; `attempts` counts this one; `jitter` in [0, 1) lengthens
/// the delay by up to a fifth, so that a receiver that comes back is not met by everything at once. `retry_after`, of
/// any failure, is honoured up to a day.
WebhookStep next_webhook_step(int status, int attempts, std::optional<Duration> retry_after, double jitter);

/// 429 and 503 (and 502 and 504, which overload also brings about) speak of the receiver, not of the message.
bool is_throttled(int status);

} // namespace tradesh::orders
