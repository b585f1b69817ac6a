#include "core/exchange/exchange.hpp"

#include <algorithm>

namespace tradesh::exchange {
namespace {

constexpr std::size_t id_length_max = 36;
const Decimal units_max = 1'000'000'000'000; ///< ticks of a price and lots of a quantity stay far from overflow

/// Day orders end with the UTC day, since this market never closes.
Instant end_of_day(Instant now) { return std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1); }

std::string cents(Decimal amount) { return amount.rescaled(2, Rounding::half_up).to_string(); }

bool within(Decimal value, Decimal step) { return value.is_positive() && value <= step * units_max; }

} // namespace

std::optional<Exchange::Refusal> Exchange::check_words(const Account& account, const OrderRequest& request) const {
    const std::optional<ListingIndex> index = find_listing(request.symbol);
    if (!index) {
        return Refusal{"unknown_instrument", request.symbol + " is not listed here"};
    }
    const Instrument& instrument = listings_[*index].instrument;
    if (std::holds_alternative<Index>(instrument.kind) || std::holds_alternative<Combo>(instrument.kind)) {
        return Refusal{"not_tradable",
                       request.symbol + " is of kind " + std::string(name_of(instrument.kind)) + ", not traded here"};
    }
    if (instrument.currency != account.currency) {
        return Refusal{"currency_mismatch", request.symbol + " trades in " + std::string(instrument.currency.code()) +
                                                " and the account holds " + std::string(account.currency.code())};
    }
    const bool at_once = request.time_in_force == TimeInForce::ioc || request.time_in_force == TimeInForce::fok;
    if (at_once && std::holds_alternative<StopPrice>(request.price)) {
        return Refusal{"unsupported",
                       "a stop order cannot be " + std::string(name_of(request.time_in_force)) + "; use day or gtc"};
    }
    if (live_count_ >= live_orders_max) {
        return Refusal{"too_many_orders", std::to_string(live_orders_max) + " orders are open already"};
    }
    return std::nullopt;
}

std::optional<Exchange::Refusal> Exchange::check_numbers(const Listing& listing, Decimal quantity,
                                                         const PriceRule& price) const {
    const Instrument& instrument = listing.instrument;
    if (!within(quantity, instrument.lot)) {
        return Refusal{"bad_quantity", "quantity " + quantity.to_string() + " is not between one lot and 10^12 lots"};
    }
    if (!quantity.is_multiple_of(instrument.lot)) {
        return Refusal{"bad_lot", "quantity " + quantity.to_string() + " is not a multiple of the lot " +
                                      instrument.lot.to_string()};
    }
    std::vector<Decimal> prices;
    if (const auto* limit = std::get_if<LimitPrice>(&price)) {
        prices.push_back(limit->limit);
    } else if (const auto* stop = std::get_if<StopPrice>(&price)) {
        prices.push_back(stop->stop);
        if (stop->limit) {
            prices.push_back(*stop->limit);
        }
    }
    for (const Decimal value : prices) {
        if (!within(value, instrument.tick)) {
            return Refusal{"bad_price", "price " + value.to_string() + " is not between one tick and 10^12 ticks"};
        }
        if (!value.is_multiple_of(instrument.tick)) {
            return Refusal{"bad_tick", "price " + value.to_string() + " is not a multiple of the tick " +
                                           instrument.tick.to_string()};
        }
    }
    return std::nullopt;
}

std::optional<Ticks> Exchange::worst_in_sight(const Listing& listing, Side side, Lots lots) const {
    std::optional<Ticks> worst;
    listing.book.visit(opposite(side), [&](const OrderBook::Resting& resting) {
        worst = resting.price;
        lots -= resting.open;
        return lots > 0;
    });
    return worst;
}

std::optional<Exchange::Refusal> Exchange::check_market(Order& order) const {
    const Listing& listing = listings_[order.listing];
    if (const auto* stop = std::get_if<StopPrice>(&order.price)) {
        order.reference = ticks_of(listing, stop->stop);
        return std::nullopt;
    }
    if (!std::holds_alternative<MarketPrice>(order.price)) {
        return std::nullopt;
    }
    std::optional<Ticks> worst = worst_in_sight(listing, order.request.side, order.open());
    if (!worst) { // all that the house offered has been taken: the order waits for its next offers
        worst = order.request.side == Side::buy ? listing.house_ask : listing.house_bid;
    }
    if (!worst) {
        return Refusal{"no_market", "nobody offers the other side of " + order.request.symbol};
    }
    order.reference = *worst;
    return std::nullopt;
}

/// `order` already stands among the others, so that what it closes and what it reserves is seen with theirs.
std::optional<Exchange::Refusal> Exchange::check_means(const Order& order, Decimal reserved_before) const {
    const Account& account = accounts_[order.account];
    const Listing& listing = listings_[order.listing];
    if (order.request.side == Side::sell && !order.request.may_open_short) {
        Lots selling = 0;
        for (const auto& [number, other] : orders_) {
            const bool sells = other.account == order.account && other.listing == order.listing && other.live() &&
                               other.request.side == Side::sell;
            selling += sells ? other.open() : 0;
        }
        const Lots held = holding(order.account, order.listing).quantity;
        if (selling > held) {
            return Refusal{"short_not_allowed",
                           "sells " + listing.quantity_of(order.open()).to_string() + " but only " +
                               listing.quantity_of(std::max<Lots>(0, held - selling + order.open())).to_string() +
                               " of the position are free to sell, and the order may not go short"};
        }
    }
    const Lots position = holding(order.account, order.listing).quantity;
    const bool only_closes = order.request.side == Side::buy ? position < 0 && order.open() <= -position
                                                             : position > 0 && order.open() <= position;
    if (only_closes) {
        return std::nullopt; // whoever is out of money may still get out of a position
    }
    const Decimal needed = reserved(order.account) - reserved_before;
    const Decimal power = account.cash - reserved_before - held_for_shorts(account);
    if (needed.is_positive() && needed > power) {
        const std::string currency(account.currency.code());
        return Refusal{"insufficient_buying_power", "needs " + cents(needed) + " " + currency + ", buying power is " +
                                                        cents(power) + " " + currency};
    }
    return std::nullopt;
}

void Exchange::reject(Order& order, Refusal refusal, Instant now) {
    order.state = OrderState::rejected;
    order.updated = now;
    order.code = refusal.code;
    order.reason = refusal.message;
    changed_orders_.insert(order.number);
    tell(order.account, now,
         Rejected{.order = order.request.id, .code = std::move(refusal.code), .message = std::move(refusal.message)});
}

Result<void> Exchange::repeat_answer(const Order& known, const OrderRequest& request, Instant now) {
    if (known.request != request) {
        return fail(Error(ErrorKind::rejected, "exchange.duplicate_id", "another order has the same client order id")
                        .attempting("place order")
                        .on(request.symbol)
                        .from_venue("duplicate_id", "client order id " + request.id.value + " is in use"));
    }
    if (known.state == OrderState::rejected) {
        tell(known.account, now, Rejected{.order = request.id, .code = known.code, .message = known.reason});
    } else {
        tell(known.account, now, Accepted{.order = request.id, .venue_id = known.venue_id});
    }
    return {};
}

Result<void> Exchange::submit(AccountIndex account_index, const OrderRequest& request, Instant now) {
    Account& account = accounts_[account_index];
    if (const Order* known = find(account_index, request.id)) {
        return repeat_answer(*known, request, now);
    }
    if (request.id.value.empty() || request.id.value.size() > id_length_max) {
        return fail(ErrorKind::rejected, "exchange.bad_id", "a client order id has 1 to 36 characters");
    }
    const Decimal reserved_before = reserved(account_index);
    const std::uint64_t number = ++last_order_;
    account.ids.emplace(request.id.value, number);
    Order& order = orders_[number];
    order.number = number;
    order.account = account_index;
    order.request = request;
    order.venue_id = VenueOrderId(id_prefix_ + "-" + std::to_string(number));
    order.state = OrderState::rejected; // until every check has passed it must not count as live
    order.price = request.price;
    order.entered = order.updated = now;
    std::optional<Refusal> refusal = check_words(account, request);
    if (!refusal) {
        order.listing = *find_listing(request.symbol);
        refusal = check_numbers(listings_[order.listing], request.quantity, request.price);
    }
    if (!refusal) {
        order.quantity = Decimal::divide(request.quantity, instrument(order.listing).lot, 0, Rounding::down).to_whole();
        refusal = check_market(order);
    }
    if (!refusal) {
        order.state = OrderState::working;
        refusal = check_means(order, reserved_before);
    }
    if (refusal) {
        reject(order, std::move(*refusal), now);
        return {};
    }
    if (request.time_in_force == TimeInForce::day) {
        order.expires = end_of_day(now);
    }
    ++live_count_;
    ++listings_[order.listing].live_count;
    tell(account_index, now, Accepted{.order = request.id, .venue_id = order.venue_id});
    activate(order, now);
    return {};
}

std::expected<Order*, Exchange::Refusal> Exchange::find_live(AccountIndex account, const ClientOrderId& id) {
    const auto found = accounts_[account].ids.find(id.value);
    if (found == accounts_[account].ids.end()) {
        return std::unexpected(Refusal{"unknown_order", "no order has the client order id " + id.value});
    }
    Order& order = orders_.at(found->second);
    if (!order.live()) {
        return std::unexpected(Refusal{"order_final", "the order is already " + std::string(name_of(order.state))});
    }
    return &order;
}

void Exchange::cancel(AccountIndex account, const ClientOrderId& id, Instant now) {
    const std::expected<Order*, Refusal> order = find_live(account, id);
    if (!order) {
        tell(account, now, CancelRejected{.order = id, .code = order.error().code, .message = order.error().message});
        return;
    }
    finish(**order, OrderState::cancelled, "by request", now);
}

std::optional<Exchange::Refusal> Exchange::check_replacement(const Order& order, Decimal quantity,
                                                             const PriceRule& price) const {
    const Listing& listing = listings_[order.listing];
    if (name_of(price) != name_of(order.price)) {
        return Refusal{"unsupported", "a " + std::string(name_of(order.price)) + " order cannot become a " +
                                          std::string(name_of(price)) + " order"};
    }
    if (std::holds_alternative<StopPrice>(price) && order.triggered && price != order.price) {
        return Refusal{"unsupported", "the stop has triggered; only the quantity can change"};
    }
    if (std::optional<Refusal> refusal = check_numbers(listing, quantity, price)) {
        return refusal;
    }
    if (quantity <= listing.quantity_of(order.filled)) {
        return Refusal{"bad_quantity", listing.quantity_of(order.filled).to_string() + " is filled already"};
    }
    return std::nullopt;
}

void Exchange::replace(AccountIndex account, const ClientOrderId& id, Decimal quantity, const PriceRule& price,
                       Instant now) {
    const auto refuse = [&](const Refusal& why) {
        tell(account, now, ReplaceRejected{.order = id, .code = why.code, .message = why.message});
    };
    const std::expected<Order*, Refusal> found = find_live(account, id);
    if (!found) {
        refuse(found.error());
        return;
    }
    Order& order = **found;
    if (const std::optional<Refusal> why = check_replacement(order, quantity, price)) {
        refuse(*why);
        return;
    }
    const Order before = order;
    const Decimal reserved_before = reserved(account, order.number);
    order.quantity = Decimal::divide(quantity, instrument(order.listing).lot, 0, Rounding::down).to_whole();
    order.price = price;
    std::optional<Refusal> why = check_market(order);
    if (!why) {
        why = check_means(order, reserved_before);
    }
    if (why) {
        order = before;
        refuse(*why);
        return;
    }
    order.updated = now;
    changed_orders_.insert(order.number);
    tell(account, now, Replaced{.order = id, .quantity = quantity, .price = price});
    if (price == before.price && order.quantity <= before.quantity) {
        if (order.slot != OrderBook::no_slot && order.quantity < before.quantity) {
            listings_[order.listing].book.reduce(order.slot, before.quantity - order.quantity);
        }
        return;
    }
    withdraw(order);
    activate(order, now);
}

} // namespace tradesh::exchange
