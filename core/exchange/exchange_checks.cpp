#include "core/exchange/exchange.hpp"

#include "core/exchange/auction_times.hpp"

#include <algorithm>

namespace tradesh::exchange {
namespace {

const Decimal units_max = 1'000'000'000'000; ///< ticks of a price and lots of a quantity stay far from overflow

/// Day orders end with the UTC day, since this market never closes.
Instant end_of_day(Instant now) { return std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1); }

std::string cents(Decimal amount) { return amount.rescaled(2, Rounding::half_up).to_string(); }

bool within(Decimal value, Decimal step) { return value.is_positive() && value <= step * units_max; }

bool is_auction(TimeInForce time_in_force) {
    return time_in_force == TimeInForce::opg || time_in_force == TimeInForce::cls;
}

bool is_stop(const PriceRule& price) {
    return std::holds_alternative<StopPrice>(price) || std::holds_alternative<TrailingStop>(price);
}

} // namespace

std::optional<Exchange::Refusal> Exchange::check(Order& order, Instant now) {
    std::optional<Refusal> refusal = check_words(accounts_[order.account], order.request, now);
    if (refusal) {
        return refusal;
    }
    order.listing = *find_listing(order.request.symbol);
    Listing& listing = listings_[order.listing];
    refusal = check_numbers(listing, order.request.quantity, order.price);
    if (!refusal && listing.is_combo()) {
        refusal = check_combo(order.request, listing);
    }
    if (refusal) {
        return refusal;
    }
    order.quantity = listing.lots_of(order.request.quantity);
    price_in_ticks(listing, order);
    refusal = check_times(order, now);
    if (!refusal && !order.is_exit()) {
        refusal = check_market(order);
    }
    if (!refusal && (order.is_exit() || order.is_grouped())) {
        attach(order);
        refusal = check_links(order);
    }
    return refusal;
}

std::optional<Exchange::Refusal> Exchange::check_words(const Account& account, const OrderRequest& request,
                                                       Instant now) const {
    const std::optional<ListingIndex> index = find_listing(request.symbol);
    if (!index) {
        return Refusal{"unknown_instrument", request.symbol + " is not listed here"};
    }
    const Instrument& instrument = listings_[*index].instrument;
    if (std::holds_alternative<Index>(instrument.kind)) {
        return Refusal{"not_tradable",
                       request.symbol + " is of kind " + std::string(name_of(instrument.kind)) + ", not traded here"};
    }
    if (instrument.currency != account.currency) {
        return Refusal{"currency_mismatch", request.symbol + " trades in " + std::string(instrument.currency.code()) +
                                                " and the account holds " + std::string(account.currency.code())};
    }
    const bool rests = request.time_in_force == TimeInForce::day || request.time_in_force == TimeInForce::gtc;
    if (!rests && is_stop(request.price)) {
        return Refusal{"unsupported",
                       "a stop order cannot be " + std::string(name_of(request.time_in_force)) + "; use day or gtc"};
    }
    if (!rests && !request.parent.value.empty()) {
        return Refusal{"unsupported",
                       "an exit cannot be " + std::string(name_of(request.time_in_force)) + "; use day or gtc"};
    }
    if (request.valid_until && *request.valid_until <= now) {
        return Refusal{"bad_time", "it was valid until " + to_rfc3339(*request.valid_until) + ", which is over"};
    }
    if (account.live_count + entering_.size() > live_orders_max) {
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
    const auto check_price = [&](Decimal value) -> std::optional<Refusal> {
        if (!within(listing.is_combo() ? value.abs() + instrument.tick : value,
                    instrument.tick)) { // a net may be a credit
            return Refusal{"bad_price", "price " + value.to_string() + " is not between one tick and 10^12 ticks"};
        }
        if (!value.is_multiple_of(instrument.tick)) {
            return Refusal{"bad_tick", "price " + value.to_string() + " is not a multiple of the tick " +
                                           instrument.tick.to_string()};
        }
        return std::nullopt;
    };
    if (const auto* limit = std::get_if<LimitPrice>(&price)) {
        return check_price(limit->limit);
    }
    if (const auto* stop = std::get_if<StopPrice>(&price)) {
        const std::optional<Refusal> refusal = check_price(stop->stop);
        return refusal || !stop->limit ? refusal : check_price(*stop->limit);
    }
    const auto* trail = std::get_if<TrailingStop>(&price);
    if (trail == nullptr) {
        return std::nullopt;
    }
    if (!trail->percent) {
        return check_price(trail->distance);
    }
    if (!trail->distance.is_positive() || trail->distance >= 100) {
        return Refusal{"bad_price", "distance " + trail->distance.to_string() + " is not between 0 and 100 percent"};
    }
    return std::nullopt;
}

std::optional<Exchange::Refusal> Exchange::check_times(Order& order, Instant now) const {
    const TimeInForce time_in_force = order.request.time_in_force;
    order.expires = order.request.valid_until;
    if (time_in_force == TimeInForce::day) {
        order.expires = std::min(order.expires.value_or(Instant::max()), end_of_day(now));
    }
    if (!is_auction(time_in_force)) {
        return std::nullopt;
    }
    const Listing& listing = listings_[order.listing];
    const std::string what = time_in_force == TimeInForce::opg ? "opens" : "closes";
    if (!listing.calendar) {
        return Refusal{"no_session", "it is not known when the exchange of " + order.request.symbol + " " + what +
                                         "; name its exchange when importing it, or use day or gtc"};
    }
    const Result<Instant> at =
        time_in_force == TimeInForce::opg ? next_opening(*listing.calendar, now) : next_close(*listing.calendar, now);
    if (!at) {
        return Refusal{"no_session", at.error().message};
    }
    if (order.expires && *order.expires < *at) {
        return Refusal{"bad_time", "it is valid until " + to_rfc3339(*order.expires) + " and " + order.request.symbol +
                                       " " + what + " at " + to_rfc3339(*at)};
    }
    order.auction = *at;
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
    const Side side = order.request.side;
    if (listing.is_combo()) {
        return reserve_combo(order);
    }
    if (const auto* trail = std::get_if<TrailingStop>(&order.price); trail != nullptr && !order.triggered) {
        Order started = order;
        started.best = order.best ? order.best : (side == Side::buy ? listing.lowest() : listing.highest());
        if (!started.best) {
            return Refusal{"no_market", "no price of " + order.request.symbol + " is known to trail"};
        }
        const Ticks stop = *trailed_stop(listing, started);
        if (stop < 1) {
            return Refusal{"bad_price", "distance " + trail->distance.to_string() + " is more than the price itself"};
        }
        order.reference = stop;
        return std::nullopt;
    }
    if (std::holds_alternative<StopPrice>(order.price)) {
        order.reference = *order.stop;
        return std::nullopt;
    }
    if (order.limit) {
        return std::nullopt;
    }
    std::optional<Ticks> worst = worst_in_sight(listing, side, order.open());
    if (!worst) { // all that the house offered has been taken: the order waits for its next offers
        worst = side == Side::buy ? listing.house_ask : listing.house_bid;
    }
    if (!worst) {
        return Refusal{"no_market", "nobody offers the other side of " + order.request.symbol};
    }
    order.reference = *worst;
    return std::nullopt;
}

/// Of an order that `attach` has just put among its group and its parent's exits.
std::optional<Exchange::Refusal> Exchange::check_links(const Order& order) const {
    const Account& account = accounts_[order.account];
    if (order.is_exit()) {
        const auto found = account.ids.find(order.request.parent.value);
        const Order* parent = found == account.ids.end() ? nullptr : &orders_.at(found->second);
        const auto no_parent = [&](const std::string& why) {
            return Refusal{"bad_parent", "it is to be an exit of " + order.request.parent.value + ", " + why};
        };
        if (parent == nullptr || parent == &order) {
            return no_parent("which is not known here");
        }
        const bool may_fill = parent->live() || std::ranges::find(entering_, parent) != entering_.end();
        if (parent->is_exit() || parent->listing != order.listing || parent->request.side == order.request.side) {
            return no_parent("which is no order of the other side in " + order.request.symbol);
        }
        if (!may_fill && parent->filled == 0) {
            return no_parent("which has ended without a fill");
        }
        const Lots free = (may_fill ? parent->quantity : parent->filled) - parent->given;
        if (const Lots wanted = wanted_by_exits(*parent); wanted > free) {
            const Listing& listing = listings_[order.listing];
            return Refusal{"bad_quantity", "the exits of " + parent->request.id.value + " would be for " +
                                               listing.quantity_of(wanted).to_string() + ", and it has " +
                                               listing.quantity_of(free).to_string() + " for them"};
        }
    }
    if (order.is_grouped()) {
        for (const std::uint64_t number : account.groups.at(order.request.oco_group).members) {
            const Order& other = orders_.at(number);
            if (other.listing != order.listing || other.request.parent != order.request.parent) {
                return Refusal{"bad_group", "the orders of group " + order.request.oco_group +
                                                " must be in one instrument and exits of the same order, or of none"};
            }
            if (other.request.time_in_force != TimeInForce::day && other.request.time_in_force != TimeInForce::gtc) {
                return Refusal{"bad_group", "the orders of a group must be day or gtc"};
            }
        }
    }
    return std::nullopt;
}

/// Whether a sell without leave to go short has enough of the position left to it by the others.
std::optional<Exchange::Refusal> Exchange::check_position(const Order& order) const {
    const bool is_combo = listings_[order.listing].is_combo(); // its legs may be short: that is what spreads are
    if (order.request.side == Side::buy || order.request.may_open_short || order.is_exit() || is_combo) {
        return std::nullopt;
    }
    const Listing& listing = listings_[order.listing];
    const Claim& sells = accounts_[order.account].exposures[order.listing].claims.sells;
    const Lots selling = sells.open + sells.exits;
    const Lots held = holding(order.account, order.listing).quantity;
    if (selling <= held) {
        return std::nullopt;
    }
    const Lots free = std::max<Lots>(0, held - selling + order.open());
    return Refusal{"short_not_allowed", "sells " + listing.quantity_of(order.open()).to_string() + " but only " +
                                            listing.quantity_of(free).to_string() +
                                            " of the position are free to sell, and the order may not go short"};
}

bool Exchange::only_closes(const Order& order) const {
    const Lots position = holding(order.account, order.listing).quantity;
    return order.request.side == Side::buy ? position < 0 && order.open() <= -position
                                           : position > 0 && order.open() <= position;
}

/// The orders already stand among the others, so that what they close and what they reserve is seen with theirs.
std::optional<Exchange::Refusal> Exchange::check_means(std::span<Order* const> orders, Decimal reserved_before) const {
    for (const Order* order : orders) {
        if (std::optional<Refusal> refusal = check_position(*order)) {
            return refusal;
        }
    }
    const auto needs_nothing = [this](const Order* order) { return order->is_exit() || only_closes(*order); };
    if (std::ranges::all_of(orders, needs_nothing)) {
        return std::nullopt; // whoever is out of money may still get out of a position
    }
    const Account& account = accounts_[orders.front()->account];
    const Decimal needed = account.reserved - reserved_before;
    const Decimal power = account.cash - reserved_before - held_for_shorts(account);
    if (needed.is_positive() && needed > power) {
        const std::string currency(account.currency.code());
        return Refusal{"insufficient_buying_power", "needs " + cents(needed) + " " + currency + ", buying power is " +
                                                        cents(power) + " " + currency};
    }
    return std::nullopt;
}

} // namespace tradesh::exchange
