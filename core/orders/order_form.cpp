#include "core/orders/order_form.hpp"

#include <array>
#include <utility>

namespace tradesh::orders {
namespace {

constexpr std::array<std::string_view, 5> base_names{"", "bid", "ask", "mid", "last"};

std::string text_of(Decimal value) { return value.normalized().to_string(); }

std::string text_of(const Size& size) {
    if (const auto* units = std::get_if<SizeInUnits>(&size)) {
        return text_of(units->quantity);
    }
    if (const auto* money = std::get_if<SizeInMoney>(&size)) {
        return text_of(money->amount) + std::string(money->currency.code());
    }
    if (const auto* percent = std::get_if<SizeInPercent>(&size)) {
        return text_of(percent->percent) + "pct";
    }
    return "all";
}

std::string text_of(const PriceForm& price) {
    if (const auto* limit = std::get_if<LimitForm>(&price)) {
        return "limit " + to_text(limit->limit);
    }
    if (const auto* stop = std::get_if<StopForm>(&price)) {
        return "stop " + to_text(stop->stop) + (stop->limit ? " limit " + to_text(*stop->limit) : "");
    }
    return "market";
}

bool is_relative(const PriceWord& word) { return word.base != PriceBase::absolute; }

std::unexpected<Error> refuse(std::string_view code, std::string message, const OrderForm& form,
                              std::string_view hint) {
    return fail(Error(ErrorKind::refused, code, std::move(message))
                    .attempting("prepare the order")
                    .on(form.symbol)
                    .advise(hint));
}

/// The quote, when it may be used for a price; a refusal that says why not otherwise.
Result<Quote> usable_quote(const OrderForm& form, const MarketView& view) {
    const auto unusable = [&](std::string_view code, std::string why) {
        return refuse(code, std::move(why), form, "try again when the quote is good, or name an absolute price");
    };
    if (!view.quote) {
        return unusable("quote.none", "there is no quote for " + form.symbol);
    }
    const Quote& quote = *view.quote;
    if (quote.kind == QuoteKind::delayed || quote.kind == QuoteKind::frozen) {
        return unusable("quote.not_live", "the quote is " + std::string(name_of(quote.kind)));
    }
    if (view.quote_age > quote_age_max) {
        return unusable("quote.stale",
                        "the quote is " + to_human(view.quote_age) + " old; the limit is " + to_human(quote_age_max));
    }
    if (!quote.bid || !quote.ask) {
        return unusable("quote.one_sided", std::string("the quote has no ") + (quote.bid ? "ask" : "bid"));
    }
    if (*quote.bid > *quote.ask) {
        return unusable("quote.crossed", "the quote is crossed: bid " + quote.bid->to_string() + " is above ask " +
                                             quote.ask->to_string());
    }
    return quote;
}

Decimal base_price(const PriceWord& word, const Quote& quote) {
    switch (word.base) {
    case PriceBase::bid: return *quote.bid;
    case PriceBase::ask: return *quote.ask;
    case PriceBase::last: return *quote.last;
    case PriceBase::mid:
        return Decimal::divide(*quote.bid + *quote.ask, 2, Decimal::scale_max / 2, Rounding::half_even);
    case PriceBase::absolute: break;
    }
    return 0;
}

/// A price word as a price on the instrument's tick. Computed prices are rounded away from aggression: down for a buy,
/// up for a sell. A price that was typed is never moved.
Result<Decimal> resolve_price(const PriceWord& word, const OrderForm& form, Side side, const Instrument& instrument,
                              const MarketView& view) {
    if (!is_relative(word)) {
        if (!word.offset.is_positive() && !std::holds_alternative<Future>(instrument.kind)) {
            return refuse("order.price_not_positive", "the price " + text_of(word.offset) + " is not positive", form,
                          "prices are above zero");
        }
        if (!word.offset.is_multiple_of(instrument.tick)) {
            const Decimal below = word.offset.rounded_to(instrument.tick, Rounding::floor);
            return refuse("order.off_tick",
                          "the price " + text_of(word.offset) + " is not a multiple of the tick " +
                              text_of(instrument.tick),
                          form, "use " + below.to_string() + " or " + (below + instrument.tick).to_string());
        }
        return word.offset;
    }
    const Result<Quote> quote = usable_quote(form, view);
    if (!quote) {
        return fail(quote.error());
    }
    if (word.base == PriceBase::last && !quote->last) {
        return refuse("quote.no_last", "the quote has no last trade", form,
                      "start from bid, ask or mid, or name an absolute price");
    }
    Decimal price = base_price(word, *quote);
    switch (word.unit) {
    case OffsetUnit::currency: price += word.offset; break;
    case OffsetUnit::ticks: price += word.offset * instrument.tick; break;
    case OffsetUnit::percent: price += Decimal::divide(price * word.offset, 100, 12, Rounding::half_even); break;
    }
    price = price.rounded_to(instrument.tick, side == Side::buy ? Rounding::floor : Rounding::ceiling);
    if (!price.is_positive()) {
        return refuse("order.price_not_positive", to_text(word) + " comes to " + price.to_string(), form,
                      "choose a smaller offset");
    }
    return price;
}

Result<PriceRule> resolve_rule(const OrderForm& form, Side side, const Instrument& instrument, const MarketView& view) {
    if (const auto* limit = std::get_if<LimitForm>(&form.price)) {
        const Result<Decimal> price = resolve_price(limit->limit, form, side, instrument, view);
        return price ? Result<PriceRule>(LimitPrice{*price}) : fail(price.error());
    }
    if (const auto* stop = std::get_if<StopForm>(&form.price)) {
        const Result<Decimal> trigger = resolve_price(stop->stop, form, side, instrument, view);
        if (!trigger) {
            return fail(trigger.error());
        }
        StopPrice rule{.stop = *trigger, .limit = std::nullopt};
        if (stop->limit) {
            const Result<Decimal> price = resolve_price(*stop->limit, form, side, instrument, view);
            if (!price) {
                return fail(price.error());
            }
            rule.limit = *price;
        }
        return rule;
    }
    return MarketPrice{};
}

/// The price that one unit is reckoned with when a size is given in money.
Result<Decimal> reference_price(const PriceRule& rule, Side side, const OrderForm& form, const MarketView& view) {
    if (const auto* limit = std::get_if<LimitPrice>(&rule)) {
        return limit->limit;
    }
    if (const auto* stop = std::get_if<StopPrice>(&rule)) {
        return stop->limit.value_or(stop->stop);
    }
    const Result<Quote> quote = usable_quote(form, view);
    if (!quote) {
        return fail(quote.error());
    }
    return side == Side::buy ? *quote->ask : *quote->bid;
}

Result<Decimal> quantity_for_money(Decimal amount, Currency currency, const PriceRule& rule, Side side,
                                   const OrderForm& form, const Instrument& instrument, const MarketView& view) {
    if (currency != instrument.currency) {
        return refuse("order.size_currency",
                      "the size is in " + std::string(currency.code()) + " but " + form.symbol + " trades in " +
                          std::string(instrument.currency.code()),
                      form, "give the size in " + std::string(instrument.currency.code()) + " or in units");
    }
    const Result<Decimal> price = reference_price(rule, side, form, view);
    if (!price) {
        return fail(price.error());
    }
    const Decimal unit = *price * instrument.multiplier;
    if (!unit.is_positive()) {
        return refuse("order.size_needs_price",
                      "a size in money needs a price above zero, and the price is " + text_of(*price), form,
                      "give the size in units");
    }
    return Decimal::divide(amount, unit, 12, Rounding::down).rounded_to(instrument.lot, Rounding::down);
}

/// What an order on this side may still take from the position, in units.
Decimal closable(const MarketView& view, Side side) {
    const bool reduces =
        side == Side::sell ? view.position_quantity.is_positive() : view.position_quantity.is_negative();
    const Decimal left = view.position_quantity.abs() - view.open_reducing_quantity;
    return reduces && left.is_positive() ? left : Decimal(0);
}

Result<Decimal> resolve_quantity(const OrderForm& form, Side side, const PriceRule& rule, const Instrument& instrument,
                                 const MarketView& view) {
    const bool reduces = form.closes || side == Side::sell;
    if (const auto* units = std::get_if<SizeInUnits>(&form.size)) {
        if (!units->quantity.is_positive() || !units->quantity.is_multiple_of(instrument.lot)) {
            return refuse("order.off_lot",
                          "the quantity " + text_of(units->quantity) + " is not a positive multiple of the lot " +
                              text_of(instrument.lot),
                          form, "give a multiple of " + text_of(instrument.lot));
        }
        return units->quantity;
    }
    if (const auto* money = std::get_if<SizeInMoney>(&form.size)) {
        return quantity_for_money(money->amount, money->currency, rule, side, form, instrument, view);
    }
    if (const auto* percent = std::get_if<SizeInPercent>(&form.size)) {
        if (reduces) {
            return Decimal::divide(closable(view, side) * percent->percent, 100, 12, Rounding::down)
                .rounded_to(instrument.lot, Rounding::down);
        }
        const Decimal amount = Decimal::divide(view.account.buying_power * percent->percent, 100, 6, Rounding::down);
        return quantity_for_money(amount, view.account.currency, rule, side, form, instrument, view);
    }
    if (!reduces) {
        return refuse("order.all_needs_position", "'all' is a part of a position and cannot size a buy", form,
                      "give a quantity, an amount such as 15000usd, or 25pct of buying power");
    }
    return closable(view, side);
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
    return refuse("order.all_in_open_orders",
                  text_of(view.position_quantity.abs()) + " are held and " + text_of(view.open_reducing_quantity) +
                      " of them are already in open orders",
                  form, "cancel those first: cancel --symbol " + form.symbol);
}

/// A sell that would open or widen a short position is refused unless it was asked for.
Result<void> check_reduces(const OrderForm& form, Side side, Decimal quantity, const MarketView& view) {
    if (form.closes || side == Side::buy || form.may_open_short) {
        return {};
    }
    const Decimal held = closable(view, side);
    if (quantity > held) {
        return refuse("order.would_open_short",
                      "selling " + text_of(quantity) + " would open a short position: " + text_of(held) +
                          " can be sold (position " + text_of(view.position_quantity) + ", open sell orders " +
                          text_of(view.open_reducing_quantity) + ")",
                      form, "sell at most " + text_of(held) + ", or add --short to sell short on purpose");
    }
    return {};
}

} // namespace

std::string to_text(const PriceWord& word) {
    if (word.base == PriceBase::absolute) {
        return text_of(word.offset);
    }
    std::string text(base_names[static_cast<std::size_t>(word.base)]);
    if (!word.offset.is_zero()) {
        text += word.offset.is_positive() ? "+" : "";
        text += text_of(word.offset);
        text += word.unit == OffsetUnit::ticks ? "t" : word.unit == OffsetUnit::percent ? "pct" : "";
    }
    return text;
}

std::string to_text(const OrderForm& form) {
    std::string text = form.closes ? "close" : std::string(name_of(form.side));
    text += " " + form.symbol + " " + text_of(form.size) + " " + text_of(form.price) + " ";
    text += name_of(form.time_in_force);
    return text + (form.may_open_short ? " short" : "");
}

bool needs_quote(const OrderForm& form) {
    if (const auto* limit = std::get_if<LimitForm>(&form.price)) {
        return is_relative(limit->limit);
    }
    if (const auto* stop = std::get_if<StopForm>(&form.price)) {
        return is_relative(stop->stop) || (stop->limit && is_relative(*stop->limit));
    }
    return true; // a market order: for its notional, and for sizes in money
}

Result<OrderRequest> resolve(const OrderForm& form, const Instrument& instrument, const MarketView& view) {
    Side side = form.side;
    if (form.closes) {
        if (view.position_quantity.is_zero()) {
            return fail(Error(ErrorKind::not_found, "order.nothing_to_close", "there is no position in " + form.symbol)
                            .attempting("close the position")
                            .on(form.symbol)
                            .advise("'pos' lists what is held"));
        }
        side = view.position_quantity.is_positive() ? Side::sell : Side::buy;
    }
    const Result<PriceRule> rule = resolve_rule(form, side, instrument, view);
    if (!rule) {
        return fail(rule.error());
    }
    const Result<Decimal> quantity = resolve_quantity(form, side, *rule, instrument, view);
    if (!quantity) {
        return fail(quantity.error());
    }
    const bool of_position = std::holds_alternative<SizeAll>(form.size) ||
                             (std::holds_alternative<SizeInPercent>(form.size) && (form.closes || side == Side::sell));
    if (!quantity->is_positive() && of_position && closable(view, side).is_zero()) {
        return nothing_left(form, side, view);
    }
    if (!quantity->is_positive()) {
        return refuse("order.size_zero", "the size " + text_of(form.size) + " comes to no whole lot of " + form.symbol,
                      form, "give a larger size; the lot is " + text_of(instrument.lot));
    }
    if (form.closes && *quantity > closable(view, side)) {
        return refuse("order.over_close",
                      "closing " + text_of(*quantity) + " is more than the " + text_of(closable(view, side)) +
                          " that open orders leave of the position",
                      form, "close 'all', or cancel the open orders first");
    }
    if (const Result<void> reduces = check_reduces(form, side, *quantity, view); !reduces) {
        return fail(reduces.error());
    }
    return OrderRequest{.id = {},
                        .symbol = form.symbol,
                        .side = side,
                        .quantity = *quantity,
                        .price = *rule,
                        .time_in_force = form.time_in_force,
                        .may_open_short = form.may_open_short};
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
