#include "core/orders/order_ledger.hpp"

#include <algorithm>
#include <cassert>

namespace tradesh::orders {
namespace {

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
        ++count_;
    } else {
        return Applied::out_of_place;
    }
    index(orders_.at(id));
    if (const auto* filled = std::get_if<venue::OrderFilled>(&event.fact)) {
        last_fill_time_ = std::max(last_fill_time_, filled->fill.time);
    }
    drop_oldest();
    return applied;
}

OrderLedger::Hold OrderLedger::hold(std::string id_or_key) {
    const auto place = holds_->insert(std::move(id_or_key));
    return {&*place, [holds = holds_, place](const std::string*) { holds->erase(place); }};
}

void OrderLedger::restore(Order order) {
    const ClientOrderId id = order.request.id;
    if (orders_.contains(id)) {
        return;
    }
    const auto later =
        std::ranges::find_if(sequence_, [&](const auto& other) { return orders_.at(other).created > order.created; });
    sequence_.insert(later, id);
    for (const Fill& fill : order.fills) {
        last_fill_time_ = std::max(last_fill_time_, fill.time);
    }
    index(orders_.emplace(id, std::move(order)).first->second);
    drop_oldest();
}

/// Brings what leads to an order up to date with its state.
void OrderLedger::index(const Order& order) {
    const ClientOrderId& id = order.request.id;
    if (order.state == OrderState::not_sent) {
        // It certainly never left, so its key stands for nothing yet and the same command may be tried again.
        std::erase_if(keys_, [&](const auto& entry) { return entry.second == id; });
    } else if (!order.key.empty()) {
        keys_.try_emplace(order.key, id); // also again, when an order counted as lost turns up after all
    }
    if (!order.venue_id.value.empty()) {
        venue_ids_.insert_or_assign(order.venue_id, id);
    }
    std::erase(ended_, id);
    if (is_final(order.state)) {
        ended_.push_back(id);
    }
}

bool OrderLedger::is_held(const Order& order) const {
    return holds_->contains(order.request.id.value) || (!order.key.empty() && holds_->contains(order.key));
}

void OrderLedger::drop_oldest() {
    for (std::size_t i = 0; i < ended_.size() && ended_.size() > ended_kept_;) {
        if (is_held(orders_.at(ended_[i]))) {
            ++i;
        } else {
            drop(ClientOrderId(ended_[i]));
        }
    }
}

void OrderLedger::drop(const ClientOrderId& id) {
    const auto leads_there = [&](const auto& entry) { return entry.second == id; };
    std::erase(ended_, id);
    std::erase(sequence_, id);
    std::erase_if(keys_, leads_there);
    std::erase_if(venue_ids_, leads_there);
    orders_.erase(id);
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
    return only_match(text, matches);
}

Result<ClientOrderId> only_match(std::string_view text, const std::vector<ClientOrderId>& candidates) {
    if (candidates.size() == 1) {
        return candidates.front();
    }
    if (candidates.empty()) {
        return fail(Error(ErrorKind::not_found, "order.not_found", "there is no order '" + std::string(text) + "'")
                        .advise("'order list --all' shows every order with its id and key"));
    }
    return fail(Error(ErrorKind::usage, "order.ambiguous",
                      "'" + std::string(text) + "' fits " + std::to_string(candidates.size()) + " orders")
                    .advise("write more of the id: " + candidates[0].value + " or " + candidates[1].value));
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
    drop(id);
    --count_;
}

} // namespace tradesh::orders
