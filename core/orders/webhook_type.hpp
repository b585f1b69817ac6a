#pragma once

#include "core/store/journal_event.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::orders {

/// Every type of message there is, in the order in which help shows them.
std::span<const std::string_view> webhook_types();

/// The types that a journal row of this kind may become; none: it is nobody's business outside. More than one where
/// only the order's state tells ("order.filled", "order.partially_filled").
std::vector<std::string_view> webhook_types_of(std::string_view journal_kind);

/// What messages are kept in sequence by: the order they are about, else the family of their type ("risk").
std::string webhook_stream_of(std::string_view journal_kind, std::string_view client_order_id);

} // namespace tradesh::orders
