// The part of OrderManager that makes a position flat: what stands in the way of closing all of it is withdrawn first.

#include "core/orders/order_manager.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::orders {
namespace {

using runtime::Task;

/// "order k4x9-3-12 (sell GOOG 4 stop 780) is cancelled; .."
std::string words_on(const std::vector<Order>& orders) {
    std::string words;
    for (const Order& order : orders) {
        words += (words.empty() ? "order " : "; order ") + order.request.id.value + " (" + describe(order.request) +
                 ") is " + std::string(name_of(order.state));
    }
    return words;
}

/// An error after orders were withdrawn for what then did not go out.
Error without_protection(Error error, const std::vector<Order>& withdrawn) {
    error.message += ". Before that, to make room for it: " + words_on(withdrawn);
    if (error.kind != ErrorKind::not_found && !error.unknown_effect()) {
        error.hint += (error.hint.empty() ? "" : "; ") +
                      std::string("what is still held has lost these exits: 'pos' shows it, close or protect it now");
    }
    return error;
}

} // namespace

/// Open orders that can only reduce a position of which all is to go, and the entries whose exits are among them: what
/// still filled of these would be held without an exit. A sale that may open a short position, or a purchase of more
/// than is short, is somebody's other plan.
std::set<ClientOrderId> OrderManager::in_the_way(const OrderForm& form, const PlaceOptions& options) const {
    std::set<ClientOrderId> ids;
    const bool takes_all = closes_all(form) || (form.reverses && std::holds_alternative<SizeAll>(form.size));
    const auto held = parts_.risk.positions().find(form.symbol);
    if (!takes_all || options.flattens || held == parts_.risk.positions().end()) {
        return ids;
    }
    const Decimal position = held->second.quantity;
    const Side reducing = position.is_positive() ? Side::sell : Side::buy;
    for (const Order* order : ledger_.open_of(form.symbol)) {
        const Decimal reach = ledger_.reach(*order);
        const bool only_reduces = order->request.side == reducing && !order->request.may_open_short;
        if (!only_reduces || !reach.is_positive() || reach > position.abs()) {
            continue;
        }
        ids.insert(order->request.id);
        const Order* entry = order->request.parent.value.empty() ? nullptr : ledger_.find(order->request.parent);
        if (entry != nullptr && !is_final(entry->state)) {
            ids.insert(entry->request.id);
        }
    }
    return ids;
}

std::vector<Order> OrderManager::orders_of(const std::set<ClientOrderId>& ids) const {
    std::vector<Order> orders;
    for (const ClientOrderId& id : ids) {
        if (const Order* order = ledger_.find(id)) {
            orders.push_back(*order);
        }
    }
    return orders;
}

Task<Result<std::vector<Order>>> OrderManager::release(std::set<ClientOrderId> ids, std::string reason,
                                                       PlaceOptions options, Duration limit) {
    const OrderFilter among = [&ids](const Order& order) { return ids.contains(order.request.id); };
    Withdrawal withdrawal = co_await withdraw(among, std::move(reason), std::move(options), limit);
    if (!withdrawal.still_open.empty()) {
        co_return fail(
            Error(ErrorKind::unknown, "order.not_released",
                  "the venue has not confirmed the end of order " + withdrawal.still_open.front().request.id.value)
                .attempting("withdraw what stands in the way")
                .advise("'orders' shows what is open; the same command goes on from there"));
    }
    co_return std::move(withdrawal.ended);
}

/// Nothing is withdrawn for a close that would be refused even without it.
Task<Result<Placed>> OrderManager::clear_and_place(OrderForm form, Instrument instrument, MarketView view,
                                                   PlaceOptions options, Duration received) {
    const std::string text = to_text(form);
    const std::set<ClientOrderId> ids = in_the_way(form, options);
    Result<Prepared> prepared = prepare(form, instrument, view, options, ledger_.without(ids));
    if (!prepared) {
        co_return fail(std::move(prepared.error()));
    }
    Result<void> allowed = verdict_of(prepared->checks, prepared->request);
    if (!allowed) {
        give_ids(*prepared);
        Error why = co_await deny(std::move(*prepared), options, text, std::move(allowed.error()));
        co_return fail(std::move(why));
    }
    options.announce_effect("the exits of " + form.symbol + " were being withdrawn to close it: look with 'orders', " +
                            "and give the command again");
    Result<std::vector<Order>> withdrawn = co_await release(ids, "makes room for: " + text, options, options.timeout);
    if (!withdrawn) {
        co_return fail(std::move(withdrawn.error()).on(text));
    }
    Result<Placed> placed = fail(ErrorKind::failed, "order.not_placed", "nothing was placed");
    Result<MarketView> now = co_await view_market(quote_wish(form), instrument); // what they filled counts
    Result<const Order*> replay = find_replay(options, text);                    // somebody may have used the key
    if (!now || !replay) {
        placed = fail(now ? std::move(replay.error()) : std::move(now.error()));
    } else if (*replay != nullptr) {
        placed = co_await this->replay((*replay)->request.id, options);
    } else {
        placed = co_await place_now(std::move(form), std::move(instrument), std::move(*now), options, received);
    }
    if (!placed) {
        if (!placed.error().unknown_effect()) {
            options.settle_effect();
        }
        co_return fail(without_protection(std::move(placed.error()), *withdrawn));
    }
    placed->withdrawn = std::move(*withdrawn);
    co_return placed;
}

} // namespace tradesh::orders
