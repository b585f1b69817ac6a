#include "core/orders/order_form_exits.hpp"

#include "core/orders/order_form_prices.hpp"

#include <utility>

namespace tradesh::orders {
namespace {

/// An exit on the wrong side of its entry would fill at once, or guard nothing.
Result<Decimal> on_its_side(std::string_view exit, bool above, Decimal price, Decimal entry, const OrderForm& form,
                            Side side) {
    if (above ? price > entry : price < entry) {
        return price;
    }
    return refuse_form("order.exit_side",
                       "the " + std::string(exit) + " of a " + std::string(name_of(side)) + " lies " +
                           (above ? "above" : "below") + " its price: " + plain(price) + " is not " +
                           (above ? "above " : "below ") + plain(entry),
                       form,
                       "give a price " + std::string(above ? "above " : "below ") + plain(entry) + ", or " +
                           (above ? "+" : "-") + "2pct");
}

Result<Decimal> target_price(const OrderForm& form, Side side, Decimal entry, const Instrument& instrument,
                             const MarketView& view) {
    const bool is_long = side == Side::buy;
    const Result<Decimal> price =
        resolve_price(*form.target, form, is_long ? Rounding::ceiling : Rounding::floor, instrument, view, entry);
    return price ? on_its_side("target", is_long, *price, entry, form, side) : price;
}

Result<PriceRule> protect_rule(const OrderForm& form, Side side, std::optional<Decimal> entry,
                               const Instrument& instrument, const MarketView& view) {
    if (const auto* trail = std::get_if<TrailForm>(&*form.protect)) {
        const Result<TrailingStop> rule = resolve_trail(*trail, form, instrument);
        return rule ? Result<PriceRule>(*rule) : fail(rule.error());
    }
    const bool is_long = side == Side::buy;
    Result<Decimal> price = resolve_price(std::get<PriceWord>(*form.protect), form,
                                          is_long ? Rounding::ceiling : Rounding::floor, instrument, view, entry);
    if (price && entry) {
        price = on_its_side("protect", !is_long, *price, *entry, form, side);
    }
    return price ? Result<PriceRule>(StopPrice{.stop = *price, .limit = std::nullopt}) : fail(price.error());
}

/// The price at which a position that the entry opens at once could be closed; nullopt where the entry has to wait, or
/// nobody knows. A stop that this price has reached would close the position as soon as it is there.
std::optional<Decimal> closing_price(const OrderRequest& entry, const MarketView& view) {
    const bool is_buy = entry.side == Side::buy;
    const std::optional<Decimal> far = !view.quote ? std::nullopt : is_buy ? view.quote->ask : view.quote->bid;
    const auto* limit = std::get_if<LimitPrice>(&entry.price);
    const bool fills_at_once = std::holds_alternative<MarketPrice>(entry.price) ||
                               (limit != nullptr && far && (is_buy ? *far <= limit->limit : *far >= limit->limit));
    return !view.quote || !fills_at_once ? std::nullopt : is_buy ? view.quote->bid : view.quote->ask;
}

} // namespace

Result<Decimal> protect_distance(const OrderForm& form, Side side, const PriceRule& rule, const Instrument& instrument,
                                 const MarketView& view) {
    if (!form.protect) {
        return refuse_form("order.risk_needs_protect",
                           "a size by risk is counted from the protecting stop, and there is none", form,
                           "add protect 95, protect -2pct or protect trail 1pct");
    }
    const Result<Decimal> entry = reference_price(rule, side, form, instrument, view);
    if (!entry) {
        return fail(entry.error());
    }
    const Result<PriceRule> protect = protect_rule(form, side, *entry, instrument, view);
    if (!protect) {
        return fail(protect.error());
    }
    if (const auto* trail = std::get_if<TrailingStop>(&*protect)) {
        return trail->percent ? Decimal::divide(*entry * trail->distance, 100, 12, Rounding::up) : trail->distance;
    }
    return (*entry - std::get<StopPrice>(*protect).stop).abs();
}

Result<std::vector<OrderRequest>> resolve_exits(const OrderForm& form, const OrderRequest& entry,
                                                const Instrument& instrument, const MarketView& view) {
    std::vector<OrderRequest> exits;
    if (form.alternative) {
        const Result<PriceRule> rule = resolve_rule(*form.alternative, form, entry.side, instrument, view);
        if (!rule) {
            return fail(rule.error());
        }
        exits.push_back(entry);
        exits.back().price = *rule;
        return exits;
    }
    const auto add = [&](PriceRule rule) {
        exits.push_back(OrderRequest{.id = {},
                                     .symbol = entry.symbol,
                                     .side = opposite(entry.side),
                                     .quantity = entry.quantity,
                                     .price = std::move(rule),
                                     .time_in_force = TimeInForce::gtc});
    };
    const bool needs_entry =
        form.target || (form.protect && std::holds_alternative<PriceWord>(*form.protect)); // a trail needs no price
    if (!needs_entry && !form.protect) {
        return exits;
    }
    std::optional<Decimal> from;
    if (needs_entry) {
        const Result<Decimal> price = reference_price(entry.price, entry.side, form, instrument, view);
        if (!price) {
            return fail(price.error());
        }
        from = *price;
    }
    if (form.target) {
        const Result<Decimal> price = target_price(form, entry.side, *from, instrument, view);
        if (!price) {
            return fail(price.error());
        }
        add(LimitPrice{*price});
    }
    if (form.protect) {
        const Result<PriceRule> rule = protect_rule(form, entry.side, from, instrument, view);
        if (!rule) {
            return fail(rule.error());
        }
        const auto* stop = std::get_if<StopPrice>(&*rule);
        const std::optional<Decimal> closing = stop == nullptr ? std::nullopt : closing_price(entry, view);
        const bool below = entry.side == Side::buy;
        if (closing && (below ? stop->stop >= *closing : stop->stop <= *closing)) {
            return refuse_form("order.exit_side",
                               "the protect at " + plain(stop->stop) +
                                   " is reached already: the position could be "
                                   "closed at " +
                                   plain(*closing) + ", and would be at once",
                               form, "give a price " + std::string(below ? "below " : "above ") + plain(*closing));
        }
        add(*rule);
    }
    return exits;
}

void link_exits(OrderRequest& entry, std::vector<OrderRequest>& exits) {
    for (OrderRequest& exit : exits) {
        const bool is_alternative = exit.side == entry.side;
        exit.parent = is_alternative ? ClientOrderId() : entry.id;
        exit.oco_group = is_alternative || exits.size() > 1 ? entry.id.value : "";
        entry.oco_group = is_alternative ? entry.id.value : entry.oco_group;
    }
}

} // namespace tradesh::orders
