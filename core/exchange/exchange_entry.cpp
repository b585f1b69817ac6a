#include "core/exchange/exchange.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::exchange {
namespace {

constexpr std::size_t id_length_max = 36;

Error duplicate(const OrderRequest& request) {
    return Error(ErrorKind::rejected, "exchange.duplicate_id", "another order has the same client order id")
        .attempting("place order")
        .on(request.symbol)
        .from_venue("duplicate_id", "client order id " + request.id.value + " is in use");
}

} // namespace

/// True when the requests are known and their answers have been given again; false when none of them is known.
Result<bool> Exchange::repeat_answers(AccountIndex account, std::span<const OrderRequest> requests, Instant now) {
    std::size_t known = 0;
    for (const OrderRequest& request : requests) {
        const Order* order = find(account, request.id);
        if (order != nullptr && order->request != request) {
            return fail(duplicate(request));
        }
        known += order != nullptr ? 1 : 0;
    }
    if (known == 0) {
        return false;
    }
    if (known < requests.size()) {
        return fail(duplicate(requests.front()));
    }
    for (const OrderRequest& request : requests) {
        const Order& order = *find(account, request.id);
        if (order.state == OrderState::rejected) {
            tell(account, now, Rejected{.order = request.id, .code = order.code, .message = order.reason});
        } else {
            tell(account, now, Accepted{.order = request.id, .venue_id = order.venue_id});
        }
    }
    return true;
}

Order& Exchange::create(AccountIndex account, const OrderRequest& request, Instant now) {
    const std::uint64_t number = ++last_order_;
    accounts_[account].ids.emplace(request.id.value, number);
    Order& order = orders_[number];
    order.number = number;
    order.account = account;
    order.request = request;
    order.venue_id = VenueOrderId(id_prefix_ + "-" + std::to_string(number));
    order.state = OrderState::rejected; // until every check has passed it must not count as live
    order.price = request.price;
    order.entered = order.updated = now;
    return order;
}

Result<void> Exchange::submit_linked(AccountIndex account, std::span<const OrderRequest> requests, Instant now) {
    const Result<bool> repeated = repeat_answers(account, requests, now);
    if (!repeated || *repeated) {
        return repeated ? Result<void>() : fail(repeated.error());
    }
    for (auto request = requests.begin(); request != requests.end(); ++request) {
        if (request->id.value.empty() || request->id.value.size() > id_length_max) {
            return fail(ErrorKind::rejected, "exchange.bad_id", "a client order id has 1 to 36 characters");
        }
        if (std::ranges::find(requests.begin(), request, request->id, &OrderRequest::id) != request) {
            return fail(duplicate(*request));
        }
    }
    const Decimal reserved_before = accounts_[account].reserved;
    entering_.clear();
    std::optional<Refusal> refusal;
    std::uint64_t refused = 0;
    for (const OrderRequest& request : requests) {
        Order& order = create(account, request, now);
        entering_.push_back(&order);
        if (!refusal) {
            refusal = check(order, now);
            refused = order.number;
        }
    }
    if (!refusal) {
        for (Order* order : entering_) {
            accept(*order);
        }
        refusal = check_means(entering_, reserved_before);
        refused = entering_.front()->number;
    }
    if (refusal) {
        reject_all(*refusal, refused, now);
        return {};
    }
    for (const Order* order : entering_) {
        tell_accepted(*order, now);
    }
    const std::vector<Order*> accepted = std::exchange(entering_, {});
    for (Order* order : accepted) {
        if (order->live() && order->state == OrderState::working) {
            activate(*order, now);
        }
    }
    settle(now);
    return {};
}

/// It counts among the live orders from here on; whether it may stay is decided next.
void Exchange::accept(Order& order) {
    if (order.is_exit()) {
        order.state = OrderState::held;
    } else {
        order.state = order.auction ? OrderState::accepted_for_bidding : OrderState::working;
    }
    note_change(order);
    enlist(order);
    if (order.is_exit()) { // its order may have filled already
        share_of_group(order);
        parents_.push_back(accounts_[order.account].ids.at(order.request.parent.value));
    }
}

void Exchange::tell_accepted(const Order& order, Instant now) {
    tell(order.account, now, Accepted{.order = order.request.id, .venue_id = order.venue_id});
    if (order.state != OrderState::working) {
        tell(order.account, now, StateReported{.order = order.request.id, .state = order.state});
    }
}

void Exchange::reject_all(const Refusal& refusal, std::uint64_t refused, Instant now) {
    parents_.clear();
    for (Order* order : entering_) {
        if (order->live()) {
            mark_final(*order, OrderState::rejected, now);
        } else {
            detach(*order);
            final_orders_.push_back(order->number);
        }
    }
    parents_.clear();
    for (Order* order : entering_) {
        Refusal own = refusal;
        if (order->number != refused) {
            own = Refusal{"linked_rejected", "an order that it belongs to was rejected: " + refusal.message};
        }
        order->state = OrderState::rejected;
        order->code = own.code;
        order->reason = own.message;
        note_change(*order);
        tell(order->account, now,
             Rejected{.order = order->request.id, .code = std::move(own.code), .message = std::move(own.message)});
    }
    entering_.clear();
}

std::expected<Order*, Exchange::Refusal> Exchange::find_live(AccountIndex account, const ClientOrderId& id) {
    const auto found = accounts_[account].ids.find(id.value);
    if (found == accounts_[account].ids.end()) {
        return std::unexpected(Refusal{"unknown_order", "no order has the client order id " + id.value});
    }
    Order& order = orders_.at(found->second);
    if (!order.live()) {
        return std::unexpected(Refusal{"order_final", "the order is already " + std::string(name_of(order.state))});
    }
    return &order;
}

void Exchange::cancel(AccountIndex account, const ClientOrderId& id, Instant now) {
    const std::expected<Order*, Refusal> order = find_live(account, id);
    if (!order) {
        tell(account, now, CancelRejected{.order = id, .code = order.error().code, .message = order.error().message});
        return;
    }
    finish(**order, OrderState::cancelled, "by request", now, Reach::alone);
    settle(now);
}

} // namespace tradesh::exchange
