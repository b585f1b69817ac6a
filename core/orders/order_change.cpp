#include "core/orders/order_change.hpp"

#include "core/base/overloaded.hpp"
#include "core/orders/order_form_prices.hpp"

#include <utility>

namespace tradesh::orders {
namespace {

std::string text_of(const TrailForm& trail) { return plain(trail.distance) + (trail.percent ? "pct" : ""); }

std::unexpected<Error> refuse_change(std::string_view code, std::string message, const Order& order,
                                     std::string_view hint) {
    return fail(Error(ErrorKind::refused, code, std::move(message))
                    .attempting("modify order " + order.request.id.value)
                    .on(describe(order.request))
                    .advise(hint));
}

/// resolve_price speaks of forms: what it needs of one to name a change.
OrderForm form_of(const Order& order) {
    OrderForm form;
    form.side = order.request.side;
    form.symbol = order.request.symbol;
    return form;
}

std::string_view words_for(const PriceRule& rule) {
    return std::visit(Overloaded{[](const MarketPrice&) { return "quantity N"; },
                                 [](const LimitPrice&) { return "quantity N or limit P"; },
                                 [](const StopPrice& stop) {
                                     return stop.limit ? "quantity N, stop P or limit P" : "quantity N or stop P";
                                 },
                                 [](const TrailingStop&) { return "quantity N or trail A"; }},
                      rule);
}

/// A change names only prices that the order has: a limit order does not become a stop order.
Result<void> check_type(const OrderChange& change, const Order& order) {
    const PriceRule& rule = order.request.price;
    if (has_prices(rule, change)) {
        return {};
    }
    return refuse_change("modify.other_type",
                         "a " + std::string(name_of(rule)) + " order cannot get a price of another type", order,
                         "change its " + std::string(words_for(rule)) + ", or cancel it and place another");
}

Result<Decimal> new_quantity(const OrderChange& change, const Order& order, const Instrument& instrument) {
    if (!change.quantity) {
        return order.request.quantity;
    }
    const Decimal quantity = *change.quantity;
    if (!order.request.parent.value.empty()) {
        return refuse_change("modify.exit_quantity", "the quantity of an exit follows that of its entry", order,
                             "change the quantity of order " + order.request.parent.value + " instead");
    }
    if (!quantity.is_multiple_of(instrument.lot)) {
        return refuse_change("order.off_lot",
                             "the quantity " + plain(quantity) + " is not a multiple of the lot " +
                                 plain(instrument.lot),
                             order, "give a multiple of " + plain(instrument.lot));
    }
    if (quantity <= order.filled) {
        return refuse_change("modify.below_filled",
                             plain(order.filled) + " of " + plain(order.request.quantity) +
                                 " have filled, and the new total is " + plain(quantity),
                             order, "to keep what has filled and stop there: cancel " + order.request.id.value);
    }
    return quantity;
}

Result<PriceRule> new_price(const OrderChange& change, const Order& order, const Instrument& instrument,
                            const MarketView& view) {
    const OrderForm form = form_of(order);
    const bool is_exit = !order.request.parent.value.empty();
    // Away from aggression, as on placing; the stop of an exit towards less loss.
    const bool down = (order.request.side == Side::buy) != (is_exit && change.stop.has_value());
    const Rounding rounding = down ? Rounding::floor : Rounding::ceiling;
    PriceRule rule = order.request.price;
    auto* limit = std::get_if<LimitPrice>(&rule);
    auto* stop = std::get_if<StopPrice>(&rule);
    if (change.limit) {
        const Decimal present = limit != nullptr ? limit->limit : *stop->limit;
        const Result<Decimal> price = resolve_price(*change.limit, form, rounding, instrument, view, present);
        if (!price) {
            return fail(price.error());
        }
        if (limit != nullptr) {
            limit->limit = *price;
        } else {
            stop->limit = *price;
        }
    }
    if (change.stop) {
        const Result<Decimal> price = resolve_price(*change.stop, form, rounding, instrument, view, stop->stop);
        if (!price) {
            return fail(price.error());
        }
        stop->stop = *price;
    }
    if (change.trail) {
        const Result<TrailingStop> trail = resolve_trail(*change.trail, form, instrument);
        if (!trail) {
            return fail(trail.error());
        }
        rule = *trail;
    }
    return rule;
}

} // namespace

std::string to_text(const OrderChange& change) {
    std::string text;
    const auto add = [&text](std::string_view name, const std::string& value) {
        text += (text.empty() ? "" : " ") + std::string(name) + " " + value;
    };
    if (change.quantity) {
        add("quantity", plain(*change.quantity));
    }
    if (change.limit) {
        add("limit", to_text(*change.limit));
    }
    if (change.stop) {
        add("stop", to_text(*change.stop));
    }
    if (change.trail) {
        add("trail", text_of(*change.trail));
    }
    if (change.target) {
        add("target", to_text(*change.target));
    }
    if (change.protect_entry) {
        add("protect", "entry");
    } else if (change.protect) {
        add("protect", std::visit(Overloaded{[](const PriceWord& price) { return to_text(price); },
                                             [](const TrailForm& trail) { return "trail " + text_of(trail); }},
                                  *change.protect));
    }
    return text;
}

bool needs_quote(const OrderChange& change) {
    const auto* protect = change.protect ? std::get_if<PriceWord>(&*change.protect) : nullptr;
    return (change.limit && needs_quote(*change.limit)) || (change.stop && needs_quote(*change.stop)) ||
           (change.target && needs_quote(*change.target)) || (protect != nullptr && needs_quote(*protect));
}

bool has_prices(const PriceRule& rule, const OrderChange& change) {
    const auto* stop = std::get_if<StopPrice>(&rule);
    const bool has_limit = std::holds_alternative<LimitPrice>(rule) || (stop != nullptr && stop->limit);
    return (!change.limit || has_limit) && (!change.stop || stop != nullptr) &&
           (!change.trail || std::holds_alternative<TrailingStop>(rule));
}

Result<Replacement> resolve_change(const OrderChange& change, const Order& order, const Instrument& instrument,
                                   const MarketView& view) {
    if (is_final(order.state)) {
        return refuse_change("order.final", "the order is already " + std::string(name_of(order.state)), order,
                             "place another");
    }
    if (const Result<void> fits = check_type(change, order); !fits) {
        return fail(fits.error());
    }
    const Result<Decimal> quantity = new_quantity(change, order, instrument);
    if (!quantity) {
        return fail(quantity.error());
    }
    const Result<PriceRule> price = new_price(change, order, instrument, view);
    if (!price) {
        return fail(price.error());
    }
    Replacement replacement{.quantity = *quantity, .price = *price};
    if (replacement.quantity == order.request.quantity && replacement.price == order.request.price) {
        return fail(Error(ErrorKind::not_found, "modify.nothing_new",
                          "the order stands at " + to_text(order.request.price) + " for " +
                              plain(order.request.quantity) + " already")
                        .attempting("modify order " + order.request.id.value)
                        .on(describe(order.request))
                        .advise("there is nothing to change"));
    }
    return replacement;
}

namespace {

/// What an entry that has filled nothing yet will have been paid, as far as it names a price.
std::optional<Decimal> price_named(const PriceRule& rule) {
    if (const auto* limit = std::get_if<LimitPrice>(&rule)) {
        return limit->limit;
    }
    const auto* stop = std::get_if<StopPrice>(&rule);
    return stop == nullptr ? std::nullopt : std::optional(stop->limit.value_or(stop->stop));
}

} // namespace

Result<void> check_exit_side(const Order& exit, const PriceRule& wanted, const Order& entry,
                             const std::optional<Quote>& quote) {
    const std::optional<Decimal> price = price_named(wanted);
    const bool is_held = entry.filled.is_zero();
    const bool is_sale = exit.request.side == Side::sell;
    const std::optional<Decimal> market = !quote ? std::nullopt : is_sale ? quote->bid : quote->ask;
    const std::optional<Decimal> other = is_held ? price_named(entry.request.price) : market;
    if (!price || !other) {
        return {};
    }
    const bool belongs_above = is_target(exit.request) == is_sale;
    if (belongs_above ? *price > *other : *price < *other) {
        return {};
    }
    const std::string side = belongs_above ? "above" : "below";
    const std::string what = is_target(exit.request) ? "target" : "protecting stop";
    const std::string against = is_held ? "the price of its entry, " + plain(*other)
                                        : std::string(is_sale ? "the bid" : "the ask") + " of " + exit.request.symbol +
                                              ", " + plain(*other) + " (" + std::string(name_of(quote->kind)) + ")";
    return refuse_change("modify.exit_side",
                         "the " + what + " " + plain(*price) + " does not lie " + side + " " + against + ": it would " +
                             std::string(name_of(exit.request.side)) + " at once",
                         exit,
                         "give a price " + side + " " + plain(*other) +
                             (is_held ? "" : "; to leave at once: close " + exit.request.symbol + " all market"));
}

Result<void> check_entry_side(const Order& entry, const PriceRule& wanted, const Order& exit,
                              const PriceRule& exit_price) {
    const std::optional<Decimal> price = price_named(wanted);
    const std::optional<Decimal> other = price_named(exit_price);
    if (!price || !other) {
        return {};
    }
    const bool belongs_below = is_target(exit.request) == (exit.request.side == Side::sell);
    if (belongs_below ? *price < *other : *price > *other) {
        return {};
    }
    const std::string what = is_target(exit.request) ? "target" : "protecting stop";
    const std::string side = belongs_below ? "below" : "above";
    return refuse_change("modify.exit_side",
                         "the price " + plain(*price) + " of the entry does not lie " + side + " its " + what + ", " +
                             plain(*other) + ": that exit would " + std::string(name_of(exit.request.side)) +
                             " at once",
                         entry,
                         "give a price " + side + " " + plain(*other) +
                             ", or move the exit with it: " + (is_target(exit.request) ? "target P" : "protect P"));
}

bool is_target(const OrderRequest& exit) { return std::holds_alternative<LimitPrice>(exit.price); }

std::optional<OrderChange> change_of_exit(const OrderChange& change, bool is_target) {
    OrderChange exit;
    if (is_target) {
        exit.limit = change.target;
    } else if (change.protect) {
        if (const auto* trail = std::get_if<TrailForm>(&*change.protect)) {
            exit.trail = *trail;
        } else {
            exit.stop = std::get<PriceWord>(*change.protect);
        }
    }
    return exit.changes_order() ? std::optional(exit) : std::nullopt;
}

Result<OrderChange> protect_at_entry(const Order& entry, const Instrument& instrument) {
    const std::optional<Decimal> average = entry.average_price();
    if (!average) {
        return refuse_change("modify.no_entry_price", "nothing of the entry has filled, so it has no average price",
                             entry, "name a price: protect 95");
    }
    const bool is_long = entry.request.side == Side::buy;
    OrderChange change;
    change.stop =
        PriceWord{.base = PriceBase::absolute,
                  .offset = average->rounded_to(instrument.tick, is_long ? Rounding::ceiling : Rounding::floor),
                  .unit = OffsetUnit::currency};
    return change;
}

} // namespace tradesh::orders
