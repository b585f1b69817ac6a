#pragma once

#include "core/net/http_client.hpp"
#include "core/orders/webhook_sender.hpp"
#include "core/runtime/loop.hpp"

#include <optional>
#include <vector>

namespace tradesh::orders {

/// Posts over kept connections. Endpoints that may be private have a pool of their own, so that no other one's can lead
/// there. The pools are made with the first message.
class HttpWebhookSender final : public WebhookSender {
public:
    explicit HttpWebhookSender(runtime::Loop& loop) : loop_(loop) {}

    runtime::Task<Result<WebhookAnswer>> post(WebhookPost post) override;
    runtime::Task<void> close() override;
    std::vector<net::HttpConnections> connections() const override;

private:
    net::HttpClient& client(bool private_allowed);

    runtime::Loop& loop_;
    std::optional<net::HttpClient> public_;
    std::optional<net::HttpClient> private_;
};

} // namespace tradesh::orders
