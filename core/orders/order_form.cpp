#include "core/orders/order_form.hpp"

#include "core/orders/order_form_prices.hpp"
#include "core/orders/order_form_sizes.hpp"

#include <utility>

namespace tradesh::orders {
namespace {

/// How a part can be closed beside the open orders that hold it.
std::string make_room(const OrderForm& form) {
    return "'close " + form.symbol +
           " all market' withdraws its exits and closes everything; to close a part, make room "
           "first: cancel one of them, or 'order modify ID quantity N' where it is no exit of an entry";
}

/// Nothing of a position is left to sell or close: there is none, or open orders already take all of it.
std::unexpected<Error> nothing_left(const OrderForm& form, Side side, const MarketView& view) {
    const bool held = side == Side::sell ? view.position_quantity.is_positive() : view.position_quantity.is_negative();
    if (!held) {
        return fail(Error(ErrorKind::not_found, "order.nothing_to_close",
                          "there is no position in " + form.symbol + " to " + std::string(name_of(side)))
                        .attempting("prepare the order")
                        .on(form.symbol)
                        .advise("'pos' lists what is held"));
    }
    return refuse_form("order.all_in_open_orders",
                       plain(view.position_quantity.abs()) + " are held and " + plain(view.open_reducing_quantity) +
                           " of them are already in open orders",
                       form, make_room(form));
}

/// A sell that would open or widen a short position is refused unless it was asked for.
Result<void> check_reduces(const OrderForm& form, Side side, Decimal quantity, const MarketView& view) {
    if (form.closes || form.reverses || side == Side::buy || form.may_open_short) {
        return {};
    }
    const Decimal held = closable(view, side);
    if (quantity > held) {
        return refuse_form("order.would_open_short",
                           "selling " + plain(quantity) + " would open a short position: " + plain(held) +
                               " can be sold (position " + plain(view.position_quantity) + ", open sell orders " +
                               plain(view.open_reducing_quantity) + ")",
                           form,
                           (held.is_zero() ? std::string() : "sell at most " + plain(held) + ", or ") +
                               "add --short to sell short on purpose");
    }
    return {};
}

Result<void> check_quantity(const OrderForm& form, Side side, Decimal quantity, const Instrument& instrument,
                            const MarketView& view) {
    const bool of_position = std::holds_alternative<SizeAll>(form.size) ||
                             (std::holds_alternative<SizeInPercent>(form.size) && (form.closes || side == Side::sell));
    if (!quantity.is_positive() && of_position && closable(view, side).is_zero()) {
        return nothing_left(form, side, view);
    }
    if (!quantity.is_positive()) {
        return refuse_form("order.size_zero",
                           "the size " + to_text(form.size) + " comes to no whole lot of " + form.symbol, form,
                           "give a larger size; the lot is " + plain(instrument.lot));
    }
    if (form.closes && quantity > closable(view, side)) {
        return refuse_form("order.over_close",
                           "closing " + plain(quantity) + " is more than the " + plain(closable(view, side)) +
                               " that open orders leave of the position",
                           form, make_room(form));
    }
    return check_reduces(form, side, quantity, view);
}

/// One order of twice the position: there is no moment at which only half of a reversal has been sent.
Result<Decimal> reversed_quantity(const OrderForm& form, const MarketView& view) {
    if (!std::holds_alternative<SizeAll>(form.size)) {
        return refuse_form("order.reverse_all", "a reversal takes the whole position, not " + to_text(form.size), form,
                           "write close " + form.symbol + " all market --reverse");
    }
    if (!view.open_quantity.is_zero() || !view.open_reducing_quantity.is_zero()) {
        return refuse_form("order.reverse_open_orders",
                           plain(view.open_quantity) + " " + form.symbol +
                               " are in open orders, and a reversal counts on what is held",
                           form, "cancel those first: cancel --symbol " + form.symbol);
    }
    return view.position_quantity.abs() * Decimal(2);
}

Result<Side> side_of(const OrderForm& form, const MarketView& view) {
    if (!form.closes && !form.reverses) {
        return form.side;
    }
    if (view.position_quantity.is_zero()) {
        return fail(Error(ErrorKind::not_found, "order.nothing_to_close", "there is no position in " + form.symbol)
                        .attempting(form.closes ? "close the position" : "reverse the position")
                        .on(form.symbol)
                        .advise("'pos' lists what is held"));
    }
    return view.position_quantity.is_positive() ? Side::sell : Side::buy;
}

/// When the order ends by itself; refused when that is over already.
Result<std::optional<Instant>> end_of(const OrderForm& form, const MarketView& view) {
    if (!form.valid_until) {
        return std::nullopt;
    }
    if (const auto* span = std::get_if<Duration>(&form.valid_until->asked)) {
        return view.now + *span;
    }
    const Instant end = form.valid_until->moment.value_or(view.now);
    if (end <= view.now) {
        return refuse_form("order.already_over",
                           "the order may live until " + to_text(std::get<MomentWord>(form.valid_until->asked)) +
                               ", which was " + to_human(view.now - end) + " ago (" + to_rfc3339(end) + ")",
                           form, "name a later time, with its date if need be: 2026-11-20T20:55:00Z");
    }
    return end;
}

bool price_needs_quote(const PriceForm& price) {
    if (const auto* limit = std::get_if<LimitForm>(&price)) {
        return needs_quote(limit->limit);
    }
    if (const auto* stop = std::get_if<StopForm>(&price)) {
        return needs_quote(stop->stop) || (stop->limit && needs_quote(*stop->limit));
    }
    return true; // market and trailing orders: for their notional, and for sizes in money
}

} // namespace

bool needs_quote(const OrderForm& form) {
    const auto* protect = form.protect ? std::get_if<PriceWord>(&*form.protect) : nullptr;
    return form.rebalances || price_needs_quote(form.price) ||
           (form.alternative && price_needs_quote(*form.alternative)) || (form.target && needs_quote(*form.target)) ||
           (protect != nullptr && needs_quote(*protect));
}

bool closes_all(const OrderForm& form) { return form.closes && std::holds_alternative<SizeAll>(form.size); }

Result<void> check_closes_all(const OrderForm& form, Decimal quantity, const MarketView& view) {
    const Decimal held = view.position_quantity.abs();
    if (!closes_all(form) || quantity >= held) {
        return {};
    }
    return refuse_form("order.all_not_free",
                       "only " + plain(quantity) + " of the " + plain(held) +
                           " that are held could be closed: open orders that may do more than reduce the position "
                           "take the rest",
                       form, "cancel those first: cancel --symbol " + form.symbol);
}

Result<OrderRequest> resolve(const OrderForm& form, const Instrument& instrument, const MarketView& view) {
    std::optional<Difference> difference;
    if (form.rebalances) {
        const Result<Difference> found = rebalancing(form, instrument, view);
        if (!found) {
            return fail(found.error());
        }
        difference = *found;
    }
    const Result<Side> side = difference ? Result<Side>(difference->side) : side_of(form, view);
    if (!side) {
        return fail(side.error());
    }
    const Result<PriceRule> rule = resolve_rule(form.price, form, *side, instrument, view);
    if (!rule) {
        return fail(rule.error());
    }
    const Result<Decimal> quantity = difference      ? Result<Decimal>(difference->quantity)
                                     : form.reverses ? reversed_quantity(form, view)
                                                     : resolve_quantity(form, *side, *rule, instrument, view);
    if (!quantity) {
        return fail(quantity.error());
    }
    if (const Result<void> fits = check_quantity(form, *side, *quantity, instrument, view); !fits) {
        return fail(fits.error());
    }
    const Result<std::optional<Instant>> end = end_of(form, view);
    if (!end) {
        return fail(end.error());
    }
    return OrderRequest{.id = {},
                        .symbol = form.symbol,
                        .side = *side,
                        .quantity = *quantity,
                        .price = *rule,
                        .time_in_force = form.time_in_force,
                        .may_open_short = form.may_open_short || (form.reverses && *side == Side::sell),
                        .valid_until = *end};
}

std::optional<Money> notional_of(const OrderRequest& request, const Instrument& instrument,
                                 const std::optional<Quote>& quote) {
    std::optional<Decimal> price;
    if (const auto* limit = std::get_if<LimitPrice>(&request.price)) {
        price = limit->limit;
    } else if (const auto* stop = std::get_if<StopPrice>(&request.price)) {
        price = stop->limit.value_or(stop->stop);
    } else if (quote) {
        price = request.side == Side::buy ? quote->ask : quote->bid;
    }
    if (!price) {
        return std::nullopt;
    }
    return Money{.amount = *price * request.quantity * instrument.multiplier, .currency = instrument.currency};
}

} // namespace tradesh::orders
