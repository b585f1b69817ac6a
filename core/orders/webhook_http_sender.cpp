#include "core/orders/webhook_http_sender.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tradesh::orders {

using namespace std::chrono_literals;
using runtime::Task;

namespace {

constexpr std::size_t connections_per_host_max = 800;            // endpoints at one host do not wait for one another
constexpr std::size_t answer_bytes_max = std::size_t{64} * 1024; // nobody reads it

/// A message that arrived twice does no harm, so what may have arrived is simply not delivered yet.
Error without_doubt(Error error) {
    if (error.kind == ErrorKind::unknown) {
        error.kind = error.code == "http.timeout" ? ErrorKind::timeout : ErrorKind::connection;
        error.hint.clear();
    }
    return error;
}

} // namespace

net::HttpClient& HttpWebhookSender::client(bool private_allowed) {
    std::optional<net::HttpClient>& client = private_allowed ? private_ : public_;
    if (!client) {
        client.emplace(loop_, net::HttpClient::Options{.connections_per_host_max = connections_per_host_max,
                                                       .allow_private_addresses = private_allowed});
    }
    return *client;
}

Task<Result<WebhookAnswer>> HttpWebhookSender::post(WebhookPost post) {
    net::HttpRequest request{.method = "POST",
                             .url = std::move(post.url),
                             .headers = {{"content-type", "application/json"},
                                         {"webhook-id", post.id},
                                         {"webhook-timestamp", std::to_string(post.timestamp_s)},
                                         {"webhook-signature", std::move(post.signature)}},
                             .body = std::move(post.body),
                             .timeout = post.answer_limit,
                             .body_bytes_max = answer_bytes_max};
    Result<net::HttpResponse> response = co_await client(post.private_allowed).perform(std::move(request));
    if (!response) {
        co_return fail(without_doubt(std::move(response.error())));
    }
    co_return WebhookAnswer{.status = response->status, .retry_after = response->retry_after(loop_.clock().now())};
}

Task<void> HttpWebhookSender::close() {
    for (std::optional<net::HttpClient>* client : {&public_, &private_}) {
        if (*client) {
            co_await (*client)->close();
        }
    }
}

std::vector<net::HttpConnections> HttpWebhookSender::connections() const {
    std::vector<net::HttpConnections> all;
    for (const std::optional<net::HttpClient>* client : {&public_, &private_}) {
        if (*client) {
            std::ranges::move((*client)->connections(), std::back_inserter(all));
        }
    }
    return all;
}

} // namespace tradesh::orders
