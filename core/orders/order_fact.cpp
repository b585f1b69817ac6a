#include "core/orders/order_fact.hpp"

#include "core/base/overloaded.hpp"

#include <array>

namespace tradesh::orders {
namespace {

constexpr std::string_view inferred_prefix = "inferred:";

std::string text_of(const Fill& fill) {
    return fill.quantity.to_string() + " @ " + fill.price.to_string() + " (" + fill.execution.value + ")";
}

std::string text_of(const Decimal& quantity, const PriceRule& price) {
    return quantity.to_string() + " " + to_text(price);
}

std::string refusal(const std::string& code, const std::string& message) {
    return code.empty() ? message : code + ": " + message;
}

std::string text_of(const venue::ExecutionCorrected& fact) {
    return fact.corrected.value + (fact.fill.quantity.is_zero() ? " taken back" : " is now " + text_of(fact.fill));
}

std::string text_of(const venue::OrderStateReported& fact) {
    const std::string state(name_of(fact.state));
    return fact.venue_state.empty() ? state : state + " (" + fact.venue_state + ")";
}

} // namespace

std::string_view name_of(FactSource source) {
    constexpr std::array<std::string_view, 3> names{"user", "venue", "reconciliation"};
    return names[static_cast<std::size_t>(source)];
}

const ClientOrderId& order_of(const OrderFact& fact) {
    return std::visit(
        Overloaded{[](const OrderIntended& f) -> const ClientOrderId& { return f.request.id; },
                   [](const OrderDenied& f) -> const ClientOrderId& { return f.request.id; },
                   [](const OrderAdopted& f) -> const ClientOrderId& { return f.order.request.id; },
                   [](const venue::OrderFilled& f) -> const ClientOrderId& { return f.fill.order; },
                   [](const venue::ExecutionCorrected& f) -> const ClientOrderId& { return f.fill.order; },
                   [](const auto& f) -> const ClientOrderId& { return f.order; }},
        fact);
}

const Submission* submission_of(const OrderFact& fact) {
    if (const auto* intended = std::get_if<OrderIntended>(&fact)) {
        return intended;
    }
    return std::get_if<OrderDenied>(&fact);
}

bool begins_order(const OrderFact& fact) {
    return submission_of(fact) != nullptr || std::holds_alternative<OrderAdopted>(fact);
}

std::string_view name_of(const OrderFact& fact) {
    constexpr std::array<std::string_view, std::variant_size_v<OrderFact>> names{"intended",
                                                                                 "not_sent",
                                                                                 "unknown",
                                                                                 "cancel_intended",
                                                                                 "adopted",
                                                                                 "accepted",
                                                                                 "rejected",
                                                                                 "filled",
                                                                                 "cancelled",
                                                                                 "expired",
                                                                                 "cancel_rejected",
                                                                                 "denied",
                                                                                 "replace_intended",
                                                                                 "replaced",
                                                                                 "replace_rejected",
                                                                                 "state_reported",
                                                                                 "execution_corrected",
                                                                                 "timed"};
    return names[fact.index()];
}

std::string detail_of(const OrderFact& fact) {
    return std::visit(Overloaded{
                          [](const OrderIntended& f) { return f.form; },
                          [](const OrderDenied& f) { return refusal(f.code, f.message); },
                          [](const OrderNotSent& f) { return f.message; },
                          [](const OutcomeUnknown& f) { return f.reason; },
                          [](const CancelIntended& f) { return f.reason; },
                          [](const ReplaceIntended& f) { return text_of(f.quantity, f.price); },
                          [](const OrderAdopted&) { return std::string(); },
                          [](const OrderTimed&) { return std::string(); },
                          [](const venue::OrderAccepted& f) { return "venue id " + f.venue_id.value; },
                          [](const venue::OrderFilled& f) { return text_of(f.fill); },
                          [](const venue::OrderCancelled& f) { return f.reason; },
                          [](const venue::OrderExpired&) { return std::string(); },
                          [](const venue::OrderReplaced& f) { return text_of(f.quantity, f.price); },
                          [](const venue::OrderStateReported& f) { return text_of(f); },
                          [](const venue::ExecutionCorrected& f) { return text_of(f); },
                          [](const auto& f) { return refusal(f.code, f.message); },
                      },
                      fact);
}

const ExecutionId* added_execution(const OrderFact& fact) {
    if (const auto* corrected = std::get_if<venue::ExecutionCorrected>(&fact)) {
        return corrected->fill.quantity.is_zero() ? nullptr : &corrected->fill.execution;
    }
    const auto* filled = std::get_if<venue::OrderFilled>(&fact);
    return filled == nullptr ? nullptr : &filled->fill.execution;
}

ExecutionId inferred_execution(const ClientOrderId& order, const Decimal& filled_after) {
    return ExecutionId(std::string(inferred_prefix) + order.value + ":" + filled_after.normalized().to_string());
}

bool is_inferred(const ExecutionId& execution) { return execution.value.starts_with(inferred_prefix); }

} // namespace tradesh::orders
