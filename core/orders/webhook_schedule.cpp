#include "core/orders/webhook_schedule.hpp"

#include <algorithm>
#include <array>

namespace tradesh::orders {

using namespace std::chrono_literals;

namespace {

constexpr std::array<Duration, webhook_attempts_max - 1> delays{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
constexpr Duration retry_after_max = 24h;

Duration lengthened(Duration delay, double jitter) {
    return delay + std::chrono::duration_cast<Duration>(delay * (jitter / 5));
}

} // namespace

WebhookStep next_webhook_step(int status, int attempts, std::optional<Duration> retry_after, double jitter) {
    if (status >= 200 && status < 300) {
        return {WebhookVerdict::delivered};
    }
    if (status == 410) {
        return {WebhookVerdict::gone};
    }
    if (attempts >= webhook_attempts_max) {
        return {WebhookVerdict::dead};
    }
    const Duration asked = std::min(retry_after.value_or(0s), retry_after_max);
    const Duration planned = lengthened(delays[static_cast<std::size_t>(std::max(attempts, 1) - 1)], jitter);
    return {WebhookVerdict::retry, std::max(asked, planned)};
}

bool is_throttled(int status) { return status == 429 || (status >= 502 && status <= 504); }

} // namespace tradesh::orders
