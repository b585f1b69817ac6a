#pragma once

#include "core/base/time.hpp"
#include "core/market/bars.hpp"
#include "core/store/database.hpp"

#include <vector>

namespace tradesh::store {

/// When history requests were sent, in market.db: a source counts them across the ends of our processes, and so must
/// we. Synchronous; the database must outlive it. Writers hold a Transaction.
class RequestLog {
public:
    explicit RequestLog(Database& database) : database_(&database) {}

    /// Notes a request about to be sent and forgets those before `keep_from`.
    Result<void> record(BarSource source, Instant sent_at, Instant keep_from);
    /// Ascending.
    Result<std::vector<Instant>> since(BarSource source, Instant from);

private:
    Database* database_;
};

} // namespace tradesh::store
