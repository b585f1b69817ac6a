// The half of OrderManager that looks beyond memory: orders which the ledger has let go, from the journal.

#include "core/orders/order_archive.hpp"
#include "core/orders/order_manager.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace tradesh::orders {

using runtime::Task;

namespace {

/// Orders that go out together bear ids in a row, the first of them that of which the others are (give_ids).
constexpr std::uint64_t linked_max = 3;

std::set<ClientOrderId> ids_beside(const OrderRequest& request) {
    const std::string first = first_of_linked(request).value;
    const std::size_t dash = first.rfind('-');
    std::uint64_t number = 0;
    const char* const end = first.data() + first.size();
    if (dash == std::string::npos || std::from_chars(first.data() + dash + 1, end, number).ptr != end) {
        return {}; // placed elsewhere, where ids look otherwise
    }
    std::set<ClientOrderId> ids;
    for (std::uint64_t i = 0; i < linked_max; ++i) {
        ids.insert(ClientOrderId(first.substr(0, dash + 1) + std::to_string(number + i)));
    }
    ids.erase(request.id);
    return ids;
}

} // namespace

std::vector<Order> OrderManager::linked_in_memory(const Order& order) const {
    std::vector<Order> linked;
    for (const ClientOrderId& id : ids_beside(order.request)) {
        const Order* other = ledger_.find(id);
        if (other != nullptr && first_of_linked(other->request) == first_of_linked(order.request)) {
            linked.push_back(*other);
        }
    }
    return linked;
}

Task<Result<std::vector<Order>>> OrderManager::linked_to(Order order) {
    const std::set<ClientOrderId> ids = ids_beside(order.request);
    const Result<Holds> kept = co_await recall(ids);
    if (!kept) {
        co_return fail(kept.error());
    }
    co_return linked_in_memory(order);
}

/// The orders come into memory and stay there while the holds live. An order that the journal does not know either is
/// not there afterwards.
Task<Result<OrderManager::Holds>> OrderManager::recall(std::set<ClientOrderId> ids) {
    Holds holds;
    for (const ClientOrderId& id : ids) {
        holds.push_back(ledger_.hold(id.value));
    }
    std::erase_if(ids, [this](const ClientOrderId& id) { return ledger_.find(id) != nullptr; });
    if (ids.empty()) {
        co_return holds;
    }
    auto load = [&ids](store::JournalFile& file) -> Result<std::vector<Order>> {
        std::vector<Order> orders;
        for (const ClientOrderId& id : ids) {
            Result<std::optional<Order>> order = load_order(file, id);
            if (!order) {
                return fail(std::move(order.error()));
            }
            if (*order) {
                orders.push_back(std::move(**order));
            }
        }
        return orders;
    };
    Result<std::vector<Order>> orders = co_await parts_.journal.with_file(load);
    if (!orders) {
        co_return fail(std::move(orders.error()));
    }
    for (Order& order : *orders) {
        ledger_.restore(std::move(order));
    }
    co_return holds;
}

Task<Result<OrderManager::Holds>> OrderManager::recall_when_ready(ClientOrderId id) {
    const Result<void> ready = co_await wait_ready();
    if (!ready) {
        co_return fail(ready.error());
    }
    const std::set<ClientOrderId> ids{std::move(id)};
    Result<Holds> kept = co_await recall(ids);
    co_return kept;
}

/// The same for the order that the key stands for; the caller holds the key.
Task<Result<void>> OrderManager::recall_key(std::string key) {
    if (key.empty() || ledger_.find_by_key(key) != nullptr) {
        co_return Result<void>();
    }
    auto load = [this, &key](store::JournalFile& file) { return load_order_of_key(file, parts_.account, key); };
    Result<std::optional<Order>> order = co_await parts_.journal.with_file(load);
    if (!order) {
        co_return fail(std::move(order.error()));
    }
    if (*order) {
        ledger_.restore(std::move(**order));
    }
    co_return Result<void>();
}

/// The same for the orders of which the snapshot may tell something new.
Task<Result<OrderManager::Holds>> OrderManager::recall_concerned(const venue::TradingSnapshot& snapshot) {
    std::set<ClientOrderId> ids;
    for (const VenueOrder& theirs : snapshot.open_orders) {
        ids.insert(theirs.request.id);
    }
    for (const Fill& fill : snapshot.fills) {
        ids.insert(fill.order);
    }
    Holds holds;
    for (const ClientOrderId& id : ids) {
        holds.push_back(ledger_.hold(id.value));
    }
    std::erase_if(ids, [this](const ClientOrderId& id) { return ledger_.find(id) != nullptr; });
    if (ids.empty()) {
        co_return holds;
    }
    auto load = [&ids, &snapshot](store::JournalFile& file) { return load_concerned(file, ids, snapshot); };
    Result<std::vector<Order>> orders = co_await parts_.journal.with_file(load);
    if (!orders) {
        co_return fail(std::move(orders.error()));
    }
    for (Order& order : *orders) {
        holds.push_back(ledger_.hold(order.request.id.value)); // the snapshot may name it by its venue id alone
        ledger_.restore(std::move(order));
    }
    co_return holds;
}

Task<Result<ClientOrderId>> OrderManager::resolve(std::string text) {
    Result<ClientOrderId> recent = ledger_.resolve(text);
    const bool is_keyed = recent && recent->value != text && ledger_.find_by_key(text) != nullptr;
    const bool is_certain = !is_keyed || !may_end_an_id(text); // of an order that is older than those in memory
    if (is_certain && (recent || recent.error().kind != ErrorKind::not_found)) {
        co_return recent;
    }
    auto look_up = [this, &text](store::JournalFile& file) { return orders::resolve(file, parts_.account, text); };
    Result<ClientOrderId> found = co_await parts_.journal.with_file(look_up);
    co_return found;
}

Task<Result<ClientOrderId>> OrderManager::look_up(std::string text) {
    Result<ClientOrderId> known = co_await resolve(text);
    if (known || known.error().kind != ErrorKind::not_found) {
        co_return known;
    }
    auto last = [this, &text](store::JournalFile& file) { return last_order_of_key(file, parts_.account, text); };
    const Result<std::optional<ClientOrderId>> found = co_await parts_.journal.with_file(last);
    if (!found) {
        co_return fail(found.error());
    }
    co_return *found ? Result<ClientOrderId>(**found) : known;
}

Order OrderManager::as_known(Order order) const {
    const bool unsent = order.state == OrderState::intent || order.state == OrderState::sending;
    if (unsent && !being_sent_.contains(order.request.id)) {
        order.state = OrderState::unknown;
    }
    return order;
}

Task<Result<Order>> OrderManager::find(ClientOrderId id) {
    const std::set<ClientOrderId> ids{id};
    const Result<Holds> kept = co_await recall(ids);
    if (!kept) {
        co_return fail(kept.error());
    }
    const Order* order = ledger_.find(id);
    if (order == nullptr) {
        co_return fail(only_match(id.value, {}).error());
    }
    co_return *order;
}

Task<Result<std::optional<Order>>> OrderManager::find_by_key(std::string key) {
    const OrderLedger::Hold kept = ledger_.hold(key);
    const Result<void> recalled = co_await recall_key(key);
    if (!recalled) {
        co_return fail(recalled.error());
    }
    const Order* order = key.empty() ? nullptr : ledger_.find_by_key(key);
    co_return order == nullptr ? std::nullopt : std::optional(*order);
}

Task<Result<OrderLedger>> OrderManager::load_all() {
    auto load = [](store::JournalFile& file) { return load_ledger(file, std::numeric_limits<std::size_t>::max()); };
    Result<OrderLedger> everything = co_await parts_.journal.with_file(load);
    if (!everything) {
        co_return fail(std::move(everything.error()));
    }
    for (const Order* order : ledger_.open()) {
        const Order* written = everything->find(order->request.id);
        if (order->state == OrderState::sending && written != nullptr && written->state == OrderState::intent) {
            everything->mark_sending(order->request.id); // the one step that is not journalled
        }
    }
    co_return everything;
}

} // namespace tradesh::orders
