#pragma once

#include "core/net/http_client.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/task_scope.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http_server.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <thread>

namespace tradesh::test {

inline net::HttpClient::Options with_private_addresses() {
    net::HttpClient::Options options;
    options.allow_private_addresses = true;
    return options;
}

/// A client on a real loop, whose requests a test starts and then waits for.
class HttpSession {
public:
    using Outcome = std::optional<Result<net::HttpResponse>>;

    explicit HttpSession(net::HttpClient::Options options = with_private_addresses()) : client(loop, options) {}
    ~HttpSession() {
        bool closed = false;
        scope.spawn("close", [&](runtime::TaskInfo&) -> runtime::Task<void> {
            co_await client.close();
            closed = true;
        });
        run_until([&] { return closed && scope.empty(); });
    }

    /// `outcome` has to live until it is filled or the session ends.
    void start(net::HttpRequest request, Outcome& outcome) {
        scope.spawn("request", [this, request, &outcome](runtime::TaskInfo&) -> runtime::Task<void> {
            Result<net::HttpResponse> response = co_await client.perform(request);
            outcome = std::move(response);
        });
    }
    Result<net::HttpResponse> perform(net::HttpRequest request) {
        Outcome outcome;
        start(std::move(request), outcome);
        run_until([&] { return outcome.has_value(); });
        return std::move(*outcome);
    }
    Result<net::HttpResponse> get(std::string url) { return perform({.url = std::move(url)}); }
    Result<net::HttpResponse> post(std::string url, std::string body = "{}") {
        return perform({.method = "POST", .url = std::move(url), .body = std::move(body)});
    }
    template <class Condition>
    void run_until(Condition condition) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition()) {
            loop.poll();
            std::this_thread::yield();
            if (std::chrono::steady_clock::now() > limit) {
                throw std::runtime_error("what the test waits for does not come");
            }
        }
    }

    SystemClock clock;
    runtime::Loop loop{clock};
    runtime::TaskScope scope{loop};
    net::HttpClient client;
};

} // namespace tradesh::test
