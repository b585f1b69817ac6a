#include "core/orders/order_form_support.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace tradesh::orders {
namespace {

using venue::Capabilities;

/// The name of the rule that the form becomes, as Capabilities lists it.
std::string_view rule_of(const PriceForm& price) {
    constexpr std::array<std::string_view, 4> names{"market", "limit", "stop", "trail"};
    const auto* stop = std::get_if<StopForm>(&price);
    return stop != nullptr && stop->limit ? "stop-limit" : names[price.index()];
}

bool takes(const Capabilities& capabilities, std::string_view rule) {
    return std::ranges::find(capabilities.price_rules, rule) != capabilities.price_rules.end();
}
bool takes(const Capabilities& capabilities, TimeInForce time_in_force) {
    return std::ranges::find(capabilities.times_in_force, time_in_force) != capabilities.times_in_force.end();
}

/// The first of the alternatives that the venue takes, as words of an order.
template <class T>
std::string nearest(const Capabilities& capabilities, std::initializer_list<std::pair<T, std::string_view>> others) {
    for (const auto& [what, words] : others) {
        if (takes(capabilities, what)) {
            return "the nearest that it takes: " + std::string(words);
        }
    }
    return "'venue caps' lists what it takes";
}

std::string instead_of_rule(std::string_view rule, const Capabilities& capabilities) {
    using Rule = std::string_view;
    if (rule == "trail") {
        return nearest<Rule>(capabilities, {{"stop", "stop PRICE, moved by hand with order modify"}});
    }
    if (rule == "stop") {
        return nearest<Rule>(capabilities, {{"stop-limit", "stop PRICE limit PRICE"}, {"limit", "limit PRICE"}});
    }
    if (rule == "stop-limit") {
        return nearest<Rule>(capabilities, {{"stop", "stop PRICE"}, {"limit", "limit PRICE"}});
    }
    return nearest<Rule>(capabilities,
                         {{"limit", "limit ask when buying, limit bid when selling"}, {"market", "market"}});
}

std::string instead_of_time(TimeInForce time_in_force, const Capabilities& capabilities) {
    switch (time_in_force) {
    case TimeInForce::fok:
        return nearest<TimeInForce>(capabilities, {{TimeInForce::ioc, "tif ioc, which may fill in part"}});
    case TimeInForce::ioc:
        return nearest<TimeInForce>(capabilities, {{TimeInForce::fok, "tif fok"}, {TimeInForce::day, "tif day"}});
    case TimeInForce::gtc:
        return nearest<TimeInForce>(capabilities, {{TimeInForce::day, "tif day, sent again on each day"}});
    default: break;
    }
    return nearest<TimeInForce>(capabilities, {{TimeInForce::day, "tif day, sent near the open or the close"}});
}

} // namespace

Result<void> check_supported(const OrderForm& form, const Capabilities& capabilities, std::string_view venue) {
    const auto refuse = [&](const std::string& what, std::string_view hint) {
        return fail(Error(ErrorKind::refused, "order.unsupported", std::string(venue) + " takes no " + what)
                        .attempting("place the order")
                        .on(to_text(form))
                        .advise(hint));
    };
    const std::string_view rule = rule_of(form.price);
    if (!takes(capabilities, rule)) {
        return refuse(std::string(rule) + " orders", instead_of_rule(rule, capabilities));
    }
    const std::string_view other = form.alternative ? rule_of(*form.alternative) : rule;
    if (!takes(capabilities, other)) {
        return refuse(std::string(other) + " orders", instead_of_rule(other, capabilities));
    }
    if (form.alternative && !capabilities.linked_orders) {
        return refuse("orders that cancel one another", "place the one that matters more, and watch the other price");
    }
    if (!takes(capabilities, form.time_in_force)) {
        return refuse("orders with tif " + std::string(name_of(form.time_in_force)),
                      instead_of_time(form.time_in_force, capabilities));
    }
    if ((form.target || form.protect) && !capabilities.linked_orders) {
        return refuse("exits with an order", "place the order alone, and its exits once it has filled");
    }
    const auto* protect = form.protect ? std::get_if<TrailForm>(&*form.protect) : nullptr;
    if (protect != nullptr && !takes(capabilities, "trail")) {
        return refuse("trailing exits", "protect -1pct stays where it is put");
    }
    if (form.valid_until && !capabilities.valid_until) {
        return refuse("orders that end at a given time", "tif day ends with the session, tif ioc at once");
    }
    return {};
}

} // namespace tradesh::orders
