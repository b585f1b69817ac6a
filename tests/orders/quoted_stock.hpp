#pragma once

#include "core/orders/order_form.hpp"

#include <string_view>

namespace tradesh::test {

inline Decimal number(std::string_view text) { return Decimal::parse(text).value(); }

inline Instrument stock() {
    Instrument instrument;
    instrument.symbol = "GOOG";
    return instrument;
}

/// Bid 99.90, ask 100.10, last 100, a fifth of a second old; 50,000 USD of buying power, 100,000 of net liquidation;
/// flat.
inline orders::MarketView market() {
    orders::MarketView view;
    Quote quote;
    quote.symbol = "GOOG";
    quote.bid = number("99.90");
    quote.ask = number("100.10");
    quote.last = Decimal(100);
    view.quote = quote;
    view.quote_age = std::chrono::milliseconds(200);
    view.account.currency = Currency("USD");
    view.account.buying_power = 50'000;
    view.account.net_liquidation = 100'000;
    view.now = parse_instant("2026-11-20T15:00:00Z").value();
    return view;
}

} // namespace tradesh::test
