#include "core/orders/order_archive.hpp"

#include "core/orders/order_event_codec.hpp"
#include "core/orders/order_json.hpp"

#include <algorithm>
#include <ranges>
#include <set>
#include <utility>

namespace tradesh::orders {
namespace {

/// Nothing new: what the snapshot says of the order is in the journal already.
bool is_settled(const Order& order, const venue::TradingSnapshot& snapshot) {
    const bool is_open = std::ranges::any_of(snapshot.open_orders, [&](const VenueOrder& theirs) {
        return theirs.request.id == order.request.id || theirs.venue_id == order.venue_id;
    });
    const bool has_news = std::ranges::any_of(snapshot.fills, [&](const Fill& fill) {
        return fill.order == order.request.id && !order.executions.contains(fill.execution);
    });
    return !is_open && !has_news;
}

/// True when the key was used up: by the order itself, or by a replacement of it.
bool stands_for(const Order& order, std::string_view key) {
    if (order.key == key) {
        return order.state != OrderState::not_sent && order.state != OrderState::denied;
    }
    return std::ranges::any_of(order.revisions, [&](const Revision& revision) {
        return revision.key == key && revision.outcome != RevisionOutcome::not_sent;
    });
}

Result<std::optional<Order>> load_by_venue_id(store::JournalFile& file, const VenueOrderId& venue_id) {
    const Result<std::vector<std::string>> ids = file.orders_of_venue_id(venue_id.value);
    if (!ids) {
        return fail(ids.error());
    }
    return ids->empty() ? Result<std::optional<Order>>() : load_order(file, ClientOrderId(ids->front()));
}

constexpr std::string_view gap_kind = "account.position_gap";

Result<void> read_gap(const store::JournalEvent& row, PositionGaps& gaps) {
    if (row.kind != gap_kind) {
        return {};
    }
    try {
        const Json json = Json::parse(row.payload);
        gaps[text_at(json, "symbol")] = decimal_at(json, "theirs") - decimal_at(json, "ours");
        return {};
    } catch (const std::exception& problem) {
        return fail(Error(ErrorKind::failed, "journal.unreadable", problem.what())
                        .attempting("read an event of the journal")
                        .on(row.kind));
    }
}

Result<void> fold_row(store::JournalFile& file, const store::JournalRow& row, FoldedLedger& folded) {
    if (!is_order_event(row.event)) {
        return read_gap(row.event, folded.gaps);
    }
    Result<OrderEvent> event = decode(row.event);
    if (!event) {
        return fail(std::move(event.error()));
    }
    OrderLedger& ledger = folded.ledger;
    const ClientOrderId& id = order_of(event->fact);
    if (begins_order(event->fact) || ledger.find(id) != nullptr) {
        ledger.apply(*event);
        return {};
    }
    // News of an order that had ended and left: it comes back as it was before them.
    Result<std::optional<Order>> order = load_order(file, id, row.seq - 1);
    if (!order) {
        return fail(std::move(order.error()));
    }
    if (*order) {
        const OrderLedger::Hold kept = ledger.hold(id.value);
        ledger.restore(std::move(**order));
        ledger.apply(*event);
    }
    return {};
}

/// The next rows, at most `rows_max`.
Result<void> fold_rows(store::JournalFile& file, FoldedLedger& folded, std::int64_t rows_max) {
    const auto fold = [&](const store::JournalRow& row) -> Result<void> {
        folded.seq = row.seq;
        ++folded.rows_folded;
        return fold_row(file, row, folded);
    };
    const std::int64_t last = rows_max < file.last_seq() - folded.seq ? folded.seq + rows_max : file.last_seq();
    return file.walk(folded.seq + 1, last, fold);
}

} // namespace

store::JournalEvent encode_gap(const std::string& symbol, const Decimal& ours, const Decimal& theirs, Instant now) {
    store::JournalEvent row;
    row.time = now;
    row.kind = gap_kind;
    row.payload = Json{{"symbol", symbol},
                       {"ours", ours.to_string()},
                       {"theirs", theirs.to_string()},
                       {"source", name_of(FactSource::reconciliation)}}
                      .dump(-1, ' ', false, Json::error_handler_t::replace);
    return row;
}

Result<OrderLedger> load_ledger(store::JournalFile& file, std::size_t ended_kept) {
    FoldedLedger folded{.ledger = OrderLedger(ended_kept), .gaps = {}};
    const Result<void> read = fold_rows(file, folded, std::numeric_limits<std::int64_t>::max());
    return read ? Result<OrderLedger>(std::move(folded.ledger)) : fail(read.error());
}

Result<FoldedLedger> continue_ledger(store::JournalFile& file, std::size_t ended_kept, std::int64_t rows_max) {
    Result<std::optional<FoldedLedger>> kept = read_snapshot(file, ended_kept);
    if (!kept) {
        return fail(std::move(kept.error()));
    }
    FoldedLedger folded = *kept ? std::move(**kept) : FoldedLedger{.ledger = OrderLedger(ended_kept), .gaps = {}};
    const Result<void> read = fold_rows(file, folded, rows_max);
    return read ? Result<FoldedLedger>(std::move(folded)) : fail(read.error());
}

Result<std::optional<Order>> load_order(store::JournalFile& file, const ClientOrderId& id, std::int64_t last_seq) {
    const Result<std::vector<store::JournalRow>> rows = file.events_of_order(id.value);
    if (!rows) {
        return fail(rows.error());
    }
    std::optional<Order> order;
    for (const store::JournalRow& row : *rows) {
        if (row.seq > last_seq || !is_order_event(row.event)) {
            continue;
        }
        Result<OrderEvent> event = decode(row.event);
        if (!event) {
            return fail(std::move(event.error()));
        }
        if (order) {
            apply(*order, *event);
        } else if (begins_order(event->fact)) {
            order = begin_order(*event);
        }
    }
    return order;
}

Result<std::optional<Order>> load_order_of_key(store::JournalFile& file, std::string_view account,
                                               std::string_view key) {
    const Result<std::vector<store::JournalRow>> rows = file.events_of_key(account, key);
    if (!rows) {
        return fail(rows.error());
    }
    for (const store::JournalRow& row : *rows) {
        Result<std::optional<Order>> order = load_order(file, ClientOrderId(row.event.client_order_id));
        if (!order || (*order && stands_for(**order, key))) {
            return order;
        }
    }
    return std::nullopt;
}

Result<std::optional<ClientOrderId>> last_order_of_key(store::JournalFile& file, std::string_view account,
                                                       std::string_view key) {
    const Result<std::vector<store::JournalRow>> rows = file.events_of_key(account, key);
    if (!rows) {
        return fail(rows.error());
    }
    for (const store::JournalRow& row : *rows | std::views::reverse) {
        const ClientOrderId id(row.event.client_order_id);
        const Result<std::optional<Order>> order = load_order(file, id);
        if (!order) {
            return fail(order.error());
        }
        if (*order && (*order)->key == key) {
            return id;
        }
    }
    return std::nullopt;
}

Result<std::vector<Order>> load_concerned(store::JournalFile& file, const std::set<ClientOrderId>& absent,
                                          const venue::TradingSnapshot& snapshot) {
    std::vector<Order> concerned;
    std::set<ClientOrderId> known;
    for (const ClientOrderId& id : absent) {
        Result<std::optional<Order>> order = load_order(file, id);
        if (!order) {
            return fail(std::move(order.error()));
        }
        if (*order) {
            known.insert(id);
        }
        if (*order && !is_settled(**order, snapshot)) {
            concerned.push_back(std::move(**order));
        }
    }
    for (const VenueOrder& theirs : snapshot.open_orders) {
        if (!absent.contains(theirs.request.id) || known.contains(theirs.request.id)) {
            continue;
        }
        Result<std::optional<Order>> order = load_by_venue_id(file, theirs.venue_id);
        if (!order) {
            return fail(std::move(order.error()));
        }
        if (*order) {
            concerned.push_back(std::move(**order));
        }
    }
    return concerned;
}

Result<ClientOrderId> resolve(store::JournalFile& file, std::string_view account, std::string_view text) {
    const ClientOrderId exact{std::string(text)};
    Result<std::optional<Order>> order = load_order(file, exact);
    Result<std::optional<Order>> keyed = std::optional<Order>();
    if (order && !*order) {
        keyed = load_order_of_key(file, account, text);
    }
    if (!keyed) {
        return fail(std::move(keyed.error()));
    }
    if (order && !*order && !*keyed) {
        order = load_by_venue_id(file, VenueOrderId(exact.value));
    }
    if (!order) {
        return fail(std::move(order.error()));
    }
    if (*order) {
        return (*order)->request.id;
    }
    if (*keyed && !may_end_an_id(text)) {
        return (*keyed)->request.id;
    }
    const Result<std::vector<std::string>> ids = file.orders_ending(text);
    if (!ids) {
        return fail(ids.error());
    }
    std::set<ClientOrderId> matches(ids->begin(), ids->end());
    if (*keyed) {
        matches.insert((*keyed)->request.id);
    }
    return only_match(text, {matches.begin(), matches.end()});
}

} // namespace tradesh::orders
