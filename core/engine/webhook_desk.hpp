#pragma once

#include "core/orders/webhook_lane.hpp"
#include "core/orders/webhook_sender.hpp"
#include "core/runtime/event.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tradesh::engine {

/// The verbs of the webhook family, and the deliveries that go on as long as the core runs. Secrets lie in
/// `<profile>/webhooks/NAME.secret`, readable by the user alone; orders.db knows the endpoints by name only.
class WebhookDesk {
public:
    struct Parts {
        runtime::Loop& loop;
        runtime::Log& log;
        store::Journal& journal;
        std::string directory; ///< of the profile; orders.db lies in it
        orders::WebhookSource source;
        std::unique_ptr<orders::WebhookSender> sender;
        std::uint64_t seed = 1; ///< of the jitter
        std::function<void(std::span<std::byte>)> fill_with_secret_bytes;
        std::function<void(const std::string&)> notify = [](const std::string&) {};
    };

    explicit WebhookDesk(Parts parts);

    /// Goes on where the last core stopped.
    runtime::Task<Result<void>> start();
    /// Breaks off what is on its way; the next core sends it again, with the same ids.
    runtime::Task<void> stop();

    struct NewWebhook {
        std::string name;
        std::string url;
        std::string events = "*";
        bool private_allowed = false;
        std::optional<std::string> secret{}; ///< one is made where none is given
    };
    struct Keyed {
        store::WebhookEndpoint endpoint;
        std::optional<std::string> made_secret; ///< to be shown once; nothing when the caller gave it
        bool old_signs = false;                 ///< the secret before this one signs as well, for a while
    };
    runtime::Task<Result<Keyed>> add(NewWebhook wanted);
    /// The new secret signs from now on, and the old one as well for a day.
    runtime::Task<Result<Keyed>> rotate(std::string name, std::optional<std::string> secret);
    runtime::Task<Result<void>> remove(std::string name);
    runtime::Task<Result<store::WebhookEndpoint>> enable(std::string name);
    runtime::Task<Result<store::WebhookEndpoint>> disable(std::string name);

    struct Listed {
        store::WebhookEndpoint endpoint;
        store::OutboxCounts counts;
        std::size_t in_flight = 0;
        std::string problem; ///< why nothing is sent though it is enabled: its secret cannot be read
    };
    runtime::Task<Result<std::vector<Listed>>> list();

    struct Tried {
        std::string message;
        int status = 0;
        Duration took{0};
    };
    /// Sends a test message now and waits for the answer, for `limit` or as long as for any message. A status that is
    /// no success is an Error of kind rejected, "webhook.not_taken".
    runtime::Task<Result<Tried>> test(std::string name, std::optional<Duration> limit = std::nullopt);

    /// Of one endpoint, oldest first.
    runtime::Task<Result<std::vector<store::DeadLetter>>> dead(std::string name, std::size_t count_max);
    /// Messages of journal rows from..to are sent again: those that were given up, and with `delivered_too` the
    /// delivered ones as well. How many that are.
    runtime::Task<Result<std::int64_t>> replay(std::string name, std::int64_t from, std::int64_t to,
                                               bool delivered_too);
    /// The row of an id such as "msg_k4x9_17", or of its number. Error usage, "webhook.message_id".
    Result<std::int64_t> row_of(std::string_view message_id) const;
    std::string id_of(std::int64_t row) const;

    struct Totals {
        std::size_t endpoints = 0;
        std::int64_t pending = 0;
        std::int64_t dead = 0;
    };
    runtime::Task<Result<Totals>> totals();
    std::vector<net::HttpConnections> connections() const { return parts_.sender->connections(); }
    std::vector<runtime::TaskInfo> tasks() const;

private:
    struct Turn; ///< one command at a time changes endpoints
    struct Served {
        std::unique_ptr<orders::WebhookLane> lane; ///< null while disabled or without its secret
        std::string problem;
    };

    runtime::Task<Result<Turn>> take_turn();
    std::string secret_path(const std::string& name) const;
    orders::WebhookReader& reader();
    runtime::Task<Result<store::WebhookEndpoint>> find(std::string name);
    runtime::Task<Result<void>> serve(store::WebhookEndpoint endpoint);
    runtime::Task<void> cease(std::string name);
    runtime::Task<Result<orders::WebhookKeys>> read_keys(std::string name);
    runtime::Task<Result<void>> keep_keys(std::string name, orders::WebhookKeys keys);
    Result<std::pair<orders::WebhookSecret, bool>> secret_from(const std::optional<std::string>& given) const;

    Parts parts_;
    std::unique_ptr<orders::WebhookReader> reader_; ///< made when first needed: it holds a thread
    std::map<std::string, Served, std::less<>> served_;
    bool changing_ = false;
    runtime::Event unchanged_;
};

} // namespace tradesh::engine
