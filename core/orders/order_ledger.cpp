#include "core/orders/order_ledger.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace tradesh::orders {
namespace {

bool is_short_form(const ClientOrderId& id, std::string_view text) {
    return id.value.size() > text.size() && id.value.ends_with(text) &&
           id.value[id.value.size() - text.size() - 1] == '-';
}

/// An order whose quantity depends on others.
bool is_linked(const Order& order) { return !order.request.parent.value.empty() || !order.request.oco_group.empty(); }

template <class Ages>
std::vector<const Order*> orders_in(const Ages& ages) {
    std::vector<const Order*> orders;
    orders.reserve(ages.size());
    for (const auto& [age, order] : ages) {
        orders.push_back(order);
    }
    return orders;
}

/// Nothing of it ever reached the venue, so its key stands for nothing yet.
bool leaves_key_free(const Order& order) {
    return order.stands == OrderState::not_sent || order.stands == OrderState::denied;
}

} // namespace

Applied OrderLedger::apply(const OrderEvent& event) {
    const ClientOrderId& id = order_of(event.fact);
    const auto found = orders_.find(id);
    Applied applied = Applied::changed;
    Entry* entry = nullptr;
    if (found != orders_.end()) {
        entry = &found->second;
        count_traded(entry->order, event.fact, -1);
        applied = orders::apply(entry->order, event);
    } else if (begins_order(event.fact)) {
        entry = &insert(begin_order(event));
        ++count_;
    } else {
        return Applied::out_of_place;
    }
    count_traded(entry->order, event.fact, 1);
    if (const auto* filled = std::get_if<venue::OrderFilled>(&event.fact)) {
        last_fill_time_ = std::max(last_fill_time_, filled->fill.time);
    }
    index(*entry);
    drop_oldest();
    return applied;
}

/// What an order's executions did to positions; taken off before an event that may change them, and added after it.
void OrderLedger::count_traded(const Order& order, const OrderFact& fact, int times) {
    const bool may_change = begins_order(fact) || std::holds_alternative<venue::OrderFilled>(fact) ||
                            std::holds_alternative<venue::ExecutionCorrected>(fact);
    if (!may_change) {
        return;
    }
    const auto count = [&](const std::string& symbol, Decimal quantity) {
        traded_[symbol] += Decimal(times) * quantity;
        ++moves_[symbol];
    };
    Decimal single = order.filled;
    for (const Fill& fill : order.fills) {
        if (fill.of == FillOf::leg) {
            count(fill.symbol, Decimal(sign_of(fill.side)) * fill.quantity);
        } else if (fill.of == FillOf::combo) {
            single -= fill.quantity;
        }
    }
    count(order.request.symbol, Decimal(sign_of(order.request.side)) * single);
}

OrderLedger::Hold OrderLedger::hold(std::string id_or_key) {
    ++(*holds_)[id_or_key];
    const auto let_go = [holds = holds_](const std::string* held) {
        const auto count = holds->find(*held);
        if (--count->second == 0) {
            holds->erase(count);
        }
        delete held;
    };
    return {new std::string(std::move(id_or_key)), let_go};
}

void OrderLedger::restore(Order order) {
    if (orders_.contains(order.request.id)) {
        return;
    }
    for (const Fill& fill : order.fills) {
        last_fill_time_ = std::max(last_fill_time_, fill.time);
    }
    index(insert(std::move(order)));
    drop_oldest();
}

OrderLedger OrderLedger::without(const std::set<ClientOrderId>& ids) const {
    OrderLedger rest(ended_kept_);
    for (const auto& [age, order] : by_age_) {
        if (!ids.contains(order->request.id)) {
            rest.restore(*order);
        }
    }
    return rest;
}

OrderLedger::Past OrderLedger::past() const {
    return {.count = count_,
            .traded = traded_,
            .last_fill_time = last_fill_time_,
            .ended = std::vector<ClientOrderId>(ended_.begin(), ended_.end())};
}

void OrderLedger::resume(Past past) {
    count_ = past.count;
    traded_ = std::move(past.traded);
    last_fill_time_ = past.last_fill_time;
    for (const ClientOrderId& id : past.ended) {
        const auto found = orders_.find(id);
        if (found != orders_.end() && found->second.ended) {
            ended_.splice(ended_.end(), ended_, *found->second.ended);
        }
    }
}

OrderLedger::Entry& OrderLedger::insert(Order order) {
    const ClientOrderId id = order.request.id;
    Entry& entry = orders_[id];
    entry.order = std::move(order);
    entry.age = {entry.order.created, ++arrivals_};
    by_age_.emplace(entry.age, &entry.order);
    return entry;
}

/// Brings what leads to an order up to date with its state.
void OrderLedger::index(Entry& entry) {
    const Order& order = entry.order;
    index_keys(entry);
    if (!order.venue_id.value.empty() && std::ranges::find(entry.venue_ids, order.venue_id) == entry.venue_ids.end()) {
        venue_ids_.insert_or_assign(order.venue_id, order.request.id);
        entry.venue_ids.push_back(order.venue_id);
    }
    if (entry.ended) {
        ended_.erase(*entry.ended);
        entry.ended.reset();
    }
    if (is_final(order.state)) {
        entry.ended = ended_.insert(ended_.end(), order.request.id);
    }
    index_open(entry);
}

/// Keys may become free again, and be taken again when what counted as lost turns up after all.
void OrderLedger::index_keys(Entry& entry) {
    const Order& order = entry.order;
    unindex_keys(entry);
    const auto take = [&](const std::string& key) {
        if (!key.empty() && keys_.try_emplace(key, order.request.id).second) {
            entry.keys.push_back(key);
        }
    };
    if (!leaves_key_free(order)) {
        take(order.key);
    }
    for (const Revision& revision : order.revisions) {
        if (revision.outcome != RevisionOutcome::not_sent) {
            take(revision.key);
        }
    }
}

void OrderLedger::index_open(Entry& entry) {
    const Order& order = entry.order;
    unindex_open(entry);
    if (is_final(order.state)) {
        return;
    }
    OfSymbol& symbol = of_symbol_[order.request.symbol];
    open_.emplace(entry.age, &order);
    symbol.open.emplace(entry.age, &order);
    if (is_linked(order)) {
        symbol.linked.emplace(entry.age, &order);
    } else {
        entry.open_plain = order.remaining();
        symbol.plain(order.request.side) += entry.open_plain;
    }
}

void OrderLedger::unindex_open(Entry& entry) {
    const auto symbol = of_symbol_.find(entry.order.request.symbol);
    if (open_.erase(entry.age) == 0) {
        return;
    }
    symbol->second.plain(entry.order.request.side) -= std::exchange(entry.open_plain, 0);
    symbol->second.open.erase(entry.age);
    symbol->second.linked.erase(entry.age);
    if (symbol->second.open.empty()) {
        of_symbol_.erase(symbol);
    }
}

void OrderLedger::unindex_keys(Entry& entry) {
    for (const std::string& key : entry.keys) {
        keys_.erase(key);
    }
    entry.keys.clear();
}

bool OrderLedger::is_held(const Entry& entry) const {
    const std::string& key = entry.order.key;
    return holds_->contains(entry.order.request.id.value) || (!key.empty() && holds_->contains(key)) ||
           std::ranges::any_of(entry.keys, [this](const std::string& each) { return holds_->contains(each); });
}

/// Looks at a few only, more than one event can add: what is held waits at the back for its turn to come again.
void OrderLedger::drop_oldest() {
    constexpr int looks_max = 4;
    for (int look = 0; look < looks_max && ended_.size() > ended_kept_; ++look) {
        const ClientOrderId id = ended_.front();
        if (is_held(orders_.at(id))) {
            ended_.splice(ended_.end(), ended_, ended_.begin());
        } else {
            drop(id);
        }
    }
}

void OrderLedger::drop(const ClientOrderId& id) {
    const auto found = orders_.find(id);
    Entry& entry = found->second;
    if (entry.ended) {
        ended_.erase(*entry.ended);
    }
    by_age_.erase(entry.age);
    unindex_open(entry);
    unindex_keys(entry);
    for (const VenueOrderId& venue_id : entry.venue_ids) {
        const auto named = venue_ids_.find(venue_id);
        if (named != venue_ids_.end() && named->second == id) {
            venue_ids_.erase(named);
        }
    }
    orders_.erase(found);
}

const Order* OrderLedger::find(const ClientOrderId& id) const {
    const auto found = orders_.find(id);
    return found == orders_.end() ? nullptr : &found->second.order;
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
    std::set<ClientOrderId> matches;
    if (const Order* keyed = find_by_key(text)) {
        matches.insert(keyed->request.id);
    } else if (const Order* named = find_by_venue_id(VenueOrderId(std::string(text)))) {
        return named->request.id;
    }
    for (const auto& [id, entry] : orders_) {
        if (is_short_form(id, text)) { // a key such as "12" may be the end of another order's id
            matches.insert(id);
        }
    }
    return only_match(text, {matches.begin(), matches.end()});
}

bool may_end_an_id(std::string_view text) { return text.find_first_not_of("0123456789-") == text.npos; }

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

std::vector<const Order*> OrderLedger::all() const { return orders_in(by_age_); }
std::vector<const Order*> OrderLedger::open() const { return orders_in(open_); }

std::vector<const Order*> OrderLedger::open_of(std::string_view symbol) const {
    const auto found = of_symbol_.find(symbol);
    return found == of_symbol_.end() ? std::vector<const Order*>() : orders_in(found->second.open);
}

Decimal OrderLedger::reach(const Order& order) const {
    const Order* parent = order.request.parent.value.empty() ? nullptr : find(order.request.parent);
    if (parent == nullptr) {
        return order.remaining(); // an exit whose order has left memory has nothing left to wait for
    }
    const Decimal held = parent->filled > order.filled ? parent->filled - order.filled : Decimal(0);
    return std::min(order.remaining(), held);
}

Decimal OrderLedger::open_quantity(std::string_view symbol, Side side) const {
    const auto found = of_symbol_.find(symbol);
    if (found == of_symbol_.end()) {
        return 0;
    }
    Decimal sum = side == Side::buy ? found->second.plain_buy : found->second.plain_sell;
    std::map<std::string_view, Decimal> largest; // of each group of orders that cancel one another
    for (const auto& [age, order] : found->second.linked) {
        if (order->request.side != side) {
            continue;
        }
        const Decimal quantity = reach(*order);
        if (order->request.oco_group.empty()) {
            sum += quantity;
        } else {
            Decimal& most = largest[order->request.oco_group];
            most = std::max(most, quantity);
        }
    }
    for (const auto& [group, quantity] : largest) {
        sum += quantity;
    }
    return sum;
}

Decimal OrderLedger::traded(std::string_view symbol) const {
    const auto found = traded_.find(symbol);
    return found == traded_.end() ? Decimal(0) : found->second;
}

std::uint64_t OrderLedger::moves(std::string_view symbol) const {
    const auto found = moves_.find(symbol);
    return found == moves_.end() ? 0 : found->second;
}

void OrderLedger::mark_sending(const ClientOrderId& id) { orders::mark_sending(orders_.at(id).order); }

void OrderLedger::forget(const ClientOrderId& id) {
    drop(id);
    --count_;
}

} // namespace tradesh::orders
