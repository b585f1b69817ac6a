#include "core/orders/order_reader.hpp"

#include "core/orders/order_archive.hpp"
#include "core/orders/order_event_codec.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::orders {
namespace {

constexpr std::int64_t rows_at_once = 200;

} // namespace

Result<std::vector<Order>> OrderReader::read(store::JournalFile& file) {
    const std::int64_t last = std::min(file.last_seq(), next_seq_ + rows_at_once - 1);
    const Result<std::vector<store::JournalRow>> rows = file.rows_between(next_seq_, last);
    if (!rows) {
        return fail(rows.error());
    }
    std::vector<Order> orders;
    for (const store::JournalRow& row : *rows) {
        if (!is_order_event(row.event)) {
            continue;
        }
        const Result<OrderEvent> event = decode(row.event);
        if (!event) {
            return fail(event.error());
        }
        if (!begins_order(event->fact)) {
            continue;
        }
        Result<std::optional<Order>> order = load_order(file, order_of(event->fact));
        if (!order) {
            return fail(std::move(order.error()));
        }
        if (*order) {
            orders.push_back(std::move(**order));
        }
    }
    next_seq_ = last + 1;
    at_end_ = last == file.last_seq();
    return orders;
}

runtime::Task<Result<std::vector<Order>>> OrderReader::next() {
    std::vector<Order> orders;
    auto read_rows = [this](store::JournalFile& file) { return read(file); };
    while (orders.empty() && !at_end_) {
        Result<std::vector<Order>> page = co_await journal_.with_file(read_rows);
        if (!page) {
            co_return page;
        }
        orders = std::move(*page);
    }
    co_return orders;
}

} // namespace tradesh::orders
