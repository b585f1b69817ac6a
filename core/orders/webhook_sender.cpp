#include "core/orders/webhook_sender.hpp"

#include "core/orders/webhook_signature.hpp"

namespace tradesh::orders {

WebhookPost sign_post(const WebhookMessage& message, const std::string& url, bool private_allowed,
                      const WebhookKeys& keys, Instant now) {
    const std::int64_t timestamp_s = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    return {.url = url,
            .private_allowed = private_allowed,
            .id = message.id,
            .timestamp_s = timestamp_s,
            .signature = sign_webhook(keys.signing(now), message.id, timestamp_s, message.body),
            .body = message.body,
            .answer_limit = WebhookPost{}.answer_limit};
}

} // namespace tradesh::orders
