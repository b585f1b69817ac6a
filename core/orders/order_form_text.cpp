// The canonical words of an order form.

#include "core/orders/order_form_text.hpp"
#include "core/base/overloaded.hpp"

#include <array>

namespace tradesh::orders {
namespace {

constexpr std::array<std::string_view, 6> base_names{"", "bid", "ask", "mid", "last", ""};

std::string text_of(Decimal value) { return value.normalized().to_string(); }

std::string text_of(const Money& money) { return text_of(money.amount) + std::string(money.currency.code()); }

std::string text_of(const TrailForm& trail) {
    return "trail " + text_of(trail.distance) + (trail.percent ? "pct" : "");
}

std::string text_of(const PriceForm& price) {
    return std::visit(Overloaded{[](const MarketForm&) -> std::string { return "market"; },
                                 [](const LimitForm& limit) { return "limit " + to_text(limit.limit); },
                                 [](const StopForm& stop) {
                                     return "stop " + to_text(stop.stop) +
                                            (stop.limit ? " limit " + to_text(*stop.limit) : "");
                                 },
                                 [](const TrailForm& trail) { return text_of(trail); }},
                      price);
}

std::string text_of(const ProtectForm& protect) {
    return std::visit(Overloaded{[](const PriceWord& price) { return to_text(price); },
                                 [](const TrailForm& trail) { return text_of(trail); }},
                      protect);
}

std::string text_of(const Validity& validity) {
    return std::visit(Overloaded{[](const MomentWord& moment) { return "until " + to_text(moment); },
                                 [](Duration span) { return "for " + tradesh::to_text(span); }},
                      validity.asked);
}

std::string verb_of(const OrderForm& form) {
    if (form.rebalances) {
        return "rebalance";
    }
    return form.reverses ? "reverse" : form.closes ? "close" : std::string(name_of(form.side));
}

} // namespace

std::string to_text(const Size& size) {
    return std::visit(Overloaded{[](const SizeInUnits& units) { return text_of(units.quantity); },
                                 [](const SizeInMoney& money) { return text_of(Money{money.amount, money.currency}); },
                                 [](const SizeInPercent& percent) { return text_of(percent.percent) + "pct"; },
                                 [](const SizeAll&) -> std::string { return "all"; },
                                 [](const SizeByRisk& risk) { return "risk " + text_of(risk.amount); }},
                      size);
}

std::string to_text(const PriceWord& word) {
    if (word.base == PriceBase::absolute) {
        return text_of(word.offset);
    }
    std::string text(base_names[static_cast<std::size_t>(word.base)]);
    if (!word.offset.is_zero() || text.empty()) {
        text += word.offset.is_negative() ? "" : "+";
        text += text_of(word.offset);
        text += word.unit == OffsetUnit::ticks ? "t" : word.unit == OffsetUnit::percent ? "pct" : "";
    }
    return text;
}

std::string to_text(const PriceForm& price) { return text_of(price); }

std::string to_text(const OrderForm& form) {
    std::string text = verb_of(form) + " " + form.symbol + " " + to_text(form.size) + " " + text_of(form.price) + " ";
    text += form.alternative ? "or " + text_of(*form.alternative) + " " : "";
    text += name_of(form.time_in_force);
    text += form.may_open_short ? " short" : "";
    text += form.target ? " target " + to_text(*form.target) : "";
    text += form.protect ? " protect " + text_of(*form.protect) : "";
    text += form.valid_until ? " " + text_of(*form.valid_until) : "";
    text += form.quote_age_max ? " max-age " + tradesh::to_text(*form.quote_age_max) : "";
    return text + (form.slippage_percent_max ? " slippage " + text_of(*form.slippage_percent_max) + "pct" : "");
}

} // namespace tradesh::orders
