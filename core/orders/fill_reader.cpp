#include "core/orders/fill_reader.hpp"

#include "core/orders/order_archive.hpp"
#include "core/orders/order_event_codec.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tradesh::orders {
namespace {

constexpr std::int64_t page_rows = 500;

/// True for an execution that the order itself has to be asked about: whether it counts depends on later ones.
bool is_mended(const OrderFact& fact) {
    const auto* filled = std::get_if<venue::OrderFilled>(&fact);
    return filled == nullptr || is_inferred(filled->fill.execution);
}

Result<std::string> key_of(store::JournalFile& file, const ClientOrderId& order) {
    const Result<std::optional<store::JournalRow>> first = file.first_event_of_order(order.value);
    if (!first) {
        return fail(first.error());
    }
    return *first ? (*first)->event.key : std::string();
}

} // namespace

runtime::Task<Result<std::vector<RecordedFill>>> FillReader::next() {
    if (!std::exchange(begun_, true)) {
        const Result<void> begun = co_await begin();
        if (!begun) {
            co_return fail(begun.error());
        }
    }
    std::vector<RecordedFill> page;
    auto read = [this](store::JournalFile& file) { return read_page(file); };
    while (page.empty() && !at_end_) {
        Result<std::vector<RecordedFill>> fills = co_await journal_.with_file(read);
        if (!fills) {
            co_return fail(std::move(fills.error()));
        }
        page = std::move(*fills);
    }
    co_return page;
}

runtime::Task<Result<void>> FillReader::begin() {
    auto find = [this](store::JournalFile& file) { return find_mended(file); };
    for (bool more = true; more;) {
        const Result<bool> found = co_await journal_.with_file(find);
        if (!found) {
            co_return fail(found.error());
        }
        more = *found;
    }
    place_ = begin_;
    if (!mended_.empty()) {
        auto load = [this](store::JournalFile& file) { return load_mended(file); };
        const Result<void> loaded = co_await journal_.with_file(load);
        co_return loaded;
    }
    co_return Result<void>();
}

/// Looks through one page for the orders to be mended; false after the last.
Result<bool> FillReader::find_mended(store::JournalFile& file) {
    if (last_seq_ == 0) {
        last_seq_ = file.last_seq();
    }
    const Result<std::vector<store::JournalRow>> rows = file.executions_after(place_, page_rows);
    if (!rows) {
        return fail(rows.error());
    }
    for (const store::JournalRow& row : *rows) {
        place_ = {.time = row.event.time, .seq = row.seq};
        const Result<OrderEvent> event = decode(row.event);
        if (!event) {
            return fail(event.error());
        }
        if (is_mended(event->fact)) {
            mended_.insert(order_of(event->fact));
        }
    }
    return !rows->empty();
}

Result<void> FillReader::load_mended(store::JournalFile& file) {
    for (const ClientOrderId& id : mended_) {
        const Result<std::optional<Order>> order = load_order(file, id, last_seq_);
        if (!order) {
            return fail(order.error());
        }
        if (!*order) {
            continue;
        }
        for (const Fill& fill : (*order)->fills) {
            const FactSource source = is_inferred(fill.execution) ? FactSource::reconciliation : FactSource::venue;
            mended_fills_.emplace(fill.time, RecordedFill{.fill = fill, .source = source, .key = (*order)->key});
        }
    }
    return {};
}

Result<std::vector<RecordedFill>> FillReader::read_page(store::JournalFile& file) {
    const Result<std::vector<store::JournalRow>> rows = file.executions_after(place_, page_rows);
    if (!rows) {
        return fail(rows.error());
    }
    std::vector<RecordedFill> page;
    told_ = std::exchange(told_in_page_, {});
    for (const store::JournalRow& row : *rows) {
        place_ = {.time = row.event.time, .seq = row.seq};
        if (row.seq > last_seq_ || mended_.contains(ClientOrderId(row.event.client_order_id))) {
            continue;
        }
        if (Result<void> taken = take(file, row, page); !taken) {
            return fail(std::move(taken.error()));
        }
    }
    at_end_ = rows->empty();
    take_mended(at_end_ ? Instant::max() : place_.time, page);
    return page;
}

Result<void> FillReader::take(store::JournalFile& file, const store::JournalRow& row, std::vector<RecordedFill>& page) {
    Result<OrderEvent> event = decode(row.event);
    if (!event) {
        return fail(std::move(event.error()));
    }
    Fill& fill = std::get<venue::OrderFilled>(event->fact).fill;
    if (told_.contains(fill.execution) || !told_in_page_.insert(fill.execution).second) {
        return {};
    }
    take_mended(row.event.time, page);
    const bool same_order = !page.empty() && page.back().fill.order == fill.order;
    Result<std::string> key = same_order ? Result<std::string>(page.back().key) : key_of(file, fill.order);
    if (!key) {
        return fail(std::move(key.error()));
    }
    page.push_back(RecordedFill{.fill = std::move(fill), .source = event->source, .key = std::move(*key)});
    return {};
}

void FillReader::take_mended(Instant until, std::vector<RecordedFill>& page) {
    const auto end = mended_fills_.upper_bound(until);
    for (auto each = mended_fills_.begin(); each != end; ++each) {
        page.push_back(std::move(each->second));
    }
    mended_fills_.erase(mended_fills_.begin(), end);
}

} // namespace tradesh::orders
