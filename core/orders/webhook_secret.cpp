#include "core/orders/webhook_secret.hpp"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace tradesh::orders {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::string_view until_word = " until ";

Error not_a_secret() {
    return Error(ErrorKind::usage, "webhook.secret", "a secret is whsec_ followed by base64 of 24 to 64 bytes")
        .advise("let one be made by leaving --secret-file away, or: echo whsec_$(head -c 32 /dev/urandom | base64)");
}

Error bad_line(std::size_t number) {
    return Error(ErrorKind::config, "webhook.secret_file",
                 "line " + std::to_string(number) + " is neither a secret nor 'SECRET until TIME'")
        .attempting("read a webhook's secrets");
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r";
    const std::size_t begin = text.find_first_not_of(blank);
    return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

} // namespace

Result<WebhookSecret> WebhookSecret::parse(std::string_view text) {
    if (!text.starts_with(prefix)) {
        return fail(not_a_secret());
    }
    text.remove_prefix(prefix.size());
    std::vector<std::byte> bytes(bytes_max + 1);
    std::size_t length = 0;
    const char* end = nullptr;
    const int failed = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                                         text.size(), nullptr, &length, &end, sodium_base64_VARIANT_ORIGINAL);
    if (failed != 0 || end != text.data() + text.size() || length < bytes_min || length > bytes_max) {
        return fail(not_a_secret());
    }
    bytes.resize(length);
    return WebhookSecret(std::move(bytes));
}

std::string WebhookSecret::to_text() const {
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
    std::string base64(sodium_base64_encoded_len(bytes_.size(), variant), '\0');
    sodium_bin2base64(base64.data(), base64.size(), reinterpret_cast<const unsigned char*>(bytes_.data()),
                      bytes_.size(), variant);
    base64.pop_back(); // the terminating zero
    return std::string(prefix) + base64;
}

Result<WebhookKeys> WebhookKeys::parse(std::string_view text) {
    std::optional<WebhookKeys> keys;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t newline = text.find('\n');
        const std::string_view line = trimmed(text.substr(0, newline));
        text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        const std::size_t until = line.find(until_word);
        Result<WebhookSecret> secret = WebhookSecret::parse(line.substr(0, until));
        if (!secret || keys.has_value() != (until != std::string_view::npos)) {
            return fail(bad_line(number));
        }
        if (!keys) {
            keys.emplace(WebhookKeys(std::move(*secret)));
            continue;
        }
        const Result<Instant> end = parse_instant(line.substr(until + until_word.size()));
        if (!end) {
            return fail(bad_line(number));
        }
        keys->old_.push_back({std::move(*secret), *end});
    }
    if (!keys) {
        return fail(Error(ErrorKind::config, "webhook.secret_file", "there is no secret in the file")
                        .attempting("read a webhook's secrets"));
    }
    return std::move(*keys);
}

std::string WebhookKeys::to_text() const {
    std::string text = secret_.to_text() + "\n";
    for (const Old& old : old_) {
        text += old.secret.to_text() + std::string(until_word) + to_rfc3339(old.until) + "\n";
    }
    return text;
}

void WebhookKeys::rotate(WebhookSecret secret, Instant now, Instant old_until) {
    std::erase_if(old_, [now](const Old& old) { return old.until <= now; });
    for (Old& old : old_) {
        old.until = std::min(old.until, old_until);
    }
    old_.insert(old_.begin(), Old{std::exchange(secret_, std::move(secret)), old_until});
}

std::vector<WebhookSecret> WebhookKeys::signing(Instant now) const {
    std::vector<WebhookSecret> secrets{secret_};
    for (const Old& old : old_) {
        if (now < old.until) {
            secrets.push_back(old.secret);
        }
    }
    return secrets;
}

} // namespace tradesh::orders
