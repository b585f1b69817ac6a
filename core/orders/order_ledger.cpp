#include "core/orders/order_ledger.hpp"

#include <algorithm>
#include <cassert>

namespace tradesh::orders {
namespace {

bool begins_order(const OrderFact& fact) {
    return std::holds_alternative<OrderIntended>(fact) || std::holds_alternative<OrderAdopted>(fact);
}

bool is_short_form(const ClientOrderId& id, std::string_view text) {
    return id.value.size() > text.size() && id.value.ends_with(text) &&
           id.value[id.value.size() - text.size() - 1] == '-';
}

} // namespace

Applied OrderLedger::apply(const OrderEvent& event) {
    const ClientOrderId& id = order_of(event.fact);
    const auto found = orders_.find(id);
    Applied applied = Applied::changed;
    if (found != orders_.end()) {
        applied = orders::apply(found->second, event);
    } else if (begins_order(event.fact)) {
        orders_.emplace(id, begin_order(event));
        sequence_.push_back(id);
    } else {
        return Applied::out_of_place;
    }
    const Order& order = orders_.at(id);
    if (order.state == OrderState::not_sent) {
        // It certainly never left, so its key stands for nothing yet and the same command may be tried again.
        std::erase_if(keys_, [&](const auto& entry) { return entry.second == id; });
    } else if (!order.key.empty()) {
        keys_.try_emplace(order.key, id); // also again, when an order counted as lost turns up after all
    }
    if (!order.venue_id.value.empty()) {
        venue_ids_.insert_or_assign(order.venue_id, id);
    }
    if (const auto* filled = std::get_if<venue::OrderFilled>(&event.fact)) {
        last_fill_time_ = std::max(last_fill_time_, filled->fill.time);
    }
    return applied;
}

const Order* OrderLedger::find(const ClientOrderId& id) const {
    const auto found = orders_.find(id);
    return found == orders_.end() ? nullptr : &found->second;
}

const Order* OrderLedger::find_by_key(std::string_view key) const {
    const auto found = keys_.find(key);
    return found == keys_.end() ? nullptr : find(found->second);
}

const Order* OrderLedger::find_by_venue_id(const VenueOrderId& id) const {
    const auto found = venue_ids_.find(id);
    return found == venue_ids_.end() ? nullptr : find(found->second);
}

Result<ClientOrderId> OrderLedger::resolve(std::string_view text) const {
    if (const Order* exact = find(ClientOrderId(std::string(text)))) {
        return exact->request.id;
    }
    if (const Order* keyed = find_by_key(text)) {
        return keyed->request.id;
    }
    if (const Order* named = find_by_venue_id(VenueOrderId(std::string(text)))) {
        return named->request.id;
    }
    std::vector<ClientOrderId> matches;
    for (const auto& [id, order] : orders_) {
        if (is_short_form(id, text)) {
            matches.push_back(id);
        }
    }
    if (matches.size() == 1) {
        return matches.front();
    }
    if (matches.empty()) {
        return fail(Error(ErrorKind::not_found, "order.not_found", "there is no order '" + std::string(text) + "'")
                        .advise("'order list --all' shows every order with its id and key"));
    }
    return fail(Error(ErrorKind::usage, "order.ambiguous",
                      "'" + std::string(text) + "' fits " + std::to_string(matches.size()) + " orders")
                    .advise("write more of the id: " + matches[0].value + " or " + matches[1].value));
}

std::vector<const Order*> OrderLedger::all() const {
    std::vector<const Order*> orders;
    orders.reserve(sequence_.size());
    for (const ClientOrderId& id : sequence_) {
        orders.push_back(&orders_.at(id));
    }
    return orders;
}

std::vector<const Order*> OrderLedger::open() const {
    std::vector<const Order*> orders = all();
    std::erase_if(orders, [](const Order* order) { return is_final(order->state); });
    return orders;
}

Decimal OrderLedger::open_quantity(std::string_view symbol, Side side) const {
    Decimal sum = 0;
    for (const Order* order : open()) {
        if (order->request.symbol == symbol && order->request.side == side) {
            sum += order->remaining();
        }
    }
    return sum;
}

void OrderLedger::mark_sending(const ClientOrderId& id) {
    Order& order = orders_.at(id);
    assert(order.state == OrderState::intent);
    order.state = OrderState::sending;
}

void OrderLedger::forget(const ClientOrderId& id) {
    std::erase(sequence_, id);
    std::erase_if(keys_, [&](const auto& entry) { return entry.second == id; });
    orders_.erase(id);
}

} // namespace tradesh::orders
