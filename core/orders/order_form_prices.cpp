#include "core/orders/order_form_prices.hpp"

#include <utility>

namespace tradesh::orders {
namespace {

Decimal percent_of(Decimal part, Decimal whole) {
    return Decimal::divide(part * Decimal(100), whole, 4, Rounding::half_even);
}

Decimal middle_of(const Quote& quote) {
    return Decimal::divide(*quote.bid + *quote.ask, 2, Decimal::scale_max / 2, Rounding::half_even);
}

std::string sides_of(const Quote& quote) { return "bid " + quote.bid->to_string() + ", ask " + quote.ask->to_string(); }

Decimal spread_max_percent(const Instrument& instrument, const MarketView& view) {
    const bool is_option =
        std::holds_alternative<Option>(instrument.kind) || std::holds_alternative<Combo>(instrument.kind);
    return view.quote_spread_max_percent.value_or(
        Decimal(is_option ? quote_spread_max_percent_of_options : quote_spread_max_percent_usual));
}

/// Prices of futures and of combos may be zero or below.
bool may_be_negative(const Instrument& instrument) {
    return std::holds_alternative<Future>(instrument.kind) || std::holds_alternative<Combo>(instrument.kind);
}

Result<Decimal> typed_price(Decimal price, const OrderForm& form, const Instrument& instrument) {
    if (!price.is_positive() && !may_be_negative(instrument)) {
        return refuse_form("order.price_not_positive", "the price " + plain(price) + " is not positive", form,
                           "prices are above zero");
    }
    if (!price.is_multiple_of(instrument.tick)) {
        const Decimal below = price.rounded_to(instrument.tick, Rounding::floor);
        return refuse_form("order.off_tick",
                           "the price " + plain(price) + " is not a multiple of the tick " + plain(instrument.tick),
                           form, "use " + below.to_string() + " or " + (below + instrument.tick).to_string());
    }
    return price;
}

/// "mid-5bps" is no offset of five anything: a unit is the instrument's currency or nothing that is known.
Result<void> check_offset_currency(const PriceWord& word, const Instrument& instrument) {
    if (!word.currency.is_set() || word.currency == instrument.currency) {
        return {};
    }
    const std::string amount = plain(word.offset.abs());
    const std::string own(instrument.currency.code());
    Error error(ErrorKind::usage, "price.unit",
                "'" + std::string(word.currency.code()) + "' is no unit of an offset: " + instrument.symbol +
                    " is priced in " + own);
    error.attempted = "read the price";
    error.subject = to_text(word);
    error.hint = "write " + amount + own + ", " + amount + "t (ticks) or " + amount + "pct";
    error.where = word.where;
    return fail(std::move(error));
}

Result<Decimal> base_price(const PriceWord& word, const OrderForm& form, const Instrument& instrument,
                           const MarketView& view, std::optional<Decimal> present) {
    if (word.base == PriceBase::present) {
        if (!present) {
            return refuse_form("order.no_present_price", "there is no price to count " + to_text(word) + " from", form,
                               "name an absolute price");
        }
        return *present;
    }
    const Result<Quote> quote = usable_quote(form, instrument, view);
    if (!quote) {
        return fail(quote.error());
    }
    switch (word.base) {
    case PriceBase::bid: return *quote->bid;
    case PriceBase::ask: return *quote->ask;
    case PriceBase::mid: return middle_of(*quote);
    default: break;
    }
    if (!quote->last) {
        return refuse_form("quote.no_last", "the quote has no last trade", form,
                           "start from bid, ask or mid, or name an absolute price");
    }
    return *quote->last;
}

/// A market order that would fill too far from the middle is not sent.
Result<void> check_slippage(const OrderForm& form, Side side, const Instrument& instrument, const MarketView& view) {
    if (!form.slippage_percent_max) {
        return {};
    }
    const Result<Quote> quote = usable_quote(form, instrument, view);
    if (!quote) {
        return fail(quote.error());
    }
    const Decimal middle = middle_of(*quote);
    const Decimal far_side = side == Side::buy ? *quote->ask : *quote->bid;
    const Decimal slippage = percent_of((far_side - middle).abs(), middle);
    if (slippage > *form.slippage_percent_max) {
        return refuse_form("order.slippage",
                           "a market order would " + std::string(name_of(side)) + " at " + far_side.to_string() +
                               ", which is " + plain(slippage) + " percent from the middle (" + sides_of(*quote) +
                               "); the limit is " + plain(*form.slippage_percent_max) + " percent",
                           form, "wait for a closer market, or send limit mid");
    }
    return {};
}

Result<PriceRule> resolve_stop(const StopForm& stop, const OrderForm& form, Rounding rounding,
                               const Instrument& instrument, const MarketView& view) {
    const Result<Decimal> trigger = resolve_price(stop.stop, form, rounding, instrument, view, std::nullopt);
    if (!trigger) {
        return fail(trigger.error());
    }
    StopPrice rule{.stop = *trigger, .limit = std::nullopt};
    if (stop.limit) {
        const Result<Decimal> price = resolve_price(*stop.limit, form, rounding, instrument, view, std::nullopt);
        if (!price) {
            return fail(price.error());
        }
        rule.limit = *price;
    }
    return rule;
}

} // namespace

std::unexpected<Error> refuse_form(std::string_view code, std::string message, const OrderForm& form,
                                   std::string_view hint) {
    return fail(Error(ErrorKind::refused, code, std::move(message))
                    .attempting("prepare the order")
                    .on(form.symbol)
                    .advise(hint));
}

std::string plain(Decimal value) { return value.normalized().to_string(); }

bool needs_quote(const PriceWord& word) { return word.base != PriceBase::absolute && word.base != PriceBase::present; }

Result<Quote> usable_quote(const OrderForm& form, const Instrument& instrument, const MarketView& view) {
    const auto unusable = [&](std::string_view code, std::string why) {
        return refuse_form(code, std::move(why), form, "try again when the quote is good, or name an absolute price");
    };
    if (!view.quote) {
        return unusable("quote.none", "there is no quote for " + form.symbol);
    }
    const Quote& quote = *view.quote;
    if (quote.kind == QuoteKind::delayed || quote.kind == QuoteKind::frozen) {
        return unusable("quote.not_live", "the quote is " + std::string(name_of(quote.kind)));
    }
    const Duration age_max = form.quote_age_max.value_or(quote_age_max);
    if (view.quote_age > age_max) {
        return unusable("quote.stale",
                        "the quote is " + to_human(view.quote_age) + " old; the limit is " + to_human(age_max));
    }
    if (!quote.bid || !quote.ask) {
        return unusable("quote.one_sided", std::string("the quote has no ") + (quote.bid ? "ask" : "bid"));
    }
    if (*quote.bid > *quote.ask) {
        return unusable("quote.crossed", "the quote is crossed: bid " + quote.bid->to_string() + " is above ask " +
                                             quote.ask->to_string());
    }
    const Decimal middle = middle_of(quote);
    if (middle.is_positive()) { // a combo may stand at nothing: then no percentage means anything
        const Decimal spread = percent_of(*quote.ask - *quote.bid, middle);
        const Decimal spread_max = spread_max_percent(instrument, view);
        if (spread > spread_max) {
            return unusable("quote.too_wide", "the spread is " + plain(spread) + " percent of the middle (" +
                                                  sides_of(quote) + "); the limit is " + plain(spread_max) +
                                                  " percent");
        }
    }
    return quote;
}

Result<Decimal> resolve_price(const PriceWord& word, const OrderForm& form, Rounding rounding,
                              const Instrument& instrument, const MarketView& view, std::optional<Decimal> present) {
    if (const Result<void> same = check_offset_currency(word, instrument); !same) {
        return fail(same.error());
    }
    if (word.base == PriceBase::absolute) {
        return typed_price(word.offset, form, instrument);
    }
    const Result<Decimal> base = base_price(word, form, instrument, view, present);
    if (!base) {
        return fail(base.error());
    }
    Decimal price = *base;
    switch (word.unit) {
    case OffsetUnit::currency: price += word.offset; break;
    case OffsetUnit::ticks: price += word.offset * instrument.tick; break;
    case OffsetUnit::percent: price += Decimal::divide(price * word.offset, 100, 12, Rounding::half_even); break;
    }
    price = price.rounded_to(instrument.tick, rounding);
    if (!price.is_positive() && !may_be_negative(instrument)) {
        return refuse_form("order.price_not_positive", to_text(word) + " comes to " + price.to_string(), form,
                           "choose a smaller offset");
    }
    return price;
}

Result<TrailingStop> resolve_trail(const TrailForm& trail, const OrderForm& form, const Instrument& instrument) {
    if (trail.percent && trail.distance >= Decimal(100)) {
        return refuse_form("order.trail_range", "a trail of " + plain(trail.distance) + " percent never triggers", form,
                           "give less than 100 percent");
    }
    if (!trail.percent && !trail.distance.is_multiple_of(instrument.tick)) {
        return refuse_form("order.off_tick",
                           "the trail of " + plain(trail.distance) + " is not a multiple of the tick " +
                               plain(instrument.tick),
                           form, "use " + trail.distance.rounded_to(instrument.tick, Rounding::up).to_string());
    }
    return TrailingStop{.distance = trail.distance, .percent = trail.percent};
}

Result<PriceRule> resolve_rule(const PriceForm& price_form, const OrderForm& form, Side side,
                               const Instrument& instrument, const MarketView& view) {
    const Rounding rounding = side == Side::buy ? Rounding::floor : Rounding::ceiling;
    if (const auto* limit = std::get_if<LimitForm>(&price_form)) {
        const Result<Decimal> price = resolve_price(limit->limit, form, rounding, instrument, view, std::nullopt);
        return price ? Result<PriceRule>(LimitPrice{*price}) : fail(price.error());
    }
    if (const auto* stop = std::get_if<StopForm>(&price_form)) {
        return resolve_stop(*stop, form, rounding, instrument, view);
    }
    if (const auto* trail = std::get_if<TrailForm>(&price_form)) {
        const Result<TrailingStop> rule = resolve_trail(*trail, form, instrument);
        return rule ? Result<PriceRule>(*rule) : fail(rule.error());
    }
    if (const Result<void> close_enough = check_slippage(form, side, instrument, view); !close_enough) {
        return fail(close_enough.error());
    }
    return MarketPrice{};
}

Result<Decimal> reference_price(const PriceRule& rule, Side side, const OrderForm& form, const Instrument& instrument,
                                const MarketView& view) {
    if (const auto* limit = std::get_if<LimitPrice>(&rule)) {
        return limit->limit;
    }
    if (const auto* stop = std::get_if<StopPrice>(&rule)) {
        return stop->limit.value_or(stop->stop);
    }
    const Result<Quote> quote = usable_quote(form, instrument, view);
    if (!quote) {
        return fail(quote.error());
    }
    return side == Side::buy ? *quote->ask : *quote->bid;
}

} // namespace tradesh::orders
