#include "core/orders/webhook_lane.hpp"

#include "core/base/noise.hpp"
#include "core/orders/webhook_type.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::orders {

using namespace std::chrono_literals;
using runtime::LogLevel;
using runtime::Task;
using runtime::TaskInfo;
using runtime::Wake;
using store::DeliveryOutcome;
using store::OutboxHandout;

namespace {

constexpr int failures_tolerated = 5; ///< in a row, before only one message at a time tries its luck
constexpr Duration step_apart = 2ms;  ///< outcomes gather for so long: one transaction for many
constexpr Duration retry_after_failed_step = 5s;
constexpr Duration pause_max = 1h;
constexpr Duration alarms_apart = 1h;

/// The reason of a failure as people see it; never a URL, whose path may hold a secret.
std::string words_of(const Result<std::optional<WebhookAnswer>>& answer) {
    if (!answer) {
        return answer.error().message;
    }
    const int status = (*answer)->status;
    return "it answered " + std::to_string(status) +
           (status >= 300 && status < 400 ? " (redirects are not followed)" : "");
}

} // namespace

Result<std::unique_ptr<WebhookLane>> WebhookLane::make(Parts parts, store::WebhookEndpoint endpoint, WebhookKeys keys) {
    Result<WebhookFilter> filter = WebhookFilter::parse(endpoint.events);
    if (!filter) {
        return fail(std::move(filter.error()).on(endpoint.name));
    }
    return std::unique_ptr<WebhookLane>(
        new WebhookLane(std::move(parts), std::move(endpoint), std::move(*filter), std::move(keys)));
}

WebhookLane::WebhookLane(Parts parts, store::WebhookEndpoint endpoint, WebhookFilter filter, WebhookKeys keys)
    : parts_(std::move(parts)),
      endpoint_(std::move(endpoint)),
      filter_(std::move(filter)),
      keys_(std::move(keys)),
      tasks_(parts_.loop),
      wake_(parts_.loop) {}

void WebhookLane::start() {
    tasks_.spawn("webhook " + endpoint_.name, [this](TaskInfo& info) { return run(info); });
}

Task<void> WebhookLane::stop() {
    stopping_ = true;
    tasks_.cancel();
    wake_.set();
    co_await tasks_.join();
    if (!outcomes_.empty()) {
        const Result<OutboxHandout> recorded = co_await step(0);
        if (!recorded) {
            parts_.log.error("orders", "webhook.not_recorded", recorded.error());
        }
    }
}

Task<void> WebhookLane::run(TaskInfo& info) {
    while (!stopping_) {
        wake_.reset();
        info.awaits = "orders.db";
        const Result<OutboxHandout> handout = co_await step(in_hand_max - std::min(in_hand_max, in_hand_.size()));
        if (!handout) {
            parts_.log.error("orders", "webhook.not_recorded", handout.error());
            info.awaits = "another try at orders.db";
            co_await runtime::sleep_for(parts_.loop, retry_after_failed_step);
            continue;
        }
        const bool over = co_await stopped_for_good(*handout);
        if (over || stopping_) {
            co_return;
        }
        for (const store::DueDelivery& delivery : handout->due) {
            in_hand_.push_back(delivery.seq);
            queue_.push_back(delivery);
        }
        launch();
        info.awaits = "something to send";
        co_await rest(*handout);
    }
}

/// Records what ended and fetches what is due. Outcomes that could not be recorded are kept for the next step.
Task<Result<OutboxHandout>> WebhookLane::step(std::size_t wanted) {
    store::OutboxStep next{.outcomes = outcomes_, .now = parts_.loop.clock().now(), .in_hand = {}, .wanted = wanted};
    const std::size_t recorded = next.outcomes.size();
    for (const std::int64_t seq : in_hand_) {
        if (std::ranges::find(next.outcomes, seq, &DeliveryOutcome::seq) == next.outcomes.end()) {
            next.in_hand.push_back(seq);
        }
    }
    const store::WantedRow wants = [filter = filter_](std::string_view kind,
                                                      std::string_view order) -> std::optional<std::string> {
        return filter.wants_any(webhook_types_of(kind)) ? std::optional(webhook_stream_of(kind, order)) : std::nullopt;
    };
    auto work = [&next, &wants, id = endpoint_.id](store::JournalFile& file) -> Result<OutboxHandout> {
        if (file.disk_full()) { // what room there is belongs to cancels
            return fail(ErrorKind::refused, "journal.disk_full", "the disk is full: messages wait");
        }
        return store::OutboxStore(file.database()).step(id, wants, next);
    };
    Result<OutboxHandout> handout = co_await parts_.journal.with_file(work);
    if (handout) { // others may have ended meanwhile: they stand behind those
        for (const DeliveryOutcome& outcome : next.outcomes) {
            std::erase(in_hand_, outcome.seq);
        }
        outcomes_.erase(outcomes_.begin(), outcomes_.begin() + static_cast<std::ptrdiff_t>(recorded));
    }
    co_return handout;
}

/// Disables the endpoint when it said so, or failed for too long. Time in which nobody tried proves nothing: it must
/// have failed since this start, too.
Task<bool> WebhookLane::stopped_for_good(const OutboxHandout& handout) {
    std::string why;
    if (gone_) {
        why = "it answered 410: it wants no more messages";
    } else if (failures_ > 0 && handout.failing_since &&
               parts_.loop.clock().now() - *handout.failing_since >= webhook_failing_max) {
        why = "nothing was delivered since " + to_rfc3339(*handout.failing_since);
    } else {
        co_return false;
    }
    auto work = [id = endpoint_.id, &why](store::JournalFile& file) {
        return store::OutboxStore(file.database()).disable(id, why);
    };
    const Result<void> disabled = co_await parts_.journal.with_file(work);
    if (!disabled) { // it is tried again with the next step
        parts_.log.error("orders", "webhook.not_disabled", disabled.error());
        co_return false;
    }
    parts_.log.write(LogLevel::error, "orders", "webhook.disabled", "", {{"webhook", endpoint_.name}, {"why", why}});
    parts_.notify("webhook " + endpoint_.name + " is disabled: " + why + " (webhook enable " + endpoint_.name +
                  " goes on where it stopped)");
    co_return true;
}

/// Until the journal grows, an attempt ends, or something becomes due.
Task<void> WebhookLane::rest(const OutboxHandout& handout) {
    if (!handout.more) {
        std::optional<Duration> limit;
        if (handout.next_due) {
            limit = std::max(Duration(0), *handout.next_due - parts_.loop.clock().now());
        }
        if (paused_until_) {
            const Duration pause = std::max(Duration(0), *paused_until_ - parts_.loop.clock().elapsed());
            limit = std::min(limit.value_or(pause), pause);
        }
        if (limit) {
            co_await wake_.wait_for(*limit);
        } else {
            co_await wake_.wait();
        }
    }
    if (!stopping_) {
        co_await runtime::sleep_for(parts_.loop, step_apart);
    }
}

void WebhookLane::launch() {
    if (paused_until_ && parts_.loop.clock().elapsed() < *paused_until_) {
        return;
    }
    paused_until_.reset();
    const std::size_t limit = failures_ < failures_tolerated ? in_flight_max : 1;
    while (!queue_.empty() && in_flight_ < limit && !gone_ && !stopping_) {
        const store::DueDelivery delivery = queue_.front();
        queue_.pop_front();
        ++in_flight_;
        tasks_.spawn("webhook " + endpoint_.name + " delivery",
                     [this, delivery](TaskInfo& info) { return attempt(delivery, info); });
    }
}

Task<void> WebhookLane::attempt(store::DueDelivery delivery, TaskInfo& info) {
    info.awaits = "the receiver";
    const Result<std::optional<WebhookAnswer>> answer = co_await send(delivery.seq);
    --in_flight_;
    if (!answer && stopping_) {
        co_return; // broken off by us, which is no attempt: after the next start it goes out again
    }
    settle(delivery, answer);
    launch();
    wake_.set();
}

/// What the receiver answered; nullopt when the row turns out to be none that it wants.
Task<Result<std::optional<WebhookAnswer>>> WebhookLane::send(std::int64_t seq) {
    const Result<std::optional<WebhookMessage>> message = co_await parts_.reader.read(seq);
    if (!message) {
        co_return fail(message.error());
    }
    if (!*message || !filter_.wants((*message)->type)) {
        co_return std::nullopt;
    }
    WebhookPost post = sign_post(**message, endpoint_.url, endpoint_.private_allowed, keys_, parts_.loop.clock().now());
    const Result<WebhookAnswer> answer = co_await parts_.sender.post(std::move(post));
    if (!answer) {
        co_return fail(answer.error());
    }
    co_return *answer;
}

void WebhookLane::settle(const store::DueDelivery& delivery, const Result<std::optional<WebhookAnswer>>& answer) {
    DeliveryOutcome outcome{.seq = delivery.seq, .time = parts_.loop.clock().now()};
    outcome.attempts = delivery.attempts + 1;
    if (answer && !*answer) {
        outcome.sent = false;
        outcomes_.push_back(std::move(outcome));
        return;
    }
    const WebhookAnswer got = answer ? **answer : WebhookAnswer{};
    outcome.status = got.status;
    WebhookStep step = next_webhook_step(got.status, outcome.attempts, got.retry_after, jitter());
    if (!answer && answer.error().code == "journal.unreadable") {
        step.verdict = WebhookVerdict::dead; // another try reads the same row
    }
    if (step.verdict == WebhookVerdict::delivered) {
        failures_ = 0;
        outcomes_.push_back(std::move(outcome));
        return;
    }
    outcome.error = words_of(answer);
    outcome.kind = step.verdict == WebhookVerdict::dead ? DeliveryOutcome::Kind::dead : DeliveryOutcome::Kind::retry;
    outcome.due = outcome.time + step.delay;
    if (step.verdict == WebhookVerdict::gone) {
        gone_ = true;
    } else if (is_throttled(got.status) && got.retry_after) {
        paused_until_ = parts_.loop.clock().elapsed() + std::min(*got.retry_after, pause_max);
    }
    failed(outcome);
    outcomes_.push_back(std::move(outcome));
}

void WebhookLane::failed(const DeliveryOutcome& outcome) {
    const bool dead = outcome.kind == DeliveryOutcome::Kind::dead;
    if (++failures_ == 1 || dead) {
        parts_.log.write(LogLevel::warning, "orders", dead ? "webhook.dead" : "webhook.failed", "",
                         {{"webhook", endpoint_.name},
                          {"message", webhook_message_id(parts_.reader.source().installation, outcome.seq)},
                          {"why", outcome.error}});
    }
    const Duration now = parts_.loop.clock().elapsed();
    if (dead && (!last_alarm_ || now - *last_alarm_ >= alarms_apart)) {
        last_alarm_ = now;
        parts_.notify("webhook " + endpoint_.name + " gave up on " +
                      webhook_message_id(parts_.reader.source().installation, outcome.seq) + ": " + outcome.error +
                      " (webhook dead " + endpoint_.name + " lists all, webhook replay sends them again)");
    }
}

double WebhookLane::jitter() { return noise::uniform(noise::mix(parts_.seed + ++attempts_)); }

} // namespace tradesh::orders
