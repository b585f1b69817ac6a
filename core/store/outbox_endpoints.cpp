// The part of OutboxStore that keeps who is told.

#include "core/store/outbox_store.hpp"
#include "core/store/read_rows.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace tradesh::store {
namespace {

constexpr std::string_view endpoint_columns =
    "SELECT id, name, url, events, private_allowed, created_ns, cursor, disabled, delivered, failing_since_ns, "
    "last_error, checksum FROM webhook_endpoints";

using EndpointChecksum = std::array<std::byte, 16>;

/// Of what decides who is told what: BLAKE2b of the texts, each before a zero byte.
EndpointChecksum checksum_of(const WebhookEndpoint& endpoint) {
    std::string bytes;
    for (const std::string* text : {&endpoint.name, &endpoint.url, &endpoint.events}) {
        bytes += *text + '\0';
    }
    bytes += endpoint.private_allowed ? '1' : '0';
    EndpointChecksum checksum{};
    crypto_generichash(reinterpret_cast<unsigned char*>(checksum.data()), checksum.size(),
                       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr, 0);
    return checksum;
}

/// An endpoint whose row was changed on the disk might tell orders to a stranger: it is disabled. One that was written
/// before there were checksums has none.
Result<WebhookEndpoint> read_endpoint(const Statement& row) {
    WebhookEndpoint endpoint{.id = row.integer(0),
                             .name = std::string(row.text(1)),
                             .url = std::string(row.text(2)),
                             .events = std::string(row.text(3)),
                             .private_allowed = row.integer(4) != 0,
                             .created = Instant(Duration(row.integer(5))),
                             .cursor = row.integer(6),
                             .disabled = std::string(row.text(7)),
                             .delivered = row.integer(8),
                             .failing_since =
                                 row.integer(9) == 0 ? std::nullopt : std::optional(Instant(Duration(row.integer(9)))),
                             .last_error = std::string(row.text(10))};
    const std::span<const std::byte> checksum = row.blob(11);
    if (!checksum.empty() && !std::ranges::equal(checksum, checksum_of(endpoint))) {
        endpoint.disabled = "what is kept of it was changed on the disk: remove it and add it again";
    }
    return endpoint;
}

} // namespace

Result<WebhookEndpoint> OutboxStore::add(WebhookEndpoint endpoint) {
    Result<Transaction> transaction = Transaction::begin(*database_);
    if (!transaction) {
        return fail(std::move(transaction.error()));
    }
    if (find(endpoint.name)) {
        return fail(Error(ErrorKind::refused, "webhook.exists", "there is a webhook of that name")
                        .attempting("add a webhook")
                        .on(endpoint.name)
                        .advise("webhook list shows it, webhook rm removes it"));
    }
    Statement row = database_->prepare(
        "INSERT INTO webhook_endpoints (name, url, events, private_allowed, created_ns, cursor, disabled, delivered, "
        "failing_since_ns, last_error, checksum) SELECT ?, ?, ?, ?, ?, coalesce(max(seq), 0), '', 0, 0, '', ? FROM "
        "events");
    const EndpointChecksum checksum = checksum_of(endpoint);
    row.bind(endpoint.name).bind(endpoint.url).bind(endpoint.events).bind(std::int64_t{endpoint.private_allowed});
    row.bind(endpoint.created.time_since_epoch().count()).bind(std::span<const std::byte>(checksum));
    if (Result<void> inserted = row.run(); !inserted) {
        return fail(std::move(inserted.error()));
    }
    if (Result<void> committed = transaction->commit(); !committed) {
        return fail(std::move(committed.error()));
    }
    return find(endpoint.name);
}

Result<std::vector<WebhookEndpoint>> OutboxStore::list() {
    Statement rows = database_->prepare(std::string(endpoint_columns) + " ORDER BY name");
    return read_rows(rows, read_endpoint);
}

Result<WebhookEndpoint> OutboxStore::find(std::string_view name) {
    Statement row = database_->prepare(std::string(endpoint_columns) + " WHERE name = ?");
    const Result<bool> found = row.bind(name).step();
    if (!found) {
        return fail(found.error());
    }
    if (!*found) {
        return fail(Error(ErrorKind::not_found, "webhook.none", "there is no webhook of that name")
                        .on(name)
                        .advise("webhook list shows those there are"));
    }
    return read_endpoint(row);
}

Result<void> OutboxStore::remove(std::int64_t endpoint) {
    Statement row = database_->prepare("DELETE FROM webhook_endpoints WHERE id = ?");
    return row.bind(endpoint).run();
}

Result<void> OutboxStore::disable(std::int64_t endpoint, std::string_view why) {
    Statement row = database_->prepare("UPDATE webhook_endpoints SET disabled = ? WHERE id = ?");
    return row.bind(why).bind(endpoint).run();
}

Result<void> OutboxStore::enable(std::int64_t endpoint, Instant now) {
    Statement row = database_->prepare("UPDATE webhook_endpoints SET disabled = '', failing_since_ns = 0 WHERE id = ?");
    if (Result<void> enabled = row.bind(endpoint).run(); !enabled) {
        return enabled;
    }
    Statement waiting =
        database_->prepare("UPDATE webhook_deliveries SET due_ns = ? WHERE endpoint = ? AND state = 'pending'");
    return waiting.bind(now.time_since_epoch().count()).bind(endpoint).run();
}

} // namespace tradesh::store
