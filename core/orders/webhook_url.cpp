#include "core/orders/webhook_url.hpp"

#include "core/net/private_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

namespace tradesh::orders {
namespace {

constexpr std::size_t url_bytes_max = 2'000;

struct Parts {
    std::string_view scheme;
    std::string_view authority; ///< host and port
    std::string_view host;      ///< without the brackets of an IPv6 address
};

std::optional<Parts> split(std::string_view url) {
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    Parts parts{.scheme = url.substr(0, colon), .authority = {}, .host = {}};
    url.remove_prefix(colon + 3);
    parts.authority = url.substr(0, url.find_first_of("/?#"));
    parts.host = parts.authority;
    if (parts.host.starts_with('[')) {
        const std::size_t end = parts.host.find(']');
        parts.host = end == std::string_view::npos ? "" : parts.host.substr(1, end - 1);
    } else {
        parts.host = parts.host.substr(0, parts.host.find(':'));
    }
    return parts;
}

/// Whether the host is written as an address, and a private one; nullopt for a name.
std::optional<bool> is_private_literal(const std::string& host) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    if (::inet_aton(host.c_str(), &v4.sin_addr) != 0) { // 127.1 and 0x7f000001 are addresses, too
        return net::is_private(reinterpret_cast<const sockaddr&>(v4));
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
        return net::is_private(reinterpret_cast<const sockaddr&>(v6));
    }
    return std::nullopt;
}

/// Names of this machine that need no look-up (RFC 6761). What other names lead to, only who connects can see.
bool is_this_machine(std::string_view host) {
    std::string name(host);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name.ends_with('.')) {
        name.pop_back();
    }
    return name == "localhost" || name.ends_with(".localhost");
}

/// What stands behind the host: nothing, or a colon and 1 to 65535.
bool has_possible_port(const Parts& parts) {
    const std::size_t bracket = parts.authority.rfind(']');
    const std::size_t colon = parts.authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon == std::string_view::npos) {
        return true;
    }
    const std::string_view text = parts.authority.substr(colon + 1);
    unsigned port = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() && port >= 1 && port <= 65'535;
}

bool is_plain(unsigned char c) { return c > 0x20 && c < 0x7F; }

} // namespace

Result<void> check_webhook_url(std::string_view url, bool private_allowed) {
    const std::optional<Parts> parts = split(url);
    if (!parts || parts->host.empty() || url.size() > url_bytes_max || !std::ranges::all_of(url, is_plain) ||
        parts->authority.contains('@') || (parts->scheme != "https" && parts->scheme != "http")) {
        return fail(Error(ErrorKind::usage, "webhook.url",
                          "a webhook goes to a URL such as https://example.com/hook, without user name or password"));
    }
    if (!has_possible_port(*parts)) {
        return fail(Error(ErrorKind::usage, "webhook.url", "a port is a number from 1 to 65535").on(parts->authority));
    }
    if (url.contains('#')) {
        return fail(Error(ErrorKind::usage, "webhook.url", "what stands behind # never reaches a receiver")
                        .on(parts->host)
                        .advise("leave it away"));
    }
    const std::optional<bool> literal = is_private_literal(std::string(parts->host));
    const bool is_private = literal.value_or(is_this_machine(parts->host));
    if (is_private && !private_allowed) {
        return fail(Error(ErrorKind::refused, "webhook.private_address",
                          "messages go to no private address, this machine included, unless that is allowed")
                        .on(parts->host)
                        .advise("add it with --allow-private when the receiver is your own"));
    }
    if (parts->scheme == "http" && !is_private) {
        return fail(Error(ErrorKind::refused, "webhook.plain_http",
                          "orders do not travel in the clear: http goes to localhost or a private address alone")
                        .on(parts->host)
                        .advise("use https, or with --allow-private the receiver's address as a number"));
    }
    return {};
}

std::string host_of_webhook(std::string_view url) {
    const std::optional<Parts> parts = split(url);
    return parts ? std::string(parts->scheme) + "://" + std::string(parts->authority) : std::string();
}

} // namespace tradesh::orders
