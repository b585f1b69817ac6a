#pragma once

#include "core/base/time.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::net {

struct HttpHeader {
    std::string name;
    std::string value;
};

/// One exchange with a server. Redirects are never followed: a 3xx is a response like any other.
struct HttpRequest {
    std::string method = "GET";
    std::string url{}; ///< http:// or https://, without a user name or password
    /// Sent as they stand; the framing (Content-Length, Transfer-Encoding, Connection) is the client's own.
    std::vector<HttpHeader> headers{};
    std::string body{};
    Duration timeout = std::chrono::seconds(30); ///< from the call to the last byte, waiting for a connection included
    std::size_t body_bytes_max = std::size_t{1} << 20; ///< a longer answer is an error
};

struct HttpResponse {
    int status = 0;
    std::vector<HttpHeader> headers; ///< in the order of arrival, without those of 1xx answers
    std::string body;

    /// The first header of that name, whatever its case.
    std::optional<std::string_view> header(std::string_view name) const;

    /// How long the server asks us to wait (RFC 9110 §10.2.3: seconds or an HTTP date), between zero and a year;
    /// nullopt when it says nothing that can be read.
    std::optional<Duration> retry_after(Instant now) const;
};

/// GET, HEAD, OPTIONS and TRACE (RFC 9110 §9.2.1). Every other method may have an effect on the server.
bool is_safe_method(std::string_view method);

/// Why this request cannot be sent as it stands (method, header names and values); the URL is not looked at.
std::optional<Error> find_fault(const HttpRequest& request);

} // namespace tradesh::net
