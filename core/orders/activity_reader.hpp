#pragma once

#include "core/orders/activity.hpp"
#include "core/store/journal.hpp"

#include <map>
#include <string>
#include <vector>

namespace tradesh::orders {

struct ActivityFilter {
    Instant from = Instant::min();
    Instant to = Instant::max(); ///< exclusive
    std::string symbol{};        ///< empty: every one, and what is about none

    bool fits(const Activity& activity) const {
        return activity.time >= from && activity.time < to && (symbol.empty() || activity.symbol == symbol);
    }
};

/// Walks the journal for what happened, some hundred rows at a time with commits between them.
class ActivityReader {
public:
    ActivityReader(store::Journal& journal, ActivityFilter filter) : journal_(journal), filter_(std::move(filter)) {}

    /// The newest `count` that fit, oldest first. Errors: those of the journal, and "journal.unreadable".
    runtime::Task<Result<std::vector<Activity>>> latest(std::size_t count);
    /// What was recorded after `latest`, or ever where that was not called, some of it at a time; empty when all of it
    /// was told. Waits for nothing new.
    runtime::Task<Result<std::vector<Activity>>> news();

private:
    Result<std::vector<Activity>> read(store::JournalFile& file, std::int64_t first_seq, std::int64_t last_seq);
    Result<OrderHead> head(store::JournalFile& file, const std::string& order);

    store::Journal& journal_;
    ActivityFilter filter_;
    std::int64_t next_seq_ = 1;
    bool caught_up_ = false;
    std::uint64_t events_seen_ = 0;          ///< Journal::events_written() when `news` last looked
    std::map<std::string, OrderHead> heads_; ///< of orders met lately
};

} // namespace tradesh::orders
