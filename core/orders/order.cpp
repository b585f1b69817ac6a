#include "core/orders/order.hpp"

#include "core/base/overloaded.hpp"
#include "core/orders/order_executions.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace tradesh::orders {
namespace {

bool is_unanswered(OrderState state) {
    return state == OrderState::intent || state == OrderState::sending || state == OrderState::unknown;
}

/// The venue has the order, whatever we thought.
bool arrives(Order& order) {
    if (!is_unanswered(order.stands) && !is_unsent(order.stands) && order.stands != OrderState::pending_new) {
        return false;
    }
    order.stands = live_state(order);
    return true;
}

/// Ends an order, keeping what the venue said about it.
Applied finish(Order& order, OrderState state, std::string_view code, std::string_view reason) {
    if (is_ended(order)) {
        return order.stands == state ? Applied::duplicate : Applied::out_of_place;
    }
    order.reason_code = code;
    order.reason = reason;
    order.stands = state;
    return Applied::changed;
}

void resolve_replacement(Order& order, RevisionOutcome outcome, std::string_view code, std::string_view message) {
    if (order.replacement() != nullptr) {
        Revision& revision = order.revisions.back();
        revision.outcome = outcome;
        revision.code = code;
        revision.message = message;
    }
}

/// What the order shows: its end, or the detour that is under way (FIX gives a pending cancel precedence).
void show(Order& order) {
    if (is_final(order.stands)) {
        order.cancel_pending = false;
        resolve_replacement(order, RevisionOutcome::refused, "order.ended", "the order ended first");
        order.state = order.stands;
    } else if (order.cancel_pending) {
        order.state = OrderState::cancelling;
    } else {
        order.state = order.replacement() == nullptr ? order.stands : OrderState::replacing;
    }
}

// The venue's other words --------------------------------------------------------------------------------------------

Applied on(Order& order, const venue::OrderAccepted& fact) {
    const bool moved = arrives(order);
    const bool renamed = !fact.venue_id.value.empty() && fact.venue_id != order.venue_id;
    if (renamed) {
        order.venue_id = fact.venue_id;
    }
    return moved || renamed ? Applied::changed : Applied::duplicate;
}

Applied on(Order& order, const venue::OrderStateReported& fact) {
    if (is_ended(order)) {
        return Applied::duplicate; // a word that the end overtook
    }
    const OrderState before = order.stands;
    switch (fact.state) {
    case OrderState::pending_new:
        if (is_unanswered(order.stands) || is_unsent(order.stands)) {
            order.stands = OrderState::pending_new;
        }
        break;
    case OrderState::accepted_for_bidding:
    case OrderState::held:
    case OrderState::stopped:
    case OrderState::calculated:
    case OrderState::done_for_day: order.stands = fact.state; break;
    case OrderState::working:
    case OrderState::partially_filled: order.stands = live_state(order); break;
    case OrderState::unknown:
    case OrderState::cancelling:
    case OrderState::replacing: arrives(order); break; // a word that moves nothing of ours: open, and kept as it is
    default: return Applied::out_of_place;             // ends have events of their own
    }
    const bool news = order.stands != before || order.venue_state != fact.venue_state;
    order.venue_state = fact.venue_state;
    return news ? Applied::changed : Applied::duplicate;
}

Applied on(Order& order, const venue::CancelRejected& fact) {
    if (!order.cancel_pending) {
        return Applied::duplicate;
    }
    order.reason_code = fact.code;
    order.reason = fact.message;
    order.cancel_pending = false;
    return Applied::changed;
}

Applied on(Order& order, const venue::OrderReplaced& fact) {
    const bool leaves_something = fact.quantity > order.filled;
    const bool revives = order.stands == OrderState::filled && leaves_something;
    if (!fact.quantity.is_positive() || (is_ended(order) && !revives && fact.quantity != order.request.quantity)) {
        return Applied::out_of_place;
    }
    const bool renamed = !fact.venue_id.value.empty() && fact.venue_id != order.venue_id;
    const bool differs = fact.quantity != order.request.quantity || fact.price != order.request.price || renamed;
    if ((!differs && order.replacement() == nullptr) || (is_ended(order) && !revives)) {
        return Applied::duplicate;
    }
    if (renamed) {
        order.venue_id = fact.venue_id;
    }
    order.request.quantity = std::max(fact.quantity, order.filled);
    order.request.price = fact.price;
    resolve_replacement(order, RevisionOutcome::made, "", "");
    if (!arrives(order) && revives) {
        order.stands = live_state(order);
    }
    if (!leaves_something) {
        order.stands = OrderState::filled;
    }
    return Applied::changed;
}

Applied on(Order& order, const venue::ReplaceRejected& fact, FactSource source) {
    if (order.replacement() == nullptr) {
        return Applied::duplicate;
    }
    order.reason_code = fact.code;
    order.reason = fact.message;
    const bool heard = source == FactSource::venue;
    resolve_replacement(order, heard ? RevisionOutcome::refused : RevisionOutcome::not_sent, fact.code, fact.message);
    return Applied::changed;
}

// Our own side -------------------------------------------------------------------------------------------------------

Applied on(Order& order, const CancelIntended&, Instant time) {
    if (is_final(order.stands)) {
        return Applied::out_of_place;
    }
    order.cancel_asked = time;
    return std::exchange(order.cancel_pending, true) ? Applied::duplicate : Applied::changed;
}

Applied on(Order& order, const ReplaceIntended& fact, Instant time) {
    if (is_final(order.stands) || order.cancel_pending || order.replacement() != nullptr || is_unanswered(order)) {
        return Applied::out_of_place;
    }
    order.revisions.push_back(Revision{.quantity = fact.quantity,
                                       .price = fact.price,
                                       .key = fact.key,
                                       .form = fact.form,
                                       .time = time,
                                       .code = "",
                                       .message = ""});
    return Applied::changed;
}

Applied on(Order& order, const OutcomeUnknown& fact) {
    if (!is_unanswered(order) || order.stands == OrderState::unknown) {
        return Applied::duplicate; // the answer came while we gave up on it
    }
    order.reason = fact.reason;
    order.stands = OrderState::unknown;
    return Applied::changed;
}

Applied on(Order& order, const OrderNotSent& fact) {
    if (order.stands == OrderState::not_sent) {
        return Applied::duplicate;
    }
    return is_unanswered(order) ? finish(order, OrderState::not_sent, fact.code, fact.message) : Applied::out_of_place;
}

Applied on(Order& order, const OrderTimed& fact) {
    if (order.times) {
        return Applied::duplicate;
    }
    order.times = fact;
    return Applied::changed;
}

void remember(Order& order, const OrderEvent& event) {
    if (std::holds_alternative<OrderTimed>(event.fact)) {
        return; // it tells of the way here, and nothing happened
    }
    order.updated = event.time;
    order.history.push_back(Transition{.time = event.time,
                                       .event = std::string(name_of(event.fact)),
                                       .source = event.source,
                                       .state = order.state,
                                       .detail = detail_of(event.fact)});
}

void begin_submitted(Order& order, const Submission& submission) {
    order.request = submission.request;
    order.key = submission.key;
    order.form = submission.form;
    order.group = submission.group;
    order.leg = submission.leg;
    order.flattens = submission.flattens;
    order.checks = submission.checks;
}

void begin_adopted(Order& order, const VenueOrder& theirs) {
    order.request = theirs.request;
    order.venue_id = theirs.venue_id;
    order.external = true;
    order.filled = theirs.filled;
    order.filled_notional = theirs.filled * theirs.average_price.value_or(0);
    const bool tells_more = !is_final(theirs.state) && !is_unanswered(theirs.state) &&
                            theirs.state != OrderState::cancelling && theirs.state != OrderState::replacing &&
                            theirs.state != OrderState::partially_filled && theirs.state != OrderState::working;
    order.stands = tells_more ? theirs.state : live_state(order);
}

} // namespace

std::string_view name_of(RevisionOutcome outcome) {
    constexpr std::array<std::string_view, 4> names{"pending", "made", "refused", "not_sent"};
    return names[static_cast<std::size_t>(outcome)];
}

std::optional<Decimal> Order::average_price() const {
    if (filled.is_zero()) {
        return std::nullopt;
    }
    int scale = fills.empty() ? filled_notional.normalized().scale() : 0;
    for (const Fill& fill : fills) {
        scale = std::max(scale, fill.price.normalized().scale());
    }
    const int digits = std::min(scale + 2, Decimal::scale_max);
    return Decimal::divide(filled_notional, filled, digits, Rounding::half_even).normalized();
}

const Revision* Order::replacement() const {
    const bool pending = !revisions.empty() && revisions.back().outcome == RevisionOutcome::pending;
    return pending ? &revisions.back() : nullptr;
}

bool is_unanswered(const Order& order) { return is_unanswered(order.stands); }

std::optional<char> fix_status(OrderState state) {
    switch (state) {
    case OrderState::working: return '0';
    case OrderState::partially_filled: return '1';
    case OrderState::filled: return '2';
    case OrderState::done_for_day: return '3';
    case OrderState::cancelled: return '4';
    case OrderState::cancelling: return '6';
    case OrderState::stopped: return '7';
    case OrderState::rejected: return '8';
    case OrderState::held: return '9';
    case OrderState::pending_new: return 'A';
    case OrderState::calculated: return 'B';
    case OrderState::expired: return 'C';
    case OrderState::accepted_for_bidding: return 'D';
    case OrderState::replacing: return 'E';
    default: return std::nullopt;
    }
}

ClientOrderId first_of_linked(const OrderRequest& request) {
    if (!request.parent.value.empty()) {
        return request.parent;
    }
    return request.oco_group.empty() ? request.id : ClientOrderId(request.oco_group);
}

std::string describe(const OrderRequest& request) {
    return std::string(name_of(request.side)) + " " + request.symbol + " " + request.quantity.to_string() + " " +
           to_text(request.price);
}

Order begin_order(const OrderEvent& event) {
    Order order;
    order.created = event.time;
    if (const Submission* submission = submission_of(event.fact)) {
        begin_submitted(order, *submission);
        if (const auto* denied = std::get_if<OrderDenied>(&event.fact)) {
            finish(order, OrderState::denied, denied->code, denied->message);
        }
    } else {
        begin_adopted(order, std::get<OrderAdopted>(event.fact).order);
    }
    show(order);
    remember(order, event);
    return order;
}

Applied apply(Order& order, const OrderEvent& event) {
    assert(order_of(event.fact) == order.request.id);
    const Applied applied = std::visit(
        Overloaded{
            [&](const venue::OrderRejected& f) { return finish(order, OrderState::rejected, f.code, f.message); },
            [&](const venue::OrderCancelled& f) { return finish(order, OrderState::cancelled, "", f.reason); },
            [&](const venue::OrderExpired&) { return finish(order, OrderState::expired, "", "its time ran out"); },
            [&](const venue::OrderFilled& f) { return add_execution(order, f.fill); },
            [&](const venue::ExecutionCorrected& f) { return correct_execution(order, f); },
            [&](const venue::ReplaceRejected& f) { return on(order, f, event.source); },
            [&](const ReplaceIntended& f) { return on(order, f, event.time); },
            [&](const CancelIntended& f) { return on(order, f, event.time); },
            [](const OrderIntended&) { return Applied::duplicate; },
            [](const OrderDenied&) { return Applied::duplicate; },
            [](const OrderAdopted&) { return Applied::duplicate; }, [&](const auto& f) { return on(order, f); }},
        event.fact);
    if (applied == Applied::changed) {
        show(order);
        remember(order, event);
    }
    return applied;
}

void mark_sending(Order& order) {
    assert(order.stands == OrderState::intent);
    order.stands = OrderState::sending;
    show(order);
}

} // namespace tradesh::orders
