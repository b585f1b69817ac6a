#pragma once

#include "core/orders/webhook_secret.hpp"
#include "tests/support/http_server.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tradesh::test {

/// One attempt of a message, as it arrived.
struct ReceivedWebhook {
    std::string id;
    std::int64_t timestamp_s = 0;
    bool is_signed = false; ///< with the secret that the receiver knows
    std::string type;
    std::string order;         ///< empty when it is about none
    std::int64_t sequence = 0; ///< within the order
    std::string body;
};

/// What arrived at `server`, in the order of arrival, checked with `secret`.
std::vector<ReceivedWebhook> received_webhooks(HttpServer& server, const orders::WebhookSecret& secret);

/// What is wrong with them, one sentence each; empty when every attempt is signed, an id always brings the same body,
/// and the first arrivals of each order's messages come as 1, 2, 3 ... without a gap.
std::vector<std::string> faults_of(const std::vector<ReceivedWebhook>& received);

} // namespace tradesh::test
