#pragma once

#include "core/orders/order.hpp"
#include "core/store/journal_event.hpp"

/// Order events as rows of the journal: kind "order.<name>", the ids in their columns, the rest as JSON in the payload.
/// Numbers are exact decimal texts. Fields may be added to the payload, never renamed or given another meaning.
namespace tradesh::orders {

/// The columns that only the manager knows (venue, account, session, correlation) are left empty.
store::JournalEvent encode(const OrderEvent& event);

/// Error failed, "journal.unreadable" when the row is none of ours or its payload does not fit its kind.
Result<OrderEvent> decode(const store::JournalEvent& row);

/// True for the kinds that `encode` makes.
bool is_order_event(const store::JournalEvent& row);

} // namespace tradesh::orders
