#include "core/orders/webhook_type.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradesh::orders {
namespace {

using Entry = std::pair<std::string_view, std::string_view>; ///< kind of the journal, type of the message

/// A kind stands here as often as it has types.
constexpr std::array entries{Entry{"order.denied", "order.denied"},
                             Entry{"order.intended", "order.submitted"},
                             Entry{"order.accepted", "order.accepted"},
                             Entry{"order.filled", "order.partially_filled"},
                             Entry{"order.filled", "order.filled"},
                             Entry{"order.cancelled", "order.canceled"},
                             Entry{"order.rejected", "order.rejected"},
                             Entry{"order.expired", "order.expired"},
                             Entry{"order.replaced", "order.replaced"},
                             Entry{"order.unknown", "order.unknown"},
                             Entry{"order.not_sent", "order.not_sent"},
                             Entry{"order.adopted", "order.adopted"},
                             Entry{"order.cancel_intended", "order.cancel_requested"},
                             Entry{"order.cancel_rejected", "order.cancel_rejected"},
                             Entry{"order.replace_intended", "order.replace_requested"},
                             Entry{"order.replace_rejected", "order.replace_rejected"},
                             Entry{"order.state_reported", "order.state_changed"},
                             Entry{"order.execution_corrected", "order.fill_corrected"},
                             Entry{"risk.halted", "risk.halted"},
                             Entry{"risk.reducing", "risk.reducing"},
                             Entry{"risk.resumed", "risk.resumed"},
                             Entry{"risk.limit_set", "risk.limit_set"},
                             Entry{"link.down", "connection.lost"},
                             Entry{"link.up", "connection.restored"},
                             Entry{"trigger.armed", "trigger.armed"},
                             Entry{"trigger.fired", "trigger.fired"},
                             Entry{"trigger.missed", "trigger.missed"},
                             Entry{"trigger.cancelled", "trigger.canceled"},
                             Entry{"trigger.failed", "trigger.failed"}};

constexpr auto types = [] {
    std::array<std::string_view, entries.size()> all;
    std::ranges::transform(entries, all.begin(), &Entry::second);
    return all;
}();

} // namespace

std::span<const std::string_view> webhook_types() { return types; }

std::vector<std::string_view> webhook_types_of(std::string_view journal_kind) {
    std::vector<std::string_view> found;
    for (const auto& [kind, type] : entries) {
        if (kind == journal_kind) {
            found.push_back(type);
        }
    }
    return found;
}

std::string webhook_stream_of(std::string_view journal_kind, std::string_view client_order_id) {
    return std::string(client_order_id.empty() ? journal_kind.substr(0, journal_kind.find('.')) : client_order_id);
}

} // namespace tradesh::orders
