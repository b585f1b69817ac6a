#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tradesh::test {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

/// What a scripted server answers to one request.
struct HttpAnswer {
    int status = 200;
    HttpFields headers{}; ///< beside Content-Length
    std::string body{};
    bool hold = false;                      ///< sent when the test calls `release`
    bool close = false;                     ///< says "Connection: close", and closes behind the answer
    std::optional<std::size_t> cut_after{}; ///< closes after that many bytes; 0 closes without an answer
    std::string raw{};                      ///< when not empty, these bytes instead of an answer made of the above
};

struct ReceivedRequest {
    std::string method;
    std::string target; ///< path and query
    HttpFields headers; ///< names in lower case
    std::string body;
    int connection = 0; ///< 1 for the first that was accepted

    std::string header(const std::string& lower_case_name) const; ///< empty when there is none
};

/// An HTTP/1.1 server on a free port of the loopback, on a thread of its own, that keeps connections open. Every call
/// is safe from the test's thread and done when it returns.
class HttpServer {
public:
    HttpServer();
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    std::uint16_t port() const;
    std::string url(const std::string& target = "/") const; ///< "http://127.0.0.1:port/"

    /// The answer to the next request that has none yet; answers are used once, in order.
    void answer(HttpAnswer answer);
    /// The answer when none is left. At first 200 without a body.
    void otherwise(HttpAnswer answer);
    /// Sends all answers that are held at this moment.
    void release();
    /// Closes every connection that stands.
    void close_connections();
    /// Closes them, and the port; nothing listens there any more.
    void stop();

    std::vector<ReceivedRequest> requests(); ///< whole requests, in order of arrival
    int connections_accepted();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace tradesh::test
