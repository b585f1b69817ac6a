#include "core/engine/webhook_desk.hpp"

#include "core/orders/webhook_url.hpp"
#include "core/store/outbox_store.hpp"
#include "core/store/secret_file.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradesh::engine {

using orders::WebhookKeys;
using orders::WebhookSecret;
using runtime::Task;
using runtime::Wake;
using store::JournalFile;
using store::OutboxStore;
using store::WebhookEndpoint;

namespace {

constexpr std::size_t endpoints_max = 100;

Result<void> check_name(std::string_view name) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (name.empty() || name.size() > 32 || !std::ranges::all_of(name, fits)) {
        return fail(ErrorKind::usage, "webhook.name", "a webhook's name is 1 to 32 of a-z, 0-9 and -");
    }
    return {};
}

} // namespace

struct WebhookDesk::Turn {
    explicit Turn(WebhookDesk& its_desk) : desk(&its_desk) { desk->changing_ = true; }
    Turn(Turn&& other) noexcept : desk(std::exchange(other.desk, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
        if (desk != nullptr) {
            desk->changing_ = false;
            desk->unchanged_.set();
        }
    }
    WebhookDesk* desk;
};

Task<Result<WebhookDesk::Turn>> WebhookDesk::take_turn() {
    while (changing_) {
        unchanged_.reset();
        const Wake wake = co_await unchanged_.wait();
        if (wake == Wake::cancelled) {
            co_return fail(ErrorKind::cancelled, "webhook.cancelled", "interrupted; nothing was changed");
        }
    }
    co_return Turn(*this);
}

Task<Result<void>> WebhookDesk::keep_keys(std::string name, WebhookKeys keys) {
    auto write = [path = secret_path(name), text = keys.to_text()](JournalFile&) {
        return store::write_secret_file(path, text);
    };
    co_return co_await parts_.journal.with_file(write);
}

/// The given secret, or a new one and true.
Result<std::pair<WebhookSecret, bool>> WebhookDesk::secret_from(const std::optional<std::string>& given) const {
    if (given) {
        Result<WebhookSecret> parsed = WebhookSecret::parse(*given);
        return parsed ? Result<std::pair<WebhookSecret, bool>>(std::pair(std::move(*parsed), false))
                      : fail(std::move(parsed.error()));
    }
    std::array<std::byte, WebhookSecret::bytes_made> bytes{};
    parts_.fill_with_secret_bytes(bytes);
    return std::pair(WebhookSecret::of(bytes), true);
}

Task<Result<WebhookDesk::Keyed>> WebhookDesk::add(NewWebhook wanted) {
    if (Result<void> named = check_name(wanted.name); !named) {
        co_return fail(std::move(named.error()));
    }
    if (Result<void> fits = orders::check_webhook_url(wanted.url, wanted.private_allowed); !fits) {
        co_return fail(std::move(fits.error()));
    }
    const Result<orders::WebhookFilter> filter = orders::WebhookFilter::parse(wanted.events);
    if (!filter) {
        co_return fail(filter.error());
    }
    const Result<std::pair<WebhookSecret, bool>> secret = secret_from(wanted.secret);
    if (!secret) {
        co_return fail(secret.error());
    }
    const Result<Turn> turn = co_await take_turn();
    if (!turn) {
        co_return fail(turn.error());
    }
    WebhookEndpoint endpoint{.name = wanted.name,
                             .url = wanted.url,
                             .events = filter->to_text(),
                             .private_allowed = wanted.private_allowed,
                             .created = parts_.loop.clock().now()};
    auto insert = [&endpoint, path = secret_path(wanted.name),
                   text = WebhookKeys(secret->first).to_text()](JournalFile& file) -> Result<WebhookEndpoint> {
        OutboxStore outbox(file.database());
        const Result<std::vector<WebhookEndpoint>> known = outbox.list();
        if (known && known->size() >= endpoints_max) {
            return fail(ErrorKind::refused, "webhook.too_many",
                        "there are " + std::to_string(endpoints_max) + " webhooks already, and that is the most");
        }
        Result<WebhookEndpoint> added = outbox.add(endpoint);
        if (!added) {
            return added;
        }
        if (Result<void> kept = store::write_secret_file(path, text); !kept) {
            const Result<void> removed = outbox.remove(added->id);
            static_cast<void>(removed); // what went wrong first is what is told
            return fail(std::move(kept.error()));
        }
        return added;
    };
    Result<WebhookEndpoint> added = co_await parts_.journal.with_file(insert);
    if (!added) {
        co_return fail(std::move(added.error()));
    }
    const Result<void> served = co_await serve(*added);
    if (!served) {
        co_return fail(served.error());
    }
    co_return Keyed{.endpoint = std::move(*added),
                    .made_secret = secret->second ? std::optional(secret->first.to_text()) : std::nullopt};
}

Task<Result<WebhookDesk::Keyed>> WebhookDesk::rotate(std::string name, std::optional<std::string> given) {
    const Result<std::pair<WebhookSecret, bool>> secret = secret_from(given);
    if (!secret) {
        co_return fail(secret.error());
    }
    const Result<Turn> turn = co_await take_turn();
    if (!turn) {
        co_return fail(turn.error());
    }
    Result<WebhookEndpoint> endpoint = co_await find(name);
    if (!endpoint) {
        co_return fail(std::move(endpoint.error()));
    }
    // Where the old secret cannot be read, the new one stands alone: that is how it is mended.
    Result<WebhookKeys> keys = co_await read_keys(name);
    const Instant now = parts_.loop.clock().now();
    const bool old_signs = keys.has_value();
    if (keys) {
        keys->rotate(secret->first, now, now + orders::webhook_rotation_time);
    } else {
        keys = WebhookKeys(secret->first);
    }
    const Result<void> kept = co_await keep_keys(name, *keys);
    if (!kept) {
        co_return fail(kept.error());
    }
    if (orders::WebhookLane* lane = served_[name].lane.get()) {
        lane->set_keys(std::move(*keys));
    } else {
        const Result<void> served = co_await serve(*endpoint);
        if (!served) {
            co_return fail(served.error());
        }
    }
    co_return Keyed{.endpoint = std::move(*endpoint),
                    .made_secret = secret->second ? std::optional(secret->first.to_text()) : std::nullopt,
                    .old_signs = old_signs};
}

Task<Result<void>> WebhookDesk::remove(std::string name) {
    const Result<Turn> turn = co_await take_turn();
    if (!turn) {
        co_return fail(turn.error());
    }
    const Result<WebhookEndpoint> endpoint = co_await find(name);
    if (!endpoint) {
        co_return fail(endpoint.error());
    }
    co_await cease(name);
    auto work = [id = endpoint->id, path = secret_path(name)](JournalFile& file) -> Result<void> {
        Result<void> removed = OutboxStore(file.database()).remove(id);
        return removed ? store::remove_secret_file(path) : removed;
    };
    co_return co_await parts_.journal.with_file(work);
}

Task<Result<WebhookEndpoint>> WebhookDesk::enable(std::string name) {
    const Result<Turn> turn = co_await take_turn();
    if (!turn) {
        co_return fail(turn.error());
    }
    const Result<WebhookEndpoint> endpoint = co_await find(name);
    if (!endpoint) {
        co_return fail(endpoint.error());
    }
    co_await cease(name);
    auto work = [&name, id = endpoint->id, now = parts_.loop.clock().now()](JournalFile& file) {
        OutboxStore outbox(file.database());
        const Result<void> enabled = outbox.enable(id, now);
        return enabled ? outbox.find(name) : fail(enabled.error());
    };
    Result<WebhookEndpoint> enabled = co_await parts_.journal.with_file(work);
    if (!enabled) {
        co_return fail(std::move(enabled.error()));
    }
    const Result<void> served = co_await serve(*enabled);
    if (!served) {
        co_return fail(served.error());
    }
    co_return enabled;
}

Task<Result<WebhookEndpoint>> WebhookDesk::disable(std::string name) {
    const Result<Turn> turn = co_await take_turn();
    if (!turn) {
        co_return fail(turn.error());
    }
    const Result<WebhookEndpoint> endpoint = co_await find(name);
    if (!endpoint) {
        co_return fail(endpoint.error());
    }
    co_await cease(name);
    auto work = [&name, id = endpoint->id](JournalFile& file) {
        OutboxStore outbox(file.database());
        const Result<void> disabled = outbox.disable(id, "by hand");
        return disabled ? outbox.find(name) : fail(disabled.error());
    };
    co_return co_await parts_.journal.with_file(work);
}

} // namespace tradesh::engine
