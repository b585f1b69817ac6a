#include "core/orders/webhook_signature.hpp"

#include <sodium.h>

#include <array>

namespace tradesh::orders {
namespace {

constexpr int base64_variant = sodium_base64_VARIANT_ORIGINAL;

std::string signature_of(const WebhookSecret& secret, std::string_view id, std::int64_t timestamp_s,
                         std::string_view body) {
    const auto* key = reinterpret_cast<const unsigned char*>(secret.bytes().data());
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, secret.bytes().size());
    const std::string head = std::string(id) + "." + std::to_string(timestamp_s) + ".";
    for (const std::string_view part : {std::string_view(head), body}) {
        crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
    }
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
    crypto_auth_hmacsha256_final(&state, mac.data());
    std::array<char, sodium_base64_ENCODED_LEN(crypto_auth_hmacsha256_BYTES, base64_variant)> base64{};
    sodium_bin2base64(base64.data(), base64.size(), mac.data(), mac.size(), base64_variant);
    return std::string("v1,") + base64.data();
}

} // namespace

std::string sign_webhook(std::span<const WebhookSecret> secrets, std::string_view id, std::int64_t timestamp_s,
                         std::string_view body) {
    std::string header;
    for (const WebhookSecret& secret : secrets) {
        header += (header.empty() ? "" : " ") + signature_of(secret, id, timestamp_s, body);
    }
    return header;
}

bool is_webhook_signed(const WebhookSecret& secret, std::string_view header, std::string_view id,
                       std::int64_t timestamp_s, std::string_view body) {
    const std::string expected = signature_of(secret, id, timestamp_s, body);
    bool found = false;
    while (!header.empty()) {
        const std::size_t space = header.find(' ');
        const std::string_view given = header.substr(0, space);
        found |= given.size() == expected.size() && sodium_memcmp(given.data(), expected.data(), given.size()) == 0;
        header.remove_prefix(space == std::string_view::npos ? header.size() : space + 1);
    }
    return found;
}

} // namespace tradesh::orders
