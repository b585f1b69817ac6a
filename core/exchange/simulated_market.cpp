#include "core/exchange/simulated_market.hpp"

#include <algorithm>
#include <cassert>

namespace tradesh::exchange {

SimulatedMarket::SimulatedMarket(Exchange& exchange, PriceModel model, Instant start)
    : exchange_(exchange),
      model_(model),
      time_(start) {}

Instant SimulatedMarket::present_step() const { return std::chrono::floor<std::chrono::seconds>(time_); }

void SimulatedMarket::set_anchor(ListingIndex listing, Anchor anchor) {
    anchors_[listing] = anchor;
    quoted_.erase(listing);
    refresh(listing);
}

void SimulatedMarket::refresh(ListingIndex listing) {
    const auto anchor = anchors_.find(listing);
    const Instant at = present_step();
    if (anchor == anchors_.end() || (quoted_.contains(listing) && quoted_[listing] == at)) {
        return;
    }
    quoted_[listing] = at;
    exchange_.set_quotes(listing, model_.quotes(exchange_.instrument(listing), anchor->second, at), time_);
}

void SimulatedMarket::refresh_held() {
    for (const auto& [listing, anchor] : anchors_) {
        if (exchange_.is_held(listing)) {
            refresh(listing);
        }
    }
}

/// Instruments with open orders, and those held: what they are worth decides what an account can still buy.
void SimulatedMarket::quote_open_instruments(Instant at) {
    for (const auto& [listing, anchor] : anchors_) {
        if (exchange_.has_live_orders(listing) || exchange_.is_held(listing)) {
            quoted_[listing] = at;
            exchange_.set_quotes(listing, model_.quotes(exchange_.instrument(listing), anchor, at), at);
        }
    }
    exchange_.match_combos(at);
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

Quote SimulatedMarket::quote(ListingIndex listing) const {
    const Instrument& instrument = exchange_.instrument(listing);
    const Instant at = present_step();
    const HouseQuotes quotes = model_.quotes(instrument, anchors_.at(listing), at);
    Quote quote;
    quote.symbol = instrument.symbol;
    quote.kind = QuoteKind::simulated;
    quote.last = instrument.tick * *quotes.last;
    quote.time = at;
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
