#pragma once

#include "core/orders/order.hpp"
#include "core/store/journal.hpp"

#include <vector>

namespace tradesh::orders {

/// Every order there ever was, in the order in which they began. Some at a time with commits between, so a journal of
/// any length takes the memory of a page.
class OrderReader {
public:
    explicit OrderReader(store::Journal& journal) : journal_(journal) {}

    /// The next orders as the journal has them; empty at the end. Errors: those of the journal, "journal.unreadable".
    runtime::Task<Result<std::vector<Order>>> next();

private:
    Result<std::vector<Order>> read(store::JournalFile& file);

    store::Journal& journal_;
    std::int64_t next_seq_ = 1;
    bool at_end_ = false;
};

} // namespace tradesh::orders
