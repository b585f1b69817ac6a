#include "core/orders/risk_exposure.hpp"

#include "core/base/overloaded.hpp"
#include "core/orders/combo_loss.hpp"
#include "core/orders/order_form.hpp"

#include <algorithm>
#include <set>

namespace tradesh::orders {
namespace {

/// Where an order will trade if it names a price.
std::optional<Decimal> own_price(const PriceRule& rule) {
    return std::visit(Overloaded{
                          [](const LimitPrice& limit) { return std::optional(limit.limit); },
                          [](const StopPrice& stop) { return std::optional(stop.limit.value_or(stop.stop)); },
                          [](const auto&) { return std::optional<Decimal>(); },
                      },
                      rule);
}

Decimal held_in(const AskedOrder& asked, std::string_view symbol) {
    const auto held = asked.positions.find(symbol);
    return held == asked.positions.end() ? Decimal(0) : held->second.quantity;
}

/// A price for a symbol that is not the asked one: its last quote, what it was bought at, what an order bids for it.
std::optional<Decimal> price_elsewhere(const RiskQuestion& question, std::string_view symbol) {
    if (const auto mark = question.marks.find(symbol); mark != question.marks.end()) {
        return mark->second.price;
    }
    if (const auto held = question.asked.positions.find(symbol); held != question.asked.positions.end()) {
        return held->second.average_price;
    }
    for (const Order* order : question.asked.ledger.open()) {
        if (order->request.symbol == symbol && own_price(order->request.price)) {
            return own_price(order->request.price);
        }
    }
    return std::nullopt;
}

std::optional<Counted> counted_in(const RiskQuestion& question, std::string_view symbol) {
    if (const auto held = question.asked.positions.find(symbol); held != question.asked.positions.end()) {
        return Counted{.currency = held->second.currency, .multiplier = held->second.multiplier};
    }
    const auto known = question.counted.find(symbol);
    return known == question.counted.end() ? std::nullopt : std::optional(known->second);
}

Decimal worst_quantity(const RiskQuestion& question, std::string_view symbol) {
    const AskedOrder& asked = question.asked;
    const Decimal held = held_in(asked, symbol);
    Decimal highest = held + open_on_side(asked, symbol, Side::buy);
    Decimal lowest = held - open_on_side(asked, symbol, Side::sell);
    if (symbol == asked.request.symbol) {
        (asked.request.side == Side::buy ? highest : lowest) = position_after(asked);
    }
    return std::max(highest.abs(), lowest.abs());
}

std::unexpected<Error> no_price_of(const std::string& symbol) {
    return fail(ErrorKind::refused, "risk.no_price", "there is no price of " + symbol + " to measure by");
}

/// A combo is never held itself: what its open orders can cost.
Result<Money> worst_value_of_combo(const RiskQuestion& question, const std::string& symbol, const Counted& counted) {
    const AskedOrder& asked = question.asked;
    Money sum{.amount = 0, .currency = counted.currency};
    for (const Order* order : asked.ledger.open_of(symbol)) {
        const std::optional<Decimal> own = own_price(order->request.price);
        const std::optional<Decimal> price = own ? own : price_elsewhere(question, symbol);
        if (!price) {
            return no_price_of(symbol);
        }
        OrderRequest rest = order->request;
        rest.quantity = order->remaining();
        const Money notional{.amount = *price * rest.quantity * counted.multiplier, .currency = counted.currency};
        sum.amount += at_risk(notional, rest, counted, asked.positions).amount;
    }
    return sum;
}

Result<Money> worst_value(const RiskQuestion& question, const std::string& symbol) {
    const AskedOrder& asked = question.asked;
    const Decimal quantity = worst_quantity(question, symbol);
    const bool is_asked = symbol == asked.request.symbol;
    if (is_asked) {
        const std::optional<Money> value = value_of(asked, quantity);
        return value ? Result<Money>(*value) : no_price_of(symbol);
    }
    const std::optional<Decimal> price = price_elsewhere(question, symbol);
    const std::optional<Counted> counted = counted_in(question, symbol);
    if (counted && !counted->legs.empty()) {
        return worst_value_of_combo(question, symbol, *counted);
    }
    if (!price || !counted) {
        return no_price_of(symbol);
    }
    return Money{.amount = quantity * price->abs() * counted->multiplier, .currency = counted->currency};
}

} // namespace

Counted counted_as(const Instrument& instrument) {
    Counted counted{.currency = instrument.currency, .multiplier = instrument.multiplier};
    if (const auto* combo = std::get_if<Combo>(&instrument.kind)) {
        counted.legs = combo->legs;
    }
    return counted;
}

Decimal open_on_side(const AskedOrder& asked, std::string_view symbol, Side side) {
    Decimal sum;
    std::map<std::string_view, Decimal> groups;
    for (const Order* order : asked.ledger.open()) {
        const OrderRequest& request = order->request;
        const bool counts = request.symbol == symbol && request.side == side && request.parent.value.empty() &&
                            (asked.replaces == nullptr || request.id != asked.replaces->request.id);
        if (counts && request.oco_group.empty()) {
            sum += order->remaining();
        } else if (counts) {
            Decimal& largest = groups[request.oco_group];
            largest = std::max(largest, order->remaining());
        }
    }
    for (const auto& [group, largest] : groups) {
        sum += largest;
    }
    return sum;
}

Decimal remaining_of(const AskedOrder& asked) {
    const Decimal filled = asked.replaces == nullptr ? Decimal(0) : asked.replaces->filled;
    return asked.request.quantity > filled ? asked.request.quantity - filled : Decimal(0);
}

std::string to_text(const HeldPositions& positions) {
    std::string text;
    for (const auto& [symbol, position] : positions) {
        if (!position.quantity.is_zero()) {
            text += (text.empty() ? "" : ", ") + symbol + " " + position.quantity.normalized().to_string();
        }
    }
    return text;
}

Decimal position_after(const AskedOrder& asked) {
    const Side side = asked.request.side;
    const Decimal moves = open_on_side(asked, asked.request.symbol, side) + remaining_of(asked);
    return held_in(asked, asked.request.symbol) + Decimal(sign_of(side)) * moves;
}

std::optional<Decimal> reference_price(const AskedOrder& asked) {
    if (asked.quote && asked.quote->bid && asked.quote->ask) {
        return Decimal::divide(*asked.quote->bid + *asked.quote->ask, 2, 8, Rounding::half_even);
    }
    return own_price(asked.request.price);
}

std::optional<Money> value_of(const AskedOrder& asked, Decimal quantity) {
    if (std::holds_alternative<Combo>(asked.instrument.kind)) {
        OrderRequest request = asked.request;
        request.quantity = quantity;
        return cost_of(asked, request);
    }
    const std::optional<Decimal> price = reference_price(asked);
    if (!price) {
        return std::nullopt;
    }
    return Money{.amount = quantity * price->abs() * asked.instrument.multiplier,
                 .currency = asked.instrument.currency};
}

std::optional<Money> cost_of(const AskedOrder& asked, const OrderRequest& request) {
    const std::optional<Money> notional = notional_of(request, asked.instrument, asked.quote);
    return notional ? std::optional(at_risk(*notional, request, counted_as(asked.instrument), asked.positions))
                    : std::nullopt;
}

Result<Money> in_currency(const RiskQuestion& question, const Money& amount, Currency currency) {
    const std::optional<LimitValue> age = question.limits.find(Limit::rates_age_max_days, question.account);
    const std::chrono::days age_max(age ? age->number->to_whole() : 36'500);
    return question.rates.convert(amount, currency, std::chrono::floor<std::chrono::days>(question.now), age_max);
}

Result<Money> gross_exposure(const RiskQuestion& question, Currency currency) {
    const AskedOrder& asked = question.asked;
    std::set<std::string> symbols{asked.request.symbol};
    for (const auto& [symbol, held] : asked.positions) {
        symbols.insert(symbol);
    }
    for (const Order* order : asked.ledger.open()) {
        symbols.insert(order->request.symbol);
    }
    Money sum{.amount = 0, .currency = currency};
    for (const std::string& symbol : symbols) {
        Result<Money> value = worst_value(question, symbol);
        if (value && !value->amount.is_zero()) {
            value = in_currency(question, *value, currency);
        }
        if (!value) {
            return value;
        }
        sum.amount += value->amount;
    }
    return sum;
}

} // namespace tradesh::orders
