#pragma once

#include "core/base/error.hpp"
#include "core/base/time.hpp"
#include "core/store/journal_event.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tradesh::orders {

/// Where messages come from, as every one of them says.
struct WebhookSource {
    std::string installation; ///< four characters that tell one journal from others
    std::string profile;
    std::string mode;      ///< "paper", "live" or "rehearsal": never mistaken for one another
    bool simulated = true; ///< no real money
};

/// One message, the same however often and to however many endpoints it is sent: a pure function of the journal.
struct WebhookMessage {
    std::string id; ///< "msg_k4x9_345": the installation, and the row of the journal
    std::string type;
    std::string body; ///< JSON, under 20 kB
};

std::string webhook_message_id(std::string_view installation, std::int64_t seq);
/// The row that an id, or the number alone, stands for; nullopt when it is neither or of another installation.
std::optional<std::int64_t> webhook_message_seq(std::string_view installation, std::string_view text);

/// The message that the last of `rows` becomes: {"type", "timestamp" (RFC 3339, of the event), "data"}. For an order,
/// `rows` are all of its rows up to this one, because the message tells where the order then stood; else the one row.
/// Numbers are exact decimal texts. nullopt when the row is no message.
/// Errors: "journal.unreadable" (failed).
Result<std::optional<WebhookMessage>> make_webhook_message(const WebhookSource& source,
                                                           std::span<const store::JournalRow> rows);

/// "webhook.test", sent to try an endpoint; it is in no journal.
WebhookMessage make_test_message(const WebhookSource& source, std::string_view endpoint, Instant now);

} // namespace tradesh::orders
