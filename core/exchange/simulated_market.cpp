#include "core/exchange/simulated_market.hpp"

#include "core/market/option_contract.hpp"

#include <algorithm>
#include <cassert>

namespace tradesh::exchange {
namespace {

constexpr Lots contracts_offered_share = 20; ///< of the open interest: one in so many
constexpr Lots contracts_offered_max = 200;

} // namespace

SimulatedMarket::SimulatedMarket(Exchange& exchange, PriceModel model, Instant start, OptionChainModel options)
    : exchange_(exchange),
      model_(model),
      time_(start),
      options_(options) {}

Instant SimulatedMarket::present_step() const { return std::chrono::floor<std::chrono::seconds>(time_); }

void SimulatedMarket::set_anchor(ListingIndex listing, Anchor anchor) {
    anchors_[listing] = anchor;
    quoted_.erase(listing);
    refresh(listing);
}

/// The middle of the model's quote at its underlying's price, one level each way; nothing once it has expired.
HouseQuotes SimulatedMarket::contract_quotes(const Instrument& instrument, const Contract& contract, Instant at) const {
    const Instrument& underlying = exchange_.instrument(contract.underlying);
    HouseQuotes quotes{.bids = {}, .asks = {}, .last = {}};
    if (at >= contract.expires) {
        return quotes;
    }
    const Decimal spot = underlying.tick * model_.price(underlying, anchors_.at(contract.underlying), at);
    const OptionQuote quote =
        options_.quote(underlying, spot, at, contract.calendar, std::get<Option>(instrument.kind), contract.expires);
    const auto ticks = [&](Decimal price) {
        return Decimal::divide(price, instrument.tick, 0, Rounding::half_even).to_whole();
    };
    const Lots size = std::clamp<Lots>(quote.open_interest / contracts_offered_share, 1, contracts_offered_max);
    if (quote.bid) {
        quotes.bids.push_back(HouseLevel{.price = ticks(*quote.bid), .quantity = size});
    }
    if (quote.ask) {
        quotes.asks.push_back(HouseLevel{.price = ticks(*quote.ask), .quantity = size});
    }
    return quotes;
}

std::optional<HouseQuotes> SimulatedMarket::quotes_of(ListingIndex listing, Instant at) const {
    const Instrument& instrument = exchange_.instrument(listing);
    if (const auto anchor = anchors_.find(listing); anchor != anchors_.end()) {
        return model_.quotes(instrument, anchor->second, at);
    }
    if (const auto contract = contracts_.find(listing); contract != contracts_.end()) {
        return contract_quotes(instrument, contract->second, at);
    }
    return std::nullopt;
}

void SimulatedMarket::refresh(ListingIndex listing) {
    const Instant at = present_step();
    if (const auto* combo = std::get_if<Combo>(&exchange_.instrument(listing).kind)) {
        for (const ComboLeg& leg : combo->legs) {
            if (const auto index = exchange_.find_listing(leg.symbol)) {
                refresh(*index);
            }
        }
        return;
    }
    if (quoted_.contains(listing) && quoted_[listing] == at) {
        return;
    }
    if (const std::optional<HouseQuotes> quotes = quotes_of(listing, at)) {
        quoted_[listing] = at;
        exchange_.set_quotes(listing, *quotes, time_);
    }
}

void SimulatedMarket::refresh_held() {
    for (ListingIndex listing = 0; listing < exchange_.listing_count(); ++listing) {
        if (exchange_.is_held(listing)) {
            refresh(listing);
        }
    }
}

/// Instruments with open orders, and those held: what they are worth decides what an account can still buy.
void SimulatedMarket::quote_open_instruments(Instant at) {
    for (ListingIndex listing = 0; listing < exchange_.listing_count(); ++listing) {
        if (!exchange_.has_live_orders(listing) && !exchange_.is_held(listing)) {
            continue;
        }
        if (const std::optional<HouseQuotes> quotes = quotes_of(listing, at)) {
            quoted_[listing] = at;
            exchange_.set_quotes(listing, *quotes, at);
        }
    }
    exchange_.match_combos(at);
}

void SimulatedMarket::settle_contracts(Instant to) {
    for (const auto& [listing, contract] : contracts_) {
        if (contract.expires > to || (!exchange_.is_held(listing) && !exchange_.has_live_orders(listing))) {
            continue;
        }
        const Instrument& underlying = exchange_.instrument(contract.underlying);
        const Decimal spot =
            underlying.tick * model_.price(underlying, anchors_.at(contract.underlying), contract.expires);
        const Option& option = std::get<Option>(exchange_.instrument(listing).kind);
        exchange_.settle_in_cash(listing, intrinsic_value(option, spot), contract.expires);
    }
}

std::optional<Instant> SimulatedMarket::next_step() const {
    if (!exchange_.has_live_orders()) {
        return std::nullopt;
    }
    return present_step() + step;
}

/// Auctions and ends of orders, each in its own moment.
void SimulatedMarket::pass(Instant to) {
    for (auto auction = exchange_.next_auction(); auction && auction->time <= to; auction = exchange_.next_auction()) {
        exchange_.expire(auction->time - Duration(1));
        const auto anchor = anchors_.find(auction->listing);
        std::optional<Ticks> price;
        if (anchor != anchors_.end()) {
            price = model_.price(exchange_.instrument(auction->listing), anchor->second, auction->time);
        }
        exchange_.hold_auction(auction->listing, price, auction->time);
    }
    settle_contracts(to);
    exchange_.expire(to);
}

void SimulatedMarket::advance(Instant to) {
    if (to <= time_) {
        return;
    }
    const auto behind = (to - present_step()) / step;
    const Duration stride = step * std::max<std::int64_t>(1, (behind + steps_max - 1) / steps_max);
    for (Instant at = present_step() + stride; at <= to && exchange_.has_live_orders(); at += stride) {
        pass(at);
        time_ = at;
        quote_open_instruments(at);
    }
    pass(to);
    time_ = to;
}

/// What its legs cost together now, and what they bring.
Quote SimulatedMarket::combo_quote(const Combo& combo, const Instrument& instrument) const {
    Quote net;
    net.symbol = instrument.symbol;
    net.kind = QuoteKind::simulated;
    net.time = present_step();
    net.bid = net.ask = Decimal(0);
    for (const ComboLeg& leg : combo.legs) {
        const std::optional<ListingIndex> index = exchange_.find_listing(leg.symbol);
        const Quote quote = index ? this->quote(*index) : Quote();
        const Decimal share = index ? exchange_.instrument(*index).multiplier * leg.ratio : Decimal(0);
        const auto add = [&](std::optional<Decimal>& sum, const std::optional<Decimal>& price) {
            sum = sum && price ? std::optional(*sum + *price * share) : std::nullopt;
        };
        add(net.ask, leg.ratio > 0 ? quote.ask : quote.bid);
        add(net.bid, leg.ratio > 0 ? quote.bid : quote.ask);
    }
    for (std::optional<Decimal>* side : {&net.bid, &net.ask}) {
        if (*side) {
            *side = Decimal::divide(**side, instrument.multiplier, 8, Rounding::half_even).normalized();
        }
    }
    return net;
}

Quote SimulatedMarket::quote(ListingIndex listing) const {
    const Instrument& instrument = exchange_.instrument(listing);
    if (const auto* combo = std::get_if<Combo>(&instrument.kind)) {
        return combo_quote(*combo, instrument);
    }
    const Instant at = present_step();
    const HouseQuotes quotes = quotes_of(listing, at).value_or(HouseQuotes{.bids = {}, .asks = {}, .last = {}});
    Quote quote;
    quote.symbol = instrument.symbol;
    quote.kind = QuoteKind::simulated;
    quote.time = at;
    if (quotes.last) {
        quote.last = instrument.tick * *quotes.last;
    }
    if (!quotes.bids.empty()) {
        quote.bid = instrument.tick * quotes.bids.front().price;
        quote.bid_size = instrument.lot * quotes.bids.front().quantity;
    }
    if (!quotes.asks.empty()) {
        quote.ask = instrument.tick * quotes.asks.front().price;
        quote.ask_size = instrument.lot * quotes.asks.front().quantity;
    }
    return quote;
}

} // namespace tradesh::exchange
