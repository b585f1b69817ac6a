#pragma once

#include "core/net/http_message.hpp"
#include "core/runtime/task.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tradesh::runtime {
class Loop;
}

namespace tradesh::net {

/// One server as `status connections` shows it: a second request grows `reused` and leaves `opened`.
struct HttpConnections {
    std::string endpoint;     ///< "https://host:port"
    std::string state;        ///< "up" while a connection stands, in use or kept; "connecting" to the first; "down"
    std::uint64_t opened = 0; ///< connections made, with their handshakes
    std::uint64_t reused = 0; ///< requests sent on a connection that another had used before
};

/// HTTP/1.1 over connections that are kept and shared by all who hold the client; it lives as long as the core.
///
/// Connections of a server are opened when they are needed, `connections_per_host_max` at most (who comes later waits,
/// within its own timeout), and kept for the next request. Certificates are always verified. Proxies, cookies,
/// `.netrc` and redirects are not used. Names are looked up on threads of libcurl. Loop thread only.
class HttpClient {
public:
    struct Options {
        std::size_t connections_per_host_max = 32;
        /// Else addresses of private networks (this machine included) are refused when the connection is made, after
        /// the name was looked up, so no name can point there either.
        bool allow_private_addresses = false;
        std::string user_agent = "tradesh";
    };

    explicit HttpClient(runtime::Loop& loop);
    HttpClient(runtime::Loop& loop, Options options);
    ~HttpClient(); ///< nobody may still await a response: `close` first
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Sends the request and returns what the server answered, whatever its status. Cancelling the awaiting task ends
    /// the transfer.
    ///
    /// Errors name the host, never a path, query, header or body:
    ///   usage       http.url, http.header (also a method that is none)
    ///   refused     http.private_address
    ///   connection  http.connect, http.tls, http.lost
    ///   config      http.no_libcurl, when libcurl cannot be loaded
    ///   timeout     http.timeout
    ///   failed      http.too_large
    ///   cancelled   http.cancelled (also after `close`)
    /// When a request that may have an effect (any method but GET, HEAD, OPTIONS, TRACE) may have reached the server,
    /// the kind is `unknown` under the same code; every other kind says that it certainly did not.
    ///
    /// A kept connection that the server closed meanwhile is replaced and the request sent once more, but only when it
    /// is safe or when no byte of it had left.
    runtime::Task<Result<HttpResponse>> perform(HttpRequest request);

    /// Ends every transfer as cancelled, closes all connections and returns when all callers have been told.
    runtime::Task<void> close();

    /// One row a server, in alphabetical order.
    std::vector<HttpConnections> connections() const;

private:
    struct Pool;
    std::unique_ptr<Pool> pool_;
};

} // namespace tradesh::net
