#pragma once

#include "core/orders/webhook_secret.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Signatures of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com, "Webhook payload signatures").
namespace tradesh::orders {

/// The header "webhook-signature" of one attempt: for each secret "v1," and base64 of HMAC-SHA256 over
/// id.timestamp.body, separated by spaces. The timestamp is in seconds since 1970.
std::string sign_webhook(std::span<const WebhookSecret> secrets, std::string_view id, std::int64_t timestamp_s,
                         std::string_view body);

/// Whether some signature of the header is that of `secret`; compared in constant time. What a receiver does; the age
/// of the timestamp is its own to judge.
bool is_webhook_signed(const WebhookSecret& secret, std::string_view header, std::string_view id,
                       std::int64_t timestamp_s, std::string_view body);

} // namespace tradesh::orders
