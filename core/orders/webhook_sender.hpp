#pragma once

#include "core/base/error.hpp"
#include "core/base/time.hpp"
#include "core/net/http_client.hpp"
#include "core/orders/webhook_message.hpp"
#include "core/orders/webhook_secret.hpp"
#include "core/runtime/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::orders {

/// One attempt, signed.
struct WebhookPost {
    std::string url;
    bool private_allowed = false;
    std::string id;
    std::int64_t timestamp_s = 0;
    std::string signature;
    std::string body;
    Duration answer_limit = std::chrono::seconds(20);
};

/// The message for an endpoint as it is sent now.
WebhookPost sign_post(const WebhookMessage& message, const std::string& url, bool private_allowed,
                      const WebhookKeys& keys, Instant now);

struct WebhookAnswer {
    int status = 0;
    std::optional<Duration> retry_after{};
};

/// The way to a receiver.
class WebhookSender {
public:
    virtual ~WebhookSender() = default;
    /// What it answered, whatever the status; redirects are answers. Errors: connection, timeout, refused (an address
    /// that is not allowed), cancelled; never of kind unknown, because sending a message twice does no harm.
    virtual runtime::Task<Result<WebhookAnswer>> post(WebhookPost post) = 0;
    /// Ends what is under way as cancelled.
    virtual runtime::Task<void> close() { co_return; }
    /// For `status connections`.
    virtual std::vector<net::HttpConnections> connections() const { return {}; }
};

} // namespace tradesh::orders
