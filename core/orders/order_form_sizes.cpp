#include "core/orders/order_form_sizes.hpp"

#include "core/orders/order_form_exits.hpp"
#include "core/orders/order_form_prices.hpp"

namespace tradesh::orders {
namespace {

/// An amount of money in what the instrument trades in, by the dated rates.
Result<Decimal> in_its_currency(const Money& amount, const OrderForm& form, const Instrument& instrument,
                                const MarketView& view) {
    if (amount.currency == instrument.currency) {
        return amount.amount;
    }
    const std::string own(instrument.currency.code());
    const auto refuse = [&](const std::string& why, const std::string& hint) {
        return refuse_form("order.size_currency",
                           "the size is in " + std::string(amount.currency.code()) + " but " + form.symbol +
                               " trades in " + own + why,
                           form, hint);
    };
    if (view.rates == nullptr) {
        return refuse("", "give the size in " + own + " or in units");
    }
    const auto today = std::chrono::floor<std::chrono::days>(view.now);
    const Result<Money> converted = view.rates->convert(amount, instrument.currency, today, view.rates_age_max);
    return converted ? Result<Decimal>(converted->amount)
                     : refuse(": " + converted.error().message, converted.error().hint);
}

/// Whole lots that `amount` pays for at `unit` each.
Decimal lots_for(Decimal amount, Decimal unit, const Instrument& instrument) {
    return Decimal::divide(amount, unit, 12, Rounding::down).rounded_to(instrument.lot, Rounding::down);
}

Result<Decimal> quantity_for_money(const Money& money, const PriceRule& rule, Side side, const OrderForm& form,
                                   const Instrument& instrument, const MarketView& view) {
    const Result<Decimal> amount = in_its_currency(money, form, instrument, view);
    if (!amount) {
        return fail(amount.error());
    }
    const Result<Decimal> price = reference_price(rule, side, form, instrument, view);
    if (!price) {
        return fail(price.error());
    }
    const Decimal unit = *price * instrument.multiplier;
    if (!unit.is_positive()) {
        return refuse_form("order.size_needs_price",
                           "a size in money needs a price above zero, and the price is " + plain(*price), form,
                           "give the size in units");
    }
    return lots_for(*amount, unit, instrument);
}

Result<Decimal> quantity_for_risk(const Money& money, const PriceRule& rule, Side side, const OrderForm& form,
                                  const Instrument& instrument, const MarketView& view) {
    const Result<Decimal> amount = in_its_currency(money, form, instrument, view);
    if (!amount) {
        return fail(amount.error());
    }
    const Result<Decimal> distance = protect_distance(form, side, rule, instrument, view);
    if (!distance) {
        return fail(distance.error());
    }
    return lots_for(*amount, *distance * instrument.multiplier, instrument);
}

Result<Decimal> quantity_in_units(Decimal quantity, const OrderForm& form, const Instrument& instrument) {
    if (!quantity.is_positive() || !quantity.is_multiple_of(instrument.lot)) {
        return refuse_form("order.off_lot",
                           "the quantity " + plain(quantity) + " is not a positive multiple of the lot " +
                               plain(instrument.lot),
                           form, "give a multiple of " + plain(instrument.lot));
    }
    return quantity;
}

Result<Decimal> quantity_for_percent(Decimal percent, Side side, const PriceRule& rule, const OrderForm& form,
                                     const Instrument& instrument, const MarketView& view) {
    if (form.closes || side == Side::sell) {
        return lots_for(closable(view, side) * percent, 100, instrument);
    }
    const Money amount{.amount = Decimal::divide(view.account.buying_power * percent, 100, 6, Rounding::down),
                       .currency = view.account.currency};
    return quantity_for_money(amount, rule, side, form, instrument, view);
}

/// The price that a share of net liquidation is reckoned with: the one that was typed, else the middle of the quote.
Result<Decimal> price_of_share(const OrderForm& form, const Instrument& instrument, const MarketView& view) {
    const auto* limit = std::get_if<LimitForm>(&form.price);
    const PriceWord middle{.base = PriceBase::mid, .offset = 0, .unit = OffsetUnit::currency};
    const bool is_typed = limit != nullptr && limit->limit.base == PriceBase::absolute;
    return resolve_price(is_typed ? limit->limit : middle, form, Rounding::half_even, instrument, view, std::nullopt);
}

} // namespace

Decimal closable(const MarketView& view, Side side) {
    const bool reduces =
        side == Side::sell ? view.position_quantity.is_positive() : view.position_quantity.is_negative();
    const Decimal left = view.position_quantity.abs() - view.open_reducing_quantity;
    return reduces && left.is_positive() ? left : Decimal(0);
}

Result<Decimal> resolve_quantity(const OrderForm& form, Side side, const PriceRule& rule, const Instrument& instrument,
                                 const MarketView& view) {
    if (const auto* units = std::get_if<SizeInUnits>(&form.size)) {
        return quantity_in_units(units->quantity, form, instrument);
    }
    if (const auto* money = std::get_if<SizeInMoney>(&form.size)) {
        return quantity_for_money({.amount = money->amount, .currency = money->currency}, rule, side, form, instrument,
                                  view);
    }
    if (const auto* percent = std::get_if<SizeInPercent>(&form.size)) {
        return quantity_for_percent(percent->percent, side, rule, form, instrument, view);
    }
    if (const auto* risk = std::get_if<SizeByRisk>(&form.size)) {
        return quantity_for_risk(risk->amount, rule, side, form, instrument, view);
    }
    if (side == Side::buy && !form.closes) {
        return refuse_form("order.all_needs_position", "'all' is a part of a position and cannot size a buy", form,
                           "give a quantity, an amount such as 15000usd, or 25pct of buying power");
    }
    return closable(view, side);
}

Result<Difference> rebalancing(const OrderForm& form, const Instrument& instrument, const MarketView& view) {
    if (!view.open_quantity.is_zero()) {
        return refuse_form("order.rebalance_open_orders",
                           plain(view.open_quantity) + " " + form.symbol +
                               " are in open orders, and a rebalance counts on what is held",
                           form, "wait for them, or cancel them first: cancel --symbol " + form.symbol);
    }
    const auto* share = std::get_if<SizeInPercent>(&form.size);
    if (share == nullptr) {
        return refuse_form("order.share_needed", "'" + to_text(form.size) + "' is no share of net liquidation", form,
                           "write 5pct");
    }
    const Result<Decimal> price = price_of_share(form, instrument, view);
    if (!price) {
        return fail(price.error());
    }
    const Money part{.amount = Decimal::divide(view.account.net_liquidation * share->percent, 100, 6, Rounding::down),
                     .currency = view.account.currency};
    const Result<Decimal> amount = in_its_currency(part, form, instrument, view);
    if (!amount) {
        return fail(amount.error());
    }
    const Decimal wanted =
        amount->is_positive() ? lots_for(*amount, *price * instrument.multiplier, instrument) : Decimal(0);
    const Decimal difference = wanted - view.position_quantity;
    if (difference.is_zero()) {
        return fail(Error(ErrorKind::not_found, "order.balanced",
                          plain(view.position_quantity) + " " + form.symbol + " are held, which is " +
                              plain(share->percent) + " percent of net liquidation (" +
                              plain(view.account.net_liquidation) + ") at " + plain(*price) + " to the lot")
                        .attempting("rebalance")
                        .on(form.symbol)
                        .advise("there is nothing to do"));
    }
    return Difference{.side = difference.is_positive() ? Side::buy : Side::sell, .quantity = difference.abs()};
}

} // namespace tradesh::orders
