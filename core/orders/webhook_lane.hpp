#pragma once

#include "core/orders/webhook_filter.hpp"
#include "core/orders/webhook_reader.hpp"
#include "core/orders/webhook_schedule.hpp"
#include "core/orders/webhook_sender.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/task_scope.hpp"
#include "core/store/journal.hpp"
#include "core/store/outbox_store.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::orders {

/// Sends one endpoint its messages, at least once each and of every order in sequence: the next one of an order goes
/// out once the one before was delivered or given up. Orders do not wait for one another, except that only so many are
/// on their way at once; after a run of failures only one is, until something is taken again.
///
/// What is in memory is bounded; the truth is in orders.db, and whatever was under way when the process ended goes out
/// again with the same id.
class WebhookLane {
public:
    static constexpr std::size_t in_flight_max = 8;
    static constexpr std::size_t in_hand_max = 64; ///< on their way, and taken to follow at once

    struct Parts {
        runtime::Loop& loop;
        runtime::Log& log;
        store::Journal& journal;
        WebhookReader& reader;
        WebhookSender& sender;
        std::uint64_t seed = 1; ///< of the jitter
        /// A line for every prompt: alarms.
        std::function<void(const std::string&)> notify = [](const std::string&) {};
    };

    /// Errors: usage, when the stored filter is not understood.
    static Result<std::unique_ptr<WebhookLane>> make(Parts parts, store::WebhookEndpoint endpoint, WebhookKeys keys);

    void start();
    /// Breaks off what is on its way, records what has ended. Then it may be destroyed.
    runtime::Task<void> stop();

    /// The journal has grown, or something else is due.
    void wake() { wake_.set(); }
    void set_keys(WebhookKeys keys) { keys_ = std::move(keys); }

    const WebhookKeys& keys() const { return keys_; }
    const WebhookFilter& filter() const { return filter_; }
    std::size_t in_flight() const { return in_flight_; }
    std::vector<runtime::TaskInfo> tasks() const { return tasks_.list(); }

private:
    WebhookLane(Parts parts, store::WebhookEndpoint endpoint, WebhookFilter filter, WebhookKeys keys);

    runtime::Task<void> run(runtime::TaskInfo& info);
    runtime::Task<Result<store::OutboxHandout>> step(std::size_t wanted);
    runtime::Task<bool> stopped_for_good(const store::OutboxHandout& handout);
    runtime::Task<void> rest(const store::OutboxHandout& handout);
    void launch();
    runtime::Task<void> attempt(store::DueDelivery delivery, runtime::TaskInfo& info);
    runtime::Task<Result<std::optional<WebhookAnswer>>> send(std::int64_t seq);
    void settle(const store::DueDelivery& delivery, const Result<std::optional<WebhookAnswer>>& answer);
    void failed(const store::DeliveryOutcome& outcome);
    double jitter();

    Parts parts_;
    store::WebhookEndpoint endpoint_;
    WebhookFilter filter_;
    WebhookKeys keys_;
    runtime::TaskScope tasks_;
    runtime::Event wake_;
    std::deque<store::DueDelivery> queue_;         ///< heads of streams, to go out next
    std::vector<std::int64_t> in_hand_;            ///< queued, on their way, or with an outcome not yet recorded
    std::vector<store::DeliveryOutcome> outcomes_; ///< not yet recorded
    std::size_t in_flight_ = 0;
    int failures_ = 0;                     ///< in a row
    std::optional<Duration> paused_until_; ///< Clock::elapsed(): the receiver asked us to wait
    std::optional<Duration> last_alarm_;
    std::uint64_t attempts_ = 0;
    bool gone_ = false;
    bool stopping_ = false;
};

} // namespace tradesh::orders
