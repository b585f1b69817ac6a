#include "core/orders/activity_reader.hpp"

#include "core/orders/order_event_codec.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tradesh::orders {
namespace {

constexpr std::int64_t rows_at_once = 500;
constexpr std::size_t heads_max = 2'000;
/// Venues tell of some things late, so rows are not quite in the order of their times.
constexpr Duration late_max = std::chrono::hours(24 * 7);

} // namespace

Result<OrderHead> ActivityReader::head(store::JournalFile& file, const std::string& order) {
    if (order.empty()) {
        return OrderHead();
    }
    if (const auto known = heads_.find(order); known != heads_.end()) {
        return known->second;
    }
    const Result<std::optional<store::JournalRow>> first = file.first_event_of_order(order);
    if (!first) {
        return fail(first.error());
    }
    OrderHead head;
    if (*first && is_order_event((*first)->event)) {
        const Result<OrderEvent> beginning = decode((*first)->event);
        if (!beginning) {
            return fail(beginning.error());
        }
        head = head_of(beginning->fact);
    }
    if (heads_.size() >= heads_max) {
        heads_.clear();
    }
    return heads_.emplace(order, std::move(head)).first->second;
}

/// What fits of these rows, in their order.
Result<std::vector<Activity>> ActivityReader::read(store::JournalFile& file, std::int64_t first_seq,
                                                   std::int64_t last_seq) {
    const Result<std::vector<store::JournalRow>> rows = file.rows_between(first_seq, last_seq);
    if (!rows) {
        return fail(rows.error());
    }
    std::vector<Activity> told;
    for (const store::JournalRow& row : *rows) {
        const Result<OrderHead> of_order = head(file, row.event.client_order_id);
        if (!of_order) {
            return fail(of_order.error());
        }
        Result<std::optional<Activity>> activity = tell(row, *of_order);
        if (!activity) {
            return fail(std::move(activity.error()));
        }
        if (*activity && filter_.fits(**activity)) {
            told.push_back(std::move(**activity));
        }
    }
    return told;
}

runtime::Task<Result<std::vector<Activity>>> ActivityReader::latest(std::size_t count) {
    events_seen_ = journal_.events_written();
    caught_up_ = true;
    auto last = [](store::JournalFile& file) -> Result<std::int64_t> { return file.last_seq(); };
    const Result<std::int64_t> last_seq = co_await journal_.with_file(last);
    if (!last_seq) {
        co_return fail(last_seq.error());
    }
    next_seq_ = *last_seq + 1;
    std::vector<Activity> newest; // newest first, until the end
    Instant oldest = Instant::max();
    for (std::int64_t end = *last_seq; end > 0 && newest.size() < count; end -= rows_at_once) {
        if (filter_.from != Instant::min() && oldest < filter_.from - late_max) {
            break;
        }
        auto read_rows = [this, end, &oldest](store::JournalFile& file) {
            const std::int64_t first = std::max<std::int64_t>(1, end - rows_at_once + 1);
            Result<std::vector<store::JournalRow>> begin = file.rows_between(first, first);
            if (begin && !begin->empty()) {
                oldest = begin->front().event.time;
            }
            return read(file, first, end);
        };
        Result<std::vector<Activity>> page = co_await journal_.with_file(read_rows);
        if (!page) {
            co_return fail(std::move(page.error()));
        }
        std::ranges::reverse_copy(*page, std::back_inserter(newest));
    }
    newest.resize(std::min(newest.size(), count));
    std::ranges::reverse(newest);
    co_return newest;
}

runtime::Task<Result<std::vector<Activity>>> ActivityReader::news() {
    std::vector<Activity> page;
    while (page.empty() && (!caught_up_ || events_seen_ != journal_.events_written())) {
        events_seen_ = journal_.events_written();
        auto read_rows = [this](store::JournalFile& file) {
            const std::int64_t last = std::min(file.last_seq(), next_seq_ + rows_at_once - 1);
            caught_up_ = last == file.last_seq();
            return read(file, std::exchange(next_seq_, last + 1), last);
        };
        Result<std::vector<Activity>> read_page = co_await journal_.with_file(read_rows);
        if (!read_page) {
            co_return read_page;
        }
        page = std::move(*read_page);
    }
    co_return page;
}

} // namespace tradesh::orders
