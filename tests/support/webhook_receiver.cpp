#include "tests/support/webhook_receiver.hpp"

#include "core/orders/webhook_signature.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <map>

namespace tradesh::test {

std::vector<ReceivedWebhook> received_webhooks(HttpServer& server, const orders::WebhookSecret& secret) {
    std::vector<ReceivedWebhook> all;
    for (const ReceivedRequest& request : server.requests()) {
        ReceivedWebhook one;
        one.id = request.header("webhook-id");
        const std::string timestamp = request.header("webhook-timestamp");
        std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), one.timestamp_s);
        one.is_signed = orders::is_webhook_signed(secret, request.header("webhook-signature"), one.id, one.timestamp_s,
                                                  request.body);
        one.body = request.body;
        const nlohmann::json body = nlohmann::json::parse(request.body, nullptr, false);
        if (!body.is_discarded()) {
            one.type = body.value("type", "");
            one.order = body["data"].value("order", "");
            one.sequence = body["data"].value("sequence", std::int64_t{0});
        }
        all.push_back(std::move(one));
    }
    return all;
}

std::vector<std::string> faults_of(const std::vector<ReceivedWebhook>& received) {
    std::vector<std::string> faults;
    std::map<std::string, const ReceivedWebhook*> first;
    std::map<std::string, std::int64_t> last_sequence;
    for (const ReceivedWebhook& one : received) {
        if (!one.is_signed) {
            faults.push_back(one.id + " is not signed");
        }
        const auto [known, is_new] = first.emplace(one.id, &one);
        if (!is_new) {
            if (known->second->body != one.body) {
                faults.push_back(one.id + " came with another body");
            }
            continue;
        }
        if (!one.order.empty() && one.sequence != ++last_sequence[one.order]) {
            faults.push_back(one.id + " of order " + one.order + " is number " + std::to_string(one.sequence) +
                             " and came as number " + std::to_string(last_sequence[one.order]));
            last_sequence[one.order] = one.sequence;
        }
    }
    return faults;
}

} // namespace tradesh::test
