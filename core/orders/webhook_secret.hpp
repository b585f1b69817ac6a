#pragma once

#include "core/base/error.hpp"
#include "core/base/time.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::orders {

/// What an endpoint and we sign messages with: "whsec_" and base64 of 24 to 64 bytes (Standard Webhooks 1.0.0). It is
/// never logged, listed, journalled or part of an error.
class WebhookSecret {
public:
    static constexpr std::size_t bytes_min = 24;
    static constexpr std::size_t bytes_max = 64;
    static constexpr std::size_t bytes_made = 32; ///< of one that we make

    /// Errors: usage, "webhook.secret"; they do not repeat the text.
    static Result<WebhookSecret> parse(std::string_view text);
    /// bytes_min to bytes_max random bytes.
    static WebhookSecret of(std::span<const std::byte> random) { return WebhookSecret({random.begin(), random.end()}); }

    std::string to_text() const;
    std::span<const std::byte> bytes() const { return bytes_; }
    bool operator==(const WebhookSecret&) const = default;

private:
    explicit WebhookSecret(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}
    std::vector<std::byte> bytes_;
};

/// The secrets of an endpoint: the one in force, and those that a rotation has replaced and that still sign until then.
class WebhookKeys {
public:
    explicit WebhookKeys(WebhookSecret secret) : secret_(std::move(secret)) {}

    /// The text of a private file: the secret in force on the first line, then one line each "whsec_... until TIME".
    /// Blank lines and those that begin with '#' do not count. Errors: config, "webhook.secret_file"; they name lines
    /// and repeat nothing of them.
    static Result<WebhookKeys> parse(std::string_view text);
    std::string to_text() const;

    /// `secret` is in force from now on; those before it sign as well until `old_until`, or their own earlier end.
    void rotate(WebhookSecret secret, Instant now, Instant old_until);
    /// The one in force first.
    std::vector<WebhookSecret> signing(Instant now) const;

private:
    struct Old {
        WebhookSecret secret;
        Instant until;
    };
    WebhookSecret secret_;
    std::vector<Old> old_;
};

} // namespace tradesh::orders
