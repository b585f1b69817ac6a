#include "core/engine/webhook_desk.hpp"

#include "core/orders/webhook_type.hpp"
#include "core/orders/webhook_url.hpp"
#include "core/store/outbox_store.hpp"
#include "core/store/secret_file.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tradesh::engine {

using orders::WebhookKeys;
using runtime::Task;
using store::JournalFile;
using store::OutboxStore;
using store::WebhookEndpoint;

namespace {

std::function<std::optional<std::string>(std::string_view, std::string_view)>
wanted_rows(const orders::WebhookFilter& filter) {
    return [filter](std::string_view kind, std::string_view order) -> std::optional<std::string> {
        return filter.wants_any(orders::webhook_types_of(kind)) ? std::optional(orders::webhook_stream_of(kind, order))
                                                                : std::nullopt;
    };
}

/// Rows of the journal that the endpoint wants and nobody has taken for it: all that comes while it is off or broken.
Result<std::int64_t> count_untaken(store::Database& database, const WebhookEndpoint& endpoint) {
    const Result<orders::WebhookFilter> filter = orders::WebhookFilter::parse(endpoint.events);
    if (!filter) {
        return fail(filter.error());
    }
    store::Statement rows = database.prepare("SELECT kind, count(*) FROM events WHERE seq > ? GROUP BY kind");
    rows.bind(endpoint.cursor);
    std::int64_t wanted = 0;
    for (Result<bool> row = rows.step();; row = rows.step()) {
        if (!row) {
            return fail(row.error());
        }
        if (!*row) {
            return wanted;
        }
        wanted += filter->wants_any(orders::webhook_types_of(rows.text(0))) ? rows.integer(1) : 0;
    }
}

} // namespace

WebhookDesk::WebhookDesk(Parts parts) : parts_(std::move(parts)), unchanged_(parts_.loop) {}

Task<Result<void>> WebhookDesk::start() {
    auto read = [](JournalFile& file) -> Result<std::pair<std::string, std::vector<WebhookEndpoint>>> {
        Result<std::vector<WebhookEndpoint>> all = OutboxStore(file.database()).list();
        return all ? Result<std::pair<std::string, std::vector<WebhookEndpoint>>>(
                         std::pair(file.installation(), std::move(*all)))
                   : fail(std::move(all.error()));
    };
    Result<std::pair<std::string, std::vector<WebhookEndpoint>>> known = co_await parts_.journal.with_file(read);
    if (!known) {
        co_return fail(std::move(known.error()));
    }
    parts_.source.installation = known->first;
    parts_.journal.on_commit([this] {
        for (const auto& [name, served] : served_) {
            if (served.lane) {
                served.lane->wake();
            }
        }
    });
    for (const WebhookEndpoint& endpoint : known->second) {
        const Result<void> begun = co_await serve(endpoint);
        if (!begun) { // one endpoint's trouble keeps nobody from trading
            parts_.log.error("engine", "webhook.not_served", begun.error());
            parts_.notify("webhook " + endpoint.name + " sends nothing: " + begun.error().describe());
        }
    }
    co_return Result<void>();
}

Task<void> WebhookDesk::stop() {
    parts_.journal.on_commit({});
    for (auto& [name, served] : served_) {
        if (served.lane) {
            co_await served.lane->stop();
        }
    }
    served_.clear();
    co_await parts_.sender->close();
    reader_.reset();
}

std::string WebhookDesk::secret_path(const std::string& name) const {
    return parts_.directory + "/webhooks/" + name + ".secret";
}

orders::WebhookReader& WebhookDesk::reader() {
    if (!reader_) {
        reader_ = std::make_unique<orders::WebhookReader>(parts_.loop, parts_.directory + "/orders.db", parts_.source);
    }
    return *reader_;
}

Task<Result<WebhookEndpoint>> WebhookDesk::find(std::string name) {
    auto look = [&name](JournalFile& file) { return OutboxStore(file.database()).find(name); };
    co_return co_await parts_.journal.with_file(look);
}

Task<Result<WebhookKeys>> WebhookDesk::read_keys(std::string name) {
    const std::string path = secret_path(name);
    auto read = [&path](JournalFile&) -> Result<WebhookKeys> {
        const Result<std::string> text = store::read_secret_file(path);
        if (!text) {
            return fail(text.error());
        }
        Result<WebhookKeys> keys = WebhookKeys::parse(*text);
        return keys ? std::move(keys) : fail(std::move(keys.error()).on(path));
    };
    Result<WebhookKeys> keys = co_await parts_.journal.with_file(read);
    if (!keys) {
        Error why = std::move(keys.error());
        why.kind = ErrorKind::config;
        co_return fail(std::move(why).advise("webhook rotate " + name + " makes a new secret"));
    }
    co_return keys;
}

/// Begins to send to an endpoint, unless it is disabled.
Task<Result<void>> WebhookDesk::serve(WebhookEndpoint endpoint) {
    Served& served = served_[endpoint.name];
    served.problem.clear();
    if (!endpoint.disabled.empty()) {
        co_return Result<void>();
    }
    Result<WebhookKeys> keys = co_await read_keys(endpoint.name);
    if (!keys) {
        served_[endpoint.name].problem = keys.error().describe();
        co_return fail(std::move(keys.error()));
    }
    Result<std::unique_ptr<orders::WebhookLane>> lane = orders::WebhookLane::make({.loop = parts_.loop,
                                                                                   .log = parts_.log,
                                                                                   .journal = parts_.journal,
                                                                                   .reader = reader(),
                                                                                   .sender = *parts_.sender,
                                                                                   .seed = parts_.seed,
                                                                                   .notify = parts_.notify},
                                                                                  endpoint, std::move(*keys));
    if (!lane) {
        served_[endpoint.name].problem = lane.error().describe();
        co_return fail(std::move(lane.error()));
    }
    served_[endpoint.name].lane = std::move(*lane);
    served_[endpoint.name].lane->start();
    co_return Result<void>();
}

/// Breaks off the sending to an endpoint.
Task<void> WebhookDesk::cease(std::string name) {
    const auto found = served_.find(name);
    if (found == served_.end()) {
        co_return;
    }
    if (found->second.lane) {
        co_await found->second.lane->stop();
    }
    served_.erase(name);
}

Task<Result<std::vector<WebhookDesk::Listed>>> WebhookDesk::list() {
    auto read = [](store::Database& database) -> Result<std::vector<Listed>> {
        OutboxStore outbox(database);
        Result<std::vector<WebhookEndpoint>> all = outbox.list();
        if (!all) {
            return fail(std::move(all.error()));
        }
        std::vector<Listed> listed;
        for (WebhookEndpoint& endpoint : *all) {
            const Result<store::OutboxCounts> counts = outbox.counts(endpoint.id);
            if (!counts) {
                return fail(counts.error());
            }
            const Result<std::int64_t> waiting = count_untaken(database, endpoint);
            if (!waiting) {
                return fail(waiting.error());
            }
            listed.push_back({.endpoint = std::move(endpoint), .counts = *counts, .in_flight = 0, .problem = {}});
            listed.back().counts.pending += *waiting;
        }
        return listed;
    };
    Result<std::vector<Listed>> listed = co_await reader().query(read);
    if (!listed) {
        co_return listed;
    }
    for (Listed& one : *listed) {
        if (const auto served = served_.find(one.endpoint.name); served != served_.end()) {
            one.problem = served->second.problem;
            one.in_flight = served->second.lane ? served->second.lane->in_flight() : 0;
        }
    }
    co_return listed;
}

Task<Result<WebhookDesk::Tried>> WebhookDesk::test(std::string name, std::optional<Duration> limit) {
    const Result<WebhookEndpoint> endpoint = co_await find(name);
    if (!endpoint) {
        co_return fail(endpoint.error());
    }
    const Result<WebhookKeys> keys = co_await read_keys(name);
    if (!keys) {
        co_return fail(keys.error());
    }
    const Instant now = parts_.loop.clock().now();
    const orders::WebhookMessage message = orders::make_test_message(parts_.source, name, now);
    orders::WebhookPost post = orders::sign_post(message, endpoint->url, endpoint->private_allowed, *keys, now);
    post.answer_limit = limit.value_or(post.answer_limit);
    const Duration begun = parts_.loop.clock().elapsed();
    Result<orders::WebhookAnswer> answer = co_await parts_.sender->post(std::move(post));
    const Duration took = parts_.loop.clock().elapsed() - begun;
    const std::string host = orders::host_of_webhook(endpoint->url);
    if (!answer) {
        co_return fail(std::move(answer.error()).attempting("send a test message").on(host));
    }
    if (answer->status < 200 || answer->status >= 300) {
        co_return fail(Error(ErrorKind::rejected, "webhook.not_taken",
                             "the receiver answered " + std::to_string(answer->status) + " after " + to_human(took))
                           .attempting("send a test message")
                           .on(host)
                           .advise(answer->status == 401 || answer->status == 403
                                       ? "look whether the receiver has the same secret"
                                       : "only an answer of 2xx counts as taken, and redirects are not followed"));
    }
    co_return Tried{.message = message.id, .status = answer->status, .took = took};
}

Task<Result<std::vector<store::DeadLetter>>> WebhookDesk::dead(std::string name, std::size_t count_max) {
    auto read = [&name, count_max](store::Database& database) -> Result<std::vector<store::DeadLetter>> {
        OutboxStore outbox(database);
        const Result<WebhookEndpoint> endpoint = outbox.find(name);
        return endpoint ? outbox.dead(endpoint->id, 0, count_max) : fail(endpoint.error());
    };
    co_return co_await reader().query(read);
}

Task<Result<std::int64_t>> WebhookDesk::replay(std::string name, std::int64_t from, std::int64_t to,
                                               bool delivered_too) {
    const Result<WebhookEndpoint> endpoint = co_await find(name);
    if (!endpoint) {
        co_return fail(endpoint.error());
    }
    const Result<orders::WebhookFilter> filter = orders::WebhookFilter::parse(endpoint->events);
    if (!filter) {
        co_return fail(filter.error());
    }
    const store::WantedRow wants = wanted_rows(*filter);
    const std::int64_t last = std::min(to, endpoint->cursor); // what is not taken yet is sent anyway
    std::int64_t messages = 0;
    std::optional<std::int64_t> next = from;
    while (next && *next <= last) {
        auto work = [&, id = endpoint->id, page = *next, now = parts_.loop.clock().now()](JournalFile& file) {
            return OutboxStore(file.database()).replay(id, wants, page, last, delivered_too, now);
        };
        const Result<OutboxStore::Replayed> replayed = co_await parts_.journal.with_file(work);
        if (!replayed) {
            co_return fail(replayed.error());
        }
        messages += replayed->messages;
        next = replayed->next;
    }
    if (const auto served = served_.find(name); served != served_.end() && served->second.lane) {
        served->second.lane->wake();
    }
    co_return messages;
}

Result<std::int64_t> WebhookDesk::row_of(std::string_view message_id) const {
    if (const std::optional<std::int64_t> row = orders::webhook_message_seq(parts_.source.installation, message_id)) {
        return *row;
    }
    return fail(
        Error(ErrorKind::usage, "webhook.message_id", "'" + std::string(message_id) + "' is no message of this profile")
            .advise("ids look like " + id_of(17) + ", or 17 for short"));
}

std::string WebhookDesk::id_of(std::int64_t row) const {
    return orders::webhook_message_id(parts_.source.installation, row);
}

Task<Result<WebhookDesk::Totals>> WebhookDesk::totals() {
    if (served_.empty()) { // the common case opens nothing
        co_return Totals();
    }
    const Result<std::vector<Listed>> all = co_await list();
    if (!all) {
        co_return fail(all.error());
    }
    Totals totals{.endpoints = all->size()};
    for (const Listed& one : *all) {
        totals.pending += one.counts.pending;
        totals.dead += one.counts.dead;
    }
    co_return totals;
}

std::vector<runtime::TaskInfo> WebhookDesk::tasks() const {
    std::vector<runtime::TaskInfo> all;
    for (const auto& [name, served] : served_) {
        if (served.lane) {
            std::ranges::move(served.lane->tasks(), std::back_inserter(all));
        }
    }
    return all;
}

} // namespace tradesh::engine
